import * as z from 'zod/mini';
import { type ScratchRow, scratchKey } from '../ledger/scratch.ts';
import { NotYet, nameOf } from '../platform/errors.ts';
import { lambda, work } from '../platform/lambda.ts';
import { askProbe } from '../restore/ask.ts';
import { addDrillFindings, drillFindings } from '../restore/findings.ts';
import { run } from '../restore/plan.ts';
import { registeredFor } from '../scratch/register.ts';
import { tearDownDrill, wreckingOf } from '../scratch/tear-down.ts';
import { attemptOf } from './attempt.ts';
import { recovery } from './plan.ts';

const left = z.object({ left: z.string(), directory: z.string() });

/**
 * Takes the check's own scratch down: the clone, the sealed mount, the probe's version, and what the probe left on the
 * file system. What was recovered stays. Throws `NotYet` until everything is gone.
 */
export const handler = lambda((seam) => {
  const wrecking = wreckingOf(seam);
  const { ledger, functions, probe } = wrecking;

  return work(
    z.object({ ...run, recovery }),
    async ({ recovery: chosen, ...caller }): Promise<{ directory: string | null }> => {
      const attempt = await attemptOf(ledger, caller, chosen, seam.clock.now());
      const { id: drill } = chosen;
      const version = await ledger.get<ScratchRow>(scratchKey(drill, 'probe-version'));
      if (version?.id !== undefined) {
        try {
          const answer = await askProbe(functions, { function: probe, version: version.id }, { ask: 'leave', drill });
          const read = left.safeParse(answer);
          const directory = read.success ? read.data.directory : '';
          if (directory !== '') await addDrillFindings(ledger, attempt, { restored: { directory } });
        } catch (error) {
          if (error instanceof NotYet) throw error;
          // What is left is a small file of ours, which the next steps name; the way back to production goes on.
          seam.log.warn('The probe did not take its notes away.', { recovery: drill, error: nameOf(error) });
        }
      }
      const isThere = (await registeredFor(ledger, drill)).length > 0;
      const found = await drillFindings(ledger, attempt);
      if (isThere && found.scratch === undefined) await addDrillFindings(ledger, attempt, { scratch: 'not gone' });
      const { going, mayStillCome } = await tearDownDrill(wrecking, drill);
      if (going.length > 0) throw new NotYet(`${going.join('; ')}.`);
      await addDrillFindings(
        ledger,
        attempt,
        mayStillCome.length > 0 ? { scratch: undefined, scratchBecause: mayStillCome } : { scratch: 'gone' },
      );
      return { directory: found.restored?.directory ?? null };
    },
  );
});
