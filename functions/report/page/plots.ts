import { pathRound } from 'd3-path';
import { utcTicks } from 'd3-time';
import type { ObjectiveStanding } from '../../evidence/standing.ts';
import type { Timeline, TrendPoint } from '../model.ts';
import { type Html, html } from './html.ts';
import { scale } from './scale.ts';
import { bound, months, span } from './words.ts';

/**
 * Every plot is as wide as its place: positions are shares of the width, so that nothing is distorted on a phone. Only the
 * line of the trend is stretched, and its stroke is not.
 */
const share = (value: number) => `${Math.round(value * 10) / 10}%`;

/** What every bar and every lane has, drawn once: the track, the mark of the bound in its usual place, the ticks. */
export function shared({ from, to }: Period): Html {
  const x = scale([from, to], [0, 100]);
  return html`<rect id="t" class="track" width="100%"/><rect id="e" class="bound" x="${share(usualBound)}"/><g id="g">${ticks({ from, to }).map((at) => html`<rect class="grid" x="${share(x(at))}"/>`)}</g>`;
}

/** Where the bound stands while the age is not beyond it. */
const usualBound = 96;

/** Age against bound. The mark is the bound: what is beyond it is broken. `label` is left out where the text beside it says it. */
export function bar({ ageSeconds, boundSeconds, is, instant }: ObjectiveStanding, labelled: boolean): Html {
  const x = scale([0, Math.max((boundSeconds * 100) / usualBound, ageSeconds)], [0, 100]);
  const state = is === 'not told' ? 'unknown' : is === 'broken' ? 'bad' : instant === undefined ? 'waiting' : 'ok';
  const isUsual = Math.abs(x(boundSeconds) - usualBound) < 0.1;
  const label = labelled
    ? html` role="img" aria-label="${span(ageSeconds)} of at most ${bound(boundSeconds)}"`
    : html` aria-hidden="true"`;
  return html`<svg class="bar ${state}"${label}><use href="#t"/><rect class="fill" width="${share(Math.max(1, x(ageSeconds)))}"/>
    ${isUsual ? html`<use href="#e"/>` : html`<rect class="bound" x="${share(x(boundSeconds))}"/>`}</svg>`;
}

/** Recovery times as drills measured them, with the bound where it is near enough to be seen. */
export function trend(
  points: readonly TrendPoint[],
  boundSeconds: number | undefined,
  mostPoints: number,
): Html | undefined {
  const some = thinned(points, mostPoints);
  const [first, last] = [some[0], some.at(-1)];
  if (first === undefined || last === undefined || first === last) return undefined;
  const highest = Math.max(...some.map(({ seconds }) => seconds));
  const top = boundSeconds !== undefined && boundSeconds < highest * 4 ? Math.max(highest, boundSeconds) : highest;
  const x = scale([first.at, last.at], [1, 99]);
  const y = scale([0, top * 1.1], [46, 2]);
  const drawn = pathRound(1);
  drawn.moveTo(x(first.at), y(first.seconds));
  for (const { at, seconds } of some.slice(1)) drawn.lineTo(x(at), y(seconds));
  const path = drawn.toString();
  const dots = some.length === points.length && some.length <= 31 ? some : [last];
  const lowest = Math.min(...some.map(({ seconds }) => seconds));
  const words = `Recovery time in ${points.length} drills: from ${span(lowest)} to ${span(highest)}, last ${span(last.seconds)}`;
  return html`<svg class="trend" role="img" aria-label="${words}">
    <svg viewBox="0 0 100 48" preserveAspectRatio="none" width="100%" height="48">${dots.length > 1 && html`<path class="area" d="${path}L${x(last.at)} 46L${x(first.at)} 46Z"/>`}<path class="line" d="${path}"/></svg>
    ${top === boundSeconds && html`<line class="limit" x1="0" x2="100%" y1="${y(top)}" y2="${y(top)}"/>`}
    ${dots.map(({ at, seconds }) => html`<circle cx="${share(x(at))}" cy="${Math.round(y(seconds) * 10) / 10}" r="${at === last.at ? 3.5 : 2}"/>`)}
  </svg>`;
}

/** Evenly, and always the last one. */
function thinned(points: readonly TrendPoint[], mostPoints: number): TrendPoint[] {
  if (points.length <= mostPoints) return [...points];
  const every = points.length / mostPoints;
  return points.filter((_, index) => Math.floor(index / every) !== Math.floor((index + 1) / every));
}

