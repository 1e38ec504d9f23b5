import * as z from 'zod/mini';
import { episodesOf } from '../episodes/episodes.ts';
import { ledgerOf } from '../ledger/ledger.ts';
import { lambda, work } from '../platform/lambda.ts';
import { watchRound } from './round.ts';
import { questionsOf } from './truth.ts';

/** Every minute: asks AWS about each deadline that has passed, and opens, keeps or resolves its episode. */
export const handler = lambda((seam) => {
  const parts = {
    ledger: ledgerOf(seam),
    episodes: episodesOf(seam),
    questions: questionsOf(seam),
    clock: seam.clock,
    log: seam.log,
  };
  return work(z.looseObject({}), (_, invocation) => watchRound(parts, () => invocation.getRemainingTimeInMillis()));
});
