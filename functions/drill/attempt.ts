import { addFindings, openAttempt, type Run } from '../jobs/attempt.ts';
import { attemptId } from '../ledger/attempt.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { addDrillFindings } from '../restore/findings.ts';
import type { Plan } from '../restore/plan.ts';

/**
 * The attempt that a state works for. A redrive goes on at the state that failed, with the plan that was made before, and is an
 * attempt of its own: whichever state is the first in it opens it with what is known, so that it too ends in one record.
 */
export async function attemptOf(
  ledger: Ledger,
  { execution, redriveCount }: Run,
  chosen: Plan,
  now: Date,
): Promise<string> {
  if (redriveCount === 0) return attemptId(execution, redriveCount);
  const row = await openAttempt(ledger, { execution, redriveCount }, 'drill', now);
  if (row.resource === undefined) {
    const { resource, kind, tier, drill, recoveryPoint, instant } = chosen;
    await addFindings(ledger, row.attempt, { resource, kind, tier });
    const chosenBecause = 'it was chosen before the redrive';
    await addDrillFindings(ledger, row.attempt, { drill, recoveryPoint, instant, chosenBecause });
  }
  return row.attempt;
}
