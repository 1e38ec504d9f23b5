import * as z from 'zod/mini';
import { type AttemptRow, attemptKey, attemptsPartition } from '../ledger/attempt.ts';
import { routineDone } from '../ledger/routine.ts';
import type { ScratchRow } from '../ledger/scratch.ts';
import { LifeboatError, messageOf, nameOf } from '../platform/errors.ts';
import { lambda, work } from '../platform/lambda.ts';
import { allRegistered } from './register.ts';
import type { Wrecking } from './removal.ts';
import { tearDown, wreckingOf } from './tear-down.ts';
import { adopted, bornAsScratch } from './unregistered.ts';

/** Thrown when some scratch could not be taken down. The others were: one that refuses does not keep the rest. */
export class SweepIncomplete extends LifeboatError {
  override readonly name = 'SweepIncomplete';
}

/** What one sweep found, in numbers that add up: registered = inUse + gone + going + mayStillCome + failed. */
export interface Swept {
  /** Databases, clusters, file systems and versions that were looked at for birth marks. */
  readonly lookedAt: number;
  /** Scratch without a row, now registered and counted as such. */
  readonly adopted: number;
  readonly registered: number;
  readonly inUse: number;
  readonly gone: number;
  readonly going: number;
  readonly mayStillCome: number;
}

/** Takes down scratch that outlived its drill: its attempt has ended, its time is over, or nobody registered it. */
export const handler = lambda((seam) => {
  const wrecking = wreckingOf(seam);

  return work(z.looseObject({}), async (): Promise<Swept> => {
    const now = seam.clock.now();
    // Birth marks first: what is created after this look was registered before it was created.
    const born = await bornAsScratch(wrecking);
    const known = new Set((await allRegistered(wrecking.ledger)).map(({ sk }) => sk));
    let adoptions = 0;
    for (const stray of born.strays) {
      const row = adopted(stray, now);
      if (known.has(row.sk) || !(await wrecking.ledger.create<ScratchRow>(row))) continue;
      adoptions += 1;
      seam.log.warn('Scratch without a row was adopted.', { drill: stray.drill, what: stray.what });
    }
    const counts = { inUse: 0, gone: 0, going: 0, mayStillCome: 0 };
    const failures: string[] = [];
    const rows = await allRegistered(wrecking.ledger);
    for (const row of rows) {
      if (await isInUse(wrecking, row, now)) {
        counts.inUse += 1;
        continue;
      }
      try {
        const removal = await tearDown(wrecking, row);
        if (removal.is === 'gone') counts.gone += 1;
        else if (removal.is === 'going') counts.going += 1;
        else counts.mayStillCome += 1;
      } catch (error) {
        seam.log.error('Scratch could not be taken down.', { drill: row.drill, what: row.what, error: nameOf(error) });
        failures.push(`${row.what} of drill ${row.drill}: ${nameOf(error)}: ${messageOf(error)}`);
      }
    }
    await routineDone(wrecking.ledger, 'sweep', seam.clock.now());
    const swept = { lookedAt: born.lookedAt, adopted: adoptions, registered: rows.length, ...counts };
    if (failures.length > 0) {
      throw new SweepIncomplete(
        `${failures.length} of ${rows.length} could not be taken down. ${failures.slice(0, 5).join(' ')}`,
      );
    }
    seam.log.info('The sweep has ended.', swept);
    return swept;
  });
});

/** A drill's scratch is in use while an attempt of its execution is open, a redrive too, and its time is not over. */
async function isInUse({ ledger }: Wrecking, row: ScratchRow, now: Date): Promise<boolean> {
  if (row.goneBy <= now.toISOString()) return false;
  if ((await ledger.get<AttemptRow>(attemptKey(row.attempt))) !== undefined) return true;
  const ofExecution = row.attempt.replace(/\d+$/, '');
  return ofExecution.includes('/') && (await ledger.list<AttemptRow>(attemptsPartition, ofExecution)).length > 0;
}
