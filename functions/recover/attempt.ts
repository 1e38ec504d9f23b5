import { addFindings, openAttempt } from '../jobs/attempt.ts';
import type { AttemptRow } from '../ledger/attempt.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { addDrillFindings } from '../restore/findings.ts';
import type { Recovery } from './plan.ts';

/**
 * The attempt that a state works for. A redrive goes on in the middle, so any state may be its first: it opens the
 * attempt with what is known already.
 */
export async function attemptOf(
  ledger: Ledger,
  caller: { readonly execution: string; readonly redriveCount: number },
  chosen: Recovery,
  now: Date,
): Promise<string> {
  const row: AttemptRow = await openAttempt(ledger, caller, 'recover', now);
  if (row.resource === undefined) {
    const { resource, kind, tier, way, id, name } = chosen;
    await addFindings(ledger, row.attempt, { resource, kind, tier });
    await addDrillFindings(ledger, row.attempt, {
      drill: id,
      ...(way.by === 'point' && { recoveryPoint: way.recoveryPoint }),
      instant: way.instant,
      chosenBecause: way.because,
      restored: { name },
    });
  }
  return row.attempt;
}
