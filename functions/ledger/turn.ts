import type { Row } from './ledger.ts';
import { pipelinePartition } from './pipeline.ts';

/** How far the reconciliation of this Region came, so that the next run goes on where one was out of time. */
export interface TurnRow extends Row {
  /** The last resource that was reached, in the order of ARNs; '' when the last run reached every one. */
  readonly after: string;
  /** The newest resource that was ever reached, by when it was first seen and its ARN; '' before the first run. */
  readonly newAfter: string;
}

export const turnKey = { pk: pipelinePartition, sk: 'TURN' };
