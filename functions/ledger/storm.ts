import type { Row } from './ledger.ts';
import { pipelinePartition } from './pipeline.ts';

/**
 * Many objectives that broke by one cause, told as one. `vault`, `role` and `key` are what a check of the pipeline has
 * found; `no-answer` when AWS does not answer about many; `unknown/<when>` when many broke at once and nobody knows why.
 */
export type StormKind = `storm:${'vault' | 'role' | 'key' | 'no-answer' | `unknown/${string}`}`;

/** A storm that is open. Instants are ISO 8601. */
export interface Storm {
  readonly kind: StormKind;
  readonly openedAt: string;
  /** When the last objective was folded into it. */
  readonly joinedAt: string;
  /** How many objectives were folded into it. */
  readonly folded: number;
  /** The longest bound among them: once the cause is gone, all of them can be met within it. */
  readonly boundSeconds: number;
  /** Since when its cause is known to be gone. */
  readonly causeGoneSince?: string;
}

/** The storms of this Region, and what a new one is told by. There is one such row. */
export interface StormsRow extends Row {
  readonly storms: readonly Storm[];
  /** When objectives broke that were told by themselves, ISO 8601; older ones than the storm's window are dropped. */
  readonly recent: readonly string[];
  /** The same for objectives about which AWS gave no answer. */
  readonly recentSilent: readonly string[];
}

export const stormsKey = { pk: pipelinePartition, sk: 'STORMS' };

/** The part of the due index in which what a storm tells of stands, so that it keeps nobody else waiting. */
export const stormShard = 'DUE#storm';
