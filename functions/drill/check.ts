import * as z from 'zod/mini';
import { ledgerOf } from '../ledger/ledger.ts';
import { lambda, work } from '../platform/lambda.ts';
import { loadPolicy } from '../policy/load.ts';
import { checksFor } from '../policy/resolve.ts';
import { dataAsker } from '../proof/ask-data.ts';
import { type Answered, plan, reached, run } from '../restore/plan.ts';
import { attemptOf } from './attempt.ts';

/** Puts the policy's questions to the restored data. Throws `NotYet` until all are answered. */
export const handler = lambda((seam) => {
  const policy = loadPolicy(seam);
  const ask = dataAsker(seam);
  const ledger = ledgerOf(seam);

  return work(
    z.object({ ...run, plan, reached }),
    async ({ plan: chosen, reached: way, ...caller }): Promise<Answered> => {
      const attempt = await attemptOf(ledger, caller, chosen, seam.clock.now());
      const { checks } = checksFor(policy, chosen.checks, chosen.kind);
      return ask({ plan: chosen, attempt, way, checks });
    },
  );
});
