import { LambdaClient } from '@aws-sdk/client-lambda';
import { ledgerOf } from '../ledger/ledger.ts';
import { required, type Seam } from '../platform/seam.ts';
import type { Checks } from '../policy/policy.ts';
import { passwordOf } from '../restore/password.ts';
import type { Answered, Plan, Reached } from '../restore/plan.ts';
import { askDatabase } from './ask-database.ts';
import { askFiles } from './ask-files.ts';
import { measureStore } from './measures.ts';

/**
 * Puts questions to restored data through its probe, and keeps the answers. Throws `NotYet` when the probe's time ran out
 * before it was done; the next call goes on from there. Reads EVIDENCE_BUCKET, PASSWORD_KEY_ID, PROBE_DATABASE_FUNCTION and
 * PROBE_FILES_FUNCTION.
 */
export function dataAsker(
  seam: Seam,
): (of: { plan: Plan; attempt: string; way: Reached; checks: Checks }) => Promise<Answered> {
  const { clock } = seam;
  const ledger = ledgerOf(seam);
  const store = measureStore(seam);
  const functions = seam.client(LambdaClient);
  const password = passwordOf(seam);
  const probes = {
    database: required(seam.environment, 'PROBE_DATABASE_FUNCTION'),
    files: required(seam.environment, 'PROBE_FILES_FUNCTION'),
  };

  return async ({ plan, attempt, way, checks }) => {
    const asked =
      way.by === 'connection'
        ? await askDatabase(
            { ledger, clock, functions, probe: probes.database, password },
            { plan, attempt, way, checks },
          )
        : await askFiles({ functions, probe: probes.files }, { plan, way, checks });
    const key = await store.keep(plan, asked.measures);
    return { measures: key, answeredAt: asked.answeredAt, endedAt: asked.endedAt };
  };
}
