import { brokenIn, type Ended } from './ended.ts';
import type { Order, SmallOrder } from './order.ts';

/** Plays an order; undefined where somebody interrupted it. */
type Play<Ordered> = (order: Ordered) => Promise<Ended | undefined>;

/** A run in which less goes wrong, and what it came to. */
export interface Short<Ordered> {
  readonly order: Ordered;
  readonly played: Ended;
}

/**
 * The same run of the small account under the fewest of its faults that still break the same invariants; undefined where
 * nothing can be left out.
 */
export async function shortSmall(
  order: SmallOrder,
  played: Ended,
  play: Play<SmallOrder>,
): Promise<Short<SmallOrder> | undefined> {
  const { faults = [], weather = [] } = order;
  return shortest([...weather, ...faults], played, play, (parts) => ({
    ...order,
    weather: weather.filter((one) => parts.includes(one)),
    faults: faults.filter((one) => parts.includes(one)),
  }));
}

/**
 * The same generated account with the fewest of its incidents, and without its fault, if that still breaks the same
 * invariants; undefined where nothing can be left out.
 *
 * @param incidents how many were drawn for it
 */
export async function shortAccount(
  order: Order,
  incidents: number,
  played: Ended,
  play: Play<Order>,
): Promise<Short<Order> | undefined> {
  const { trace: _, fault, incidents: chosen = numbers(incidents), ...rest } = order;
  return shortest<'fault' | number, Order>(
    [...(fault === undefined ? [] : ['fault' as const]), ...chosen],
    played,
    play,
    (parts) => ({
      ...rest,
      digest: false,
      fault: parts.includes('fault') ? fault : undefined,
      incidents: chosen.filter((one) => parts.includes(one)),
    }),
  );
}

async function shortest<Part, Ordered>(
  parts: readonly Part[],
  played: Ended,
  play: Play<Ordered>,
  orderOf: (parts: readonly Part[]) => Ordered,
): Promise<Short<Ordered> | undefined> {
  const meant = brokenIn(played);
  let short: Short<Ordered> | undefined;
  await fewest(parts, async (some) => {
    const order = orderOf(some);
    const again = await play(order);
    if (again === undefined) return false;
    const broken = brokenIn(again);
    if (!meant.every((one) => broken.includes(one))) return false;
    short = { order, played: again };
    return true;
  });
  return short;
}

/**
 * What is left of `items` when parts of them are left out while it still `breaks`: first all, then a half at a time, and ever
 * smaller parts, until no single one can be left out any more. (Zeller and Hildebrandt's ddmin, without its tries of one part
 * alone.)
 */
export async function fewest<Item>(
  items: readonly Item[],
  breaks: (items: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> {
  if (items.length === 0 || (await breaks([]))) return [];
  let kept = items;
  for (let size = Math.floor(kept.length / 2); size > 0; ) {
    const before = kept.length;
    for (let from = 0; from < kept.length && size < kept.length; ) {
      const without = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await breaks(without)) kept = without;
      else from += size;
    }
    if (size > 1 || kept.length === before) size = Math.floor(size / 2);
  }
  return kept;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
