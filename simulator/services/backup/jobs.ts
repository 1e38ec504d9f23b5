import type { Attic } from '../../world/attic.ts';
import { AtticMap } from '../../world/attic-map.ts';
import { Packer } from '../packer.ts';
import { type Register, register } from './register.ts';

/** So many jobs that completed are at hand: all of those of a small account. */
const mostAtHand = 5_000;

interface Job {
  readonly id: string;
  readonly resourceArn: string;
}

/** Jobs of one kind: a large account has half a million in a month, and hardly any of them is asked for again. */
export interface Jobs<Of extends Job> {
  add(id: string, job: Of): void;
  get(id: string): Of | undefined;
  /** It has completed, and changes no more. */
  completed(job: Of): void;
  /** Those of one resource, or all: the ones that completed too, if they are asked for. In no order. */
  of(resourceArn: string | undefined, withCompleted?: boolean): Iterable<Of>;
}

export function jobs<Of extends Job>(attic: Attic): Jobs<Of> {
  const atHand: Register<Of> = register();
  const completed: Of[] = [];
  const away = new AtticMap<Of>(new Packer(attic));
  const places = new Map<string, number[]>();

  const putAway = (job: Of): void => {
    atHand.remove(job.id);
    const place = away.set(job.id, job);
    const ofResource = places.get(job.resourceArn);
    if (ofResource === undefined) places.set(job.resourceArn, [place]);
    else ofResource.push(place);
  };
  function* awayOf(resourceArn: string | undefined): Iterable<Of> {
    const lists = resourceArn === undefined ? places.values() : [places.get(resourceArn) ?? []];
    for (const list of lists) for (const place of list) yield away.at(place)[1];
  }

  return {
    add: (id, job) => atHand.add(id, job),
    get: (id) => atHand.get(id) ?? away.get(id),
    completed: (job) => {
      completed.push(job);
      if (completed.length > 2 * mostAtHand) for (const old of completed.splice(0, mostAtHand)) putAway(old);
    },
    *of(resourceArn, withCompleted = true) {
      if (withCompleted) yield* awayOf(resourceArn);
      yield* atHand.of(resourceArn);
    },
  };
}
