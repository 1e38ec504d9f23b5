import * as z from 'zod/mini';
import { hereOf } from '../account/here.ts';
import { episodesOf } from '../episodes/episodes.ts';
import { ledgerOf } from '../ledger/ledger.ts';
import { lambda, work } from '../platform/lambda.ts';
import { askChecks } from './check-look.ts';
import { checksOf } from './checks.ts';
import { routinesCheck } from './routines.ts';

/**
 * Every five minutes: asks whether the vault, the role, the keys and the topics that everything depends on are as they
 * have to be, and whether what schedules start is still done. So the watch knows the cause of a storm before the storm is
 * there.
 */
export const handler = lambda((seam) => {
  const ledger = ledgerOf(seam);
  const routines = routinesCheck(ledger, seam.clock, hereOf(seam).part);
  const parts = { ledger, episodes: episodesOf(seam), clock: seam.clock, checks: { ...checksOf(seam), routines } };
  return work(z.looseObject({}), async () => {
    const counts = await askChecks(parts);
    seam.log.info('The checks are over.', { ...counts });
    return counts;
  });
});
