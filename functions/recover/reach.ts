import * as z from 'zod/mini';
import { ledgerOf } from '../ledger/ledger.ts';
import { lambda, work } from '../platform/lambda.ts';
import type { Seam } from '../platform/seam.ts';
import type { Kind } from '../policy/kind.ts';
import { addDrillFindings } from '../restore/findings.ts';
import { type Reached, run } from '../restore/plan.ts';
import { between } from '../restore/timings.ts';
import { attemptOf } from './attempt.ts';
import { recovery, restoring } from './plan.ts';
import { clusterReacher } from './reach-cluster.ts';
import { fileReacher } from './reach-files.ts';
import { instanceReacher } from './reach-instance.ts';
import type { CheckReacher } from './reacher.ts';

const reachers: Readonly<Record<Kind, (seam: Seam) => CheckReacher>> = {
  efs: fileReacher,
  rds: instanceReacher,
  aurora: clusterReacher,
};

/** Makes what was recovered reachable for its probe, from the sealed network alone. Throws `NotYet` until it is. */
export const handler = lambda((seam) => {
  const ledger = ledgerOf(seam);

  return work(
    z.object({ ...run, recovery, restored: restoring }),
    async ({ recovery: chosen, restored, ...caller }): Promise<Reached> => {
      const attempt = await attemptOf(ledger, caller, chosen, seam.clock.now());
      const { execution } = caller;
      const way = await reachers[chosen.kind](seam)({ chosen, restored, attempt, execution, ledger });
      await addDrillFindings(ledger, attempt, { timings: { reach: between(restored.startedAt, way.reachedAt) } });
      return way;
    },
  );
});
