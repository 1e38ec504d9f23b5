import { type DeadlineRow, deadlinePrefix, ordinaryShard } from '../ledger/deadline.ts';
import { type EpisodeRow, episodesPartition } from '../ledger/episode.ts';
import type { Row } from '../ledger/ledger.ts';
import {
  type CheckRow,
  checkPrefix,
  pipelinePartition,
  type RosterNewsRow,
  rosterNewsKey,
} from '../ledger/pipeline.ts';
import { stormShard } from '../ledger/storm.ts';
import { LifeboatError, messageOf, nameOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { sideBySide } from '../platform/side-by-side.ts';
import { type Asked, askAll } from './ask-all.ts';
import { lookAtSilentCheck } from './check-look.ts';
import { endRetired } from './let-go.ts';
import { type Look, type LookParts, settle } from './look.ts';
import { lookAtRoster } from './roster-news.ts';
import { isStorms, lookAtStorms } from './storm-keeping.ts';
import { tellings } from './tellings.ts';

/** Thrown when a round could not finish its work: the ledger or SNS refused. Nothing is lost; the next round goes on. */
export class RoundIncomplete extends LifeboatError {
  override readonly name = 'RoundIncomplete';
}

/**
 * `looked` is the sum of the eight outcomes. `asked` are the questions that AWS was asked about objectives, `left` were
 * due and not reached, `told` are episodes seen to.
 */
export type Counts = Record<Look, number> & {
  looked: number;
  asked: number;
  told: number;
  failed: number;
  left: number;
};

export interface RoundParts extends LookParts {
  readonly log: Log;
}

/** Rows taken in one round: it is over within its minute, and the oldest come first. */
const most = 200;
/** Rows of storms, which keep nobody else waiting. So a round asks about 350 objectives at the most, see `Counts.asked`. */
const mostOfStorms = 150;
const width = 8;
/** Enough to end what is under way: AWS calls with the SDK's own retries. */
const reserveMilliseconds = 10_000;

/**
 * One round of the watch: takes what is due, the oldest first, and sees to each. Healthy resources are not due, so they
 * cost nothing. Untold episodes come first, since somebody waits for that page already. Then what concerns the pipeline
 * as a whole; and of many objectives that are due AWS is asked about all before anybody is told of one, so that one
 * cause is told as one.
 */
export async function watchRound(parts: RoundParts, remainingMilliseconds: () => number): Promise<Counts> {
  const { ledger, episodes, clock, log } = parts;
  const until = clock.now().toISOString();
  const shards = await Promise.all([
    ledger.due<Row>(ordinaryShard, until, most),
    ledger.due<Row>(stormShard, until, mostOfStorms),
  ]);
  const due = shards.flat().sort((one, other) => compare(one.dueAt, other.dueAt) || compare(one.sk, other.sk));

  const counts: Counts = {
    looked: 0,
    moved: 0,
    opened: 0,
    stillOpen: 0,
    resolved: 0,
    folded: 0,
    cannotTell: 0,
    overtaken: 0,
    ended: 0,
    asked: 0,
    told: 0,
    failed: 0,
    left: 0,
  };
  const mayGoOn = () => remainingMilliseconds() > reserveMilliseconds;
  const failed = (row: Row, error: unknown) => {
    counts.failed += 1;
    log.error('A due row could not be seen to.', { row: row.sk, error: nameOf(error), message: messageOf(error) });
  };
  const count = (look: Look) => {
    counts.looked += 1;
    counts[look] += 1;
  };
  /** The index lags behind the table: what it lists may have been seen to already. */
  const fresh = async <R extends Row>(indexed: Row): Promise<R | undefined> => {
    const row = await ledger.get<R>(indexed);
    return row?.dueAt === undefined || row.dueAt > clock.now().toISOString() ? undefined : row;
  };
  const each = async <Item extends Row>(rows: readonly Item[], does: (row: Item) => Promise<void>): Promise<void> => {
    counts.left += await sideBySide(rows, width, does, { mayGoOn, failed });
  };

  const ofEpisodes = due.filter(({ pk }) => pk === episodesPartition);
  const ofPipeline = due.filter(({ pk }) => pk === pipelinePartition);
  const others = due.filter(({ pk }) => pk !== episodesPartition && pk !== pipelinePartition);

  await each(ofEpisodes, async (indexed) => {
    const row = await fresh<EpisodeRow>(indexed);
    if (row === undefined) return;
    if (!(await episodes.settle(row))) throw new Error('it could not be told or recorded');
    counts.told += 1;
  });

  await each(ofPipeline, async (indexed) => {
    const row = await fresh<Row>(indexed);
    if (row !== undefined) count(await lookAtPipeline(parts, row));
  });

  const asked: Asked = { seen: [], questions: 0 };
  const deadlines: DeadlineRow[] = [];
  await each(others, async (indexed) => {
    if (!indexed.sk.startsWith(deadlinePrefix)) throw new Error('the watch does not know what kind of row it is');
    const row = await fresh<DeadlineRow>(indexed);
    if (row !== undefined) deadlines.push(row);
  });
  deadlines.sort((one, other) => compare(one.dueAt, other.dueAt) || compare(one.pk + one.sk, other.pk + other.sk));
  counts.left += await askAll(parts, deadlines, { width, mayGoOn, failed, into: asked });
  counts.asked = asked.questions;

  const expected = await endRetired(parts, asked.seen, { width, ended: () => count('ended'), failed });
  const tell = await tellings(parts, expected);
  // Time is kept for what AWS was asked already: to have asked and not to tell would be the worst of both.
  await sideBySide(
    expected,
    width,
    async (seen) => {
      count(await settle(parts, seen, tell(seen.row)));
    },
    { mayGoOn: () => true, failed: ({ row }, error) => failed(row, error) },
  );

  log.info('The round is over.', counts);
  if (counts.failed > 0) {
    throw new RoundIncomplete(
      `${counts.failed} of ${due.length} due rows could not be seen to: ${JSON.stringify(counts)}`,
    );
  }
  return counts;
}

async function lookAtPipeline(parts: RoundParts, row: Row): Promise<Look> {
  if (isStorms(row)) return lookAtStorms(parts, row);
  if (row.sk.startsWith(checkPrefix)) return lookAtSilentCheck(parts, row as CheckRow);
  if (row.sk === rosterNewsKey.sk) return lookAtRoster(parts, row as RosterNewsRow);
  throw new Error('the watch does not know what kind of row it is');
}

function compare(one = '', other = ''): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
