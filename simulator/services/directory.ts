/** Told of what comes into a directory, and of what leaves it. */
export interface Reader<Item> {
  came(item: Item): void;
  left(item: Item): void;
}

/**
 * Things by their names, in the order in which they came. Those of one group are found without a look at the others:
 * an account has many snapshots, and a database few. A thing may belong to several groups, for as long as it is here.
 */
export class Directory<Item extends object> extends Map<string, Item> {
  readonly #groupsOf: (item: Item) => readonly string[];
  readonly #groups = new Map<string, Set<Item>>();
  readonly #readers: Reader<Item>[] = [];

  constructor(groupsOf: (item: Item) => readonly string[] = () => []) {
    super();
    this.#groupsOf = groupsOf;
  }

  /** Those of one group, in the order in which they came. */
  of(group: string): Iterable<Item> {
    return this.#groups.get(group) ?? [];
  }

  /** Tells a reader of all that is here, and of what comes and goes from now on. */
  tell(reader: Reader<Item>): void {
    this.#readers.push(reader);
    for (const item of this.values()) reader.came(item);
  }

  override set(name: string, item: Item): this {
    const before = this.get(name);
    if (before === item) return this;
    if (before !== undefined) this.#left(before);
    super.set(name, item);
    for (const group of this.#groupsOf(item)) {
      const siblings = this.#groups.get(group);
      if (siblings === undefined) this.#groups.set(group, new Set([item]));
      else siblings.add(item);
    }
    for (const reader of this.#readers) reader.came(item);
    return this;
  }

  override delete(name: string): boolean {
    const item = this.get(name);
    if (item !== undefined) this.#left(item);
    return super.delete(name);
  }

  override clear(): void {
    for (const name of [...this.keys()]) this.delete(name);
  }

  #left(item: Item): void {
    for (const group of this.#groupsOf(item)) {
      const siblings = this.#groups.get(group);
      siblings?.delete(item);
      if (siblings?.size === 0) this.#groups.delete(group);
    }
    for (const reader of this.#readers) reader.left(item);
  }
}
