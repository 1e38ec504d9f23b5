import { canonicalJson } from '../../functions/evidence/canonical.ts';
import { brokenHash, brokenLink } from '../../functions/evidence/chain.ts';
import { recordName, slugOf } from '../../functions/evidence/key.ts';
import type { EvidenceRecord } from '../../functions/evidence/record.ts';

/** An object and what it holds. */
export interface Kept {
  readonly key: string;
  readonly text: string;
}

/** A chain as far as it is whole. */
export interface Chain {
  /** `ACCOUNT-REGION/SLUG`, as in its keys. */
  readonly name: string;
  readonly objects: number;
  /** The records before the first broken link. */
  readonly whole: readonly EvidenceRecord[];
  readonly broken?: BrokenLink;
}

export interface BrokenLink {
  /** Where the link should stand in its chain. */
  readonly seq: number;
  readonly because: string;
}

/**
 * Checks the objects of one chain, in the order of their keys, and stops at the first broken link. A `piece` of a chain may
 * begin with any record of it.
 */
export function checkChain(name: string, objects: readonly Kept[], piece = false): Chain {
  const whole: EvidenceRecord[] = [];
  const ids = new Set<string>();
  for (const { key, text } of objects) {
    const record = readRecord(text);
    const last = whole.at(-1);
    const begins = piece && last === undefined && typeof record !== 'string';
    const seq = begins ? record.seq : (last?.seq ?? 0) + 1;
    const because =
      typeof record === 'string'
        ? `${key} ${record}`
        : (misplaced(key, record, name, seq) ??
          (begins && record.seq !== 1 ? undefined : brokenLink(record, last, whole[0] ?? record)) ??
          brokenHash(record) ??
          (ids.has(record.id) ? `record ${seq} is a second one of ${record.id}` : undefined));
    if (because !== undefined || typeof record === 'string') {
      return { name, objects: objects.length, whole, broken: { seq, because: because ?? '' } };
    }
    ids.add(record.id);
    whole.push(record);
  }
  return { name, objects: objects.length, whole };
}

/** Reads a record, or says why it is none. The bytes have to be those that were written: the canonical form and a line's end. */
function readRecord(text: string): EvidenceRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is no JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is no record';
  const { version, id, resource, location, seq, writtenAt, previous, hash, content } = value as Record<string, unknown>;
  if (version !== 1) return `is a record of version ${JSON.stringify(version)}, and this program reads version 1`;
  const texts = { id, resource, location, writtenAt, previous, hash };
  const missing = Object.entries(texts).find(([, member]) => typeof member !== 'string')?.[0];
  if (missing !== undefined) return `is no record: it has no ${missing}`;
  if (!Number.isInteger(seq)) return 'is no record: it has no seq';
  if (typeof content !== 'object' || content === null) return 'is no record: it has no content';
  if (text !== `${canonicalJson(value)}\n`) return 'was changed: it is not in the form it was written in';
  return value as EvidenceRecord;
}

/** A record that was moved says another place than its key does. */
function misplaced(key: string, record: EvidenceRecord, chain: string, expected: number): string | undefined {
  const own = `${record.location.replace('/', '-')}/${slugOf(record.resource)}`;
  if (own !== chain) return `${key} belongs to the chain ${own}`;
  const file = key.split('/').at(-1) ?? '';
  if (file === recordName(record.seq)) return undefined;
  return /^\d{10}\.json$/.test(file) && Number.parseInt(file, 10) === expected
    ? `record ${record.seq} stands in the place of record ${expected}`
    : `${key} holds record ${record.seq}`;
}
