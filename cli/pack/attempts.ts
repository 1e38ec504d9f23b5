import { recordKey } from '../../functions/evidence/key.ts';
import type { AttemptContent, DrillVerdict, EvidenceRecord, PointUsed } from '../../functions/evidence/record.ts';
import { type Cell, csvOf } from './csv.ts';

type Attempt = EvidenceRecord & { readonly content: AttemptContent };

interface Column {
  readonly name: string;
  /** For the README of the pack. */
  readonly means: string;
  readonly cell: (attempt: Attempt, nameOf: (resource: string) => string | undefined) => Cell;
}

const points = ({ content }: Attempt, as: PointUsed['as']) => content.points.filter((point) => point.as === as);
const checks = ({ content }: Attempt, verdict: DrillVerdict) =>
  content.checks.filter((check) => check.verdict === verdict).length;

/** Every column of the table of attempts, in its order. */
export const columns: readonly Column[] = [
  {
    name: 'attempt',
    means: 'the attempt: state machine, execution and number of the redrive; it has one row, and one record',
    cell: ({ id }) => id,
  },
  {
    name: 'workflow',
    means:
      '`protect` backs up and copies, `drill` restores and checks, `recover` restores for real, `fleet` starts them',
    cell: ({ content }) => content.workflow,
  },
  {
    name: 'resource',
    means: 'the ARN of what it worked on; `pipeline` where it worked on none, as a fleet does',
    cell: ({ resource }) => resource,
  },
  {
    name: 'name',
    means: 'the name of the resource, where a standing of the month has it',
    cell: ({ resource }, nameOf) => nameOf(resource),
  },
  { name: 'kind', means: '`efs`, `rds` or `aurora`', cell: ({ content }) => content.kind },
  { name: 'tier', means: 'the tier of the policy, as it was then', cell: ({ content }) => content.tier },
  {
    name: 'location',
    means: 'the account and Region in which it ran, and whose chain has the record',
    cell: ({ location }) => location,
  },
  { name: 'opened_at', means: 'when it began, UTC', cell: ({ content }) => content.openedAt },
  { name: 'ended_at', means: 'when it ended, UTC', cell: ({ content }) => content.endedAt },
  {
    name: 'outcome',
    means:
      'how Step Functions says that the execution ended: `SUCCEEDED`, `FAILED`, `ABORTED`, `TIMED_OUT`, `REDRIVEN` or `UNKNOWN`',
    cell: ({ content }) => content.outcome,
  },
  {
    name: 'verdict',
    means:
      'what it came to. A drill: `PASS`, `FAIL`, `SUSPECT` or `NOT_TESTED`. A backup: `PROTECTED`, `COALESCED` (another one served) or `NOT_PROTECTED`. Others: `DONE` or `NOT_DONE`',
    cell: ({ content }) => content.verdict.is,
  },
  {
    name: 'because',
    means: 'the reasons of the verdict',
    cell: ({ content }) => content.verdict.because.join('; '),
  },
  {
    name: 'backups',
    means: 'how many recovery points it made',
    cell: (attempt) => points(attempt, 'backup').length,
  },
  { name: 'copies', means: 'how many copies it made', cell: (attempt) => points(attempt, 'copy').length },
  {
    name: 'restored_point',
    means: 'the ARN of the recovery point that was restored; empty where it was not from a point',
    cell: (attempt) => [...points(attempt, 'drilled'), ...points(attempt, 'recovered')][0]?.arn,
  },
  {
    name: 'data_instant',
    means: 'the instant whose data that point holds, UTC',
    cell: (attempt) => [...points(attempt, 'drilled'), ...points(attempt, 'recovered')][0]?.instant,
  },
  { name: 'checks_passed', means: 'checks of the data that passed', cell: (attempt) => checks(attempt, 'PASS') },
  { name: 'checks_failed', means: 'checks that failed', cell: (attempt) => checks(attempt, 'FAIL') },
  {
    name: 'checks_suspect',
    means: 'checks whose answer is unlike that of the last pass',
    cell: (attempt) => checks(attempt, 'SUSPECT'),
  },
  {
    name: 'checks_not_tested',
    means: 'checks that could not be made',
    cell: (attempt) => checks(attempt, 'NOT_TESTED'),
  },
  {
    name: 'recovery_seconds',
    means: 'in drills: from the start of the restore until the data answered',
    cell: ({ content }) => content.rto?.seconds,
  },
  {
    name: 'recovery_bound_seconds',
    means: 'the bound on it that the policy sets; empty where it sets none',
    cell: ({ content }) => content.rto?.boundSeconds,
  },
  {
    name: 'restored_as',
    means: 'engine, version and instance class, or the name, that the data was restored as',
    cell: ({ content: { restored } }) =>
      restored === undefined
        ? undefined
        : [restored.engine, restored.engineVersion, restored.instanceClass, restored.name].filter(Boolean).join(' '),
  },
  {
    name: 'scratch',
    means: 'whether what a drill restored is `gone` or `not gone`',
    cell: ({ content }) => content.scratch,
  },
  { name: 'error', means: 'the name of the error that ended it', cell: ({ content }) => content.error },
  { name: 'execution', means: 'the ARN of the execution', cell: ({ content }) => content.execution },
  {
    name: 'record',
    means: 'the file in this pack that says all of it, with each check, job and cause',
    cell: ({ location, resource, seq }) => recordKey(location, resource, seq),
  },
  { name: 'hash', means: 'the hash of that record', cell: ({ hash }) => hash },
];

/** One row for each attempt, in the order in which they ended. */
export function attemptsCsv(
  records: readonly EvidenceRecord[],
  nameOf: (resource: string) => string | undefined,
): { readonly csv: string; readonly rows: number } {
  const attempts = records.filter(isAttempt).sort((one, other) => {
    const [first, second] = [sortKey(one), sortKey(other)];
    return first < second ? -1 : first > second ? 1 : 0;
  });
  const rows = attempts.map((attempt) => columns.map(({ cell }) => cell(attempt, nameOf)));
  return { csv: csvOf([columns.map(({ name }) => name), ...rows]), rows: rows.length };
}

function isAttempt(record: EvidenceRecord): record is Attempt {
  return record.content.what === 'attempt';
}

function sortKey({ content, location, resource, seq }: Attempt): string {
  return `${content.endedAt} ${recordKey(location, resource, seq)}`;
}
