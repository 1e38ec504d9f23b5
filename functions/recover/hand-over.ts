import * as z from 'zod/mini';
import { ledgerOf } from '../ledger/ledger.ts';
import { lambda, work } from '../platform/lambda.ts';
import type { Seam } from '../platform/seam.ts';
import type { Kind } from '../policy/kind.ts';
import { addDrillFindings } from '../restore/findings.ts';
import { caught, run } from '../restore/plan.ts';
import { between } from '../restore/timings.ts';
import { attemptOf } from './attempt.ts';
import { clusterHander } from './hand-over-cluster.ts';
import { fileHander } from './hand-over-files.ts';
import { instanceHander } from './hand-over-instance.ts';
import type { Hander } from './hander.ts';
import { judged, recovery } from './plan.ts';
import { type Recovered, tell } from './tell.ts';

const handers: Readonly<Record<Kind, (seam: Seam) => Hander>> = {
  efs: fileHander,
  rds: instanceHander,
  aurora: clusterHander,
};

/**
 * Puts what was recovered where applications reach it, protects it from deletion, and says all that whoever asked has to
 * know. It does so whatever the check found: a damaged copy may be all there is. Throws `NotYet` until it is there.
 */
export const handler = lambda((seam) => {
  const ledger = ledgerOf(seam);

  return work(
    z.object({
      ...run,
      recovery,
      judged,
      trouble: z.nullable(caught),
      leftover: z.nullable(caught),
      directory: z.nullable(z.string()),
    }),
    async ({ recovery: chosen, judged: verdict, trouble, leftover, directory, ...caller }): Promise<Recovered> => {
      const attempt = await attemptOf(ledger, caller, chosen, seam.clock.now());
      const handed = await handers[chosen.kind](seam)({ chosen, attempt, ledger, directory });
      const now = seam.clock.now();
      const told = tell({ chosen, handed, verdict, trouble, leftover, now });
      await addDrillFindings(ledger, attempt, {
        ...(verdict === null && { verdict: 'NOT_TESTED', because: told.checked.because, checks: [] }),
        timings: { recovery: between(chosen.startedAt, now.toISOString()) },
        restored: { arn: handed.arn, endpoint: handed.at },
      });
      return told;
    },
  );
});
