import * as z from 'zod/mini';
import { awaitJob, callbackRun, isOfUse, waitingOf } from '../jobs/await.ts';
import { type ScratchRow, scratchKey } from '../ledger/scratch.ts';
import { lambda, work } from '../platform/lambda.ts';
import type { Seam } from '../platform/seam.ts';
import type { Kind } from '../policy/kind.ts';
import { RestoreNotEnded } from '../restore/errors.ts';
import { addDrillFindings } from '../restore/findings.ts';
import { plan } from '../restore/plan.ts';
import { clusterRestorer } from '../restore/restore-aurora.ts';
import { fileSystemRestorer } from '../restore/restore-efs.ts';
import { databaseRestorer } from '../restore/restore-rds.ts';
import type { Restorer } from '../restore/restorer.ts';
import { note } from '../scratch/register.ts';
import { restoreStep } from '../scratch/restore-step.ts';
import { attemptOf } from './attempt.ts';

/** For how long a drill waits for its restore. The rest of the machine's day is for the tear-down. */
const waitsSeconds = 20 * 3600;

const restorers: Readonly<Record<Kind, (seam: Seam) => Restorer>> = {
  efs: fileSystemRestorer,
  rds: databaseRestorer,
  aurora: clusterRestorer,
};

/** Restores the chosen point into scratch; the execution waits until the job has ended. */
export const handler = lambda((seam) => {
  const waiting = waitingOf(seam);
  const { ledger } = waiting;

  return work(z.object({ ...callbackRun, plan }), async ({ plan: { kind, ...rest }, ...caller }) => {
    const chosen = { kind, ...rest };
    const attempt = await attemptOf(ledger, caller, chosen, seam.clock.now());
    const restorer = restorers[kind](seam);
    const before = await ledger.get<ScratchRow>(scratchKey(chosen.drill, restorer.what));
    const start = await restorer.prepare({ plan: chosen, attempt, execution: caller.execution, ledger });
    const waited = await awaitJob(waiting, caller, {
      name: restoreStep,
      kind: 'restore',
      start: async (idempotencyToken) => {
        // A run that was stopped and redriven may have left its restore behind: two would go into one place.
        const left = before?.restoreJob;
        const goesOn = left !== undefined && (await isOfUse(waiting, 'restore', left));
        const job = goesOn ? left : await start(idempotencyToken);
        // Before anything else: whoever tears down must know that the thing may still come.
        await note(ledger, { drill: chosen.drill, what: restorer.what }, { restoreJob: job });
        return job;
      },
    });
    await note(ledger, { drill: chosen.drill, what: restorer.what }, { restoreJob: waited.job });
    // A restore that fails ends the drill, and its evidence names the job all the same.
    await addDrillFindings(ledger, attempt, { restoreJob: waited.job });
    const waitedSeconds = (seam.clock.now().getTime() - Date.parse(chosen.chosenAt)) / 1000;
    if (waited.state === 'under way' && waitedSeconds >= waitsSeconds) {
      const hours = Math.floor(waitedSeconds / 3600);
      throw new RestoreNotEnded(`The restore job ${waited.job} has not ended ${hours} hours after the drill began.`);
    }
    return waited;
  });
});
