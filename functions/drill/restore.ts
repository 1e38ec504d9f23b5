import * as z from 'zod/mini';
import { awaitJob, callbackRun, waitingOf } from '../jobs/await.ts';
import { attemptId } from '../ledger/attempt.ts';
import { lambda, work } from '../platform/lambda.ts';
import type { Seam } from '../platform/seam.ts';
import type { Kind } from '../policy/kind.ts';
import { note } from '../scratch/register.ts';
import { restoreStep } from '../scratch/restore-step.ts';
import { KindNotSupported } from './errors.ts';
import { plan } from './plan.ts';
import { fileSystemRestorer } from './restore-efs.ts';
import { databaseRestorer } from './restore-rds.ts';
import type { Restorer } from './restorer.ts';

const restorers: Readonly<Record<Kind, (seam: Seam) => Restorer>> = {
  efs: fileSystemRestorer,
  rds: databaseRestorer,
  aurora: () => ({
    what: 'database',
    prepare: () => {
      throw new KindNotSupported(
        'Aurora clusters cannot be drilled yet. Restore this one by hand to know whether it works.',
      );
    },
  }),
};

/** Restores the chosen point into scratch; the execution waits until the job has ended. */
export const handler = lambda((seam) => {
  const waiting = waitingOf(seam);
  const { ledger } = waiting;

  return work(z.object({ ...callbackRun, plan }), async ({ plan: { kind, ...rest }, ...caller }) => {
    const chosen = { kind, ...rest };
    const attempt = attemptId(caller.execution, caller.redriveCount);
    const restorer = restorers[kind](seam);
    const start = await restorer.prepare({ plan: chosen, attempt, execution: caller.execution, ledger });
    const waited = await awaitJob(waiting, caller, {
      name: restoreStep,
      kind: 'restore',
      start: async (idempotencyToken) => {
        const job = await start(idempotencyToken);
        // Before anything else: whoever tears down must know that the thing may still come.
        await note(ledger, { drill: chosen.drill, what: restorer.what }, { restoreJob: job });
        return job;
      },
    });
    await note(ledger, { drill: chosen.drill, what: restorer.what }, { restoreJob: waited.job });
    return waited;
  });
});
