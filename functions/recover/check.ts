import * as z from 'zod/mini';
import { ledgerOf } from '../ledger/ledger.ts';
import { lambda, work } from '../platform/lambda.ts';
import { loadPolicy } from '../policy/load.ts';
import { dataAsker } from '../proof/ask-data.ts';
import { type Answered, reached, run } from '../restore/plan.ts';
import { attemptOf } from './attempt.ts';
import { asPlan, recovery } from './plan.ts';
import { questionsFor } from './questions.ts';

/** Puts the policy's questions to the recovered data. Throws `NotYet` until all are answered. */
export const handler = lambda((seam) => {
  const ledger = ledgerOf(seam);
  const policy = loadPolicy(seam);
  const ask = dataAsker(seam);

  return work(
    z.object({ ...run, recovery, reached }),
    async ({ recovery: chosen, reached: way, ...caller }): Promise<Answered> => {
      const attempt = await attemptOf(ledger, caller, chosen, seam.clock.now());
      return ask({ plan: asPlan(chosen), attempt, way, checks: questionsFor(policy, chosen).checks });
    },
  );
});
