import type { Checker } from './checker.ts';
import { pageOf } from './page.ts';

/** A trouble of the pipeline itself that somebody has to be paged about. */
export interface PipelineTrouble {
  /** The Region that has to page. */
  readonly pagedFrom: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** The other Region pages a watch that is dead within this time. */
const openWithin = 6 * 60_000;

/**
 * Nobody is paged about the pipeline while nothing is wrong with it, and somebody is when something is. One page that
 * tells of many objectives is not about the pipeline: whether they were broken is another checker's question.
 */
export function pipelinePages(troubles: readonly PipelineTrouble[] | 'any' | undefined): Checker {
  const opened: { at: number; region: string; kind: string }[] = [];
  const invariant = 'the pipeline is paged about when it is in trouble, and only then';
  return {
    invariant,
    operations: ['Publish'],
    see: (entry) => {
      const page = pageOf(entry);
      if (page?.subject !== 'pipeline' || page.phase !== 'opened' || page.kind.startsWith('storm:')) return;
      opened.push(page);
    },
    look: () => {},
    conclude: (now) => {
      const violations: string[] = [];
      const iso = (instant: number) => new Date(instant).toISOString();
      if (troubles === undefined) {
        for (const { at, region, kind } of opened)
          violations.push(`${kind} in ${region}: paged at ${iso(at)}, and nothing was wrong with the pipeline`);
      }
      for (const { pagedFrom, since } of Array.isArray(troubles) ? troubles : []) {
        const isTold = opened.some(({ at, region }) => region === pagedFrom && at >= since && at <= since + openWithin);
        if (!isTold && since + openWithin < now)
          violations.push(`in trouble since ${iso(since)}, and ${pagedFrom} did not page within six minutes`);
      }
      return { invariant, examined: { 'pages about the pipeline': opened.length }, violations };
    },
  };
}
