import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { readArn } from '../account/resource.ts';
import type { Outcome } from '../evidence/record.ts';
import { type AttemptRow, attemptId, type Workflow } from '../ledger/attempt.ts';

/** An execution as Step Functions tells it now; undefined when it knows it no longer. Instants are ISO 8601. */
export type Told =
  | Pick<
      DescribeExecutionCommandOutput,
      'status' | 'redriveCount' | 'redriveDate' | 'startDate' | 'stopDate' | 'input' | 'output' | 'error' | 'cause'
    >
  | undefined;

/** An attempt that has ended and has to be closed. */
export interface Ended {
  /** The attempt's row; absent when the execution died before its first function could open it, or is closed already. */
  readonly row: AttemptRow | undefined;
  readonly attempt: string;
  readonly workflow: Workflow;
  readonly execution: string;
  readonly redriveCount: number;
  readonly resource: string | undefined;
  /** Any earlier than this the attempt was not. */
  readonly since: string;
  readonly endedAt: string;
  readonly outcome: Outcome;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

const workflows: Readonly<Record<string, Workflow>> = {
  'lifeboat-protect': 'protect',
  'lifeboat-drill': 'drill',
  'lifeboat-fleet': 'fleet',
  'lifeboat-recover': 'recover',
};

const endings: Readonly<Record<string, Outcome>> = {
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
  ABORTED: 'ABORTED',
  TIMED_OUT: 'TIMED_OUT',
};

/** The workflow whose machine an execution belongs to; undefined when it is not one of Lifeboat's. */
export function workflowOf(execution: string): Workflow | undefined {
  const machine = execution.split(':').at(-2) ?? '';
  return Object.hasOwn(workflows, machine) ? workflows[machine] : undefined;
}

/**
 * Which attempts of an execution have ended. An attempt before the newest redrive has, whatever runs now. The newest has
 * when Step Functions says so; it counts also without a row, since an execution may die before its first function ran.
 */
export function endedAttempts(execution: string, told: Told, rows: readonly AttemptRow[], now: Date): Ended[] {
  const workflow = workflowOf(execution);
  if (workflow === undefined) return [];
  const at = now.toISOString();
  const input = objectOf(told?.input);
  const output = objectOf(told?.output);
  const current = told?.redriveCount ?? 0;
  const ending = told === undefined ? 'UNKNOWN' : endings[told.status ?? ''];

  const endedOf = (row: AttemptRow | undefined, redriveCount: number, outcome: Outcome): Ended => {
    const newest = outcome !== 'REDRIVEN';
    const began = redriveCount > 0 && newest ? told?.redriveDate : told?.startDate;
    const endedAt = newest ? told?.stopDate : told?.redriveDate;
    return {
      row,
      attempt: attemptId(execution, redriveCount),
      workflow,
      execution,
      redriveCount,
      resource: row?.resource ?? resourceIn(input),
      since: earlier(row?.openedAt, began?.toISOString()) ?? at,
      endedAt: endedAt?.toISOString() ?? at,
      outcome,
      input,
      output: newest ? output : {},
      error: newest ? told?.error : undefined,
      cause: newest ? told?.cause : undefined,
    };
  };

  const ended = rows
    .filter((row) => row.execution === execution && (told === undefined || row.redriveCount < current))
    .map((row) => endedOf(row, row.redriveCount, told === undefined ? 'UNKNOWN' : 'REDRIVEN'));
  if (told === undefined || ending === undefined) return ended;
  const row = rows.find((candidate) => candidate.execution === execution && candidate.redriveCount === current);
  // A run that succeeded went through its first function: without its row it is closed already.
  return row === undefined && ending === 'SUCCEEDED' ? ended : [...ended, endedOf(row, current, ending)];
}

/** Input and output are JSON texts that anybody may have typed. */
function objectOf(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

function resourceIn(input: Readonly<Record<string, unknown>>): string | undefined {
  const { resource } = input;
  return typeof resource === 'string' && readArn(resource) !== undefined ? resource : undefined;
}

function earlier(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}
