import { type DeadlineRow, deadlinePrefix, everyShard } from '../ledger/deadline.ts';
import { type EpisodeRow, episodesPartition } from '../ledger/episode.ts';
import type { Row } from '../ledger/ledger.ts';
import { pipelinePartition, type RosterNewsRow } from '../ledger/pipeline.ts';
import { LifeboatError, messageOf, nameOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { type Look, type LookParts, lookAt } from './look.ts';
import { lookAtRoster } from './roster-news.ts';
import { sideBySide } from './side-by-side.ts';

/** Thrown when a round could not finish its work: the ledger or SNS refused. Nothing is lost; the next round goes on. */
export class RoundIncomplete extends LifeboatError {
  override readonly name = 'RoundIncomplete';
}

/** `looked` is the sum of the six outcomes. `left` were due and not reached, `told` are episodes seen to. */
export type Counts = Record<Look, number> & { looked: number; told: number; failed: number; left: number };

/** Rows taken from each shard in one round: a round is over within its minute, and the oldest come first. */
const mostOfAShard = 50;
const width = 8;
/** Enough to end what is under way: AWS calls with the SDK's own retries. */
const reserveMilliseconds = 10_000;

/**
 * One round of the watch: takes what is due, the oldest first, and sees to each. Healthy resources are not due, so they
 * cost nothing. Untold episodes come first, since somebody waits for that page already.
 */
export async function watchRound(
  parts: LookParts & { readonly log: Log },
  remainingMilliseconds: () => number,
): Promise<Counts> {
  const { ledger, episodes, clock, log } = parts;
  const until = clock.now().toISOString();
  const shards = await Promise.all(everyShard.map((shard) => ledger.due<Row>(shard, until, mostOfAShard)));
  const due = shards
    .flat()
    .sort((one, other) => rank(one) - rank(other) || compare(one.dueAt, other.dueAt) || compare(one.sk, other.sk));

  const counts: Counts = {
    looked: 0,
    moved: 0,
    opened: 0,
    stillOpen: 0,
    resolved: 0,
    cannotTell: 0,
    overtaken: 0,
    told: 0,
    failed: 0,
    left: 0,
  };
  const lookAtAny = (row: Row): Promise<Look> => {
    if (row.pk === pipelinePartition) return lookAtRoster(parts, row as RosterNewsRow);
    if (row.sk.startsWith(deadlinePrefix)) return lookAt(parts, row as DeadlineRow);
    throw new Error('the watch does not know what kind of row it is');
  };
  const seeTo = async (indexed: Row): Promise<void> => {
    // The index lags behind the table: what it lists may have been seen to already.
    const row = await ledger.get<Row>(indexed);
    if (row?.dueAt === undefined || row.dueAt > clock.now().toISOString()) return;
    if (row.pk === episodesPartition) {
      if (!(await episodes.settle(row as EpisodeRow))) throw new Error('it could not be told or recorded');
      counts.told += 1;
      return;
    }
    const look = await lookAtAny(row);
    counts.looked += 1;
    counts[look] += 1;
  };
  counts.left = await sideBySide(due, width, seeTo, {
    mayGoOn: () => remainingMilliseconds() > reserveMilliseconds,
    failed: (row, error) => {
      counts.failed += 1;
      log.error('A due row could not be seen to.', { row: row.sk, error: nameOf(error), message: messageOf(error) });
    },
  });
  log.info('The round is over.', counts);
  if (counts.failed > 0) {
    throw new RoundIncomplete(
      `${counts.failed} of ${due.length} due rows could not be seen to: ${JSON.stringify(counts)}`,
    );
  }
  return counts;
}

function rank({ pk }: Row): number {
  return pk === episodesPartition ? 0 : 1;
}

function compare(one = '', other = ''): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
