import { canonicalJson } from '../evidence/canonical.ts';
import { hashOf } from '../evidence/chain.ts';
import { chainsPrefix, recordName, sealKey, sealsPrefix, slugOf } from '../evidence/key.ts';
import type { Shelves } from '../evidence/objects.ts';
import type { EvidenceRecord } from '../evidence/record.ts';
import { type Head, type SealRecord, sealOf } from '../evidence/seal.ts';
import { reportChain } from '../evidence/standing.ts';

/** What sealing a day came to. */
export interface Sealed {
  readonly seal: SealRecord;
  /** `false`: the day was sealed already. */
  readonly written: boolean;
  /** What is not as the seal before it says: one sentence for each chain. */
  readonly broken: readonly string[];
  /** Whether a report was written since the last seal, or there is none to compare with. */
  readonly reported: boolean;
}

const width = 16;

/**
 * Seals the heads of all chains of a location. It looks first whether what the last seal holds is still there: a record
 * that is gone or changed is told, and the new seal keeps the old head, so that the chain stays broken until the record
 * is back. Only the ends of chains are read: their length costs nothing.
 */
export async function sealDay(
  objects: Shelves,
  { location, now }: { readonly location: string; readonly now: Date },
): Promise<Sealed> {
  const day = now.toISOString().slice(0, 10);
  const last = await lastSealBefore(objects, location, day);

  const folders = await objects.folders(chainsPrefix(location));
  const before = new Map((last?.heads ?? []).map((head) => [head.chain, head]));
  const chains = [...new Set([...folders.map(nameOfFolder), ...before.keys()])].sort();
  const ends: End[] = [];
  for (let from = 0; from < chains.length; from += width) {
    const some = chains.slice(from, from + width);
    ends.push(
      ...(await Promise.all(some.map((chain) => endOf(objects, chainsPrefix(location), chain, before.get(chain))))),
    );
  }
  const heads = ends.flatMap(({ head }) => (head === undefined ? [] : [head]));
  const seal = sealOf({ day, location, writtenAt: now.toISOString(), heads }, last);
  const broken = ends.flatMap(({ because }) => (because === undefined ? [] : [because]));
  const reported = last === undefined || reportsIn(heads) > reportsIn(last.heads);
  if (await objects.create(sealKey(location, day), `${canonicalJson(seal)}\n`))
    return { seal, written: true, broken, reported };
  const theirs = JSON.parse(await objects.read(sealKey(location, day))) as SealRecord;
  return { seal: theirs, written: false, broken, reported };
}

/** How many reports a seal holds. */
function reportsIn(heads: readonly Head[]): number {
  return heads.find(({ chain }) => chain === slugOf(reportChain))?.seq ?? 0;
}

async function lastSealBefore(objects: Shelves, location: string, day: string): Promise<SealRecord | undefined> {
  const keys = (await objects.keys(sealsPrefix(location))).filter((key) => key < sealKey(location, day));
  const newest = keys.at(-1);
  return newest === undefined ? undefined : (JSON.parse(await objects.read(newest)) as SealRecord);
}

interface End {
  readonly head?: Head | undefined;
  readonly because?: string;
}

async function endOf(objects: Shelves, prefix: string, chain: string, sealed: Head | undefined): Promise<End> {
  const folder = `${prefix}${chain}/`;
  const keys =
    sealed === undefined
      ? await objects.keys(folder)
      : // From the sealed record on, itself included.
        await objects.keysAfter(folder, `${folder}${recordName(sealed.seq - 1)}`);
  const broken = (because: string): End => ({ head: sealed, because: `${chain}: ${because}` });
  if (sealed !== undefined) {
    const key = `${folder}${recordName(sealed.seq)}`;
    if (!keys.includes(key)) return broken(`record ${sealed.seq} is gone, which the last seal holds`);
    const record = await read(objects, key);
    if (record?.hash !== sealed.hash || hashOf(record) !== sealed.hash) {
      return broken(`record ${sealed.seq} is not as the last seal holds it`);
    }
  }
  const newest = keys.at(-1);
  if (newest === undefined) return { head: sealed };
  const record = await read(objects, newest);
  if (record === undefined || record.hash !== hashOf(record) || newest !== `${folder}${recordName(record.seq)}`) {
    return broken(`its newest object ${newest} is not a record as it was written`);
  }
  return { head: { chain, seq: record.seq, hash: record.hash } };
}

/** A record as far as it can be read as one. */
async function read(objects: Shelves, key: string): Promise<EvidenceRecord | undefined> {
  const text = await objects.read(key);
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as EvidenceRecord) : undefined;
  } catch {
    return undefined;
  }
}

function nameOfFolder(folder: string): string {
  return folder.split('/').at(-2) ?? folder;
}
