import type { Row } from './ledger.ts';

/**
 * In a copy Region: when home last wrote the roster. It stands in the due index by the moment at which the roster
 * counts as stale, so that a home that falls silent is seen without anybody asking home.
 */
export interface RosterNewsRow extends Row {
  /** ISO 8601. Before home has ever written it: when this Region first looked. */
  readonly refreshedAt: string;
  readonly writtenBy: 'home' | 'this Region';
  /** How many resources this Region has to expect. */
  readonly resources: number;
  readonly dueShard: string;
  readonly dueAt: string;
}

export const pipelinePartition = 'PIPELINE';

export const rosterNewsKey = { pk: pipelinePartition, sk: 'ROSTER' };

/** A resource that was retired on purpose: nothing is expected of it any more. */
export interface RetiredRow extends Row {
  readonly resource: string;
  readonly retiredAt: string;
  readonly because: string;
}

export const retiredPartition = 'RETIRED';

export const retiredKey = (resource: string) => ({ pk: retiredPartition, sk: resource });
