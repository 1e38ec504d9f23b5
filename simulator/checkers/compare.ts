import type { Breach } from './breaches.ts';
import type { Page } from './page.ts';

/** A page must be accepted this long after its deadline has passed, while no fault is at work. */
export const openWithin = 125_000;
/** And a resolution this long after the objective holds again: the longest back-off of an open episode, and a minute. */
export const resolveWithin = 20 * 60_000;
/** A look that asked just before newer data was usable may open an episode just after. */
const justThen = 30_000;

/** A run that did not end well. What copies works in its own Region and in others. */
export interface FailedRun {
  readonly region: string;
  readonly workflow: string;
  readonly resource: string;
}

/** What is handed on in a Region: an event for a function, by its name, or anything else. */
export interface HandedOn {
  readonly region: string;
  readonly name?: string | undefined;
}

/** What somebody is told of. */
export interface About {
  readonly resource: string;
  /** An objective, or another kind of page. */
  readonly kind: string;
}

/**
 * The kind under which somebody asks by when it has to be told that something of Lifeboat was taken away. The fault that took it
 * does not excuse that nobody is told.
 */
export const takenAway = 'taken away';

/** What a fault excuses, and what it does not. Instants and spans in milliseconds. */
export interface Leave {
  /**
   * The latest instant by which the page of a deadline in a Region must be out, where a fault lets it be later. Without
   * `about`: by which somebody must have looked there, whatever it is about.
   */
  readonly openBy?: (region: string, deadline: number, about?: About) => number;
  /** How much later than otherwise any single message may be, all along. */
  readonly slow?: number;
  /** How wrong the functions' clocks are, either way. */
  readonly skew?: number;
  /**
   * By when lists name at the latest what is there since an instant, where they lag. Whoever asks earlier may take it for
   * missing: a page may open though newer data has just come, and ends late by as much. It never opens late.
   */
  readonly listedBy?: (region: string, since: number) => number;
  /** From when on nobody can watch a Region, since all of it is gone. */
  readonly goneFrom?: (region: string) => number | undefined;
  /** From when on no Region hears of what changes at home. */
  readonly deafFrom?: number;
  /** Whether a message of a Region may be sent a second time at this instant: its sender could not note that SNS took it. */
  readonly mayRepeat?: (region: string, at: number) => boolean;
  /** Whether a run may fail that began at `since` and whose end was written at `at`: it must have met the fault where it worked. */
  readonly mayFail?: (run: FailedRun, at: number, since: number) => boolean;
  /** Whether an event or a message that is to be handed on may be given up at this instant. */
  readonly mayGiveUp?: (handed: HandedOn, at: number) => boolean;
}

/**
 * A breach, and until when the product could not know of it, when it came about by a loss; or of its end, when it ended
 * because nobody asks for the objective any more. What was seen to be over at `endedBy` ended at or after `endedAt`.
 */
export type KnownBreach = Breach & {
  readonly knownBy: number;
  readonly endKnownBy?: number;
  readonly endedBy?: number;
};

/** One episode as on-call heard of it: by a page of its own, or by one that tells of many. */
export interface Told {
  readonly openedAt: number;
  readonly pagedAt: number;
  readonly resolvedAt: number | undefined;
  /** It was told with others: that page may end before all of them are well, and what is left is then told by itself. */
  readonly together?: boolean;
}

/**
 * Holds the pages of one objective of one resource against its breaches. Every line is a violation. An episode may
 * cover several breaches that follow one another before its end can be noticed.
 */
