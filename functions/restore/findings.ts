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
  /** What of the account's quotas the restore needed, and how long it waited for room. */
  readonly room?: Room;
  /** When tear-down was first asked for. */
  readonly tearDownBegan?: string;
  readonly measures?: string;
  /** Absent while nothing was restored, or while a restore that cannot be cancelled may still create something. */
  readonly scratch?: 'gone' | 'not gone' | undefined;
  readonly scratchBecause?: readonly string[];
}

/** Room in the quotas of the account and Region where a drill restores. */
export interface Room {
  /** Such as `DB instances`. */
  readonly of: string;
  /** What is used and what is allowed, where AWS tells it. */
  readonly used?: number;
  readonly most?: number;
  readonly waitedSeconds: number;
  /** For how long a drill waits at most. */
  readonly waitsAtMostSeconds: number;
}

/** What the attempt has found of its drill so far. */
export async function drillFindings(ledger: Ledger, attempt: string): Promise<DrillFindings> {
  const row = await ledger.get<AttemptRow>(attemptKey(attempt));
  return (row?.findings?.drill ?? {}) as DrillFindings;
}

/**
 * Adds to what the attempt has found of its drill. What each state says of times and of the restored resource stands
 * beside what the others said. The states of a drill run one after another.
 */
export async function addDrillFindings(ledger: Ledger, attempt: string, more: DrillFindings): Promise<void> {
  const before = await drillFindings(ledger, attempt);
  const both = <Name extends 'timings' | 'restored'>(name: Name) =>
    more[name] === undefined ? {} : { [name]: { ...before[name], ...more[name] } };
  const drill = { ...before, ...more, ...both('timings'), ...both('restored') };
  await addFindings(ledger, attempt, { findings: { drill } });
}
