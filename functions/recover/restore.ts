import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { awaitJob, callbackRun, waitingOf } from '../jobs/await.ts';
import { lambda, work } from '../platform/lambda.ts';
import type { Seam } from '../platform/seam.ts';
import type { Kind } from '../policy/kind.ts';
import { RestoreNotEnded } from '../restore/errors.ts';
import { addDrillFindings } from '../restore/findings.ts';
import { restoreStep } from '../scratch/restore-step.ts';
import { attemptOf } from './attempt.ts';
import { type Recovery, recovery } from './plan.ts';
import { clusterStarter } from './start-cluster.ts';
import { fileStarter } from './start-files.ts';
import { instanceStarter } from './start-instance.ts';
import type { Starter } from './starter.ts';

/** For how long a recovery waits for its restore. The rest of the machine's day is for what comes after. */
const waitsSeconds = 20 * 3600;

const starters: Readonly<Record<Kind, (seam: Seam) => Starter>> = {
  efs: fileStarter,
  rds: instanceStarter,
  aurora: clusterStarter,
};

/** Begins to restore; the execution waits until the job of AWS Backup has ended. What RDS restores is waited for later. */
export const handler = lambda((seam) => {
  const waiting = waitingOf(seam);
  const { ledger } = waiting;

  return work(z.object({ ...callbackRun, recovery }), async (event) => {
    const { recovery: told, ...caller } = event;
    const chosen: Recovery = told;
    const attempt = await attemptOf(ledger, caller, chosen, seam.clock.now());
    const start = await starters[chosen.kind](seam)({ chosen, attempt, ledger });
    if (start.by === 'a call') {
      await start.call();
      const output = JSON.stringify({ job: 'none: RDS itself restores it', startedAt: seam.clock.now().toISOString() });
      await waiting.sfn.send(new SendTaskSuccessCommand({ taskToken: caller.token, output }));
      return { job: 'none', state: 'under way' };
    }
    const waited = await awaitJob(waiting, caller, {
      name: restoreStep,
      kind: 'restore',
      takesOverFrom: chosen.redriveCount,
      start: start.start,
    });
    await addDrillFindings(ledger, attempt, { restoreJob: waited.job });
    const waitedSeconds = (seam.clock.now().getTime() - Date.parse(chosen.startedAt)) / 1000;
    if (waited.state === 'under way' && waitedSeconds >= waitsSeconds) {
      const hours = Math.floor(waitedSeconds / 3600);
      throw new RestoreNotEnded(
        `The restore job ${waited.job} has not ended after ${hours} hours. Redrive to wait on.`,
      );
    }
    return waited;
  });
});
