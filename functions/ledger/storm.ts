import type { Row } from './ledger.ts';
import { pipelinePartition } from './pipeline.ts';

/**
 * Many troubles by one cause, told as one. `vault`, `role` and `key` are what a check of the pipeline has found;
 * `no-answer` when AWS does not answer about many objectives; `unknown/<when>` when many objectives broke at once and
 * nobody knows why; `drill/<when>` and `protect/<when>` when many runs failed at once.
 */
export type StormKind = `storm:${'vault' | 'role' | 'key' | 'no-answer' | `${'unknown' | FoldedWorkflow}/${string}`}`;

/** The workflows whose failed runs are told as one when they are many. */
export type FoldedWorkflow = 'drill' | 'protect';

/** A storm that is open. Instants are ISO 8601. */
export interface Storm {
  readonly kind: StormKind;
  readonly openedAt: string;
  /** When the last trouble was folded into it. */
  readonly joinedAt: string;
  /** How many troubles were folded into it: objectives, and runs that failed. */
  readonly folded: number;
  /** The first of the runs among them, as they are called in its message. */
  readonly runs?: readonly string[];
  /** The longest bound among them: once the cause is gone, all of them can be met within it. */
  readonly boundSeconds: number;
  /** Since when its cause is known to be gone. */
  readonly causeGoneSince?: string;
}

/** The storms of this Region, and what a new one is told by. There is one such row. */
export interface StormsRow extends Row {
  readonly storms: readonly Storm[];
  /**
   * When objectives broke that were told by themselves, and which: `INSTANT RESOURCE OBJECTIVE`. Older ones than the
   * storm's window are dropped.
   */
  readonly recent: readonly string[];
  /** The same for objectives about which AWS gave no answer. */
  readonly recentSilent: readonly string[];
  /** The same for runs that failed. */
  readonly recentRuns?: Readonly<Partial<Record<FoldedWorkflow, readonly string[]>>>;
}

export const stormsKey = { pk: pipelinePartition, sk: 'STORMS' };

/** The part of the due index in which what a storm tells of stands, so that it keeps nobody else waiting. */
export const stormShard = 'DUE#storm';

/** Later than anything is due: what a storm tells of is looked at when its storm is. */
export const farFuture = '9999-12-31T23:59:59.999Z';
