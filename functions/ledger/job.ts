import type { Row } from './ledger.ts';

export type JobKind = 'backup' | 'copy' | 'restore';

/** The job that one step of one attempt has started: a step that is asked again finds its job here. */
export interface StepRow extends Row {
  readonly job: string;
  readonly kind: JobKind;
  /** Counts the jobs of this step: a job that failed for a passing reason is followed by another. */
  readonly attempt: number;
  readonly startedAt: string;
}

/** An execution that waits for a job to end. */
export interface WaitRow extends Row {
  readonly job: string;
  readonly kind: JobKind;
  readonly token: string;
  readonly execution: string;
  readonly since: string;
}

/** `attempt` is one execution or one redrive of it; see `attemptId`. */
export const stepKey = (attempt: string, step: string) => ({ pk: `ATTEMPT#${attempt}`, sk: `STEP#${step}` });

export const waitKey = (kind: JobKind, job: string) => ({ pk: `JOB#${kind}#${job}`, sk: 'WAIT' });
