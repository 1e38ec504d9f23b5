import { AtticMap } from '../../world/attic-map.ts';
import type { Chance } from '../../world/chance.ts';
import type { Series } from '../../world/days-ahead.ts';
import type { World } from '../../world/world.ts';
import { ColdPartitions } from './cold-partitions.ts';
import { type IndexDefinition, identityOf, type Keys, keyAttributes, keyOf, type TableDefinition } from './keys.ts';
import { recentWrites } from './recent-writes.ts';
import { Rows } from './rows.ts';
import { type Item, refuse, typeOf, type Value } from './value.ts';

export interface Index {
  readonly definition: IndexDefinition;
  readonly rows: Rows;
  /** With a lag: what the index shows of each item. */
  readonly shown: Map<string, Item>;
}

/** A table's contents. All changes go through {@link Table.write}. */
export interface Table {
  readonly definition: TableDefinition;
  readonly rows: Rows;
  /** Throws when there is no such index. */
  index(name: string): Index;
  /** The item with this key, if there is one. `key` may be a whole item. */
  read(key: Item): Item | undefined;
  /** What a read finds that does not ask for consistency, in one partition or in all: the rows as they were up to a second ago. */
  lately(partition?: Value): Rows;
  /** Puts `after` where an item with its key was, or removes the item with the key of `key` when `after` is missing. */
  write(key: Item, after: Item | undefined): void;
}

/** From the developer guide, "How it works: TTL": "within a few days"; 48 hours here. Older than 5 years is ignored. */
const longestWait = 48 * 3_600_000;
const oldestExpiry = 5 * 365.25 * 86_400_000;

export function createTableState(definition: TableDefinition, world: World, chance: Chance): Table {
  const cold = definition.timeToLive === undefined ? undefined : new ColdPartitions(world);
  const rows = new Rows(definition.keys, definition.keys, cold);
  const indexes = new Map<string, Index>(
    (definition.indexes ?? []).map((index) => [
      index.name,
      { definition: index, rows: new Rows(index.keys, definition.keys), shown: new Map() },
    ]),
  );
  const recent = recentWrites(rows, definition.keys, world, chance.fork('reads without consistency'));
  const lag = definition.indexLagMilliseconds ?? 0;
  const versions = new Map<string, number>();
  /** Items for which a look at their time to live is planned: for which expiry, and when. */
  const looks = new AtticMap<{ readonly expiry: number; readonly at: number }>(world.attic);

  const write: Table['write'] = (key, after) => {
    const before = rows.put(key, after);
    recent.note(key, before);
    for (const index of indexes.values()) {
      const projection = after === undefined ? undefined : indexed(index.definition, definition.keys, after);
      if (lag === 0) index.rows.replace(before, projection);
      else replaceLater(index, key, projection);
    }
    if (definition.timeToLive !== undefined) expire(key, after);
  };

  /** Instants of equal lag may come in any order, so an older version never overwrites a newer one. */
  const replaceLater = (index: Index, key: Item, after: Item | undefined): void => {
    const identity = identityOf(definition.keys, key);
    const text = `${index.definition.name} ${identity}`;
    const version = (versions.get(text) ?? 0) + 1;
    versions.set(text, version);
    world.after(lag, `the index ${index.definition.name} of ${definition.name} catches up`, () => {
      if (versions.get(text) !== version) return;
      versions.delete(text);
      index.rows.replace(index.shown.get(identity), after);
      if (after === undefined) index.shown.delete(identity);
      else index.shown.set(identity, after);
    });
  };

  const expire = (key: Item, after: Item | undefined): void => {
    const expiry = after === undefined ? undefined : expiryOf(after);
    if (expiry === undefined) return;
    const identity = identityOf(definition.keys, key);
    const planned = looks.get(identity);
    if (planned !== undefined && planned.expiry <= expiry) return;
    const at = Math.max(expiry, world.now()) + chance.between(0, longestWait);
    looks.set(identity, { expiry, at });
    world.oneOf(expiries, identity, at);
  };

  const expiries: Series = {
    what: `${definition.name} looks for an expired item`,
    run: (identity) => {
      // An earlier look took the place of this one.
      if (looks.get(identity)?.at !== world.now()) return;
      looks.delete(identity);
      const key = keyOf(definition.keys, identity);
      const item = rows.get(key);
      const expiry = item === undefined ? undefined : expiryOf(item);
      if (expiry === undefined) return;
      if (expiry <= world.now()) write(key, undefined);
      else expire(key, item);
    },
  };

  const expiryOf = (item: Item): number | undefined => {
    const value = item[definition.timeToLive as string];
    if (value === undefined || !('N' in value)) return undefined;
    const expiry = Number(value.N) * 1000;
    return expiry > world.now() - oldestExpiry && expiry < 8.64e15 ? expiry : undefined;
  };

  return {
    definition,
    rows,
    index: (name) => indexes.get(name) ?? refuse(`The table does not have the specified index: ${name}`),
    read: (key) => rows.get(key),
    lately: recent.rows,
    write,
  };
}

/** What an index holds of an item; undefined when the item lacks one of the index's keys. */
function indexed(index: IndexDefinition, tableKeys: Keys, item: Item): Item | undefined {
  for (const key of keyAttributes(index.keys)) {
    const value = item[key.name];
    if (value === undefined || typeOf(value) !== key.type) return undefined;
  }
  if (index.projection === undefined || index.projection === 'ALL') return item;
  const names = new Set([...keyAttributes(tableKeys), ...keyAttributes(index.keys)].map(({ name }) => name));
  for (const name of index.projection) names.add(name);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}
