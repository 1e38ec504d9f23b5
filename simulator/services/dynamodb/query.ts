import { first } from '../first.ts';
import { projected } from './expression/document.ts';
import { holds } from './expression/evaluate.ts';
import type { Placeholders } from './expression/placeholders.ts';
import type { Condition, Operand } from './expression/syntax.ts';
import type { ExpressionParameters, Expressions, ReadExpressions } from './expressions.ts';
import { checkKeyValue, type KeyAttribute, type Keys, keyAttributes } from './keys.ts';
import type { Rows } from './rows.ts';
import type { Table } from './table.ts';
import {
  areLarger,
  compareValues,
  copiedItem,
  equalValues,
  type Item,
  itemSize,
  refuse,
  typeOf,
  type Value,
} from './value.ts';

export interface PageInput extends ExpressionParameters {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly ExclusiveStartKey?: Item;
  readonly Limit?: number;
  readonly ScanIndexForward?: boolean;
  readonly Select?: string;
}

export interface Page {
  readonly Count: number;
  readonly ScannedCount: number;
  readonly Items?: readonly Item[];
  readonly LastEvaluatedKey?: Item;
}

/** What one page may read before filters, developer guide, "Paginating table query results". */
const pageBytes = 1024 * 1024;

/** The item with a key, as a read of it alone finds it. */
export function found(table: Table, key: Item, isConsistent = false): Item | undefined {
  return isConsistent ? table.read(key) : table.lately(key[table.definition.keys.partition.name]).get(key);
}

