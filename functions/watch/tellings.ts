import type { DeadlineRow } from '../ledger/deadline.ts';
import type { StormKind } from '../ledger/storm.ts';
import { likelyCause } from './likely-cause.ts';
import { isFresh, type LookParts, type Seen } from './look.ts';
import { foldNow, openStorms } from './storm-keeping.ts';
import type { Fresh } from './storms.ts';

/** Answers for each objective that was looked at which storm tells of it, if one does. New storms are opened here. */
export async function tellings(
  parts: LookParts,
  seen: readonly Seen[],
): Promise<(row: DeadlineRow) => StormKind | undefined> {
  if (
    seen.every(
      ({ row, standing, silentSeconds }) =>
        standing?.standing === 'met' || (row.storm === undefined && standing === undefined && silentSeconds === 0),
    )
  ) {
    return () => undefined;
  }
  const storms = await openStorms(parts.ledger);
  const broken: Fresh[] = [];
  const silent: Fresh[] = [];
  const kept = new Map<DeadlineRow, StormKind>();
  for (const one of seen) {
    const { row, truth, standing } = one;
    const fresh = isFresh(one, storms);
    if (fresh === 'broken' && standing !== undefined) {
      const cause = await likelyCause(parts.ledger, row, truth.known ? truth.said : undefined);
      broken.push({ row, because: standing.because, ...(cause !== undefined && { cause }) });
    } else if (fresh === 'silent' && !truth.known) {
      silent.push({ row, because: truth.because, cause: truth.because });
    } else if (row.storm !== undefined && storms.has(row.storm) && standing?.standing !== 'met') {
      kept.set(row, row.storm);
    }
  }
  const folded = await foldNow(parts, broken, silent);
  return (row) => folded.get(row) ?? kept.get(row);
}
