import { paginateListRestoreJobs } from '@aws-sdk/client-backup';
import { rememberedJob } from '../jobs/describe.ts';
import { type StepRow, stepKey } from '../ledger/job.ts';
import type { ScratchRow } from '../ledger/scratch.ts';
import { allRegistered } from './register.ts';
import type { Removal, Wrecking } from './removal.ts';
import { restoreStep } from './restore-step.ts';
import { noAttempt } from './unregistered.ts';

/**
 * How long after its registration a restore that nobody wrote down may still be started, and be missing in AWS Backup's
 * lists. An assumption: the function that starts it lives for minutes, with all its retries.
 */
const mayBeStartedForSeconds = 2 * 3600;
/** Clocks of functions and of AWS Backup differ by less. */
const clockSkewSeconds = 600;

/**
 * Whether a restore may still create what the row registers: it does so whenever it gets there, and cannot be cancelled.
 * Undefined once nothing can come any more.
 */
export async function mayStillCome(wrecking: Wrecking, row: ScratchRow): Promise<Removal | undefined> {
  const { ledger, backup, clock } = wrecking;
  // It was adopted because it was there: whatever created it has done so.
  if (row.attempt === noAttempt) return undefined;
  // A call of RDS created it and was answered, as with the clone of a recovered cluster: no job makes another.
  if (row.id !== undefined && row.restoreJob === undefined) return undefined;
  const job = row.restoreJob ?? (await ledger.get<StepRow>(stepKey(row.attempt, restoreStep)))?.job;
  if (job !== undefined) {
    const known = await rememberedJob(backup, 'restore', job);
    return known?.state === 'under way'
      ? { is: 'may still come', because: `restore job ${job} is still running` }
      : undefined;
  }
  const ageSeconds = (clock.now().getTime() - Date.parse(row.registeredAt)) / 1000;
  if (ageSeconds < mayBeStartedForSeconds) {
    return { is: 'may still come', because: `nobody knows whether a restore of ${row.name} was started` };
  }
  const stranger = await unknownRestore(wrecking, row);
  return stranger === undefined
    ? undefined
    : { is: 'may still come', because: `restore job ${stranger} is still running, and may be that of ${row.name}` };
}

/**
 * A restore that is under way, was started when the row's could have been, and that no other row registers. Whoever
 * started it died, or the ledger refused it, before the job was written down; AWS Backup tells no name before the end.
 */
async function unknownRestore({ ledger, backup }: Wrecking, row: ScratchRow): Promise<string | undefined> {
  const registered = Date.parse(row.registeredAt);
  const known = new Set((await allRegistered(ledger)).map(({ restoreJob }) => restoreJob));
  const created = {
    ByCreatedAfter: new Date(registered - clockSkewSeconds * 1000),
    ByCreatedBefore: new Date(registered + mayBeStartedForSeconds * 1000),
  };
  for await (const { RestoreJobs } of paginateListRestoreJobs({ client: backup }, created)) {
    for (const { RestoreJobId, Status } of RestoreJobs ?? []) {
      if (RestoreJobId !== undefined && !known.has(RestoreJobId) && !ended.has(Status)) return RestoreJobId;
    }
  }
  return undefined;
}

const ended: ReadonlySet<string | undefined> = new Set(['COMPLETED', 'ABORTED', 'FAILED']);
