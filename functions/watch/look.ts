import type { Episodes } from '../episodes/episodes.ts';
import { type DeadlineRow, deadlineKey, ordinaryShard } from '../ledger/deadline.ts';
import type { EpisodeFacts } from '../ledger/episode.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type ResourceRow, resourceKey } from '../ledger/resource.ts';
import { type StormKind, stormShard } from '../ledger/storm.ts';
import { cannotTellBoundSeconds, nextAsk, nextLook, nextTry } from '../objectives/next-look.ts';
import { type Standing, standingOf } from '../objectives/standing.ts';
import type { Clock } from '../platform/seam.ts';
import { inWords } from '../policy/duration.ts';
import { likelyCause } from './likely-cause.ts';
import type { Questions, Truth } from './truth.ts';
import { truthOf } from './truth.ts';

/**
 * What one look at one deadline came to. `moved`: it holds until later; `opened`, `stillOpen`, `resolved`: its episode;
 * `folded`: a storm tells of it; `cannotTell`: AWS gave no answer; `overtaken`: somebody else has just seen to it;
 * `ended`: its resource is retired.
 */
export type Look = 'moved' | 'opened' | 'stillOpen' | 'resolved' | 'folded' | 'cannotTell' | 'overtaken' | 'ended';

export interface LookParts {
  readonly ledger: Ledger;
  readonly episodes: Episodes;
  readonly questions: Questions;
  readonly clock: Clock;
}

/** What AWS said about a deadline, and how it stands by that. */
export interface Seen {
  readonly row: DeadlineRow;
  readonly truth: Truth;
  readonly standing: Standing | undefined;
  /** For how long there has been no answer. */
  readonly silentSeconds: number;
}

/** Asks AWS how one objective stands. It changes nothing. */
export async function see({ questions, clock }: LookParts, row: DeadlineRow): Promise<Seen> {
  return seenAs(row, await truthOf(questions, row, clock.now()), clock.now());
}

/** How an objective stands by what AWS said. */
export function seenAs(row: DeadlineRow, truth: Truth, now: Date): Seen {
  const since = row.cannotTellSince ?? now.toISOString();
  return {
    row,
    truth,
    standing: truth.known ? standingOf({ ...row, instant: truth.instant }, now) : undefined,
    silentSeconds: truth.known ? 0 : Math.max(0, (now.getTime() - Date.parse(since)) / 1000),
  };
}

/** Whether somebody has to be told now who was not told yet: of a breach, or that nobody can tell. */
export function isFresh(
  { row, standing, silentSeconds }: Seen,
  storms: ReadonlySet<StormKind>,
): 'broken' | 'silent' | undefined {
  const told = row.storm !== undefined && storms.has(row.storm);
  if (standing === undefined) return !told && silentSeconds >= cannotTellBoundSeconds ? 'silent' : undefined;
  if (standing.standing === 'met') return undefined;
  if (row.storm === undefined) return row.looks === undefined ? 'broken' : undefined;
  return told && row.storm !== 'storm:no-answer' ? undefined : 'broken';
}

/** Asks AWS and makes the ledger and the episode say how it stands. */
export async function lookAt(parts: LookParts, row: DeadlineRow): Promise<Look> {
  return settle(parts, await see(parts, row));
}

/**
 * Makes the ledger and the episode say what AWS said; `storm` tells of it when it is given. The row is replaced before
 * its episode is touched: whoever loses the race for the row touches nothing, and whoever dies in between left a row
 * that is due again within minutes, so the next look finishes the work. A row that was in trouble says that all is well
 * only once its episode says so too.
 */
