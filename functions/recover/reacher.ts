import type { Ledger } from '../ledger/ledger.ts';
import type { Reached } from '../restore/plan.ts';
import type { Recovery, Restoring } from './plan.ts';

export interface CheckReaching {
  readonly chosen: Recovery;
  readonly restored: Restoring;
  readonly attempt: string;
  readonly execution: string;
  readonly ledger: Ledger;
}

/** How one kind is made reachable for its probe, and nobody else. Asked again and again; throws `NotYet` while AWS is at work. */
export type CheckReacher = (reaching: CheckReaching) => Promise<Reached>;
