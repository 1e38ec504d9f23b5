import { AwsError } from '../../world/region.ts';
import { canonicalNumber, compareNumbers } from './number.ts';

/** An attribute value as it goes over the wire: one member, named for its type. */
export type Value =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: Uint8Array }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly Uint8Array[] }
  | { readonly L: readonly Value[] }
  | { readonly M: Item };

export type Item = { readonly [name: string]: Value };
export type TypeName = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'SS' | 'NS' | 'BS' | 'L' | 'M';

/** Nesting that DynamoDB allows, developer guide, "Constraints". */
const deepest = 32;

export function refuse(message: string): never {
  throw new AwsError('ValidationException', message);
}

/** The type of a value that {@link copied} has made. */
export function typeOf(value: Value): TypeName {
  for (const name in value) return name as TypeName;
  throw new Error('A value has no type.');
}

/** What stands behind the type's name. */
export function contentOf(value: Value): unknown {
  return (value as Record<string, unknown>)[typeOf(value)];
}

/** A deep copy of an item as a caller gave it, checked and with its numbers in canonical form. */
export function copiedItem(item: Item, depth = 0): Item {
  const copy: Record<string, Value> = {};
  for (const name of Object.keys(item)) {
    const value = item[name];
    if (value !== undefined) copy[name] = copied(value, depth);
  }
  return copy;
}

export function copied(value: Value, depth = 0): Value {
  if (depth > deepest) refuse('Nesting Levels have exceeded supported limits');
  const given = value as { readonly [Type in TypeName]?: never };
  if (given.S !== undefined) return { S: given.S };
  if (given.N !== undefined) return { N: canonicalNumber(given.N) };
  if (given.M !== undefined) return { M: copiedItem(given.M, depth + 1) };
  if (given.BOOL !== undefined) return { BOOL: given.BOOL };
  if (given.L !== undefined) return { L: (given.L as readonly Value[]).map((entry) => copied(entry, depth + 1)) };
  if (given.NULL !== undefined) {
    if (given.NULL !== true)
      refuse('One or more parameter values were invalid: Null attribute value types must have the value of true');
    return { NULL: true };
  }
  if (given.B !== undefined) return { B: bytes(given.B) };
  if (given.SS !== undefined) return { SS: distinct(given.SS as readonly string[], 'string', (text) => text) };
  if (given.NS !== undefined) {
    return { NS: distinct((given.NS as readonly string[]).map(canonicalNumber), 'number', (text) => text) };
  }
  if (given.BS !== undefined) {
    return { BS: distinct((given.BS as readonly Uint8Array[]).map(bytes), 'binary', (entry) => hex(entry)) };
  }
  return refuse('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
}

function bytes(value: Uint8Array | string): Uint8Array {
  return typeof value === 'string' ? new TextEncoder().encode(value) : Uint8Array.from(value);
}

function distinct<Entry>(entries: readonly Entry[], kind: string, key: (entry: Entry) => string): readonly Entry[] {
  if (entries.length === 0) refuse(`One or more parameter values were invalid: An ${kind} set  may not be empty`);
  if (new Set(entries.map(key)).size !== entries.length) {
    refuse(
      `One or more parameter values were invalid: Input collection [${entries.map(key).join(', ')}] contains duplicates.`,
    );
  }
  return [...entries];
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString('hex');
}

/** Bytes that the value counts for against the item limit; developer guide, "DynamoDB item sizes and formats". */
export function sizeOf(value: Value): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('B' in value) return value.B.length;
  if ('M' in value) return 3 + itemSize(value.M) + Object.keys(value.M).length;
  if ('L' in value) return 3 + value.L.reduce((sum, entry) => sum + sizeOf(entry) + 1, 0);
  if ('SS' in value) return value.SS.reduce((sum, entry) => sum + Buffer.byteLength(entry), 0);
  if ('NS' in value) return value.NS.reduce((sum, entry) => sum + numberSize(entry), 0);
  if ('BS' in value) return value.BS.reduce((sum, entry) => sum + entry.length, 0);
  return 1;
}