export interface Period {
  readonly from: number;
  readonly to: number;
}

const dayMilliseconds = 86_400_000;

function ticks({ from, to }: Period): number[] {
  return utcTicks(new Date(from), new Date(to), 6).map((at) => at.getTime());
}

function tickWords(at: number, isLong: boolean): string {
  const date = new Date(at);
  if (at % dayMilliseconds !== 0) return date.toISOString().slice(11, 16);
  const month = months[date.getUTCMonth()] ?? '';
  return isLong ? month : `${date.getUTCDate()} ${month}`;
}

/** The ticks of a period, as few as fit on a phone. */
export function axis({ from, to }: Period): Html {
  const x = scale([from, to], [0, 100]);
  // None at the very end, where it would stand out of the page.
  const shown = ticks({ from, to }).filter((at) => x(at) < 97);
  const isLong = to - from >= 100 * dayMilliseconds;
  return html`<svg class="axis" aria-hidden="true">${shown.map(
    (at) =>
      html`<text x="${share(x(at))}" y="12">${tickWords(at, isLong)}</text><rect x="${share(x(at))}" y="16" width="1" height="4"/>`,
  )}</svg>`;
}

/** Everything that happened to one resource, on four levels: trouble, backups, copies, drills. */
export function timeline(events: Timeline, period: Period, columns: number, label: string | undefined): Html {
  const x = scale([period.from, period.to], [0, 100]);
  const inside = (at: number) => at >= period.from && at <= period.to;
  const strips = (instants: readonly number[], name: string, y: number) => {
    // A tick is seen on a phone too.
    const tick = columns > 200 ? '1.8' : '.6';
    const found = runs(instants.filter(inside).map((at) => Math.min(columns - 1, Math.floor((x(at) / 100) * columns))));
    const path = found
      .map(([start, end]) => `M${start} ${y}h${end - start === 0 ? tick : Math.round((end - start + 0.6) * 10) / 10}`)
      .join('');
    return path !== '' && html`<path class="${name}" d="${path}"/>`;
  };
  const drills = events.drills.filter(({ at }) => inside(at));
  const passed = drills.filter(({ verdict }) => verdict === 'PASS').map(({ at }) => at);
  const troubled = drills.filter(({ verdict }) => verdict !== 'PASS');
  const areDots = passed.length <= (label === undefined ? 7 : mostDots);
  const named = label === undefined ? html` aria-hidden="true"` : html` role="img" aria-label="${label}"`;
  return html`<svg class="lane"${named}><use href="#g"/>
    <svg viewBox="0 0 ${columns} 44" preserveAspectRatio="none">${strips(events.backups, 'b', 17)}${strips(events.copies, 'c', 26)}${!areDots && strips(passed, 'p', 37)}</svg>
    ${events.episodes.map(({ from, until, severity }) => html`<rect class="${severity}" x="${share(x(from))}" y="3" height="7" width="${share(Math.max(0.5, x(until ?? period.to) - x(from)))}"/>`)}
    ${events.failures.slice(-40).map((at) => html`<text class="x" x="${share(x(at))}" y="22">×</text>`)}
    ${areDots && passed.map((at) => html`<circle class="p" cx="${share(x(at))}" cy="37" r="3.5"/>`)}
    ${events.recoveries.slice(-40).map(({ at, done }) => inside(at) && html`<text class="${done ? 'r' : 'x'}" x="${share(x(at))}" y="41.5">${done ? '▲' : '▽'}</text>`)}
    ${troubled.slice(-40).map(({ at, verdict }) => html`<text class="${verdict === 'FAIL' ? 'x' : 'q'}" x="${share(x(at))}" y="41.5">${verdict === 'FAIL' ? '×' : verdict === 'SUSPECT' ? '?' : '○'}</text>`)}
  </svg>`;
}

/** More drills than these are a strip, which still shows its gaps. */
const mostDots = 31;

/** Neighbouring columns as one: a year of backups is a few strips, and a gap stays a gap. */
function runs(columns: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const column of columns) {
    const last = found.at(-1);
    if (last !== undefined && column <= last[1] + 1) last[1] = Math.max(last[1], column);
    else found.push([column, column]);
  }
  return found;
}
