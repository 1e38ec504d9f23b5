import type { Chance } from '../../world/chance.ts';
import type { World } from '../../world/world.ts';
import type { Change, Rows } from './rows.ts';
import type { Value } from './value.ts';

/** "Usually one second or less": developer guide, "DynamoDB read consistency"; "a fraction of a second" for indexes. */
const longestLag = 1_000;
/** So many are kept before anybody looks which of them are older. */
const fewest = 256;

/** Rows of a table or of an index, and how they were lately. */
export interface Lagging {
  readonly rows: Rows;
  /** Every change of the rows is to be noted. */
  note(change: Change): void;
  /** The rows of a partition, or all of them, as the replica knows them that happens to be asked: up to a second ago. */
  lately(partition?: Value): Rows;
}

/**
 * Keeps the last second of changes, so that a read that does not ask for consistency, as none of an index can, is answered by a
 * replica which has not heard of them. Whoever reads consistently pays for nothing but a note of each write.
 */
export function lagging(rows: Rows, world: World, chance: Chance): Lagging {
  let changes: (Change & { readonly at: number })[] = [];
  let most = fewest;
  return {
    rows,
    note: ({ key, before }) => {
      const at = world.now();
      const last = changes.at(-1);
      if (last !== undefined && last.at <= at - longestLag) changes = [];
      else if (changes.length >= most) {
        changes = changes.filter((change) => change.at > at - longestLag);
        // However many a second has, each is looked at twice at the most.
        most = Math.max(fewest, 2 * changes.length);
      }
      changes.push({ at, key, before });
    },
    lately: (partition) => {
      const asOf = world.now() - chance.between(0, longestLag);
      const unheard = changes.filter(({ at }) => at > asOf);
      if (unheard.length === 0) return rows;
      const past = rows.copy(partition);
      for (const { key, before } of unheard.reverse()) past.put(key, before);
      return past;
    },
  };
}
