import * as z from 'zod/mini';
import { episodesOf } from '../episodes/episodes.ts';
import { ledgerOf } from '../ledger/ledger.ts';
import { lambda, work } from '../platform/lambda.ts';
import { askChecks } from './check-look.ts';
import { checksOf } from './checks.ts';

/**
 * Every five minutes: asks whether the vault, the role, the keys and the topics that everything depends on are as they
 * have to be. So the watch knows the cause of a storm before the storm is there.
 */
export const handler = lambda((seam) => {
  const parts = { ledger: ledgerOf(seam), episodes: episodesOf(seam), clock: seam.clock, checks: checksOf(seam) };
  return work(z.looseObject({}), async () => {
    const counts = await askChecks(parts);
    seam.log.info('The checks are over.', { ...counts });
    return counts;
  });
});
