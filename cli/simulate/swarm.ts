import { type WeatherName, weatherNames } from '../../simulator/faults/index.ts';
import type { Site } from '../../simulator/faults/sites/site.ts';
import { canStrike, type SiteFault, strikeNames } from '../../simulator/faults/sites/strikes.ts';
import { chanceOf } from '../../simulator/world/chance.ts';
import type { SmallOrder } from './order.ts';

/** Every fault at every call that was found. */
export function pointsOf(sites: readonly Site[]): SiteFault[] {
  return sites.flatMap((site) =>
    strikeNames.filter((strike) => canStrike(strike, site)).map((strike): SiteFault => ({ site, strike })),
  );
}

/** Every two that are not the same, those first that stand next to each other. */
export function* pairsOf<Item>(of: readonly Item[]): Generator<readonly [Item, Item]> {
  for (let apart = 1; apart < of.length; apart += 1) {
    for (let index = 0; index + apart < of.length; index += 1) yield [of[index] as Item, of[index + apart] as Item];
  }
}

/** The first, and each Nth after it. */
export function* everyOf<Item>(of: Iterable<Item>, every: number): Generator<Item> {
  let index = 0;
  for (const item of of) {
    if (index % every === 0) yield item;
    index += 1;
  }
}

/** What a seed of the swarm is put under: faults at up to three calls, and up to five of what goes on for a while. */
export function swarmOrder(seed: string, points: readonly SiteFault[]): SmallOrder {
  const chance = chanceOf(`swarm ${seed}`);
  const some = <Item>(of: readonly Item[], most: number) =>
    Array.from({ length: chance.whole(0, most) }, () => chance.pick(of));
  return { what: 'small', seed, faults: some(points, 3), weather: [...new Set(some<WeatherName>(swarmWeathers, 5))] };
}

/** A Region that is gone stays gone, and nothing gets well there. */
const swarmWeathers = weatherNames.filter((name) => name !== 'home-gone');
