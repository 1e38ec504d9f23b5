import { AtticMap } from '../../world/attic-map.ts';
import type { Chance } from '../../world/chance.ts';
import type { Series } from '../../world/days-ahead.ts';
import type { World } from '../../world/world.ts';
import { ColdPartitions } from './cold-partitions.ts';
import { type IndexDefinition, identityOf, type Keys, keyAttributes, keyOf, type TableDefinition } from './keys.ts';
import { type Lagging, lagging } from './lagging.ts';
import { Rows } from './rows.ts';
import { type Item, refuse, typeOf } from './value.ts';

/** A table's contents. All changes go through {@link Table.write}. */
export interface Table extends Pick<Lagging, 'rows' | 'lately'> {
  readonly definition: TableDefinition;
  /** Throws when there is no such index. */
  index(name: string): Pick<Lagging, 'rows' | 'lately'>;
  /** The item with this key, if there is one. `key` may be a whole item. */
  read(key: Item): Item | undefined;
  /** Puts `after` where an item with its key was, or removes the item with the key of `key` when `after` is missing. */
  write(key: Item, after: Item | undefined): void;
}

/** From the developer guide, "How it works: TTL": "within a few days"; 48 hours here. Older than 5 years is ignored. */
const longestWait = 48 * 3_600_000;
const oldestExpiry = 5 * 365.25 * 86_400_000;

export function createTableState(definition: TableDefinition, world: World, chance: Chance): Table {
  const cold = definition.timeToLive === undefined ? undefined : new ColdPartitions(world);
  const rows = new Rows(definition.keys, definition.keys, cold);
  const own = lagging(rows, world, chance.fork('reads without consistency'));
  const indexes = new Map(
    (definition.indexes ?? []).map((index) => {
      const indexRows = new Rows(index.keys, definition.keys);
      return [index.name, { index, ...lagging(indexRows, world, chance.fork(`reads of ${index.name}`)) }];
    }),
  );
  /** Items for which a look at their time to live is planned: for which expiry, and when. */
  const looks = new AtticMap<{ readonly expiry: number; readonly at: number }>(world.attic);

  const write: Table['write'] = (key, after) => {
    const before = rows.put(key, after);
    own.note({ key, before });
    for (const { index, rows, note } of indexes.values()) {
      const projection = after === undefined ? undefined : indexed(index, definition.keys, after);
      for (const change of rows.replace(before, projection)) note(change);
    }
    if (definition.timeToLive !== undefined) expire(key, after);
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
    lately: own.lately,
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
