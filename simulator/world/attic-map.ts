import type { Keeper } from './attic.ts';

const fewest = 64;
const none = -1;
const removed = -2;

/**
 * Values by their keys, both of them in an attic: in memory each has twelve bytes and the room of its table. Values are JSON.
 */
export class AtticMap<Value> {
  readonly #keeper: Keeper;
  /** A table with open addressing: hashes of keys, and where key and value lie. */
  #hashes = new Uint32Array(fewest);
  #places = new Float64Array(fewest).fill(none);
  #size = 0;
  /** Slots that are not free: those of removed keys too. */
  #taken = 0;

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  get size(): number {
    return this.#size;
  }

  has(key: string): boolean {
    return this.#size > 0 && this.#slotOf(key, hashOf(key)).found !== undefined;
  }

  get(key: string): Value | undefined {
    return this.#size === 0 ? undefined : this.#slotOf(key, hashOf(key)).found?.[1];
  }

  /** @returns the place of the key and its value, for {@link at} */
  set(key: string, value: Value): number {
    if (this.#taken * 4 >= this.#places.length * 3) this.#makeRoom();
    const hash = hashOf(key);
    const { slot, found } = this.#slotOf(key, hash);
    const place = this.#keeper.put(Buffer.from(JSON.stringify([key, value])));
    if (found === undefined) this.#size += 1;
    if (this.#places[slot] === none) this.#taken += 1;
    this.#hashes[slot] = hash;
    this.#places[slot] = place;
    return place;
  }

  delete(key: string): void {
    if (this.#size === 0) return;
    const { slot, found } = this.#slotOf(key, hashOf(key));
    if (found === undefined) return;
    this.#places[slot] = removed;
    this.#size -= 1;
  }

  /** What lies at a place that {@link set} told, also if the key has another value by now. */
  at(place: number): readonly [key: string, value: Value] {
    return JSON.parse(this.#keeper.get(place).toString('utf8')) as [string, Value];
  }

  /** In no order that means anything. */
  *keys(): Iterable<string> {
    for (const place of this.#places) if (place >= 0) yield this.at(place)[0];
  }

  /** Where a key is, with what is there; or where it would be put. */
  #slotOf(key: string, hash: number): { slot: number; found?: readonly [string, Value] } {
    const last = this.#places.length - 1;
    let free: number | undefined;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const place = this.#places[slot] as number;
      if (place === none) return { slot: free ?? slot };
      if (place === removed) free ??= slot;
      else if (this.#hashes[slot] === hash) {
        const found = this.at(place);
        if (found[0] === key) return { slot, found };
      }
    }
  }

  #makeRoom(): void {
    const [hashes, places] = [this.#hashes, this.#places];
    const length = this.#size * 2 >= places.length ? places.length * 2 : places.length;
    this.#hashes = new Uint32Array(length);
    this.#places = new Float64Array(length).fill(none);
    this.#taken = this.#size;
    for (let old = 0; old < places.length; old += 1) {
      const place = places[old] as number;
      if (place < 0) continue;
      const hash = hashes[old] as number;
      let slot = hash & (length - 1);
      while (this.#places[slot] !== none) slot = (slot + 1) & (length - 1);
      this.#hashes[slot] = hash;
      this.#places[slot] = place;
    }
  }
}

/** FNV-1a, with its bits mixed: the lowest decide the slot. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
