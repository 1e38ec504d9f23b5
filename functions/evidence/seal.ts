import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical.ts';
import { beforeTheFirst } from './chain.ts';

/** The newest record of one chain, as a seal holds it. */
export interface Head {
  /** The folder of the chain under its location: `rds-orders-0123456789ab`. */
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
}

/**
 * One day's seal of one location: the heads of all its chains. A chain alone cannot show that its end was cut off; a
 * seal can. Seals are a chain themselves.
 */
export interface SealRecord {
  readonly version: 1;
  readonly what: 'seal';
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly location: string;
  readonly writtenAt: string;
  readonly heads: readonly Head[];
  /** The day of the seal before this one; null in the first. */
  readonly follows: string | null;
  /** The days between the two on which no seal was written. */
  readonly missed: readonly string[];
  /** The hash of the seal before it; 64 zeros in the first. */
  readonly previous: string;
  /** SHA-256 of the canonical form of everything else here, in hexadecimal. */
  readonly hash: string;
}

/** Makes the seal of a day after `previous`, which is undefined for the first. */
export function sealOf(
  of: Pick<SealRecord, 'day' | 'location' | 'writtenAt' | 'heads'>,
  previous: Pick<SealRecord, 'day' | 'hash'> | undefined,
): SealRecord {
  const unsealed = {
    ...of,
    version: 1 as const,
    what: 'seal' as const,
    follows: previous?.day ?? null,
    missed: previous === undefined ? [] : daysBetween(previous.day, of.day),
    previous: previous?.hash ?? beforeTheFirst,
  };
  return { ...unsealed, hash: hashOfSeal(unsealed) };
}

export function hashOfSeal({ hash: _, ...rest }: Omit<SealRecord, 'hash'> & { hash?: string }): string {
  return createHash('sha256').update(canonicalJson(rest)).digest('hex');
}

/** Why a seal does not follow the one before it; undefined when it does. */
export function brokenSeal(seal: SealRecord, previous: SealRecord | undefined): string | undefined {
  if (seal.hash !== hashOfSeal(seal)) return `the seal of ${seal.day} was changed: its hash does not fit its content`;
  if (seal.previous === (previous?.hash ?? beforeTheFirst) && seal.follows === (previous?.day ?? null)) {
    const missed = previous === undefined ? [] : daysBetween(previous.day, seal.day);
    return missed.join() === seal.missed.join()
      ? undefined
      : `the seal of ${seal.day} names other missed days than there are`;
  }
  if (seal.follows === null) return `the seal of ${seal.day} says that it is the first, and is not`;
  return previous?.day === seal.follows
    ? `the seal of ${seal.day} does not follow the seal of ${seal.follows}: their hashes differ`
    : `the seal of ${seal.follows} is missing: the seal of ${seal.day} follows it`;
}

/** The days after one and before another, all `YYYY-MM-DD`. */
export function daysBetween(one: string, other: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(one) + dayMilliseconds; at < Date.parse(other); at += dayMilliseconds) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

const dayMilliseconds = 86_400_000;
