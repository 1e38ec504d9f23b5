import type { SimulatedAccount } from '../world/account.ts';
import { type KnownBreach, openWithin, resolveWithin } from './compare.ts';

/** An objective of something that moves by itself, which no recovery point tells of. */
export interface MovingBound {
  readonly resource: string;
  readonly region: string;
  readonly objective: 'pitr_rpo' | 'replica_rpo';
  readonly boundSeconds: number;
}

export function isMoving<Of extends { readonly objective: string }>(
  bound: Of,
): bound is Of & Pick<MovingBound, 'objective'> {
  return bound.objective === 'pitr_rpo' || bound.objective === 'replica_rpo';
}

/** So long the product may not know that a window or a replica fell back, in milliseconds. */
export const askedEvery = 3_600_000;

/** What a means could bring back, as it was read at one instant and held until the next reading. Milliseconds since 1970. */
export interface Reading {
  readonly at: number;
  /** Undefined: nothing. */
  readonly newest: number | undefined;
}

/**
 * The newest instant that a means could bring back, read from the simulated services themselves, whatever their APIs say
 * of it. The same readings in a row are kept as one.
 */
export function readingsOfMeans() {
  const readings = new Map<string, Reading[]>();
  /** Names take longer to make than all the rest of a reading. */
  const names = new WeakMap<MovingBound, string>();
  const nameOf = (bound: MovingBound): string => {
    const name = names.get(bound) ?? `${bound.region} ${bound.resource} ${bound.objective}`;
    names.set(bound, name);
    return name;
  };
  let count = 0;
  return {
    read: (account: SimulatedAccount, bounds: Iterable<MovingBound>, now: number): void => {
      for (const bound of bounds) {
        const key = nameOf(bound);
        const mine = readings.get(key) ?? [];
        readings.set(key, mine);
        const newest = newestOf(account, bound);
        count += 1;
        mine.push({ at: now, newest });
        // Three alike in a row: the one in the middle tells nothing.
        const [one, two] = [mine.at(-3), mine.at(-2)];
        if (one?.newest === newest && two?.newest === newest && one !== undefined) mine.splice(-2, 1);
      }
    },
    of: (bound: MovingBound): readonly Reading[] => readings.get(nameOf(bound)) ?? [],
    get count() {
      return count;
    },
  };
}

/** What it could bring back now; undefined: nothing. Milliseconds since 1970. */
export function newestOf(account: SimulatedAccount, { resource, region, objective }: MovingBound): number | undefined {
  const { RDS, EFS } = account.region(region).services;
  const isFiles = resource.split(':')[2] === 'elasticfilesystem';
  if (objective === 'replica_rpo') {
    return isFiles ? EFS.replication.replicatedTo(resource) : RDS.replication.truth(resource).replica;
  }
  return resource.split(':')[3] === region ? RDS.windowEnd(resource) : RDS.replication.truth(resource).backups;
}

/**
 * The spans of time in which "what it can bring back is at most `bound` old" was broken. What fell back, or is gone, fell
 * between two readings. The product asks about such a means again when what it last read would be too old, and at least
 * every hour: so long may it not know of a loss. An end lies between two readings too.
 */
export function breachesOfReadings(
  readings: readonly Reading[],
  bound: number,
  firstSeen: number,
  end: number,
): KnownBreach[] {
  const breaches: KnownBreach[] = [];
  let open: { deadline: number; knownBy: number } | undefined;
  let fell: { from: number; at: number } | undefined;
  const within = readings.filter(({ at }) => at <= end);
  within.forEach(({ at, newest }, index) => {
    const before = within[index - 1];
    if (at < firstSeen) return;
    if (before?.newest !== undefined && (newest === undefined || newest < before.newest)) {
      fell = { from: Math.max(fell?.from ?? 0, before.newest), at };
    } else if (fell !== undefined && newest !== undefined && newest >= fell.from) fell = undefined;

    const deadline = Math.max(newest ?? 0, firstSeen) + bound;
    if (open !== undefined && deadline > at) {
      const endedAt = Math.max(open.deadline, before?.at ?? at);
      breaches.push({ ...open, endedAt, endedBy: at, endKnownBy: at + resolveWithin });
      open = undefined;
    }
    const next = Math.min(end, within[index + 1]?.at ?? end);
    if (open === undefined && deadline < next) {
      const lost = fell === undefined ? 0 : fell.at + Math.min(bound, askedEvery) + openWithin;
      open = { deadline: Math.max(deadline, before?.at ?? deadline), knownBy: lost };
    }
  });
  if (open !== undefined) breaches.push({ ...open, endedAt: undefined });
  return breaches;
}
