import type { Ledger, Row } from './ledger.ts';
import { pipelinePartition } from './pipeline.ts';

/** What a schedule starts again and again, and how often, in seconds: its function is `lifeboat-<routine>`. */
export const routines = { reconcile: 3600, sweep: 3600, keep: 86_400, 'report-seal': 86_400 } as const;

export type Routine = keyof typeof routines;

/** When a routine last came to its end, so that one that nobody starts any more is missed. */
export interface RoutineRow extends Row {
  readonly routine: Routine;
  /** ISO 8601. Before it ever did: when it was first expected. */
  readonly doneAt: string;
}

export const routinePrefix = 'ROUTINE#';

export const routineKey = (routine: Routine) => ({ pk: pipelinePartition, sk: `${routinePrefix}${routine}` });

const mostTries = 4;

/**
 * Notes that a routine came to its end. What failed on the way is told by other means: this is for one that nobody starts
 * any more, because its schedule was switched off or deleted, say.
 */
export async function routineDone(ledger: Ledger, routine: Routine, now: Date): Promise<void> {
  const doneAt = now.toISOString();
  for (let tries = 0; tries < mostTries; tries += 1) {
    const row = await ledger.get<RoutineRow>(routineKey(routine));
    if (row !== undefined && row.doneAt >= doneAt) return;
    const written =
      row === undefined
        ? await ledger.create<RoutineRow>({ ...routineKey(routine), routine, doneAt })
        : await ledger.replace<RoutineRow>({ ...row, doneAt });
    if (written) return;
  }
  throw new Error(`The row of the routine ${routine} changed under every one of ${mostTries} writes.`);
}
