import type { Checks } from '../policy/policy.ts';
import type { Finding } from '../policy/resolve.ts';
import { defaultChecks } from '../policy/resolve.ts';
import type { Caught } from '../restore/plan.ts';
import type { Measures } from './answers.ts';
import { type CheckResult, some, type Verdict } from './compare.ts';
import { judgeDatabase } from './judge-database.ts';
import type { Change, Earlier } from './judge-file-changes.ts';
import { judgeFiles } from './judge-files.ts';

/** The answer of a whole drill, with reasons. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly because: readonly string[];
  readonly checks: readonly CheckResult[];
}

/** What is known of the last PASS. */
export interface LastPass {
  readonly measures: Measures;
  /** Its data instant. */
  readonly instant: string;
  /** Which share of the files had changed by then since the PASS before it. */
  readonly change?: Change | undefined;
}

/**
 * Judges what was measured against the policy and the last PASS.
 *
 * @param last the last PASS, if its data is not newer than this point's
 * @param finding what is wrong with the resource's checks tag: its own checks did not run then
 */
export function judge(options: {
  readonly checks: Checks;
  readonly measures: Measures;
  readonly last: LastPass | undefined;
  readonly instant: string;
  readonly finding: Finding | null;
}): Judgement {
  const { checks, measures, last, instant, finding } = options;
  const results = resultsOf(checks, measures, last, instant);
  const unmatched: CheckResult[] =
    finding === null ? [] : [{ name: "the resource's own checks", verdict: 'NOT_TESTED', because: finding.words }];
  return inAll([...results, ...unmatched]);
}

function resultsOf(checks: Checks, measures: Measures, last: LastPass | undefined, instant: string): CheckResult[] {
  if (measures.of === 'database') {
    return judgeDatabase(checks.of === 'database' ? checks : defaultChecks('database'), measures.answer, {
      instant,
      last: last?.measures.of === 'database' ? last.measures.answer : undefined,
    });
  }
  return judgeFiles(
    checks.of === 'files' ? checks : defaultChecks('files'),
    measures.answer,
    earlierFiles(last, instant),
  );
}

/** What files are compared with: the last PASS, if it was of files. */
export function earlierFiles(last: LastPass | undefined, instant: string): Earlier | undefined {
  if (last?.measures.of !== 'files') return undefined;
  const seconds = (Date.parse(instant) - Date.parse(last.instant)) / 1000;
  return { answer: last.measures.answer, seconds, usual: last.change };
}

/** One FAIL is a FAIL, then one SUSPECT a SUSPECT. A PASS needs a check that ran on data and passed. */
export function inAll(checks: readonly CheckResult[]): Judgement {
  const of = (verdict: Verdict) => checks.filter((check) => check.verdict === verdict);
  const told = (results: readonly CheckResult[]) =>
    results.slice(0, 10).map(({ name, because }) => `${name}: ${because}`);
  for (const verdict of ['FAIL', 'SUSPECT'] as const) {
    const found = of(verdict);
    if (found.length > 0) return { verdict, because: told(found), checks };
  }
  const untested = of('NOT_TESTED');
  const passed = of('PASS');
  if (passed.length === 0) {
    const because = checks.length === 0 ? ['no check was asked'] : told(untested);
    return { verdict: 'NOT_TESTED', because, checks };
  }
  const because = [
    `${passed.length} checks ran on the restored data and passed`,
    ...(untested.length > 0 ? [`not tested: ${some(untested.map(({ name }) => name))}`] : []),
  ];
  return { verdict: 'PASS', because, checks };
}

/** Errors that say of the recovery point itself that it did not come back; the others say that we do not know. */
const saysThatItFailed: readonly string[] = ['RestoreJobFailed', 'NothingToRestore', 'Unreachable'];

/** The verdict of a drill that did not get as far as asking. It is never a PASS. */
export function verdictOfTrouble({ Error: name, Cause: cause }: Caught): Judgement {
  const words = `${name ?? 'an error without a name'}: ${causeWords(cause)}`;
  return { verdict: saysThatItFailed.includes(name ?? '') ? 'FAIL' : 'NOT_TESTED', because: [words], checks: [] };
}

/** A function's error reaches the States Language as JSON; a job's as AWS's own words. */
function causeWords(cause: string | null): string {
  if (cause === null || cause === '') return 'no cause was given';
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    if (typeof errorMessage === 'string') return errorMessage.slice(0, 1000);
  } catch {
    // Not JSON: it is the words themselves.
  }
  return cause.slice(0, 1000);
}
