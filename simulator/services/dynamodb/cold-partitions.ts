import { AtticMap } from '../../world/attic-map.ts';
import type { World } from '../../world/world.ts';
import { Packer } from '../packer.ts';
import type { Item, Value } from './value.ts';

/** So long a partition is at hand after somebody asked for it, and so often that is noted. */
const soon = 6 * 3_600_000;
const often = 3_600_000;

/** The partitions of a table that nobody asked for in a while: a large account has a million that wait to expire. */
export class ColdPartitions {
  readonly #world: World;
  readonly #cold: AtticMap<Item[]>;
  /** When somebody asked for a partition; the one that waits longest comes first. */
  readonly #askedAt = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
    this.#cold = new AtticMap(new Packer(world.attic));
  }

  keys(): Iterable<string> {
    return this.#cold.keys();
  }

  read(text: string): Item[] | undefined {
    return this.#cold.get(text);
  }

  take(text: string): Item[] | undefined {
    const items = this.#cold.get(text);
    if (items !== undefined) this.#cold.delete(text);
    return items;
  }

  touch(text: string): void {
    const now = this.#world.now();
    const before = this.#askedAt.get(text);
    if (before !== undefined && now - before < often) return;
    this.#askedAt.delete(text);
    this.#askedAt.set(text, now);
  }

  forget(text: string): void {
    this.#askedAt.delete(text);
  }

  /** Takes out of these what nobody asked for in a while. */
  putAway(partitions: Map<string, Item[]>): void {
    const due = this.#world.now() - soon;
    for (const [text, askedAt] of this.#askedAt) {
      if (askedAt > due) break;
      this.#askedAt.delete(text);
      const items = partitions.get(text);
      if (items === undefined || items.some(hasBytes)) continue;
      this.#cold.set(text, items);
      partitions.delete(text);
    }
  }
}

/** Bytes are not JSON. */
function hasBytes(item: Item): boolean {
  return Object.values(item).some(isOrHasBytes);
}

function isOrHasBytes(value: Value): boolean {
  if ('B' in value || 'BS' in value) return true;
  if ('M' in value) return hasBytes(value.M);
  return 'L' in value && value.L.some(isOrHasBytes);
}
