import type { TraceEntry } from '../world/trace.ts';

/** A record of evidence as it was written, read back from the trace; what the story and the summary need of it. */
export interface WrittenRecord {
  readonly key: string;
  readonly region: string;
  readonly resource: string;
  readonly hash: string;
  readonly content: {
    readonly what: 'attempt' | 'episode';
    readonly workflow?: string;
    readonly outcome?: string;
    readonly openedAt: string;
    readonly endedAt?: string;
    readonly verdict?: { readonly is: string; readonly because: readonly string[] };
    readonly checks?: readonly {
      readonly name: string;
      readonly verdict: string;
      readonly because: readonly string[];
    }[];
    readonly timings?: Readonly<Record<string, number>>;
    readonly points?: readonly {
      readonly as: string;
      readonly arn: string;
      readonly to?: string;
      readonly instant?: string;
    }[];
  };
}

/** The record that a call added to the evidence; undefined for every other entry. */
export function recordOf(entry: TraceEntry): WrittenRecord | undefined {
  if (entry.kind !== 'call' || entry.service !== 'S3' || entry.operation !== 'PutObject') return undefined;
  const { Key, Body } = entry.input as { Key: string; Body: unknown };
  if (entry.error !== undefined || !Key.startsWith('evidence/')) return undefined;
  const text = typeof Body === 'string' ? Body : Buffer.from(Body as Uint8Array).toString('utf8');
  return { ...(JSON.parse(text) as Omit<WrittenRecord, 'key' | 'region'>), key: Key, region: entry.region };
}
