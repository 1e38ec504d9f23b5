import { hourOf, type Prices } from '../../cli/prices/prices.ts';
import type { Wanted } from './outside.ts';

/** What one database of the run is: the smallest class that the kind has. A drill restores it once more. */
export const classOf = { rds: 'db.t4g.micro', aurora: 'db.t4g.medium' } as const;

/** The rest: requests, logs, keys of a day, alarms of a day. Rounded up. */
const restUsd = 0.5;

/** What the run costs at most, in US dollars: every resource and its drill's copy for all of the time allowed. */
export function costAtMost({ kinds, hours }: Wanted, prices: Prices): number {
  let usd = restUsd;
  for (const kind of kinds) if (kind !== 'efs') usd += 2 * hours * hourOf(prices, kind, classOf[kind]).usd;
  return Math.ceil(usd * 100) / 100;
}
