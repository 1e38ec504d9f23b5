import type { Ledger } from '../ledger/ledger.ts';
import { pipelinePartition } from '../ledger/pipeline.ts';
import { type Routine, type RoutineRow, routineKey, routinePrefix, routines } from '../ledger/routine.ts';
import type { Clock } from '../platform/seam.ts';
import { inWords } from '../policy/duration.ts';
import type { Check } from './check-look.ts';

/** How much later than its interval a routine may come to its end: what is hourly may be missed three times. */
const mayBeLateSeconds = 3 * 3600;

/** What one check finds of a routine that is overdue. */
export interface Overdue {
  readonly code: `overdue:${Routine}`;
  readonly words: string;
}

/** The routines that have not come to their end for longer than their interval and some hours. */
export function overdueOf(rows: readonly Pick<RoutineRow, 'routine' | 'doneAt'>[], now: Date): Overdue[] {
  return rows.flatMap(({ routine, doneAt }) => {
    const seconds = (now.getTime() - Date.parse(doneAt)) / 1000;
    const every = routines[routine];
    if (seconds <= every + mayBeLateSeconds) return [];
    const words = `lifeboat-${routine} runs every ${inWords(every)} and has not come to its end since ${doneAt}`;
    return [{ code: `overdue:${routine}` as const, words }];
  });
}

/**
 * Whether what schedules start is still done. Each routine is expected from the first look on, so that one that never runs
 * is missed too. Of `reconcile` at home the age of the roster tells, in every Region.
 */
export function routinesCheck(ledger: Ledger, clock: Clock, part: 'home' | 'copy'): Check {
  return async () => {
    const now = clock.now();
    const expected = (Object.keys(routines) as Routine[]).filter((one) => part === 'copy' || one !== 'reconcile');
    const rows = await ledger.list<RoutineRow>(pipelinePartition, routinePrefix);
    for (const routine of expected) {
      if (rows.some((row) => row.routine === routine)) continue;
      await ledger.create<RoutineRow>({ ...routineKey(routine), routine, doneAt: now.toISOString() });
    }
    return {
      findings: overdueOf(
        rows.filter(({ routine }) => expected.includes(routine)),
        now,
      ),
    };
  };
}
