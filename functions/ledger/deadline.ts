import type { Row } from './ledger.ts';
import { partitionOf } from './resource.ts';
import type { StormKind } from './storm.ts';

/** Each means of recovery has its own objective, so that none hides another's death. */
export type Objective = 'rpo' | 'copy_rpo' | 'pitr_rpo' | 'replica_rpo' | 'proof' | 'rto';

/**
 * One objective of one resource in this Region: the instant that was last known to count, and the deadline that
 * follows. It stands in the due index by its deadline, or by the next look while something is wrong.
 */
export interface DeadlineRow extends Row {
  readonly resource: string;
  readonly objective: Objective;
  /** The data instant that counts (ISO 8601); absent while there has been none since `countsFrom`. */
  readonly instant?: string;
  /** What the bound counts from: the data instant, or the moment the resource was first seen. */
  readonly countsFrom: string;
  /** When Lifeboat first saw the resource, ISO 8601: what counts where nothing else is there to count from. */
  readonly firstSeenAt: string;
  readonly boundSeconds: number;
  readonly deadline: string;
  /** How often the objective was found broken since it last held; absent while it holds. Spaces the next looks. */
  readonly looks?: number;
  /** Since when AWS could not be asked, ISO 8601; absent while it answers. */
  readonly cannotTellSince?: string;
  /** The storm that tells of it, while that is so: it has no message of its own then. See `storm.ts`. */
  readonly storm?: StormKind;
  readonly dueShard: string;
  readonly dueAt: string;
}

export const deadlinePrefix = 'DEADLINE#';

export const deadlineKey = (resource: string, objective: Objective) => ({
  pk: partitionOf(resource),
  sk: `${deadlinePrefix}${objective}`,
});

/**
 * The part of the due index in which everything stands but what a storm tells of. One is enough: a partition takes a
 * thousand writes a second, and 10,000 resources write some ten.
 */
export const ordinaryShard = 'DUE#ordinary';
