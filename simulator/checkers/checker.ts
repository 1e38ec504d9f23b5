import type { SimulatedAccount } from '../world/account.ts';
import type { TraceEntry } from '../world/trace.ts';

/**
 * Holds one invariant against a run, from the trace and the simulated truth alone: checkers import nothing from the
 * product. What finds nothing says how much it looked at.
 */
export interface Checker {
  readonly invariant: string;
  /** The calls that it looks at, by their operations; left out, all of them, and the functions' logs too. */
  readonly operations?: readonly string[];
  /** Sees everything that happens, in order. */
  see(entry: TraceEntry): void;
  /** Looks at the account; called every virtual hour and at the end. `now` in milliseconds since 1970. */
  look(account: SimulatedAccount, now: number): void;
  /** Reads what moves by itself; called every virtual minute by runs in which anything does. */
  read?(account: SimulatedAccount, now: number): void;
  /** What it found; called once, after the last look. */
  conclude(now: number): Finding;
}

export interface Finding {
  readonly invariant: string;
  /** How much was examined, e.g. `{ drills: 12 }`. A count of zero is told, and judged by whoever set the run up. */
  readonly examined: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}
