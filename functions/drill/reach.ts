import * as z from 'zod/mini';
import { ledgerOf } from '../ledger/ledger.ts';
import { lambda, work } from '../platform/lambda.ts';
import type { Seam } from '../platform/seam.ts';
import type { Kind } from '../policy/kind.ts';
import { addDrillFindings } from '../restore/findings.ts';
import { plan, type Reached, restored, run } from '../restore/plan.ts';
import { clusterReacher } from '../restore/reach-cluster.ts';
import { databaseReacher } from '../restore/reach-database.ts';
import { fileSystemReacher } from '../restore/reach-files.ts';
import type { Reacher } from '../restore/reacher.ts';
import { between } from '../restore/timings.ts';
import { attemptOf } from './attempt.ts';

const reachers: Readonly<Record<Kind, (seam: Seam) => Reacher>> = {
  efs: fileSystemReacher,
  rds: databaseReacher,
  aurora: clusterReacher,
};

/** Makes what was restored reachable for its probe, and for nobody else. Throws `NotYet` until it is. */
export const handler = lambda((seam) => {
  const ledger = ledgerOf(seam);

  return work(
    z.object({ ...run, plan, restored }),
    async ({ plan: chosen, restored: ended, ...caller }): Promise<Reached> => {
      const attempt = await attemptOf(ledger, caller, chosen, seam.clock.now());
      const restore = between(ended.startedAt, ended.completedAt);
      // Written as each stage ends: a drill that goes no further has its times in its evidence too.
      await addDrillFindings(ledger, attempt, { restoreJob: ended.job, timings: { restore } });
      const way = await reachers[chosen.kind](seam)({
        plan: chosen,
        restored: ended,
        attempt,
        execution: caller.execution,
        ledger,
      });
      await addDrillFindings(ledger, attempt, { timings: { reach: between(ended.completedAt, way.reachedAt) } });
      return way;
    },
  );
});
