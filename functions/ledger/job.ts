import type { Draft, Key, Row } from './ledger.ts';

/**
 * Rows of steps and jobs are of no use once their attempt is closed: DynamoDB removes them some time after `expiresAt`, in
 * seconds since 1970. No rule hangs on when.
 */
export interface PassingRow extends Row {
  readonly expiresAt: number;
}

/** No execution waits longer for a job than AWS Backup may take for it: 30 days. */
const keptSeconds = 40 * 86_400;

export function expiryFrom(now: Date): number {
  return Math.floor(now.getTime() / 1000) + keptSeconds;
}

export type JobKind = 'backup' | 'copy' | 'restore';

/** The job that one step of one attempt has started: a step that is asked again finds its job here. */
export interface StepRow extends PassingRow {
  readonly job: string;
  readonly kind: JobKind;
  /** Counts the jobs of this step: a job that failed for a passing reason is followed by another. */
  readonly attempt: number;
  readonly startedAt: string;
}

/** A step whose request AWS has accepted: it is not made again at every look. */
export interface AcceptedRow extends PassingRow {
  readonly acceptedAt: string;
}

export function accepted(step: Key, now: Date): Draft<AcceptedRow> {
  return { ...step, acceptedAt: now.toISOString(), expiresAt: expiryFrom(now) };
}

/** An execution that waits for a job to end. */
export interface WaitRow extends PassingRow {
  readonly job: string;
  readonly kind: JobKind;
  readonly token: string;
  readonly execution: string;
  readonly since: string;
}

/** `attempt` is one execution or one redrive of it; see `attemptId`. */
export const stepKey = (attempt: string, step: string) => ({ pk: `ATTEMPT#${attempt}`, sk: `STEP#${step}` });

export const waitKey = (kind: JobKind, job: string) => ({ pk: `JOB#${kind}#${job}`, sk: 'WAIT' });
