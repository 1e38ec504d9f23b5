import { addFindings } from '../jobs/attempt.ts';
import { type AttemptRow, attemptKey } from '../ledger/attempt.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** What a drill has found, as its evidence will say. Instants are ISO 8601, times in seconds. */
export interface DrillFindings {
  readonly drill?: string;
  readonly recoveryPoint?: string;
  readonly instant?: string;
  readonly chosenBecause?: string;
  readonly verdict?: string;
  readonly because?: readonly string[];
  readonly checks?: readonly { readonly name: string; readonly verdict: string; readonly because: readonly string[] }[];
  readonly checksBecause?: string;
  /** Seconds by stage; `rto` is the recovery time. */
  readonly timings?: Readonly<Record<string, number>>;
  readonly restoreJob?: string;
  readonly rtoSeconds?: number | null;
  readonly rtoBoundSeconds?: number | null;
  readonly restored?: Readonly<Record<string, string>>;
  readonly measures?: string;
  /** Absent while nothing was restored, or while a restore that cannot be cancelled may still create something. */
  readonly scratch?: 'gone' | 'not gone';
  readonly scratchBecause?: readonly string[];
}

/** What the attempt has found of its drill so far. */
export async function drillFindings(ledger: Ledger, attempt: string): Promise<DrillFindings> {
  const row = await ledger.get<AttemptRow>(attemptKey(attempt));
  return (row?.findings?.drill ?? {}) as DrillFindings;
}

/** Adds to what the attempt has found of its drill. The states of a drill run one after another. */
export async function addDrillFindings(ledger: Ledger, attempt: string, more: DrillFindings): Promise<void> {
  const drill = { ...(await drillFindings(ledger, attempt)), ...more };
  await addFindings(ledger, attempt, { findings: { drill } });
}
