import type { AttemptContent, RecordDraft, Verdict } from '../evidence/record.ts';
import { pipeline } from '../ledger/episode.ts';
import { plainCause } from './cause.ts';
import type { Ended } from './ended.ts';
import { drillFound, type Found, fleetFound, protectFound, recoverFound } from './findings.ts';

/** AWS's words are kept whole; what is longer is a program's. */
const longestCause = 8_000;

/** The one terminal record of an attempt: made from what it wrote on its way and what Step Functions says of its end. */
export function recordOf(ended: Ended): RecordDraft & { content: AttemptContent } {
  const { row, workflow, execution, redriveCount, since, endedAt, outcome, error } = ended;
  const { verdict: said, ...found } = foundBy(ended);
  const cause = ended.cause === undefined ? undefined : plainCause(ended.cause).slice(0, longestCause);
  return {
    id: ended.attempt,
    resource: ended.resource ?? pipeline,
    content: {
      what: 'attempt',
      workflow,
      execution,
      redriveCount,
      ...(row?.kind !== undefined && { kind: row.kind }),
      ...(row?.tier !== undefined && { tier: row.tier }),
      ...(workflow === 'fleet' && { fleet: fleetOf(ended.input) }),
      openedAt: row?.openedAt ?? since,
      endedAt,
      outcome,
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
      ...found,
      verdict: verdictOf(ended, said, cause),
    },
  };
}

function foundBy({ workflow, row, output }: Ended): Found {
  const findings = row?.findings ?? {};
  if (workflow === 'drill') return drillFound(findings);
  if (workflow === 'recover') return recoverFound(findings);
  if (workflow === 'protect') return protectFound(findings, output);
  return fleetFound(findings);
}

/**
 * A drill's verdict stands however its execution ended: a tear-down that failed afterwards never hides it. Whatever else
 * did not succeed has not done its work.
 */
function verdictOf({ workflow, outcome, error }: Ended, said: Verdict | undefined, cause: string | undefined): Verdict {
  const ending = [
    `the execution ${endingWords[outcome]}`,
    ...(error === undefined ? [] : [`with ${error}`]),
    ...(cause === undefined ? [] : [`: ${cause}`]),
  ]
    .join(' ')
    .replace(' :', ':');
  if (workflow === 'drill') {
    return said ?? { is: 'NOT_TESTED', because: [`the drill came to no verdict: ${ending}`] };
  }
  if (workflow === 'recover') return recoveryVerdict(outcome, said, ending);
  if (outcome === 'SUCCEEDED') return said ?? { is: 'DONE', because: [ending] };
  return {
    is: workflow === 'protect' ? 'NOT_PROTECTED' : 'NOT_DONE',
    because: [ending, ...(said?.because ?? [])],
  };
}

/** What a recovery came to: whether it was done, and what the check of its data said. */
function recoveryVerdict(outcome: Ended['outcome'], said: Verdict | undefined, ending: string): Verdict {
  const checked = said === undefined ? [] : [`its data: ${said.is}`, ...said.because];
  if (outcome === 'SUCCEEDED') {
    return {
      is: 'DONE',
      because: said === undefined ? ['nothing was recovered: it was asked what could be'] : checked,
    };
  }
  return { is: 'NOT_DONE', because: [ending, ...checked] };
}

function fleetOf({ workflow, tier }: Ended['input']): string {
  return `${named(workflow)}/${named(tier)}`;
}

/** Anybody may have typed it. */
function named(value: unknown): string {
  return typeof value === 'string' && /^[\w-]{1,40}$/.test(value) ? value : 'all';
}

const endingWords: Readonly<Record<Ended['outcome'], string>> = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  ABORTED: 'was aborted',
  TIMED_OUT: 'ran out of time',
  REDRIVEN: 'failed and was redriven',
  UNKNOWN: 'is no longer known to Step Functions',
};
