import { compareValues, type Item, keyText, keyValue, refuse, type TypeName, typeOf, type Value } from './value.ts';

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

export interface Keys {
  readonly partition: KeyAttribute;
  readonly sort?: KeyAttribute;
}

export interface IndexDefinition {
  readonly name: string;
  readonly keys: Keys;
  /** `ALL` unless told; a list names the attributes besides the keys (`[]` is KEYS_ONLY). */
  readonly projection?: 'ALL' | readonly string[];
}

export interface TableDefinition {
  readonly name: string;
  readonly keys: Keys;
  readonly indexes?: readonly IndexDefinition[];
  /** The attribute that holds the time to live, epoch seconds. */
  readonly timeToLive?: string;
}

export function keyAttributes(keys: Keys): readonly KeyAttribute[] {
  return keys.sort === undefined ? [keys.partition] : [keys.partition, keys.sort];
}

/** One text for each primary key. */
export function identityOf(keys: Keys, item: Item): string {
  const partition = keyText(item[keys.partition.name] as Value);
  return keys.sort === undefined ? partition : `${partition}\u0000${keyText(item[keys.sort.name] as Value)}`;
}

/** The key that {@link identityOf} wrote; no key has the character that parts them. */
export function keyOf(keys: Keys, identity: string): Item {
  const [partition = '', sort = ''] = identity.split('\u0000');
  return {
    [keys.partition.name]: keyValue(partition),
    ...(keys.sort === undefined ? {} : { [keys.sort.name]: keyValue(sort) }),
  };
}

const longestPartitionKey = 2048;
const longestSortKey = 1024;

/** Refuses a `Key` that is not exactly the table's key. */
export function checkKey(keys: Keys, key: Item): void {
  const attributes = keyAttributes(keys);
  const mismatch = 'The provided key element does not match the schema';
  if (Object.keys(key).length !== attributes.length) refuse(mismatch);
  for (const attribute of attributes) {
    const value = key[attribute.name];
    if (value === undefined || typeOf(value) !== attribute.type) refuse(mismatch);
    checkKeyValue(attribute, value, attribute === keys.partition);
  }
}

/** Refuses an item whose key attributes, or index key attributes, are missing, of a wrong type, empty or too long. */
export function checkItemKeys(definition: TableDefinition, item: Item): void {
  for (const attribute of keyAttributes(definition.keys)) {
    const value = item[attribute.name];
    if (value === undefined) {
      refuse(`One or more parameter values were invalid: Missing the key ${attribute.name} in the item`);
    }
    if (typeOf(value) !== attribute.type) {
      refuse(
        `One or more parameter values were invalid: Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      );
    }
    checkKeyValue(attribute, value, attribute === definition.keys.partition);
  }
  for (const index of definition.indexes ?? []) {
    for (const attribute of keyAttributes(index.keys)) {
      const value = item[attribute.name];
      if (value === undefined) continue;
      if (typeOf(value) !== attribute.type) {
        refuse(
          `One or more parameter values were invalid: Type mismatch for Index Key ${attribute.name} ` +
            `Expected: ${attribute.type} Actual: ${typeOf(value)} IndexName: ${index.name}`,
        );
      }
      if (isEmpty(value)) {
        refuse(
          'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
            `The AttributeValue for a key attribute cannot contain an empty ${wordFor(attribute.type)} value. ` +
            `IndexName: ${index.name}, IndexKey: ${attribute.name}`,
        );
      }
    }
  }
}

/** Refuses a value of a key, or one that a key is compared with, that is empty or too long. */
export function checkKeyValue(attribute: KeyAttribute, value: Value, isPartition: boolean): void {
  if (isEmpty(value)) {
    refuse(
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ' +
        `${wordFor(attribute.type)} value. Key: ${attribute.name}`,
    );
  }
  const size = 'S' in value ? Buffer.byteLength(value.S) : 'B' in value ? value.B.length : 0;
  if (isPartition && size > longestPartitionKey) {
    refuse(
      `One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of${longestPartitionKey} bytes`,
    );
  }
  if (!isPartition && size > longestSortKey) {
    refuse(
      `One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of ${longestSortKey} bytes`,
    );
  }
}

function isEmpty(value: Value): boolean {
  return ('S' in value && value.S === '') || ('B' in value && value.B.length === 0);
}

function wordFor(type: TypeName): string {
  return type === 'B' ? 'binary' : 'string';
}

/** The order of two items within a partition of `keys`, ties by the table's own key. */
export function compareRows(keys: Keys, tableKeys: Keys, one: Item, other: Item): number {
  if (keys.sort !== undefined) {
    const order = compareValues(one[keys.sort.name] as Value, other[keys.sort.name] as Value) ?? 0;
    if (order !== 0) return order;
  }
  if (keys === tableKeys) return 0;
  for (const attribute of keyAttributes(tableKeys)) {
    const order = compareValues(one[attribute.name] as Value, other[attribute.name] as Value) ?? 0;
    if (order !== 0) return order;
  }
  return 0;
}