export async function settle(parts: LookParts, seen: Seen, storm?: StormKind): Promise<Look> {
  const { ledger, clock } = parts;
  const { row, truth, standing } = seen;
  const now = clock.now();
  if (!truth.known || standing === undefined) return noAnswer(parts, seen, now, storm);

  const { instant: _, looks, cannotTellSince, storm: before, ...kept } = row;
  const counted = {
    ...kept,
    ...(truth.instant !== undefined && { instant: truth.instant }),
    countsFrom: standing.countsFrom,
    deadline: standing.deadline,
    dueShard: storm === undefined ? ordinaryShard : stormShard,
    ...(storm !== undefined && { storm }),
  };
  const at = now.toISOString();

  const isMet = standing.standing === 'met';
  let { version } = row;
  let silent: Pick<DeadlineRow, 'cannotTellSince'> = {};
  // What is open is ended before the row forgets it: whoever dies in between has left a row that knows, and is due soon.
  const mayBeOpen = cannotTellSince !== undefined || (isMet && (looks !== undefined || before !== undefined));
  if (mayBeOpen) {
    if (!(await ledger.replace<DeadlineRow>({ ...row, dueAt: nextLook(1, now) }))) return 'overtaken';
    version += 1;
    silent = await answersAgain(parts, row, at);
  }

  if (isMet) {
    const { storm: _over, ...well } = counted;
    const dueAt = nextAsk(row.objective, standing.deadline, now);
    const holds = { ...well, version, dueShard: ordinaryShard, dueAt };
    const relief = { subject: row.resource, kind: row.objective, because: standing.because, at };
    const ended = mayBeOpen ? await parts.episodes.resolve(relief) : undefined;
    // By a clock that is ahead of ours it was broken a moment from now. The row knows, and is due soon.
    if (ended === 'newer trouble' || silent.cannotTellSince !== undefined) return 'stillOpen';
    if (!(await ledger.replace<DeadlineRow>(holds))) return 'overtaken';
    return (ended ?? (await parts.episodes.resolve(relief))) === 'resolved' ? 'resolved' : 'moved';
  }

  const next = (looks ?? 0) + 1;
  const broken = { ...counted, ...silent, version, looks: next, dueAt: nextLook(next, now) };
  if (!(await ledger.replace<DeadlineRow>(broken))) return 'overtaken';
  return storm === undefined ? tellBroken(parts, broken, standing, truth, at) : 'folded';
}

async function tellBroken(
  { ledger, episodes }: LookParts,
  row: DeadlineRow,
  standing: Standing,
  truth: Extract<Truth, { known: true }>,
  at: string,
): Promise<Look> {
  const resource = await ledger.get<ResourceRow>(resourceKey(row.resource));
  const cause = await likelyCause(ledger, row, truth.said);
  const facts: EpisodeFacts = {
    ...(resource !== undefined && { tier: resource.tier }),
    ...(resource?.madeElsewhere && { madeElsewhere: true as const }),
    ...(truth.instant !== undefined && { instant: truth.instant }),
    ...(cause !== undefined && { cause }),
    since: standing.deadline,
    ageSeconds: standing.ageSeconds,
    boundSeconds: row.boundSeconds,
  };
  const { resource: subject, objective: kind } = row;
  const opened = await episodes.open({ subject, kind, severity: 'page', because: standing.because, facts, at });
  if (opened !== 'opened') return 'stillOpen';
  // Somebody may have found it well while the episode was being opened, and then nobody would look for a long time.
  const fresh = await ledger.get<DeadlineRow>(deadlineKey(subject, row.objective));
  if (fresh !== undefined && fresh.version !== row.version + 1)
    await ledger.replace<DeadlineRow>({ ...fresh, dueAt: at });
  return 'opened';
}

async function noAnswer(parts: LookParts, seen: Seen, now: Date, storm: StormKind | undefined): Promise<Look> {
  const { row, truth, silentSeconds } = seen;
  const at = now.toISOString();
  const since = row.cannotTellSince ?? at;
  const { storm: _, ...kept } = row;
  const waiting = {
    ...kept,
    ...(storm !== undefined && { storm }),
    cannotTellSince: since,
    dueShard: storm === undefined ? ordinaryShard : stormShard,
    dueAt: nextTry(silentSeconds, now),
  };
  if (!(await parts.ledger.replace<DeadlineRow>(waiting))) return 'overtaken';
  if (storm !== undefined) return 'folded';
  if (silentSeconds >= cannotTellBoundSeconds) {
    await parts.episodes.open({
      subject: row.resource,
      kind: `cannot-tell:${row.objective}`,
      severity: 'page',
      because: `AWS has given no answer about ${row.objective} for ${inWords(silentSeconds)}; nobody knows whether it holds`,
      facts: { since, ...(!truth.known && { cause: truth.because }) },
      at,
    });
  }
  return 'cannotTell';
}

/** What the row still has to know of a silence that is over: nothing, once its episode has ended. */
async function answersAgain(
  { episodes }: LookParts,
  { resource: subject, objective, cannotTellSince }: DeadlineRow,
  at: string,
): Promise<Pick<DeadlineRow, 'cannotTellSince'>> {
  if (cannotTellSince === undefined) return {};
  const kind = `cannot-tell:${objective}` as const;
  const ended = await episodes.resolve({ subject, kind, because: 'AWS answers again', at });
  return ended === 'newer trouble' ? { cannotTellSince } : {};
}
