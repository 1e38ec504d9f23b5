import type { Ledger } from '../ledger/ledger.ts';
import { type ProofRow, proofKey } from '../ledger/proof.ts';
import { nameOf } from '../platform/errors.ts';
import type { Plan } from '../restore/plan.ts';
import type { MeasureStore } from './measures.ts';
import type { LastPass } from './verdict.ts';

/** The measures of the last PASS, if it was of data that is not newer: an older state may rightly hold less. */
export async function lastPass(
  ledger: Ledger,
  store: MeasureStore,
  { resource, instant }: Pick<Plan, 'resource' | 'instant'>,
  attempt: string,
): Promise<LastPass | undefined> {
  const newest = await ledger.get<ProofRow>(proofKey(resource));
  // A judge that died after it had written its proof is asked again, and must not compare the data with itself.
  const proof = newest?.attempt === attempt ? newest.before : newest;
  const key = proof?.measures.object;
  if (proof === undefined || proof.instant > instant || typeof key !== 'string') return undefined;
  const { changedShare, changedInSeconds } = proof.measures;
  const change =
    typeof changedShare === 'number' && typeof changedInSeconds === 'number'
      ? { share: changedShare, seconds: changedInSeconds }
      : undefined;
  try {
    return { measures: await store.read(key), instant: proof.instant, change };
  } catch (error) {
    if (nameOf(error) === 'NoSuchKey') return undefined;
    throw error;
  }
}
