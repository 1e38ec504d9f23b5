import * as z from 'zod/mini';
import { attemptId } from '../ledger/attempt.ts';
import { ledgerOf } from '../ledger/ledger.ts';
import { lambda, work } from '../platform/lambda.ts';
import type { Seam } from '../platform/seam.ts';
import type { Kind } from '../policy/kind.ts';
import { KindNotSupported } from './errors.ts';
import { plan, type Reached, restored, run } from './plan.ts';
import { databaseReacher } from './reach-database.ts';
import { fileSystemReacher } from './reach-files.ts';
import type { Reacher } from './reacher.ts';

const reachers: Readonly<Record<Kind, (seam: Seam) => Reacher>> = {
  efs: fileSystemReacher,
  rds: databaseReacher,
  aurora: () => () => {
    throw new KindNotSupported('Aurora clusters cannot be drilled yet.');
  },
};

/** Makes what was restored reachable for its probe, and for nobody else. Throws `NotYet` until it is. */
export const handler = lambda((seam) => {
  const ledger = ledgerOf(seam);

  return work(
    z.object({ ...run, plan, restored }),
    async ({ plan: chosen, restored: ended, ...caller }): Promise<Reached> => {
      const attempt = attemptId(caller.execution, caller.redriveCount);
      return reachers[chosen.kind](seam)({
        plan: chosen,
        restored: ended,
        attempt,
        execution: caller.execution,
        ledger,
      });
    },
  );
});
