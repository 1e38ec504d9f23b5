import type { SmallOrder, SmallPlayed } from './order.ts';

/** Whether there is anything to leave out. */
export function canBeShorter({ faults = [], weather = [] }: SmallOrder): boolean {
  return faults.length + weather.length > 1;
}

/**
 * The fewest of a run's faults that still break the same invariants: one after another is left out, and stays out if they
 * break all the same.
 */
export async function shorten(
  order: SmallOrder,
  play: (order: SmallOrder) => Promise<SmallPlayed>,
): Promise<SmallOrder> {
  const broken = async (one: SmallOrder) => {
    const played = await play(one);
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
