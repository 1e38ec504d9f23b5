import { first } from '../first.ts';
import type { ColdPartitions } from './cold-partitions.ts';
import { compareRows, type Keys } from './keys.ts';
import { type Item, keyText, type Value } from './value.ts';

/** A change of rows: the place that changed, and what stood there before. */
export interface Change {
  readonly key: Item;
  readonly before: Item | undefined;
}

/** Items by partition, each partition in the order of the sort key: a table's own, or an index's. */
export class Rows {
  readonly keys: Keys;
  readonly #tableKeys: Keys;
  readonly #partitions = new Map<string, Item[]>();
  readonly #cold: ColdPartitions | undefined;
  /** Partitions in the order in which a scan meets them; undefined when one came or went. */
  #scanOrder: readonly string[] | undefined;

  constructor(keys: Keys, tableKeys: Keys, cold?: ColdPartitions) {
    this.keys = keys;
    this.#tableKeys = tableKeys;
    this.#cold = cold;
  }

  /** The items of one partition, in order. */
  partition(value: Value): readonly Item[] {
    return this.#partition(keyText(value)) ?? [];
  }

  /** Partitions in an order that follows from a hash of their keys, as DynamoDB's does. */
  scan(): readonly (readonly Item[])[] {
    this.#scanOrder ??= this.#texts()
      .map((text) => ({ text, place: scanPlaceOf(text) }))
      .sort((one, other) => (one.place < other.place ? -1 : 1))
      .map(({ text }) => text);
    return this.#scanOrder.map((text) => this.#kept(text) ?? []);
  }

  /** The item with the key of `key`. */
  get(key: Item): Item | undefined {
    const partition = this.#partition(keyText(key[this.keys.partition.name] as Value));
    const index = partition === undefined ? -1 : this.place(partition, key);
    const found = partition?.[index];
    return found !== undefined && this.compare(found, key) === 0 ? found : undefined;
  }

  /** Where an item with this key stands in its partition, or would. */
  place(partition: readonly Item[], key: Item): number {
    return first(partition, (item) => this.compare(item, key) >= 0);
  }

  /** Puts an item, or removes the one with this key; returns what was there. */
  put(key: Item, after: Item | undefined): Item | undefined {
    const text = keyText(key[this.keys.partition.name] as Value);
    let partition = this.#partition(text);
    const index = partition === undefined ? 0 : this.place(partition, key);
    const found = partition?.[index];
    const before = found !== undefined && this.compare(found, key) === 0 ? found : undefined;
    if (partition === undefined) {
      if (after === undefined) return undefined;
      partition = [];
      this.#partitions.set(text, partition);
      this.#cold?.touch(text);
      this.#scanOrder = undefined;
    }
    if (after !== undefined) {
      if (before === undefined) partition.splice(index, 0, after);
      else partition[index] = after;
    } else if (before !== undefined) {
      partition.splice(index, 1);
      if (partition.length === 0) {
        this.#partitions.delete(text);
        this.#cold?.forget(text);
        this.#scanOrder = undefined;
      }
    }
    return before;
  }

  /**
   * In an index: takes out what stood for an item before, if anything did, and puts in what stands for it now. Answers what
   * changed, in order.
   */
  replace(before: Item | undefined, after: Item | undefined): readonly Change[] {
    const shown = before !== undefined && this.#holds(before) ? before : undefined;
    const changes: Change[] = [];
    const put = (key: Item, item: Item | undefined) => changes.push({ key, before: this.put(key, item) });
    if (shown !== undefined && (after === undefined || !this.#samePlace(shown, after))) put(shown, undefined);
    if (after !== undefined) put(after, after);
    return changes;
  }

  /** The rows of one partition, or all of them, for somebody who wants to change them. */
  copy(partition?: Value): Rows {
    const copy = new Rows(this.keys, this.#tableKeys);
    const texts = partition === undefined ? this.#texts() : [keyText(partition)];
    for (const text of texts) {
      const items = this.#kept(text);
      if (items !== undefined) copy.#partitions.set(text, [...items]);
    }
    return copy;
  }

  #samePlace(one: Item, other: Item): boolean {
    const { name } = this.keys.partition;
    return keyText(one[name] as Value) === keyText(other[name] as Value) && this.compare(one, other) === 0;
  }

  #holds(item: Item): boolean {
    const { partition, sort } = this.keys;
    return item[partition.name] !== undefined && (sort === undefined || item[sort.name] !== undefined);
  }

  #texts(): string[] {
    return [...this.#partitions.keys(), ...(this.#cold?.keys() ?? [])];
  }

  /** A partition where it lies, put away or not. */
  #kept(text: string): readonly Item[] | undefined {
    return this.#partitions.get(text) ?? this.#cold?.read(text);
  }

  /** Those that nobody asked for in a while are put away, and taken out again by whoever asks. */
  #partition(text: string): Item[] | undefined {
    const cold = this.#cold;
    if (cold === undefined) return this.#partitions.get(text);
    let partition = this.#partitions.get(text);
    if (partition === undefined) {
      partition = cold.take(text);
      if (partition === undefined) return undefined;
      this.#partitions.set(text, partition);
    }
    cold.touch(text);
    cold.putAway(this.#partitions);
    return partition;
  }

  /** The order of two items of one partition. */
  compare(one: Item, other: Item): number {
    return compareRows(this.keys, this.#tableKeys, one, other);
  }

  /** Where a scan meets the partition of this key: greater is later. */
  scanPlace(key: Item): string {
    return scanPlaceOf(keyText(key[this.keys.partition.name] as Value));
  }
}

function scanPlaceOf(partition: string): string {
  return `${hashOf(partition).toString(16).padStart(8, '0')} ${partition}`;
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
