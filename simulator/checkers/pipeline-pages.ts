import type { Checker } from './checker.ts';
import { pageOf } from './page.ts';
import { stormMemberOf } from './storm-member.ts';

/** A Region whose watch does not beat: somebody has to be paged about that. */
export interface PipelineTrouble {
  readonly region: string;
  /** The Region that has to page. */
  readonly pagedFrom: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** While something is wrong with the pipeline, so that somebody may be paged about it. Milliseconds since 1970. */
export interface Trouble {
  readonly from: number;
  readonly until: number;
}

/**
 * What was kept from its work meanwhile the reconciliation finds within the hour after it, and pages some minutes later. Before
 * it is over, a page may come at any time.
 */
const toldWithin = 75 * 60_000;

/** The other Region pages a watch that is dead within this time. */
const openWithin = 6 * 60_000;

/** What the other checkers hold against the truth: objectives, drills, and pages that tell of many of them. */
const judgedElsewhere = /^(rpo|copy_rpo|pitr_rpo|replica_rpo|proof|rto|drill|storm:.*)$/;

/**
 * Nobody is paged about the pipeline while nothing is wrong with it, and somebody is when something is. Every page that
 * is not about an objective or a drill is about the pipeline, whatever its subject. One page that tells of many has
 * somebody to tell of.
 */
export function pipelinePages(
  must: readonly PipelineTrouble[] = [],
  /** Asked when all is over: only then it is known when everything struck. */
  troubles: () => readonly Trouble[] = () => [],
): Checker {
  const opened: { at: number; region: string; kind: string; subject: string }[] = [];
  const storms: { at: number; region: string; kind: string }[] = [];
  const members = new Set<string>();
  const invariant = 'the pipeline is paged about when it is in trouble, and only then';
  return {
    invariant,
    operations: ['Publish', 'PutItem'],
    see: (entry) => {
      const member = stormMemberOf(entry);
      if (member !== undefined) members.add(`${member.region} ${member.storm}`);
      const page = pageOf(entry);
      if (page?.phase !== 'opened') return;
      if (page.kind.startsWith('storm:')) storms.push(page);
      else if (!judgedElsewhere.test(page.kind)) opened.push(page);
    },
    look: () => {},
    conclude: (now) => {
      const violations: string[] = [];
      const iso = (instant: number) => new Date(instant).toISOString();
      const spans = troubles();
      for (const { at, region, kind, subject } of opened) {
        if (!spans.some(({ from, until }) => at >= from && at <= until + toldWithin))
          violations.push(`${kind} of ${subject} in ${region}: paged at ${iso(at)}, and nothing was wrong`);
      }
      for (const { at, region, kind } of storms) {
        if (!members.has(`${region} ${kind}`))
          violations.push(`${kind} in ${region}: paged at ${iso(at)}, and it tells of nobody`);
      }
      for (const { region: silent, pagedFrom, since } of must) {
        const isTold = opened.some(
          ({ at, region, kind }) =>
            region === pagedFrom &&
            kind === `alarm:lifeboat-no-heartbeat-from-${silent}` &&
            at >= since &&
            at <= since + openWithin,
        );
        if (!isTold && since + openWithin < now)
          violations.push(
            `${silent} is in trouble since ${iso(since)}, and ${pagedFrom} did not page within six minutes`,
          );
      }
      return {
        invariant,
        examined: { 'pages about the pipeline': opened.length, 'pages that tell of many': storms.length },
        violations,
      };
    },
  };
}
