import type { Row } from './ledger.ts';
import { partitionOf } from './resource.ts';

/** The copy of the last proven point of a resource into the vault of proven points, as it was last started. */
export interface KeepRow extends Row {
  readonly resource: string;
  /** The point that is copied. */
  readonly recoveryPoint: string;
  readonly job: string;
  /** Counts the jobs for this point. */
  readonly attempt: number;
  readonly startedAt: string;
}

export const keepKey = (resource: string) => ({ pk: partitionOf(resource), sk: 'KEEP' });
