import { hadEffect, type TraceEntry } from '../world/trace.ts';

type Attributes = Readonly<Record<string, { readonly S?: string }>>;

/** Which storm the ledger says tells of a row that was written, and where; undefined for every other call. */
export function stormMemberOf(entry: TraceEntry): { readonly region: string; readonly storm: string } | undefined {
  if (entry.kind !== 'call' || entry.operation !== 'PutItem' || !hadEffect(entry)) return undefined;
  const { Item: item } = entry.input as { Item?: Attributes };
  const storm = item?.storm?.S;
  return storm === undefined ? undefined : { region: entry.region, storm };
}
