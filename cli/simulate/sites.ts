import { type Site, siteWords } from '../../simulator/faults/sites/site.ts';
import type { SiteFault } from '../../simulator/faults/sites/strikes.ts';
import { chanceOf } from '../../simulator/world/chance.ts';
import { OptionsRejected } from '../options.ts';
import { type Ended, troublesOf } from './ended.ts';
import type { SimulateOptions, SitesOptions } from './options.ts';
import type { SmallOrder, SmallPlayed } from './order.ts';
import { type Players, withPlayers } from './players.ts';
import { playAll } from './pool.ts';
import { type Short, shortSmall } from './shorten.ts';
import { everyOf, pairsOf, pointsOf, swarmOrder } from './swarm.ts';
import { again, isGood, orderWords, tallyOf, totalWords } from './tally.ts';

const policyFile = 'simulator/scenarios/small/policy.yml';

/**
 * Strikes single calls of the small account and tells of every run in which an invariant broke. Answers whether none did
 * and, where faults were asked for by name or each call was struck by itself, every fault struck. A run that is interrupted
 * sums up what was played until then, and is not good.
 */
export function simulateSites(sites: SitesOptions, options: SimulateOptions): Promise<boolean> {
  const { json } = options;
  const write = (lines: readonly string[]) => void process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  // Of several faults that were drawn one may keep the call of another from being made.
  const eachStrikes = sites.mode === 'exhaustive' || sites.mode === 'replay';
  const simulate = async ({ pool, interrupted }: Players<SmallOrder, SmallPlayed>) => {
    const tally = tallyOf();
    const told = (played: SmallPlayed, order: SmallOrder) => {
      tally.add(played, order);
      if (troublesOf(played).length > 0 && !json) tell('BROKEN', order, played);
    };
    const tell = (word: string, order: SmallOrder, played: Ended) =>
      write([
        `${word.padEnd(8)}${orderWords(order)}`,
        ...[...troublesOf(played), `again: ${again(order)}`].map(indented),
      ]);

    const calm: SmallOrder = { what: 'small', seed: '1' };
    const found = await pool.play(calm);
    const isCalmGood = found !== undefined && troublesOf(found).length === 0;
    const calmSites = found === undefined || 'failed' in found ? [] : (found.sites ?? []);
    // Where something breaks without any fault, faults would show nothing.
    const orders = isCalmGood ? ordersOf(sites, calmSites, options) : [calm];
    if (isCalmGood) await playAll(pool, orders, told);
    else if (found !== undefined) told(found, calm);

    const shortest = new Map<SmallOrder, Short<SmallOrder>>();
    if (sites.mode !== 'replay' && sites.mode !== 'exhaustive') {
      const shortenOne = async ({ order, played }: Short<SmallOrder>) => {
        const short = await shortSmall(order, played, pool.play);
        if (short !== undefined && !interrupted.aborted) shortest.set(order, short);
      };
      await Promise.all(tally.broken.slice(0, options.shorten).map(shortenOne));
    }
    const total = tally.total(calmSites.length, orders.length, shortest);
    if (json) write([JSON.stringify(total, null, 2)]);
    else {
      for (const { order, played } of shortest.values()) tell('Short', order, played);
      write([totalWords(total, eachStrikes)]);
    }
    return isGood(total, eachStrikes);
  };
  return withPlayers({ policyFile, jobs: options.jobs, nameOf: orderWords }, simulate);
}

function indented(line: string): string {
  return `        ${line}`;
}

/** The runs of the small account that are asked for. `sites` are those of a run without any fault. */
export function ordersOf(
  options: SitesOptions,
  sites: readonly Site[],
  { seeds, trace, plant }: SimulateOptions,
): SmallOrder[] {
  const planting = plant !== undefined && { plant };
  const order = (...faults: SiteFault[]): SmallOrder => ({ what: 'small', seed: '1', faults, ...planting });
  const [seed = '1'] = seeds;
  if (options.mode === 'replay') {
    const { faults, weather } = options;
    const tracing = trace !== undefined && { trace };
    return seeds.map((one) => ({ what: 'small', seed: one, faults, weather, ...planting, ...tracing }));
  }
  const points = pointsOf(sites);
  if (options.mode === 'pairs') {
    const chance = chanceOf(`pairs ${seed}`);
    return Array.from({ length: options.count }, () => order(chance.pick(points), chance.pick(points)));
  }
  if (options.mode === 'swarm') return seeds.map((one) => ({ ...swarmOrder(one, points), ...planting }));
  const { every } = options;
  if (options.mode === 'all pairs') {
    const pairs = pairsOf(points.filter(({ site }) => site.number === 0));
    return [...everyOf(pairs, every)].map((pair) => order(...pair));
  }
  const { calls, only = '' } = options;
  const chosen = points.filter(({ site }) => (calls === 'all' || site.number === 0) && siteWords(site).includes(only));
  if (chosen.length === 0)
    throw new OptionsRejected(`--only ${only}: no site holds it. Sites read as --at takes them.`);
  return [...everyOf(chosen, every)].map((point) => order(point));
}
