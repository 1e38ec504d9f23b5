import type { Row } from './ledger.ts';
import { partitionOf } from './resource.ts';

/** One lane per resource: the execution that may back it up and copy it now. */
export interface LaneRow extends Row {
  readonly resource: string;
  readonly execution: string;
  readonly takenAt: string;
}

export const laneKey = (resource: string) => ({ pk: partitionOf(resource), sk: 'LANE' });
