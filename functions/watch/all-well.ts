import * as z from 'zod/mini';
import { hereOf } from '../account/here.ts';
import { publisher } from '../alert/publish.ts';
import { ledgerOf } from '../ledger/ledger.ts';
import { lambda, work } from '../platform/lambda.ts';
import { loadPolicy } from '../policy/load.ts';
import { allWellAlert, type Wellness, wellness } from './all-well-count.ts';
import { questionPartsOf } from './question-parts.ts';
import { questions } from './truth.ts';

/** Enough to tell it. */
const reserveMilliseconds = 15_000;

/**
 * Daily, where the policy wishes it: asks AWS about every objective of this Region and says that all is well, or says
 * nothing. Invoke it with `{}` to hear now how it stands: its answer gives the counts, or why nothing was said.
 */
export const handler = lambda((seam) => {
  const here = hereOf(seam);
  const parts = {
    ledger: ledgerOf(seam),
    questions: questions(questionPartsOf(seam)),
    policy: loadPolicy(seam),
    here,
    clock: seam.clock,
  };
  const publish = publisher(seam);
  return work(z.looseObject({}), async (_, invocation): Promise<Wellness> => {
    const found = await wellness(parts, () => invocation.getRemainingTimeInMillis() > reserveMilliseconds);
    if (found.well) await publish(allWellAlert(found, here, seam.clock.now().toISOString()));
    else seam.log.warn('Nobody is told that all is well.', { because: found.because.join('; ') });
    return found;
  });
});
