import { BackupClient } from '@aws-sdk/client-backup';
import { SendTaskFailureCommand, SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { attemptId } from '../ledger/attempt.ts';
import { expiryFrom, type JobKind, type StepRow, stepKey, type WaitRow, waitKey } from '../ledger/job.ts';
import { type Ledger, ledgerOf } from '../ledger/ledger.ts';
import { run } from '../platform/door.ts';
import { nameOf } from '../platform/errors.ts';
import type { Clock, Seam } from '../platform/seam.ts';
import { describeJob, type Job, rememberedJob } from './describe.ts';
import { causeOf, failureName } from './failure.ts';

/** How many jobs one step of one attempt may start, the first included, when they fail for reasons that pass. */
const mostJobs = 4;

/** What waiting for jobs needs; one for each execution environment. */
export interface Waiting {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly backup: BackupClient;
  readonly sfn: SFNClient;
}

export function waitingOf(seam: Seam): Waiting {
  return {
    ledger: ledgerOf(seam),
    clock: seam.clock,
    backup: seam.client(BackupClient),
    sfn: seam.client(SFNClient),
  };
}

/** What a callback task hands to its function: its token, and which run of which execution it belongs to. */
export interface CallbackRun {
  readonly token: string;
  readonly execution: string;
  readonly redriveCount: number;
}

/** The members of a callback function's event that say who waits. */
export const callbackRun = { token: z.string().check(z.minLength(1), z.maxLength(2_048)), ...run };

export interface Step {
  /** Names the step within its attempt, e.g. `backup` or `copy to eu-west-1`. */
  readonly name: string;
  readonly kind: JobKind;
  /**
   * The first run of the execution, by its redrive count, whose job of this step a later redrive takes over instead of
   * starting one, if AWS still runs it or has completed it. Absent: every redrive starts its own.
   */
  readonly takesOverFrom?: number;
  /** Starts the job. The same idempotency token is the same job. Answers the job's id. */
  start(idempotencyToken: string): Promise<string>;
}

/**
 * Makes an execution wait for a job. The step's job is started once: whoever asks again, after a timeout or a lost
 * answer, finds it in the ledger, and the idempotency token holds where the ledger was not written. The task's token is
 * stored under the job *before* the job is described once, so an event that came first is not missed. A job that has
 * ended answers the task here and now. One that failed for a reason that passes fails the task with `JobFailedForNow`;
 * the state machine waits and asks again, and then another job is started, up to {@link mostJobs} of them.
 */
export async function awaitJob(
  waiting: Waiting,
  run: CallbackRun,
  step: Step,
): Promise<{ job: string; state: Job['state'] }> {
  const attempt = attemptId(run.execution, run.redriveCount);
  const { row, isNew } = await stepRow(waiting, run, step);
  const first = await look(waiting, run, step, row.job);
  const mayTryAgain = first.state === 'failed' && causeOf(first.message).passes && !isNew && row.attempt < mostJobs;
  if (!mayTryAgain) {
    await answerIfEnded(waiting, step.kind, row.job, first);
    return { job: row.job, state: first.state };
  }
  await forgetToken(waiting, run, step.kind, row.job);
  const next = await nextJob(waiting, attempt, step, row);
  const second = await look(waiting, run, step, next.job);
  await answerIfEnded(waiting, step.kind, next.job, second);
  return { job: next.job, state: second.state };
}

async function look(waiting: Waiting, run: CallbackRun, step: Step, job: string): Promise<Job> {
  await storeToken(waiting, run, step.kind, job);
  return describeJob(waiting.backup, step.kind, job);
}

async function answerIfEnded(waiting: Waiting, kind: JobKind, id: string, job: Job): Promise<void> {
  if (job.state !== 'under way') await answer(waiting, kind, id, job);
}

/** The step's row; `isNew` when this call started its job, or took it over. */
async function stepRow(waiting: Waiting, run: CallbackRun, step: Step): Promise<{ row: StepRow; isNew: boolean }> {
  const attempt = attemptId(run.execution, run.redriveCount);
  const key = stepKey(attempt, step.name);
  const found = await waiting.ledger.get<StepRow>(key);
  if (found !== undefined) return { row: found, isNew: false };
  const job = (await jobBefore(waiting, run, step)) ?? (await step.start(idempotencyToken(attempt, step.name, 1)));
  const now = waiting.clock.now();
  const row = { ...key, job, kind: step.kind, attempt: 1, startedAt: now.toISOString(), expiresAt: expiryFrom(now) };
  await waiting.ledger.create<StepRow>(row);
  return { row: (await waiting.ledger.get<StepRow>(key)) ?? { ...row, version: 1 }, isNew: true };
}

/** The job that an earlier run of the execution left behind at this step, unless it failed or AWS has forgotten it. */
async function jobBefore(waiting: Waiting, { execution, redriveCount }: CallbackRun, step: Step) {
  for (let count = redriveCount - 1; count >= (step.takesOverFrom ?? redriveCount); count -= 1) {
    const row = await waiting.ledger.get<StepRow>(stepKey(attemptId(execution, count), step.name));
    if (row === undefined) continue;
    if (await isOfUse(waiting, step.kind, row.job)) return row.job;
  }
  return undefined;
}

/** Whether a job that was begun before can be waited for: it has not failed, and AWS has not forgotten it. */
export async function isOfUse({ backup }: Pick<Waiting, 'backup'>, kind: JobKind, job: string): Promise<boolean> {
  const found = await rememberedJob(backup, kind, job);
  return found !== undefined && found.state !== 'failed';
}

async function nextJob(waiting: Waiting, attempt: string, step: Step, row: StepRow): Promise<StepRow> {
  const job = await step.start(idempotencyToken(attempt, step.name, row.attempt + 1));
  const next = { ...row, job, attempt: row.attempt + 1, startedAt: waiting.clock.now().toISOString() };
  await waiting.ledger.replace<StepRow>(next);
  return (await waiting.ledger.get<StepRow>(row)) ?? next;
}

/** From the work, never from the request: the same step of the same attempt gives the same token. */
function idempotencyToken(attempt: string, step: string, count: number): string {
  return `${attempt}/${step}/${count}`.replace(/[^A-Za-z0-9-]/g, '-').slice(-200);
}

async function storeToken(waiting: Waiting, run: CallbackRun, kind: JobKind, job: string): Promise<void> {
  const key = waitKey(kind, job);
  const now = waiting.clock.now();
  const wait = {
    ...key,
    job,
    kind,
    token: run.token,
    execution: run.execution,
    since: now.toISOString(),
    expiresAt: expiryFrom(now),
  };
  for (let tries = 0; tries < 5; tries += 1) {
    const seen = await waiting.ledger.get<WaitRow>(key);
    if (seen?.token === run.token) return;
    const stored =
      seen === undefined
        ? await waiting.ledger.create<WaitRow>(wait)
        : await waiting.ledger.replace<WaitRow>({ ...wait, version: seen.version });
    if (stored) return;
  }
  throw new Error(`The row of the ${kind} job ${job} changed under every one of five writes.`);
}

/** The execution goes on to wait for another job: an event of this one that comes late must not answer it. */
async function forgetToken(waiting: Waiting, run: CallbackRun, kind: JobKind, job: string): Promise<void> {
  const wait = await waiting.ledger.get<WaitRow>(waitKey(kind, job));
  if (wait?.token === run.token) await waiting.ledger.remove(wait);
}

/**
 * Tells the execution that waits for a job how it ended; answers whether anybody was told. Nobody waiting is fine.
 * A token that has expired or was answered already belongs to a wait that has been repeated or is over.
 */
export async function answer(
  waiting: Waiting,
  kind: JobKind,
  id: string,
  job: Exclude<Job, { state: 'under way' }>,
): Promise<boolean> {
  const wait = await waiting.ledger.get<WaitRow>(waitKey(kind, id));
  if (wait === undefined) return false;
  let told = true;
  try {
    if (job.state === 'done') {
      const output = JSON.stringify({ job: id, ...job });
      await waiting.sfn.send(new SendTaskSuccessCommand({ taskToken: wait.token, output }));
    } else {
      const error = failureName(kind, job.message);
      await waiting.sfn.send(new SendTaskFailureCommand({ taskToken: wait.token, error, cause: job.message }));
    }
  } catch (error) {
    if (!staleToken.includes(nameOf(error))) throw error;
    told = false;
  }
  await waiting.ledger.remove(wait);
  return told;
}

const staleToken: readonly string[] = ['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'];
