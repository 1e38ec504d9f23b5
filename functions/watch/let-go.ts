import type { DeadlineRow } from '../ledger/deadline.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type RetiredRow, retiredPartition } from '../ledger/pipeline.ts';
import { type ResourceRow, resourceKey } from '../ledger/resource.ts';
import { sideBySide } from '../platform/side-by-side.ts';
import type { LookParts, Seen } from './look.ts';

type Parts = Pick<LookParts, 'ledger' | 'episodes' | 'clock'>;

/**
 * Nobody asks for an objective any more: what is open about it ends, and its deadline goes. It stays while anything is open:
 * whoever comes next ends that.
 */
export async function endObjective(parts: Parts, row: DeadlineRow, because: string): Promise<void> {
  const { ledger, episodes, clock } = parts;
  const at = clock.now().toISOString();
  let isOpen = false;
  for (const kind of [row.objective, `cannot-tell:${row.objective}`] as const) {
    const ended = await episodes.resolve({ subject: row.resource, kind, because, at });
    isOpen ||= ended === 'newer trouble';
  }
  if (!isOpen) await ledger.remove(row);
}

/**
 * Whether a resource is on the roster. What is on it is expected, whatever else the ledger says: whoever took it back, or retired
 * it, may have died before all of it was written. The next hour writes the rest.
 */
export async function isExpected(ledger: Ledger, resource: string): Promise<boolean> {
  return (await ledger.get<ResourceRow>(resourceKey(resource))) !== undefined;
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
  const over = new Set<Seen>();
  await sideBySide(
    seen.filter((one) => !isWell(one)),
    width,
    async (one) => {
      const why = retired.get(one.row.resource);
      if (why === undefined || (await isExpected(parts.ledger, one.row.resource))) return;
      over.add(one);
      await endObjective(parts, one.row, retiredBecause(why));
      ended();
    },
    { mayGoOn: () => true, failed: ({ row }, error) => failed(row, error) },
  );
  return seen.filter((one) => !over.has(one));
}
