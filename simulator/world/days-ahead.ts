import type { Attic } from './attic.ts';

/** Many things of one kind that happen one by one: what they are, and what happens to the one with a key. */
export interface Series {
  readonly what: string;
  readonly run: (key: string) => void | Promise<void>;
}

/** One of a series, in the world's order. */
export interface Member {
  readonly at: number;
  readonly draw: number;
  readonly sequence: number;
  readonly series: Series;
  readonly key: string;
}

/** A member as it is kept: `series` by its number. */
type Line = readonly [at: number, draw: number, sequence: number, series: number, key: string];

const dayMilliseconds = 86_400_000;
/** So many lines of a day are put away together. */
const linesTogether = 200;

/**
 * What happens on days to come. A large account waits for a million deletions at once: until its day begins, each is a line
 * in the attic.
 */
export class DaysAhead {
  readonly #attic: Attic;
  readonly #series: Series[] = [];
  readonly #days = new Map<number, { lines: Line[]; readonly places: number[] }>();
  /** When the first of these days begins. */
  #begins = Number.POSITIVE_INFINITY;

  constructor(attic: Attic) {
    this.#attic = attic;
  }

  get begins(): number {
    return this.#begins;
  }

  add({ at, draw, sequence, series, key }: Member): void {
    const begins = beginOf(at);
    let day = this.#days.get(begins);
    if (day === undefined) {
      day = { lines: [], places: [] };
      this.#days.set(begins, day);
      this.#begins = Math.min(this.#begins, begins);
    }
    day.lines.push([at, draw, sequence, this.#numberOf(series), key]);
    if (day.lines.length < linesTogether) return;
    day.places.push(this.#attic.put(Buffer.from(JSON.stringify(day.lines))));
    day.lines = [];
  }

  /** All of the first day, which is none of the days to come then. */
  takeFirst(): Member[] {
    const { lines, places } = this.#days.get(this.#begins) ?? { lines: [], places: [] };
    this.#days.delete(this.#begins);
    this.#begins = Math.min(Number.POSITIVE_INFINITY, ...this.#days.keys());
    return [...places.flatMap((place) => JSON.parse(this.#attic.get(place).toString('utf8')) as Line[]), ...lines].map(
      ([at, draw, sequence, series, key]) => ({ at, draw, sequence, series: this.#series[series] as Series, key }),
    );
  }

  #numberOf(series: Series): number {
    const known = this.#series.indexOf(series);
    return known >= 0 ? known : this.#series.push(series) - 1;
  }
}

/** When the day of an instant begins. */
export function beginOf(instant: number): number {
  return instant - (instant % dayMilliseconds);
}
