import type { DeadlineRow } from '../ledger/deadline.ts';
import { type RetiredRow, retiredPartition } from '../ledger/pipeline.ts';
import type { LookParts, Seen } from './look.ts';
import { sideBySide } from './side-by-side.ts';

type Parts = Pick<LookParts, 'ledger' | 'episodes' | 'clock'>;

/** Nobody asks for an objective any more: its deadline goes, and what is open about it ends. */
export async function endObjective(parts: Parts, row: DeadlineRow, because: string): Promise<void> {
  const { ledger, episodes, clock } = parts;
  if (!(await ledger.remove(row))) return;
  const at = clock.now().toISOString();
  for (const kind of [row.objective, `cannot-tell:${row.objective}`] as const) {
    await episodes.resolve({ subject: row.resource, kind, because, at });
  }
}

/** Why nobody asks for the objectives of a retired resource any more, in words. */
export const retiredBecause = ({ because }: RetiredRow) => `it is retired: ${because}`;

/**
 * Those of what AWS was asked about that somebody still asks for. A copy Region learns at once that a resource is retired, and
 * its reconciliation sees to it within the hour: nobody is paged in between, so what is not well of it ends here.
 */
export async function endRetired(
  parts: Parts,
  seen: readonly Seen[],
  { width, ended, failed }: { width: number; ended: () => void; failed: (row: DeadlineRow, error: unknown) => void },
): Promise<Seen[]> {
  const isWell = ({ standing }: Seen) => standing?.standing === 'met';
  if (seen.every(isWell)) return [...seen];
  const rows = await parts.ledger.list<RetiredRow>(retiredPartition);
  const retired = new Map(rows.map((row) => [row.resource, row]));
  const over = seen.filter((one) => !isWell(one) && retired.has(one.row.resource));
  await sideBySide(
    over,
    width,
    async ({ row }) => {
      const why = retired.get(row.resource);
      if (why === undefined) return;
      await endObjective(parts, row, retiredBecause(why));
      ended();
    },
    { mayGoOn: () => true, failed: ({ row }, error) => failed(row, error) },
  );
  return seen.filter((one) => !over.includes(one));
}
