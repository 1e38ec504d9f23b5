import type { Ledger } from '../ledger/ledger.ts';
import type { Recovery } from './plan.ts';

export interface Starting {
  readonly chosen: Recovery;
  readonly attempt: string;
  readonly ledger: Ledger;
}

/**
 * How the restoring of one kind begins. Asked again, it finds what it made before. `a job` is one of AWS Backup, which
 * starts once and is waited for; `a call` asks RDS itself, which is looked at from the next state on.
 */
export type Start =
  | { readonly by: 'a job'; readonly start: (idempotencyToken: string) => Promise<string> }
  | { readonly by: 'a call'; readonly call: () => Promise<void> };

export type Starter = (starting: Starting) => Promise<Start>;
