import { type WeatherName, weatherNames } from '../../simulator/faults/index.ts';
import { type Site, siteWords } from '../../simulator/faults/sites/site.ts';
import { type SiteFault, type StrikeName, strikeNames, strikes } from '../../simulator/faults/sites/strikes.ts';
import { chanceOf } from '../../simulator/world/chance.ts';
import type { SimulateOptions, SitesOptions } from './options.ts';
import type { SmallOrder, SmallPlayed } from './order.ts';
import { playAll } from './pool.ts';
import { settingOf, withTaskRoot } from './setting.ts';
import { everyOf, pairsOf, pointsOf, swarmOrder } from './swarm.ts';

const policyFile = 'simulator/scenarios/small/policy.yml';

/**
 * Strikes single calls of the small account and tells of every run in which an invariant broke. Answers whether none did
 * and, where each call was struck by itself, every fault struck.
 */
export function simulateSites(sites: SitesOptions, options: SimulateOptions): Promise<boolean> {
  const { jobs, json } = options;
  return withTaskRoot(async (taskRoot) => {
    const setting = await settingOf(policyFile, taskRoot);
    const play = (orders: readonly SmallOrder[], told: (played: SmallPlayed, order: SmallOrder) => void = () => {}) =>
      playAll<SmallOrder, SmallPlayed>(orders, { setting, jobs, nameOf: orderWords, told });
    const [calm = { failed: 'it was not played' }] = await play([{ what: 'small', seed: '1' }]);
    const troubles = troublesOf(calm);
    if (troubles.length > 0 || 'failed' in calm || calm.sites === undefined) {
      process.stdout.write(`BROKEN  without any fault\n${troubles.join('\n')}\n`);
      return false;
    }
    const orders = ordersOf(sites, calm.sites, options);
    const tally = tallyOf();
    const told = (played: SmallPlayed, order: SmallOrder) => {
      tally.add(played, order);
      const found = troublesOf(played);
      if (found.length > 0 && !json)
        process.stdout.write(`${[`BROKEN  ${orderWords(order)}`, ...found, again(order)].join('\n')}\n`);
    };
    await play(orders, told);
    const shrunk =
      sites.mode === 'replay' || json
        ? []
        : await Promise.all(
            tally
              .broken()
              .slice(0, mostShrunk)
              .map((order) => shrink(order, play)),
          );
    for (const order of shrunk) {
      process.stdout.write(`Short    ${orderWords(order)}\n${again(order)}\n`);
    }
    const total = tally.total(calm.sites.length);
    process.stdout.write(json ? `${JSON.stringify(total, null, 2)}\n` : `${totalWords(total)}\n`);
    // Of several faults one may keep the call of another from being made.
    const eachStrikes = sites.mode === 'exhaustive' || sites.mode === 'replay';
    return total.broken === 0 && (!eachStrikes || total.missed === 0);
  });
}

/** So many broken runs are made short: more of them are mostly the same one. */
const mostShrunk = 3;

/**
 * The fewest of a run's faults that still break the same invariant: one after another is left out, and stays out if it
 * breaks all the same.
 */
async function shrink(
  order: SmallOrder,
  play: (orders: readonly SmallOrder[]) => Promise<readonly SmallPlayed[]>,
): Promise<SmallOrder> {
  const broken = async (one: SmallOrder) => {
    const [played = { failed: 'it was not played' }] = await play([one]);
    return new Set(
      'failed' in played
        ? ['failed']
        : played.findings.flatMap(({ invariant, violations }) => (violations.length > 0 ? [invariant] : [])),
    );
  };
  const meant = await broken(order);
  let shortest = order;
  const tries: ((from: SmallOrder) => SmallOrder)[] = [
    ...(order.weather ?? []).map((name) => (from: SmallOrder) => ({
      ...from,
      weather: (from.weather ?? []).filter((one) => one !== name),
    })),
    ...(order.faults ?? []).map((fault) => (from: SmallOrder) => ({
      ...from,
      faults: (from.faults ?? []).filter((one) => one !== fault),
    })),
  ];
  for (const without of tries) {
    const shorter = without(shortest);
    const still = await broken(shorter);
    if ([...meant].every((one) => still.has(one))) shortest = shorter;
  }
  return shortest;
}

