import * as z from 'zod/mini';
import { episodesOf } from '../episodes/episodes.ts';
import { ledgerOf } from '../ledger/ledger.ts';
import { lambda, work } from '../platform/lambda.ts';
import { heartbeatOf } from './heartbeat.ts';
import { questionPartsOf } from './question-parts.ts';
import { watchRound } from './round.ts';
import { questions } from './truth.ts';

/**
 * Every minute: asks AWS about each deadline that has passed, and opens, keeps or resolves its episode. Only a round that
 * was completed beats: one that could not see to something leaves its Region silent, and the other Region pages.
 */
export const handler = lambda((seam) => {
  const parts = {
    ledger: ledgerOf(seam),
    episodes: episodesOf(seam),
    questions: questions(questionPartsOf(seam)),
    clock: seam.clock,
    log: seam.log,
  };
  const beat = heartbeatOf(seam);
  return work(z.looseObject({}), async (_, invocation) => {
    const counts = await watchRound(parts, () => invocation.getRemainingTimeInMillis());
    await beat();
    return counts;
  });
});
