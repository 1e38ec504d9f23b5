import { LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { attemptId } from '../ledger/attempt.ts';
import { ledgerOf } from '../ledger/ledger.ts';
import { lambda, work } from '../platform/lambda.ts';
import { required } from '../platform/seam.ts';
import { loadPolicy } from '../policy/load.ts';
import { checksFor } from '../policy/resolve.ts';
import { askDatabase } from './ask-database.ts';
import { askFiles } from './ask-files.ts';
import { measureStore } from './measures.ts';
import { passwordOf } from './password.ts';
import { type Answered, plan, reached, run } from './plan.ts';

/**
 * Puts the policy's questions to the restored data through its probe, and keeps the answers. Throws `NotYet` when the
 * probe's time ran out before it was done; the next call goes on from there.
 */
export const handler = lambda((seam) => {
  const ledger = ledgerOf(seam);
  const policy = loadPolicy(seam);
  const store = measureStore(seam);
  const functions = seam.client(LambdaClient);
  const password = passwordOf(seam);
  const probes = {
    database: required(seam.environment, 'PROBE_DATABASE_FUNCTION'),
    files: required(seam.environment, 'PROBE_FILES_FUNCTION'),
  };

  return work(
    z.object({ ...run, plan, reached }),
    async ({ plan: chosen, reached: way, ...caller }): Promise<Answered> => {
      const { checks } = checksFor(policy, chosen.checks, chosen.kind);
      const attempt = attemptId(caller.execution, caller.redriveCount);
      const asked =
        way.by === 'connection'
          ? await askDatabase(
              { ledger, functions, probe: probes.database, password },
              { plan: chosen, attempt, way, checks },
            )
          : await askFiles({ functions, probe: probes.files }, { plan: chosen, way, checks });
      const key = await store.keep(chosen, asked.measures);
      return { measures: key, answeredAt: asked.answeredAt, endedAt: asked.endedAt };
    },
  );
});
