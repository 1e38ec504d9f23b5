import type { Chance } from '../../world/chance.ts';
import type { World } from '../../world/world.ts';
import type { Keys } from './keys.ts';
import { Rows } from './rows.ts';
import type { Item, Value } from './value.ts';

/** "Usually one second or less": developer guide, "DynamoDB read consistency". */
const longestLag = 1_000;
/** So many are kept before anybody looks which of them are older. */
const fewest = 256;

interface Write {
  readonly at: number;
  readonly key: Item;
  readonly before: Item | undefined;
}

/**
 * The last second of a table's writes, so that a read that does not ask for consistency can be answered by a replica which
 * has not heard of them. Whoever reads consistently pays for nothing but a note of each write.
 */
export function recentWrites(rows: Rows, keys: Keys, world: World, chance: Chance) {
  let writes: Write[] = [];
  let most = fewest;
  return {
    note: (key: Item, before: Item | undefined): void => {
      const at = world.now();
      const last = writes.at(-1);
      if (last !== undefined && last.at <= at - longestLag) writes = [];
      else if (writes.length >= most) {
        writes = writes.filter((write) => write.at > at - longestLag);
        // However many a second has, each is looked at twice at the most.
        most = Math.max(fewest, 2 * writes.length);
      }
      writes.push({ at, key, before });
    },
    /** The rows of a partition, or all of them, as the replica knows them that happens to be asked. */
    rows: (partition?: Value): Rows => {
      const asOf = world.now() - chance.between(0, longestLag);
      const unheard = writes.filter(({ at }) => at > asOf);
      if (unheard.length === 0) return rows;
      const past = new Rows(keys, keys);
      const now = partition === undefined ? rows.scan().flat() : rows.partition(partition);
      for (const item of now) past.put(item, item);
      for (const { key, before } of unheard.reverse()) past.put(key, before);
      return past;
    },
  };
}
