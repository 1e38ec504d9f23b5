import type { Row } from './ledger.ts';
import { partitionOf } from './resource.ts';

/** The recovery times that the last drills of a resource measured, the newest first. The evidence of each has its own. */
export interface TrendRow extends Row {
  readonly drills: readonly RecoveryTime[];
}

export interface RecoveryTime {
  readonly attempt: string;
  readonly endedAt: string;
  readonly seconds: number;
}

export const trendKey = (resource: string) => ({ pk: partitionOf(resource), sk: 'RTO' });
