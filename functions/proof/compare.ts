import { inPercent } from '../policy/percent.ts';

/** The answer to one question asked of restored data. `NOT_TESTED`: it could not be asked, or there was nothing to compare. */
export type Verdict = 'PASS' | 'FAIL' | 'SUSPECT' | 'NOT_TESTED';

/** One check with its answer and the reason. Reasons hold names, counts and instants, never content. */
export interface CheckResult {
  readonly name: string;
  readonly verdict: Verdict;
  readonly because: string;
}

/** Whether a number fell by more than a share of what it was; undefined when it did not. */
export function fellTooFar(now: number, before: number, mayDrop: number): string | undefined {
  if (now >= before * (1 - mayDrop) || now >= before) return undefined;
  return `${before} at the last PASS, ${now} now: a fall of ${inPercent((before - now) / before)}, and ${inPercent(mayDrop)} is allowed`;
}

/** Whether a number rose by more than a share of what it was; undefined when it did not. */
export function roseTooFar(now: number, before: number, mayGrow: number): string | undefined {
  if (now <= before * (1 + mayGrow) || now <= before) return undefined;
  const rise = before === 0 ? 'a rise from nothing' : `a rise of ${inPercent((now - before) / before)}`;
  return `${before} at the last PASS, ${now} now: ${rise}, and ${inPercent(mayGrow)} is allowed`;
}

/** What was not tested is named, as far as a reader can take it in. */
export const mostNamed = 50;

/** Names some of many, with their number. */
export function some(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** Why there is nothing to compare with. */
export const noLastPass = 'there is no PASS of older data to compare with';
