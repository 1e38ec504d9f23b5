import type { Row } from './ledger.ts';

/**
 * A database or cluster that a recovery is about to create. A restore gives it the tags that its source had when it was
 * backed up, the tier among them, and `lifeboat:recovered` where the source was recovered itself: until it is handed over,
 * inventory must not take it for one more resource.
 */
export interface RecoveringRow extends Row {
  readonly resource: string;
  readonly execution: string;
  /** After this instant it counts as any other, ISO 8601: nobody is coming any more to take the tags off. */
  readonly until: string;
}

export const recoveringPartition = 'RECOVERING';

export const recoveringKey = (resource: string) => ({ pk: recoveringPartition, sk: resource });
