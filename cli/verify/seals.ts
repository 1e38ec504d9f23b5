import { canonicalJson } from '../../functions/evidence/canonical.ts';
import { brokenSeal, hashOfSeal, type SealRecord } from '../../functions/evidence/seal.ts';
import type { BrokenLink, Chain, Kept } from './chain.ts';

/** The seals of one location, as far as they are whole. */
export interface Seals {
  /** `ACCOUNT-REGION`, as in their keys. */
  readonly location: string;
  readonly objects: number;
  readonly whole: readonly SealRecord[];
  /** Days on which none was written, as the next seal says. */
  readonly missed: readonly string[];
  readonly broken?: string;
}

/**
 * Checks the seals of a location in the order of their days, and stops at the first that is broken. A `piece` of them may
 * begin with one that follows another.
 */
export function checkSeals(location: string, objects: readonly Kept[], piece = false): Seals {
  const whole: SealRecord[] = [];
  for (const { key, text } of objects) {
    const seal = readSeal(text);
    const because =
      typeof seal === 'string'
        ? `${key} ${seal}`
        : ((piece && whole.length === 0 && seal.follows !== null ? changed(seal) : brokenSeal(seal, whole.at(-1))) ??
          (key === `seals/${location}/${seal.day}.json` && seal.location.replace('/', '-') === location
            ? undefined
            : `${key} is the seal of ${seal.day} in ${seal.location}`));
    if (because !== undefined || typeof seal === 'string') {
      return { location, objects: objects.length, whole, missed: missedIn(whole), broken: because ?? '' };
    }
    whole.push(seal);
  }
  return { location, objects: objects.length, whole, missed: missedIn(whole) };
}

function changed(seal: SealRecord): string | undefined {
  return seal.hash === hashOfSeal(seal)
    ? undefined
    : `the seal of ${seal.day} was changed: its hash does not fit its content`;
}

function missedIn(seals: readonly SealRecord[]): string[] {
  return seals.flatMap(({ missed }) => missed);
}

function readSeal(text: string): SealRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is no JSON';
  }
  const seal = value as Partial<SealRecord> | null;
  if (typeof seal !== 'object' || seal === null || seal.what !== 'seal' || seal.version !== 1) return 'is no seal';
  const { day, hash, location, writtenAt, heads, missed } = seal;
  const texts = [day, hash, location, writtenAt].every((member) => typeof member === 'string');
  if (!texts || !Array.isArray(heads) || !Array.isArray(missed)) return 'is no seal: a member is missing';
  if (text !== `${canonicalJson(value)}\n`) return 'was changed: it is not in the form it was written in';
  return value as SealRecord;
}

/** The first link that a seal holds and the chain does not; `chain` is undefined when it is gone as a whole. */
export function againstSeals(
  name: string,
  chain: Chain | undefined,
  seals: readonly SealRecord[],
): BrokenLink | undefined {
  const slug = name.slice(name.indexOf('/') + 1);
  for (const { day, heads } of seals) {
    const head = heads.find((one) => one.chain === slug);
    if (head === undefined) continue;
    const [first, last] = [chain?.whole[0]?.seq ?? 1, chain?.whole.at(-1)?.seq ?? 0];
    const record = chain?.whole[head.seq - first];
    if (record?.hash === head.hash) continue;
    if (chain === undefined)
      return { seq: 1, because: `the whole chain is gone: the seal of ${day} holds ${head.seq} records of it` };
    if (record === undefined) {
      if (head.seq < first) {
        const because = `the chain begins with record ${first}: the seal of ${day} holds record ${head.seq}, which is not here`;
        return { seq: head.seq, because };
      }
      const seq = last + 1;
      return { seq, because: `record ${seq} is missing: the seal of ${day} holds the chain up to record ${head.seq}` };
    }
    return { seq: head.seq, because: `record ${head.seq} is not the one that the seal of ${day} holds` };
  }
  return undefined;
}

/** A day between two seals, the hour in which a schedule may still be retried, and then some. */
const longestWithoutSealMilliseconds = 30 * 3_600_000;

/**
 * Why the seals do not reach the end of the records. `until` is the instant up to which there should be seals: the newest
 * record, or now. Records that are younger than a day and have no seal yet are not at fault.
 */
export function sealsEndTooEarly(
  seals: readonly SealRecord[],
  records: { readonly oldest: string; readonly until: string },
): string | undefined {
  const newest = seals.at(-1);
  const from = newest?.writtenAt ?? records.oldest;
  if (Date.parse(records.until) - Date.parse(from) <= longestWithoutSealMilliseconds) return undefined;
  return newest === undefined
    ? `there is no seal, and there are records since ${records.oldest}`
    : `the seal after ${newest.day} is missing: the newest was written at ${newest.writtenAt}, and records go on until ${records.until}`;
}
