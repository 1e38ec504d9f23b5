import { describeJob } from '../jobs/describe.ts';
import { type StepRow, stepKey } from '../ledger/job.ts';
import type { ScratchRow } from '../ledger/scratch.ts';
import type { Removal, Wrecking } from './removal.ts';
import { restoreStep } from './restore-step.ts';
import { noAttempt } from './unregistered.ts';

/** How long after its registration a restore that nobody knows the job of may still show up. An assumption. */
const mayShowUpForSeconds = 2 * 3600;

/**
 * Whether a restore may still create what the row registers: it does so whenever it gets there, and cannot be cancelled.
 * Undefined once nothing can come any more.
 */
export async function mayStillCome({ ledger, backup, clock }: Wrecking, row: ScratchRow): Promise<Removal | undefined> {
  // It was adopted because it was there: whatever created it has done so.
  if (row.attempt === noAttempt) return undefined;
  // A call of RDS created it and was answered, as with the clone of a recovered cluster: no job makes another.
  if (row.id !== undefined && row.restoreJob === undefined) return undefined;
  const job = row.restoreJob ?? (await ledger.get<StepRow>(stepKey(row.attempt, restoreStep)))?.job;
  if (job === undefined) {
    const ageSeconds = (clock.now().getTime() - Date.parse(row.registeredAt)) / 1000;
    if (ageSeconds >= mayShowUpForSeconds) return undefined;
    return { is: 'may still come', because: `nobody knows whether a restore of ${row.name} was started` };
  }
  const { state } = await describeJob(backup, 'restore', job);
  return state === 'under way' ? { is: 'may still come', because: `restore job ${job} is still running` } : undefined;
}