function ordersOf(options: SitesOptions, sites: readonly Site[], { seeds, trace }: SimulateOptions): SmallOrder[] {
  const order = (...faults: SiteFault[]): SmallOrder => ({ what: 'small', seed: '1', faults });
  const [seed = '1'] = seeds;
  if (options.mode === 'replay') {
    const { faults, weather } = options;
    return seeds.map((one) => ({ what: 'small', seed: one, faults, weather, ...(trace !== undefined && { trace }) }));
  }
  const points = pointsOf(sites);
  if (options.mode === 'pairs') {
    const chance = chanceOf(`pairs ${seed}`);
    return Array.from({ length: options.count }, () => order(chance.pick(points), chance.pick(points)));
  }
  if (options.mode === 'swarm') {
    return seeds.map((one) => swarmOrder(one, points));
  }
  const { every } = options;
  if (options.mode === 'all pairs') {
    const pairs = pairsOf(points.filter(({ site }) => site.number === 0));
    return [...everyOf(pairs, every)].map((pair) => order(...pair));
  }
  const { calls, only = '' } = options;
  const chosen = points.filter(({ site }) => (calls === 'all' || site.number === 0) && siteWords(site).includes(only));
  return [...everyOf(chosen, every)].map((point) => order(point));
}

interface Total {
  readonly sites: number;
  readonly runs: number;
  readonly broken: number;
  /** Runs whose fault never struck. */
  readonly missed: number;
  /** In how many runs each fault struck. */
  readonly struck: Readonly<Partial<Record<StrikeName, number>>>;
  /** And what goes on for a while. */
  readonly weather: Readonly<Partial<Record<WeatherName, number>>>;
}

function tallyOf() {
  const struck: Partial<Record<StrikeName, number>> = {};
  const weather: Partial<Record<WeatherName, number>> = {};
  let runs = 0;
  const broken: SmallOrder[] = [];
  let missed = 0;
  return {
    broken: (): readonly SmallOrder[] => broken,
    add: (played: SmallPlayed, order: SmallOrder): void => {
      const { faults: planned = [] } = order;
      runs += 1;
      if (troublesOf(played).length > 0) broken.push(order);
      if ('failed' in played) return;
      for (const { name, fired } of played.weather ?? []) if (fired > 0) weather[name] = (weather[name] ?? 0) + 1;
      if (played.fired === 0) missed += 1;
      else for (const { strike } of planned) struck[strike] = (struck[strike] ?? 0) + 1;
    },
    total: (sites: number): Total => ({ sites, runs, broken: broken.length, missed, struck, weather }),
  };
}

function totalWords({ sites, runs, broken, missed, struck, weather }: Total): string {
  const each = strikeNames.map((name) => `${name} ${struck[name] ?? 0}`).join(', ');
  const went = weatherNames.flatMap((name) => (weather[name] === undefined ? [] : [`${name} ${weather[name]}`]));
  return [
    `${sites} sites were found. ${runs} runs; in ${missed} the fault never struck. Struck: ${each}.`,
    ...(went.length === 0 ? [] : [`Struck for a while: ${went.join(', ')}.`]),
    broken === 0 ? `All ${runs} runs are good.` : `${broken} of ${runs} runs are BROKEN.`,
  ].join('\n');
}

/** What was wrong with a run, a line each. */
export function troublesOf(played: SmallPlayed): string[] {
  if ('failed' in played) return [`        the run came to no end: ${played.failed}`];
  return played.findings.flatMap(({ invariant, violations }) =>
    violations.map((one) => `        ${invariant}: ${one}`),
  );
}

function orderWords({ seed, faults = [], weather = [] }: SmallOrder): string {
  const each = [...weather, ...faults.map(({ site, strike }) => `${siteWords(site)} ${strikes[strike].words}`)];
  return each.length === 0 ? 'without any fault' : `seed ${seed}: ${each.join('; ')}`;
}

function again({ seed, faults: struck = [], weather = [] }: SmallOrder): string {
  const at = struck.map(({ site, strike }) => `--at "${siteWords(site)}=${strike}"`);
  const more = weather.map((name) => `--weather ${name}`);
  return `        again: npm run simulate -- ${['--from', seed, ...more, ...at].join(' ')}`;
}
