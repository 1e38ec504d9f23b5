import type { ResourceRow } from '../ledger/resource.ts';
import { LifeboatError, messageOf, nameOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { sideBySide } from '../platform/side-by-side.ts';
import type { Kept } from './keep-resource.ts';

/** Thrown when some resources could not be looked at. The others were; the next run looks at all of them again. */
export class KeepIncomplete extends LifeboatError {
  override readonly name = 'KeepIncomplete';
}

/** What one run came to: `resources` is the sum of the others. */
export type KeptCounts = Record<Kept | 'failed' | 'left', number> & { resources: number };

/** A resource takes some reads of the ledger and a list of AWS Backup, of which no more are under way than in `reconcile`. */
const width = 8;
const reserveMilliseconds = 15_000;

/** Looks at each resource: whatever becomes of one, the others have their turn. */
export async function keepAll(
  roster: readonly ResourceRow[],
  does: {
    readonly keep: (row: ResourceRow) => Promise<Kept>;
    readonly failed: (row: ResourceRow, error: unknown) => Promise<void>;
    /** The round is over, whatever failed in it. */
    readonly done: () => Promise<void>;
    readonly remainingMilliseconds: () => number;
    readonly log: Log;
  },
): Promise<KeptCounts> {
  const counts: KeptCounts = {
    resources: roster.length,
    neverProven: 0,
    safe: 0,
    copying: 0,
    extended: 0,
    underWay: 0,
    busy: 0,
    lost: 0,
    refused: 0,
    failed: 0,
    left: 0,
  };
  const failures: string[] = [];
  const each = async (row: ResourceRow) => {
    try {
      counts[await does.keep(row)] += 1;
    } catch (error) {
      counts.failed += 1;
      failures.push(`${row.resource}: ${nameOf(error)}: ${messageOf(error)}`);
      await does.failed(row, error);
    }
  };
  counts.left = await sideBySide(roster, width, each, {
    mayGoOn: () => does.remainingMilliseconds() > reserveMilliseconds,
    failed: (_, again) => failures.push(`telling of it: ${messageOf(again)}`),
  });
  if (counts.left > 0) failures.push(`${counts.left} of ${roster.length} resources were not reached in time`);
  await does.done();
  does.log.info('The last proven points were looked at.', counts);
  if (failures.length > 0) throw new KeepIncomplete(`${failures.length} troubles. ${failures.slice(0, 5).join(' ')}`);
  return counts;
}
