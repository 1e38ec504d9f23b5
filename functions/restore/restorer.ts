import type { Ledger } from '../ledger/ledger.ts';
import type { ScratchRow } from '../ledger/scratch.ts';
import type { Plan } from './plan.ts';

/** One restore of one drill. */
export interface Restoration {
  readonly plan: Plan;
  readonly attempt: string;
  readonly execution: string;
  readonly ledger: Ledger;
}

/** How one kind of resource is restored into scratch. */
export interface Restorer {
  readonly what: ScratchRow['what'];
  /**
   * Registers what will be there, makes ready what the restore needs, and answers how to start the job. Asked again, it
   * finds what it made before. Throws `NotYet` while AWS is still making it.
   */
  prepare(restoration: Restoration): Promise<(idempotencyToken: string) => Promise<string>>;
}
