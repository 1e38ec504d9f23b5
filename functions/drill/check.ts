import * as z from 'zod/mini';
import { attemptId } from '../ledger/attempt.ts';
import { lambda, work } from '../platform/lambda.ts';
import { loadPolicy } from '../policy/load.ts';
import { checksFor } from '../policy/resolve.ts';
import { dataAsker } from '../proof/ask-data.ts';
import { type Answered, plan, reached, run } from '../restore/plan.ts';

/** Puts the policy's questions to the restored data. Throws `NotYet` until all are answered. */
export const handler = lambda((seam) => {
  const policy = loadPolicy(seam);
  const ask = dataAsker(seam);

  return work(
    z.object({ ...run, plan, reached }),
    async ({ plan: chosen, reached: way, execution, redriveCount }): Promise<Answered> => {
      const { checks } = checksFor(policy, chosen.checks, chosen.kind);
      return ask({ plan: chosen, attempt: attemptId(execution, redriveCount), way, checks });
    },
  );
});
