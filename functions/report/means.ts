import type { ObjectiveStanding } from '../evidence/standing.ts';
import type { ResourcePlace } from './model.ts';

/** Something to recover from, and how old its data was. */
export interface Means {
  readonly location: string;
  readonly part: 'home' | 'copy';
  readonly by: 'rpo' | 'copy_rpo' | 'pitr_rpo' | 'replica_rpo';
  readonly instant: string;
  readonly ageSeconds: number;
}

/** Every means of recovery that is known to hold data, home's first; ages count up to `at`. */
export function meansOf(places: readonly ResourcePlace[], at: string): Means[] {
  return places.flatMap(({ location, part, objectives }) =>
    objectives.flatMap(({ objective, instant }) => {
      if (!isMeans(objective) || instant === undefined) return [];
      const ageSeconds = Math.max(0, (Date.parse(at) - Date.parse(instant)) / 1000);
      return [{ location, part, by: objective, instant, ageSeconds }];
    }),
  );
}

function isMeans(objective: ObjectiveStanding['objective']): objective is Means['by'] {
  return objective === 'rpo' || objective === 'copy_rpo' || objective === 'pitr_rpo' || objective === 'replica_rpo';
}

export function isPoint({ by }: Means): boolean {
  return by === 'rpo' || by === 'copy_rpo';
}

/** The one that would lose least; of equals home's. */
export function newest(means: readonly Means[]): Means | undefined {
  return [...means].sort((one, other) => one.ageSeconds - other.ageSeconds)[0];
}

export const meansWords: Readonly<Record<Means['by'], string>> = {
  rpo: 'a recovery point',
  copy_rpo: 'a copy',
  pitr_rpo: 'the point-in-time window',
  replica_rpo: 'the replica',
};
