import * as z from 'zod/mini';
import { NotYet } from '../platform/errors.ts';
import { lambda, work } from '../platform/lambda.ts';
import { verdictOfTrouble } from '../proof/verdict.ts';
import { addDrillFindings, drillFindings } from '../restore/findings.ts';
import { caught, plan, run } from '../restore/plan.ts';
import { between } from '../restore/timings.ts';
import { registeredFor } from '../scratch/register.ts';
import { tearDownDrill, wreckingOf } from '../scratch/tear-down.ts';
import { attemptOf } from './attempt.ts';

/**
 * Takes the drill's scratch down, whatever came before; throws `NotYet` until everything is gone. What a restore that
 * cannot be cancelled may still create is left to the sweep. A trouble that ended the drill early becomes its verdict.
 */
export const handler = lambda((seam) => {
  const wrecking = wreckingOf(seam);
  const { ledger } = wrecking;

  return work(z.object({ ...run, plan, trouble: z.nullable(caught) }), async ({ plan: chosen, trouble, ...caller }) => {
    const attempt = await attemptOf(ledger, caller, chosen, seam.clock.now());
    const found = await drillFindings(ledger, attempt);
    if (trouble !== null && found.verdict === undefined) {
      const { recoveryPoint, instant } = chosen;
      const { verdict, because } = verdictOfTrouble(trouble);
      await addDrillFindings(ledger, attempt, { recoveryPoint, instant, verdict, because, checks: [] });
    }
    const began = found.tearDownBegan ?? seam.clock.now().toISOString();
    if (found.tearDownBegan === undefined) await addDrillFindings(ledger, attempt, { tearDownBegan: began });
    // What is written first is the worse case: it stands if this never gets to the better one.
    const isThere = (await registeredFor(ledger, chosen.drill)).some(
      ({ id, restoreJob }) => (id ?? restoreJob) !== undefined,
    );
    if (isThere && found.scratch === undefined) await addDrillFindings(ledger, attempt, { scratch: 'not gone' });
    const left = await tearDownDrill(wrecking, chosen.drill);
    if (left.going.length > 0) throw new NotYet(`${left.going.join('; ')}.`);
    const tearDown = between(began, seam.clock.now().toISOString());
    await addDrillFindings(
      ledger,
      attempt,
      left.mayStillCome.length > 0
        ? // Nothing is there now. What may come is no leftover before it does, and the sweep waits for it.
          { scratch: undefined, scratchBecause: left.mayStillCome }
        : { scratch: 'gone', timings: { 'tear-down': tearDown } },
    );
    return { scratch: left.mayStillCome.length > 0 ? 'left to the sweep' : 'gone', because: left.mayStillCome };
  });
});
