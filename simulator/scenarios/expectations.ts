import type { AccountFile, ExpectedPage, Span } from './account-file.ts';
import type { Message } from './messages.ts';
import { momentInWords } from './moment.ts';

/** An episode that paged, as on-call saw it. Instants in milliseconds since 1970. */
export interface PagedEpisode {
  readonly resource: string;
  readonly location: string;
  readonly kind: string;
  readonly opened: number;
  readonly resolved: number | undefined;
}

/** Joins the pages that opened with those that resolved. */
export function pagedEpisodes(messages: readonly Message[], nameOf: (arn: string) => string): PagedEpisode[] {
  const pages = messages.filter(({ severity }) => severity === 'page');
  return pages
    .filter(({ phase }) => phase === 'opened')
    .map((page) => {
      const end = pages.find(
        (other) =>
          other.phase === 'resolved' &&
          other.at >= page.at &&
          other.subject === page.subject &&
          other.kind === page.kind &&
          other.region === page.region &&
          other.openedAt === page.openedAt,
      );
      return {
        resource: nameOf(page.subject),
        location: page.region,
        kind: page.kind,
        opened: Date.parse(page.at),
        resolved: end === undefined ? undefined : Date.parse(end.at),
      };
    });
}

/**
 * Compares what was paged with what the scenario expects, both ways: every line is a difference. Several pages of one
 * resource, location and kind are matched in the order of time. A run that `lasts` (milliseconds) shorter than the scenario
 * is not held to what was still to come.
 */
export function differences(file: AccountFile, episodes: readonly PagedEpisode[], lasts: number): string[] {
  const left = [...episodes].sort((one, other) => one.opened - other.opened);
  const found: string[] = [];
  for (const expected of file.expect?.pages ?? []) {
    const index = left.findIndex((page) => isOf(expected, page) && within(expected.opened, page.opened - file.start));
    const [page] = index < 0 ? [] : left.splice(index, 1);
    const pending = ({ to }: Span) => to > lasts;
    if (page === undefined) {
      if (pending(expected.opened)) continue;
      found.push(`expected and not paged: ${nameOf(expected)}, opened ${inWords(expected.opened)}`);
    } else if (expected.resolved === null && page.resolved !== undefined) {
      found.push(
        `resolved, though it was not expected to be: ${nameOf(expected)}, ${momentInWords(page.resolved - file.start)}`,
      );
    } else if (
      expected.resolved !== null &&
      !(page.resolved === undefined && pending(expected.resolved)) &&
      (page.resolved === undefined || !within(expected.resolved, page.resolved - file.start))
    ) {
      const at = page.resolved === undefined ? 'never' : momentInWords(page.resolved - file.start);
      found.push(`${nameOf(expected)} was resolved ${at}, expected ${inWords(expected.resolved)}`);
    }
  }
  for (const page of left)
    found.push(`paged and not expected: ${nameOf(page)}, opened ${momentInWords(page.opened - file.start)}`);
  return found;
}

function isOf(expected: ExpectedPage, page: PagedEpisode): boolean {
  return expected.resource === page.resource && expected.location === page.location && expected.kind === page.kind;
}

function within({ from, to }: Span, moment: number): boolean {
  return moment >= from && moment <= to;
}

function inWords({ from, to }: Span): string {
  return `${momentInWords(from)} to ${momentInWords(to)}`;
}

function nameOf({ resource, location, kind }: { resource: string; location: string; kind: string }): string {
  return `${kind} of ${resource} in ${location}`;
}