/** About a byte for two digits, and one more. */
function numberSize(number: string): number {
  return Math.ceil(number.replace(/[-.]|^0+|0+$/g, '').length / 2) + 1;
}

export function itemSize(item: Item): number {
  let size = 0;
  for (const name of Object.keys(item)) size += Buffer.byteLength(name) + sizeOf(item[name] as Value);
  return size;
}

/** Whether an item is larger than so many bytes. Hardly any is, and most are known not to be from their texts' lengths. */
export function isLarger(item: Item, bytes: number): boolean {
  return mostItemBytes(item) > bytes && itemSize(item) > bytes;
}

/** Whether items may be larger than so many bytes in all: `false` is sure. */
export function areLarger(items: readonly Item[], bytes: number): boolean {
  let most = 0;
  for (const item of items) {
    most += mostItemBytes(item);
    if (most > bytes) return true;
  }
  return false;
}

/** A bound above {@link itemSize}: a unit of a JavaScript string is at most three bytes of UTF-8. */
function mostItemBytes(item: Item): number {
  let most = 0;
  for (const name in item) most += 3 * name.length + 1 + mostBytes(item[name] as Value);
  return most;
}

function mostBytes(value: Value): number {
  if ('S' in value) return 3 * value.S.length;
  if ('N' in value) return value.N.length + 2;
  if ('M' in value) return 3 + mostItemBytes(value.M);
  return sizeOf(value);
}

/** A text that is equal for equal key values and for no others. */
export function keyText(value: Value): string {
  if ('S' in value) return `S${value.S}`;
  if ('N' in value) return `N${value.N}`;
  if ('B' in value) return `B${hex(value.B)}`;
  throw new Error(`A value of type ${typeOf(value)} cannot be a key.`);
}

/** The key value that {@link keyText} wrote. */
export function keyValue(keyText: string): Value {
  const content = keyText.slice(1);
  if (keyText[0] === 'S') return { S: content };
  return keyText[0] === 'N' ? { N: content } : { B: Buffer.from(content, 'hex') };
}

/** The order of two values of one type among strings, numbers and binaries; undefined for all others. */
export function compareValues(one: Value, other: Value): number | undefined {
  if ('S' in one && 'S' in other) return compareTexts(one.S, other.S);
  if ('N' in one && 'N' in other) return compareNumbers(one.N, other.N);
  if ('B' in one && 'B' in other) return Buffer.compare(one.B, other.B);
  return undefined;
}

const surrogate = /[\ud800-\udfff]/;

/** By UTF-8 bytes. JavaScript's own order differs from it only where there are surrogates. */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  if (surrogate.test(one) || surrogate.test(other)) return Buffer.compare(Buffer.from(one), Buffer.from(other));
  return one < other ? -1 : 1;
}

/** Sets are equal whatever the order of their entries. */
export function equalValues(one: Value, other: Value): boolean {
  const order = compareValues(one, other);
  if (order !== undefined) return order === 0;
  const type = typeOf(one);
  if (type !== typeOf(other)) return false;
  if ('M' in one && 'M' in other) {
    const names = Object.keys(one.M);
    return (
      names.length === Object.keys(other.M).length &&
      names.every((name) => {
        const theirs = other.M[name];
        return theirs !== undefined && equalValues(one.M[name] as Value, theirs);
      })
    );
  }
  if ('L' in one && 'L' in other) {
    const theirs = other.L;
    return one.L.length === theirs.length && one.L.every((entry, index) => equalValues(entry, theirs[index] as Value));
  }
  if ('BOOL' in one && 'BOOL' in other) return one.BOOL === other.BOOL;
  if (type === 'NULL') return true;
  const mine = setEntries(one);
  const theirs = new Set(setEntries(other));
  return mine.length === theirs.size && mine.every((entry) => theirs.has(entry));
}

/** The entries of a set as texts; empty for what is no set. */
export function setEntries(value: Value): readonly string[] {
  if ('SS' in value) return value.SS;
  if ('NS' in value) return value.NS;
  if ('BS' in value) return value.BS.map(hex);
  return [];
}
