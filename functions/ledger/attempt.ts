import type { Row } from './ledger.ts';

export type Workflow = 'protect' | 'drill' | 'fleet' | 'recover';

/** One execution of a workflow, or one redrive of it, from its first Lambda until its terminal record is written. */
export interface AttemptRow extends Row {
  readonly attempt: string;
  readonly workflow: Workflow;
  readonly execution: string;
  readonly redriveCount: number;
  /** What it works on; absent while it has not chosen. */
  readonly resource?: string;
  readonly kind?: string;
  readonly tier?: string;
  readonly openedAt: string;
  /** What the workflow has found so far and the terminal record will say. JSON, small, without content of data. */
  readonly findings?: Readonly<Record<string, unknown>>;
}

/** All open attempts of a Region stand in one partition. */
export const attemptsPartition = 'ATTEMPTS';

/** The name of an attempt: the execution's name in its machine, and the redrive. */
export function attemptId(execution: string, redriveCount: number): string {
  const [machine, name] = execution.split(':').slice(-2);
  return `${machine}/${name}/${redriveCount}`;
}

export const attemptKey = (attempt: string) => ({ pk: attemptsPartition, sk: attempt });
