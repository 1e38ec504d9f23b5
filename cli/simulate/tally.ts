import { type WeatherName, weatherNames } from '../../simulator/faults/index.ts';
import { siteWords } from '../../simulator/faults/sites/site.ts';
import { type StrikeName, strikeNames, strikes } from '../../simulator/faults/sites/strikes.ts';
import { type Ended, troublesOf } from './ended.ts';
import type { SmallOrder, SmallPlayed } from './order.ts';
import type { Short } from './shorten.ts';

/** What many runs of the small account came to. */
export interface Total {
  /** How many sites the run without a fault has. */
  readonly sites: number;
  /** How many runs were asked for; fewer were played where somebody interrupted them. */
  readonly ordered: number;
  readonly runs: number;
  readonly broken: number;
  /** Runs in which at least one of their faults never struck. */
  readonly missed: number;
  /** How often each fault was planned, one for each site and run. */
  readonly planned: Readonly<Partial<Record<StrikeName | WeatherName, number>>>;
  /** How many of those struck at all. */
  readonly struck: Readonly<Partial<Record<StrikeName, number>>>;
  /** And of what goes on for a while. */
  readonly weather: Readonly<Partial<Record<WeatherName, number>>>;
  /** Faults, as the command line takes them, that struck in none of the runs that were put under them. */
  readonly neverStruck: readonly string[];
  /** What each checker looked at in all runs, so that nobody takes silence for health. */
  readonly examined: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly failures: readonly Failure[];
}

/** A run in which something was broken. */
export interface Failure {
  readonly order: string;
  /** Each with the invariant that it breaks. */
  readonly violations: readonly string[];
  /** The command that plays it again. */
  readonly again: string;
  /** With the fewest of its faults that break the same, where somebody looked for them. */
  readonly shortest?: Omit<Failure, 'shortest'>;
}

/** Sums runs up as they end. */
export function tallyOf() {
  const planned: Partial<Record<StrikeName | WeatherName, number>> = {};
  const struck: Partial<Record<StrikeName, number>> = {};
  const weather: Partial<Record<WeatherName, number>> = {};
  const examined: Record<string, Record<string, number>> = {};
  /** Whether what was planned, as the command line takes it, ever struck. */
  const everStruck = new Map<string, boolean>();
  const broken: { readonly order: SmallOrder; readonly played: SmallPlayed }[] = [];
  let runs = 0;
  let missed = 0;
  const count = <Name extends string>(counts: Partial<Record<Name, number>>, name: Name, fired: number): void => {
    counts[name] = (counts[name] ?? 0) + (fired > 0 ? 1 : 0);
  };
  return {
    broken: broken as readonly { readonly order: SmallOrder; readonly played: SmallPlayed }[],
    add: (played: SmallPlayed, order: SmallOrder): void => {
      runs += 1;
      if (troublesOf(played).length > 0) broken.push({ order, played });
      if ('failed' in played) return;
      const each = [
        ...(order.faults ?? []).map((fault, index) => {
          const fired = played.fired?.[index] ?? 0;
          count(planned, fault.strike, 1);
          count(struck, fault.strike, fired);
          return { option: `${siteWords(fault.site)}=${fault.strike}`, fired };
        }),
        ...(played.weather ?? []).map(({ name, fired }) => {
          count(planned, name, 1);
          count(weather, name, fired);
          return { option: name, fired };
        }),
      ];
      if (each.some(({ fired }) => fired === 0)) missed += 1;
      for (const { option, fired } of each) everStruck.set(option, everStruck.get(option) === true || fired > 0);
      for (const finding of played.findings) {
        examined[finding.invariant] ??= {};
        const sums = examined[finding.invariant] as Record<string, number>;
        for (const [what, number] of Object.entries(finding.examined)) sums[what] = (sums[what] ?? 0) + number;
      }
    },
    total: (
      sites: number,
      ordered: number,
      shortest: ReadonlyMap<SmallOrder, Short<SmallOrder>> = new Map(),
    ): Total => ({
      sites,
      ordered,
      runs,
      broken: broken.length,
      missed,
      planned,
      struck,
      weather,
      neverStruck: [...everStruck].flatMap(([option, ever]) => (ever ? [] : [option])),
      examined,
      failures: broken.map(({ order, played }) => {
        const short = shortest.get(order);
        return {
          ...failureOf(order, played),
          ...(short !== undefined && { shortest: failureOf(short.order, short.played) }),
        };
      }),
    }),
  };
}

function failureOf(order: SmallOrder, played: Ended): Omit<Failure, 'shortest'> {
  return { order: orderWords(order), violations: troublesOf(played), again: again(order) };
}

/** Whether nothing was broken, all of it was played, and, where that is asked for, every fault struck at least once. */
export function isGood({ broken, runs, ordered, neverStruck }: Total, eachStrikes: boolean): boolean {
  return broken === 0 && runs === ordered && (!eachStrikes || neverStruck.length === 0);
}

/** A total, as somebody reads it. */
export function totalWords(total: Total, eachStrikes: boolean): string {
  const { sites, ordered, runs, broken, missed, planned, struck, weather, neverStruck, examined } = total;
  const counts: Partial<Record<string, number>> = { ...struck, ...weather };
  const each = [...strikeNames, ...weatherNames].flatMap((name) =>
    planned[name] === undefined ? [] : [`${name} ${counts[name] ?? 0} of ${planned[name]}`],
  );
  return [
    `${sites} sites were found. ${runs} runs${each.length === 0 ? ', without any fault' : `; in ${missed} a fault never struck`}.`,
    ...(each.length === 0 ? [] : [`Struck: ${each.join(', ')}.`]),
    'Examined:',
    ...Object.entries(examined).map(
      ([invariant, sums]) =>
        `  ${invariant}: ${Object.entries(sums)
          .map(([what, number]) => `${number} ${what}`)
          .join(', ')}`,
    ),
    ...(runs === ordered ? [] : [`Interrupted: ${runs} of ${ordered} runs were played.`]),
    ...(broken > 0 ? [`${broken} of ${runs} runs are BROKEN.`] : []),
    ...(eachStrikes && neverStruck.length > 0
      ? [`NOT TRIED: ${neverStruck.join(', ')} never struck, so that nothing is shown of it.`]
      : []),
    ...(isGood(total, eachStrikes) ? [`All ${runs} runs are good.`] : []),
  ].join('\n');
}

/** What a run is put under. */
export function orderWords({ seed, faults = [], weather = [], plant }: SmallOrder): string {
  const each = [
    ...weather,
    ...faults.map(({ site, strike }) => `${siteWords(site)} ${strikes[strike].words}`),
    ...(plant === undefined ? [] : [`with ${plant} planted`]),
  ];
  return `seed ${seed}: ${each.length === 0 ? 'without any fault' : each.join('; ')}`;
}

/** The command that plays a run again. */
export function again({ seed, faults = [], weather = [], plant }: SmallOrder): string {
  const chosen = [
    ...weather.map((name) => `--weather ${name}`),
    ...faults.map(({ site, strike }) => `--at "${siteWords(site)}=${strike}"`),
  ];
  const options = [
    ...(chosen.length === 0 ? ['--calm'] : []),
    `--from ${seed}`,
    ...chosen,
    ...(plant === undefined ? [] : [`--plant ${plant}`]),
  ];
  return `npm run simulate -- ${options.join(' ')}`;
}