export function query(table: Table, input: PageInput, read: ReadExpressions): Page {
  const expressions = read(input);
  const source = sourceOf(table, input);
  if (expressions.keyCondition === undefined) {
    return refuse('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const plan = planOf(source.keys, expressions.keyCondition, expressions.given, input.ExpressionAttributeNames);
  const { sort } = plan;
  const partition = expressions.given.value(plan.partition);
  checkAsked(source.keys.partition, partition, true);
  for (const placeholder of plan.sortValues) {
    checkAsked(source.keys.sort as KeyAttribute, expressions.given.value(placeholder), false);
  }
  if (expressions.filter !== undefined) refuseKeysInFilter(source.keys, expressions);

  const items = rowsOf(table, input, partition).partition(partition);
  let [low, high] = sort === undefined ? [0, items.length] : range(items, source.keys, sort, expressions.given);
  const forward = input.ScanIndexForward !== false;
  const start = startKey(table, source, input);
  if (start !== undefined) {
    if (!equalValues(start[source.keys.partition.name] as Value, partition)) {
      return refuse('The provided starting key is outside query boundaries based on provided conditions');
    }
    // The item itself may be gone: go on from the place where it stood.
    if (forward)
      low = Math.max(
        low,
        first(items, (item) => source.compare(item, start) > 0),
      );
    else
      high = Math.min(
        high,
        first(items, (item) => source.compare(item, start) >= 0),
      );
  }
  const chosen = low >= high ? [] : items.slice(low, high);
  return page(table, source, input, expressions, forward ? chosen : chosen.reverse());
}

/** What a key condition asks of a table's or an index's keys. */
interface Plan {
  /** The placeholder of the partition's value. */
  readonly partition: string;
  readonly sort: Condition | undefined;
  /** The placeholders of the values that the sort key is compared with. */
  readonly sortValues: readonly string[];
}

/** A plan without aliases depends on the parsed text and the keys alone. */
const plans = new WeakMap<Condition, Map<Keys, Plan>>();

function planOf(keys: Keys, condition: Condition, given: Placeholders, names: object | undefined): Plan {
  const known = names === undefined ? plans.get(condition)?.get(keys) : undefined;
  if (known !== undefined) return known;
  const conditions = new Map<string, Condition>();
  collect(condition, given, conditions);
  const partition = partitionOf(keys, conditions);
  const plan = { partition, ...sortCondition(keys, conditions) };
  if (names === undefined) {
    const ofCondition = plans.get(condition) ?? new Map<Keys, Plan>();
    plans.set(condition, ofCondition.set(keys, plan));
  }
  return plan;
}

/** From where to where a partition fits a condition on the sort key. */
function range(items: readonly Item[], keys: Keys, condition: Condition, given: Placeholders): [number, number] {
  const name = (keys.sort as KeyAttribute).name;
  const literal = (operand: Operand) => given.value((operand as { placeholder: string }).placeholder);
  const order = (item: Item, value: Value) => compareValues(item[name] as Value, value) ?? 0;
  const atLeast = (value: Value) => first(items, (item) => order(item, value) >= 0);
  const above = (value: Value) => first(items, (item) => order(item, value) > 0);
  if (condition.kind === 'between') return [atLeast(literal(condition.low)), above(literal(condition.high))];
  if (condition.kind === 'begins_with') {
    const low = atLeast(literal(condition.other));
    const rest = items.slice(low);
    return [low, low + first(rest, (item) => !holds(condition, item, given))];
  }
  if (condition.kind !== 'compare') throw new Error('Not a key condition.');
  const value = literal(condition.right);
  switch (condition.comparator) {
    case '=':
      return [atLeast(value), above(value)];
    case '<':
      return [0, atLeast(value)];
    case '<=':
      return [0, above(value)];
    case '>':
      return [above(value), items.length];
    default:
      return [atLeast(value), items.length];
  }
}

export function scan(table: Table, input: PageInput, read: ReadExpressions): Page {
  const expressions = read(input);
  const source = sourceOf(table, input);
  const start = startKey(table, source, input);
  const place = start === undefined ? undefined : source.scanPlace(start);
  const items = rowsOf(table, input)
    .scan()
    .flatMap((partition) => {
      if (start === undefined || place === undefined) return partition;
      const own = source.scanPlace(partition[0] as Item);
      if (own !== place) return own > place ? partition : [];
      return partition.slice(first(partition, (item) => source.compare(item, start) > 0));
    });
  return page(table, source, input, expressions, items);
}

/** The rows of the table, or of the index, that is asked. */
function sourceOf(table: Table, input: PageInput): Rows {
  return askedOf(table, input).rows;
}

/** What a read finds there, in one partition or in all. */
function rowsOf(table: Table, input: PageInput, partition?: Value): Rows {
  const asked = askedOf(table, input);
  return input.ConsistentRead === true ? asked.rows : asked.lately(partition);
}

function askedOf(table: Table, { IndexName, ConsistentRead }: PageInput) {
  if (IndexName === undefined) return table;
  if (ConsistentRead === true) refuse('Consistent reads are not supported on global secondary indexes');
  return table.index(IndexName);
}

function page(
  table: Table,
  source: Rows,
  input: PageInput,
  { filter, projection, given }: Expressions,
  items: readonly Item[],
): Page {
  if (input.Limit !== undefined && input.Limit < 1) {
    refuse(
      `1 validation error detected: Value '${input.Limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  }
  const paths = projection?.map((path) => given.path(path));
  const found: Item[] = [];
  let scanned = 0;
  const mayBeLong = areLarger(items, pageBytes);
  let bytes = 0;
  let last: Item | undefined;
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index] as Item;
    if (mayBeLong) bytes += itemSize(item);
    scanned += 1;
    if (filter === undefined || holds(filter, item, given)) found.push(item);
    // As DynamoDB: a page that ends with its Limit has a LastEvaluatedKey, though nothing may follow.
    if (scanned === input.Limit || (bytes > pageBytes && index + 1 < items.length)) {
      last = item;
      break;
    }
  }
  return {
    Count: found.length,
    ScannedCount: scanned,
    ...(input.Select === 'COUNT'
      ? {}
      : { Items: found.map((item) => copiedItem(paths === undefined ? item : projected(item, paths))) }),
    ...(last === undefined ? {} : { LastEvaluatedKey: keyOf(table, source, last) }),
  };
}

/** The key from which a later page starts: the table's, with the index's where there is one. */
function keyOf(table: Table, source: Rows, item: Item): Item {
  const attributes = [...keyAttributes(source.keys), ...keyAttributes(table.definition.keys)];
  return copiedItem(Object.fromEntries(attributes.map(({ name }) => [name, item[name] as Value])));
}

function startKey(table: Table, source: Rows, input: PageInput): Item | undefined {
  if (input.ExclusiveStartKey === undefined) return undefined;
  const start = copiedItem(input.ExclusiveStartKey);
  const attributes = [...keyAttributes(source.keys), ...keyAttributes(table.definition.keys)];
  const names = new Set(attributes.map(({ name }) => name));
  const fits = attributes.every(({ name, type }) => start[name] !== undefined && typeOf(start[name]) === type);
  if (!fits || Object.keys(start).length !== names.size) {
    refuse('The provided starting key is invalid: The provided key element does not match the schema');
  }
  return start;
}

/** Splits a key condition into one condition for each key attribute. */
function collect(condition: Condition, given: Placeholders, into: Map<string, Condition>): void {
  if (condition.kind === 'and') {
    collect(condition.left, given, into);
    collect(condition.right, given, into);
    return;
  }
  const supported =
    (condition.kind === 'compare' && condition.comparator !== '<>') ||
    condition.kind === 'between' ||
    condition.kind === 'begins_with';
  if (!supported) refuse(`Invalid operator used in KeyConditionExpression: ${operatorOf(condition)}`);
  const operand = condition.kind === 'compare' ? condition.left : condition.operand;
  if (operand.kind !== 'path') refuse('Query key condition not supported');
  const [name, ...rest] = given.path(operand.path);
  if (rest.length > 0) {
    refuse('Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes');
  }
  if (into.has(name as string)) {
    refuse('Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key');
  }
  into.set(name as string, condition);
}

function operatorOf(condition: Condition): string {
  return condition.kind === 'compare' ? condition.comparator : condition.kind.toUpperCase();
}

function partitionOf(keys: Keys, conditions: ReadonlyMap<string, Condition>): string {
  const { name } = keys.partition;
  const condition = conditions.get(name);
  if (condition === undefined) return refuse(`Query condition missed key schema element: ${name}`);
  if (condition.kind !== 'compare' || condition.comparator !== '=' || condition.right.kind !== 'value') {
    return refuse('Query key condition not supported');
  }
  return condition.right.placeholder;
}

function sortCondition(keys: Keys, conditions: ReadonlyMap<string, Condition>): Pick<Plan, 'sort' | 'sortValues'> {
  const condition = keys.sort === undefined ? undefined : conditions.get(keys.sort.name);
  const expected = condition === undefined ? 1 : 2;
  if (conditions.size > 2) refuse('Conditions can be of length 1 or 2 only');
  if (conditions.size !== expected) {
    return refuse(
      keys.sort === undefined
        ? 'Query key condition not supported'
        : `Query condition missed key schema element: ${keys.sort.name}`,
    );
  }
  if (keys.sort === undefined || condition === undefined) return { sort: undefined, sortValues: [] };
  const operands =
    condition.kind === 'compare'
      ? [condition.right]
      : condition.kind === 'between'
        ? [condition.low, condition.high]
        : condition.kind === 'begins_with'
          ? [condition.other]
          : [];
  const sortValues = operands.map((operand) =>
    operand.kind === 'value' ? operand.placeholder : refuse('Query key condition not supported'),
  );
  return { sort: condition, sortValues };
}

/** What a condition compares a key with has to be what a key can be: no prefix is empty, for one. */
function checkAsked(attribute: KeyAttribute, value: Value, isPartition: boolean): void {
  if (typeOf(value) !== attribute.type) {
    refuse('One or more parameter values were invalid: Condition parameter type does not match schema type');
  }
  checkKeyValue(attribute, value, isPartition);
}

function refuseKeysInFilter(keys: Keys, { filter, given }: Expressions): void {
  const names = new Set(keyAttributes(keys).map(({ name }) => name));
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const path = (node as { path?: Parameters<Placeholders['path']>[0] }).path;
    const name = path === undefined ? undefined : given.path(path)[0];
    if (typeof name === 'string' && names.has(name)) {
      refuse(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`);
    }
    for (const inner of Object.values(node)) visit(inner);
  };
  visit(filter);
}
