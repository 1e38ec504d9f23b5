import type { Objective } from '../ledger/deadline.ts';
import { inWords } from '../policy/duration.ts';
import { ageInWords } from './age.ts';

/** What one objective of one resource is judged by. Instants are ISO 8601. */
export interface Measured {
  readonly objective: Objective;
  /** The data instant that counts, if there is anything that counts. */
  readonly instant?: string | undefined;
  /** When Lifeboat first saw the resource: what the bound counts from while nothing else is there. */
  readonly firstSeenAt: string;
  readonly boundSeconds: number;
}

/** Whether an objective holds, until when, and why. */
export type Standing = {
  readonly countsFrom: string;
  readonly deadline: string;
  readonly ageSeconds: number;
  readonly because: string;
} & ({ readonly standing: 'met' } | { readonly standing: 'broken' });

/** What each objective counts, as a subject of a sentence. */
export const counted: Readonly<Record<Objective, string>> = {
  rpo: 'the newest usable recovery point',
  copy_rpo: 'the newest usable copy here',
  pitr_rpo: 'the end of the point-in-time window',
  replica_rpo: 'the replica',
  proof: 'the newest proof',
  rto: 'the restore',
};

/**
 * The instant that a bound counts from, and the deadline that follows. Data from before the resource was first seen
 * counts from then on: nobody is paged for what was not yet promised.
 */
export function deadlineOf({ instant, firstSeenAt, boundSeconds }: Omit<Measured, 'objective'>): {
  countsFrom: string;
  deadline: string;
} {
  const countsFrom = instant === undefined || instant < firstSeenAt ? firstSeenAt : instant;
  return { countsFrom, deadline: new Date(Date.parse(countsFrom) + boundSeconds * 1000).toISOString() };
}

/** An objective is broken when its age is greater than its bound: at the deadline itself it still holds. */
export function standingOf(measured: Measured, now: Date): Standing {
  const { objective, instant, firstSeenAt, boundSeconds } = measured;
  const { countsFrom, deadline } = deadlineOf(measured);
  const ageSeconds = Math.max(0, Math.round((now.getTime() - Date.parse(instant ?? firstSeenAt)) / 1000));
  const broken = now.getTime() > Date.parse(deadline);
  const because =
    instant === undefined
      ? `${counted[objective]}: there is none since the resource was first seen at ${firstSeenAt}, ${ageInWords(ageSeconds)} ago`
      : `${counted[objective]} holds data of ${instant}, which is ${ageInWords(ageSeconds)} old`;
  return {
    standing: broken ? 'broken' : 'met',
    countsFrom,
    deadline,
    ageSeconds,
    because: `${because}; the bound is ${inWords(boundSeconds)}`,
  };
}
