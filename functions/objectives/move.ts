import { type DeadlineRow, deadlineKey, type Objective } from '../ledger/deadline.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { deadlineOf } from './standing.ts';

export type Moved =
  | { readonly moved: true; readonly deadline: string; readonly because: string }
  | { readonly moved: false; readonly because: string };

const mostTries = 5;

/**
 * Moves a deadline forward when newer data came to be, so that `watch` need not ask for it. `instant` is a *data*
 * instant that AWS told (ISO 8601), never one that an event claims. It only moves forward: going back is for whoever
 * asks AWS for everything. Where an episode is open the row becomes due at once, and the next `watch` resolves it.
 */
export async function moveDeadline(
  ledger: Ledger,
  { resource, objective, instant, now }: { resource: string; objective: Objective; instant: string; now: Date },
): Promise<Moved> {
  return change(ledger, resource, objective, (row) => {
    if (row.instant !== undefined && row.instant >= instant) return `data of ${row.instant} counts already`;
    const { countsFrom, deadline } = deadlineOf({ ...row, instant });
    const watched = row.looks !== undefined || row.cannotTellSince !== undefined;
    return { ...row, instant, countsFrom, deadline, dueAt: watched ? now.toISOString() : deadline };
  });
}

/**
 * Makes `watch` ask AWS about an objective at its next firing. It is for whoever saw that something ended and does not
 * know the data instant: it costs one look, and can never claim more than AWS does.
 */
export async function lookSoon(
  ledger: Ledger,
  { resource, objective, now }: { resource: string; objective: Objective; now: Date },
): Promise<Moved> {
  return change(ledger, resource, objective, (row) =>
    row.dueAt <= now.toISOString() ? 'it is due already' : { ...row, dueAt: now.toISOString() },
  );
}

async function change(
  ledger: Ledger,
  resource: string,
  objective: Objective,
  next: (row: DeadlineRow) => DeadlineRow | string,
): Promise<Moved> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const row = await ledger.get<DeadlineRow>(deadlineKey(resource, objective));
    if (row === undefined) return { moved: false, because: `${objective} of ${resource} is not an objective here` };
    const changed = next(row);
    if (typeof changed === 'string') return { moved: false, because: changed };
    if (await ledger.replace<DeadlineRow>(changed)) {
      return { moved: true, deadline: changed.deadline, because: `data of ${changed.countsFrom} counts` };
    }
  }
  throw new Error(`The ${objective} deadline of ${resource} changed under every one of ${mostTries} writes.`);
}
