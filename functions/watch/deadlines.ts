import { type DeadlineRow, deadlineKey, type Objective, ordinaryShard } from '../ledger/deadline.ts';
import type { Draft } from '../ledger/ledger.ts';
import type { ResourceRow } from '../ledger/resource.ts';
import { deadlineOf } from '../objectives/standing.ts';

/** What the deadline rows of one resource have to become. */
export type Change =
  | { readonly is: 'new'; readonly row: Draft<DeadlineRow> }
  | { readonly is: 'changed'; readonly row: DeadlineRow; readonly because: string }
  | { readonly is: 'void'; readonly row: DeadlineRow; readonly because: string };

/**
 * The changes that make the deadlines of a resource fit the objectives that hold for it here. A new one counts from
 * when the resource was first seen and is due at once, so that AWS is asked what there is already.
 */
export function deadlineChanges(
  resource: Pick<ResourceRow, 'resource' | 'firstSeenAt'>,
  objectives: readonly { readonly objective: Objective; readonly boundSeconds: number }[],
  rows: readonly DeadlineRow[],
  now: Date,
): Change[] {
  const changes: Change[] = [];
  for (const { objective, boundSeconds } of objectives) {
    const row = rows.find((candidate) => candidate.objective === objective);
    if (row === undefined) {
      const { resource: arn, firstSeenAt } = resource;
      changes.push({
        is: 'new',
        row: {
          ...deadlineKey(arn, objective),
          resource: arn,
          objective,
          firstSeenAt,
          boundSeconds,
          ...deadlineOf({ firstSeenAt, boundSeconds }),
          dueShard: ordinaryShard,
          dueAt: now.toISOString(),
        },
      });
    } else if (row.boundSeconds !== boundSeconds) {
      const because = `the bound was ${row.boundSeconds} s and is ${boundSeconds} s`;
      const next = { ...row, boundSeconds };
      changes.push({ is: 'changed', because, row: { ...next, ...deadlineOf(next), dueAt: now.toISOString() } });
    }
  }
  for (const row of rows) {
    if (objectives.every(({ objective }) => objective !== row.objective)) {
      changes.push({ is: 'void', row, because: `${row.objective} is no longer an objective of it here` });
    }
  }
  return changes;
}