export function compareWithPages(
  of: About & { readonly region: string },
  breaches: readonly KnownBreach[],
  episodes: readonly Told[],
  now: number,
  leave: Leave = {},
  /**
   * What would be breaches of a bound that is shorter by as much as clocks are wrong, or of data that counts only once lists
   * name it: a page about one is not false.
   */
  almost: readonly Breach[] = [],
): string[] {
  const { region } = of;
  const name = `${of.kind} of ${of.resource} in ${region}`;
  const { skew = 0, slow = 0 } = leave;
  const found: string[] = [];
  const used = new Set<Told>();
  breaches.forEach((breach, index) => {
    const { deadline, endedAt } = breach;
    const dueBy =
      slow +
      Math.max(
        deadline + openWithin + skew,
        breach.knownBy,
        // Whoever looks may come by it at any instant until then.
        excusedBy(leave, of, deadline, Math.max(deadline, breach.knownBy)),
      );
    const earliestEnd = endedAt ?? Number.POSITIVE_INFINITY;
    const last = breach.endedBy ?? earliestEnd;
    const mine = episodes.filter(
      ({ openedAt, resolvedAt }) =>
        openedAt <= last + justThen + skew && (resolvedAt ?? Number.POSITIVE_INFINITY) >= deadline - skew,
    );
    const next = breaches[index + 1];
    let open: Told | undefined;
    for (const episode of mine) {
      const isEarly = episode.openedAt < deadline - skew && !used.has(episode);
      const isSecond = open !== undefined && (open.resolvedAt ?? Number.POSITIVE_INFINITY) > episode.openedAt;
      if (isEarly || isSecond) continue;
      used.add(episode);
      open = episode;
    }
    const [first] = mine.filter((episode) => used.has(episode));
    if (first === undefined) {
      const passes = last <= dueBy || dueBy > now;
      if (!passes) found.push(`${name}: broken at ${iso(deadline)}, and no page came in time`);
      return;
    }
    if (first.pagedAt > dueBy && last > dueBy)
      found.push(`${name}: broken at ${iso(deadline)}, and paged only at ${iso(first.pagedAt)}`);
    const end = open?.resolvedAt;
    const resolvedEarly = mine.find(
      (one) =>
        used.has(one) && one.together !== true && one.resolvedAt !== undefined && one.resolvedAt < earliestEnd - skew,
    );
    if (resolvedEarly?.resolvedAt !== undefined) {
      const until = endedAt === undefined ? 'and it is still broken' : `before it was well at ${iso(endedAt)}`;
      found.push(`${name}: resolved at ${iso(resolvedEarly.resolvedAt)}, ${until}`);
      return;
    }
    if (endedAt === undefined) return;
    const resolvedBy = Math.max(endedAt + resolveWithin, breach.endKnownBy ?? 0);
    // The look that would have found it well may fall into the fault, though it was well before.
    const excused = [endedAt, resolvedBy].map((instant) => leave.openBy?.(region, instant, of) ?? 0);
    const goneBy = slow + Math.max(resolvedBy + skew, ...excused);
    if ((end ?? now) > goneBy && (next === undefined || next.deadline - skew > goneBy))
      found.push(`${name}: well again at ${iso(endedAt)}, and not resolved in time`);
  });
  for (const episode of episodes) {
    const isAlmost = almost.some(
      ({ deadline, endedAt = Number.POSITIVE_INFINITY }) =>
        episode.openedAt >= deadline - skew && episode.openedAt <= endedAt + justThen + skew,
    );
    if (!used.has(episode) && !isAlmost)
      found.push(`${name}: paged at ${iso(episode.pagedAt)}, and nothing was broken`);
  }
  return found;
}

/**
 * By when faults let a page be late at the most that falls due between two instants; 0 if none is at work. Where one is over,
 * another may be at work still.
 */
function excusedBy({ openBy }: Leave, of: About & { readonly region: string }, from: number, until: number): number {
  if (openBy === undefined) return 0;
  let by = openBy(of.region, until, of);
  for (let at = from; at < Math.max(until, by); at += 60_000) by = Math.max(by, openBy(of.region, at, of));
  return by;
}

/**
 * When those who come every so often must have seen what happened at an instant, `within` so long: each fault that is at work
 * meanwhile, in any of these Regions, gives them as long once more.
 */
export function seenWithin(
  { openBy }: Leave,
  regions: readonly string[],
  instant: number,
  within: number,
  about?: About,
): number {
  let by = instant + within;
  if (openBy === undefined) return by;
  for (let at = instant; at <= by; at += 60_000) {
    for (const region of regions) {
      const excused = openBy(region, at, about);
      if (excused > 0) by = Math.max(by, excused + within);
    }
  }
  return by;
}

/** Joins the pages that opened with those that resolved. */
export function episodesOf(pages: readonly Page[]): Told[] {
  return (
    pages
      .filter(({ phase }) => phase === 'opened')
      // One that SNS accepted unheard comes once more.
      .filter((page, index, all) => all.findIndex(({ openedAt }) => openedAt === page.openedAt) === index)
      .map(({ openedAt, at }) => ({
        openedAt: Date.parse(openedAt),
        pagedAt: at,
        resolvedAt: pages.find((one) => one.phase === 'resolved' && one.openedAt === openedAt)?.at,
      }))
  );
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
