import type { Row } from './ledger.ts';
import { partitionOf } from './resource.ts';

/** What the last drill that passed found, kept to compare the next one with, and the proof's own instant. */
export interface ProofRow extends Row {
  readonly resource: string;
  readonly recoveryPoint: string;
  /** The data instant of the point that was proven. */
  readonly instant: string;
  readonly provenAt: string;
  readonly attempt: string;
  /** Counts and digests by name, as the probes returned them; never content. */
  readonly measures: Readonly<Record<string, number | string>>;
  /** The proof that stood before: who judges the same drill again compares with that one, as the first time. */
  readonly before?: Pick<ProofRow, 'instant' | 'measures'>;
  /** The last drill that passed since, of older data: what is proven of what is left, where the point itself is gone. */
  readonly older?: Pick<ProofRow, 'recoveryPoint' | 'instant' | 'provenAt'>;
}

export const proofKey = (resource: string) => ({ pk: partitionOf(resource), sk: 'PROOF' });
