import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical.ts';
import type { EvidenceRecord, RecordDraft } from './record.ts';

/** What the first record of a chain names as the one before it. */
export const beforeTheFirst = '0'.repeat(64);

/** Puts a record at its place: after `previous`, or at the beginning when there is none. */
export function seal(
  draft: RecordDraft,
  at: { previous: EvidenceRecord | undefined; location: string; writtenAt: string },
): EvidenceRecord {
  const { id, resource, content } = draft;
  const unsealed = {
    version: 1 as const,
    id,
    resource,
    content,
    location: at.location,
    writtenAt: at.writtenAt,
    seq: (at.previous?.seq ?? 0) + 1,
    previous: at.previous?.hash ?? beforeTheFirst,
  };
  return { ...unsealed, hash: hashOf(unsealed) };
}

/** SHA-256 of the canonical form of a record without its own hash. */
export function hashOf({ hash: _, ...rest }: Omit<EvidenceRecord, 'hash'> & { hash?: string }): string {
  return createHash('sha256').update(canonicalJson(rest)).digest('hex');
}

export type ChainVerdict =
  | { readonly intact: true; readonly records: number; readonly head: string }
  | { readonly intact: false; readonly seq: number; readonly because: string };

/**
 * Whether the records of one resource and location, in the order of their keys, are all there and as they were written;
 * if not, the first link that is broken. No records at all is not an intact chain: nothing was looked at. A chain that
 * lost its end looks intact from within: the seals of the daily report are what tells.
 */
export function verifyChain(records: readonly EvidenceRecord[]): ChainVerdict {
  const [first] = records;
  if (first === undefined) return { intact: false, seq: 0, because: 'there is no record' };
  let previous: EvidenceRecord | undefined;
  for (const record of records) {
    const because = brokenLink(record, previous, first) ?? brokenHash(record);
    if (because !== undefined) return { intact: false, seq: record.seq, because };
    previous = record;
  }
  return { intact: true, records: records.length, head: previous?.hash ?? beforeTheFirst };
}

/** Why a record is not as it was written; undefined when it is. */
export function brokenHash(record: EvidenceRecord): string | undefined {
  if (record.hash === hashOf(record)) return undefined;
  return `record ${record.seq} was changed: its hash does not fit its content`;
}

/**
 * Why a record does not follow the one before it in a chain that begins with `first`; undefined when it does. Whether it
 * fits its own hash is another question.
 */
export function brokenLink(
  record: EvidenceRecord,
  previous: EvidenceRecord | undefined,
  first: EvidenceRecord,
): string | undefined {
  const expected = (previous?.seq ?? 0) + 1;
  if (record.seq !== expected) return `record ${expected} is missing: record ${record.seq} stands in its place`;
  if (record.resource !== first.resource || record.location !== first.location) {
    return `record ${record.seq} belongs to ${record.resource} in ${record.location}`;
  }
  if (record.previous !== (previous?.hash ?? beforeTheFirst)) {
    return `record ${record.seq} does not follow the record before it: their hashes differ`;
  }
  return undefined;
}
