import { addNumbers } from '../number.ts';
import { type Item, refuse, setEntries, typeOf, type Value } from '../value.ts';
import { refuseOverlaps, valueAt, withoutValue, withValue } from './document.ts';
import type { Placeholders, PlainPath } from './placeholders.ts';
import type { Expression, Update } from './syntax.ts';

/** What an update makes of an item, and the paths that it touched. */
export interface Applied {
  readonly item: Item;
  readonly paths: readonly PlainPath[];
}

/** Right-hand sides all read the item as it was before. */
export function applied(update: Update, old: Item, given: Placeholders): Applied {
  const set = update.set.map(({ path, expression }) => ({ path: given.path(path), expression }));
  const remove = update.remove.map((path) => given.path(path));
  const add = update.add.map(({ path, placeholder }) => ({ path: given.path(path), value: given.value(placeholder) }));
  const less = update.delete.map(({ path, placeholder }) => ({
    path: given.path(path),
    value: given.value(placeholder),
  }));
  const paths = [
    ...set.map(({ path }) => path),
    ...remove,
    ...add.map(({ path }) => path),
    ...less.map(({ path }) => path),
  ];
  refuseOverlaps('UpdateExpression', paths);

  let item = old;
  const values = set.map(({ expression }) => evaluated(expression, old, given));
  set.forEach(({ path }, index) => {
    item = withValue(item, path, values[index] as Value);
  });
  for (const { path, value } of add) {
    const before = valueAt(old, path);
    item = withValue(item, path, before === undefined ? addable(value) : sum(before, value));
  }
  for (const { path, value } of less) {
    const before = valueAt(old, path);
    if (before === undefined) continue;
    const after = difference(before, value);
    item = after === undefined ? withoutValue(item, path) : withValue(item, path, after);
  }
  // From the back, so that removing one entry of a list does not move those still to be removed.
  for (const path of [...remove].sort(fromTheBack)) item = withoutValue(item, path);
  return { item, paths };
}

function fromTheBack(one: PlainPath, other: PlainPath): number {
  const last = one.at(-1);
  const otherLast = other.at(-1);
  return typeof last === 'number' && typeof otherLast === 'number' ? otherLast - last : 0;
}

const wrongType = 'An operand in the update expression has an incorrect data type';

function evaluated(expression: Expression, item: Item, given: Placeholders): Value {
  switch (expression.kind) {
    case 'value':
      return given.value(expression.placeholder);
    case 'path':
      return (
        valueAt(item, given.path(expression.path)) ??
        refuse('The provided expression refers to an attribute that does not exist in the item')
      );
    case 'if_not_exists':
      return valueAt(item, given.path(expression.path)) ?? evaluated(expression.otherwise, item, given);
    case 'list_append': {
      const first = evaluated(expression.first, item, given);
      const second = evaluated(expression.second, item, given);
      return 'L' in first && 'L' in second ? { L: [...first.L, ...second.L] } : refuse(wrongType);
    }
    case 'add':
    case 'subtract': {
      const left = evaluated(expression.left, item, given);
      const right = evaluated(expression.right, item, given);
      if (!('N' in left) || !('N' in right)) return refuse(wrongType);
      return { N: addNumbers(left.N, right.N, expression.kind === 'add' ? 1 : -1) };
    }
  }
}

function addable(value: Value): Value {
  if ('N' in value || setEntries(value).length > 0) return value;
  return refuse(
    `Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: ${typeOf(value)}`,
  );
}

function sum(before: Value, value: Value): Value {
  addable(value);
  if ('N' in before && 'N' in value) return { N: addNumbers(before.N, value.N, 1) };
  if ('SS' in before && 'SS' in value) return { SS: [...new Set([...before.SS, ...value.SS])] };
  if ('NS' in before && 'NS' in value) return { NS: [...new Set([...before.NS, ...value.NS])] };
  if ('BS' in before && 'BS' in value) {
    const mine = new Set(setEntries(before));
    const texts = setEntries(value);
    return { BS: [...before.BS, ...value.BS.filter((_, index) => !mine.has(texts[index] as string))] };
  }
  return refuse(wrongType);
}

/** Undefined when nothing is left: DynamoDB keeps no empty sets. */
function difference(before: Value, value: Value): Value | undefined {
  if (setEntries(value).length === 0) {
    return refuse(
      `Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: ${typeOf(value)}`,
    );
  }
  if (typeOf(before) !== typeOf(value)) return refuse(wrongType);
  const gone = new Set(setEntries(value));
  const kept = setEntries(before).flatMap((entry, index) => (gone.has(entry) ? [] : [index]));
  if (kept.length === 0) return undefined;
  if ('SS' in before) return { SS: kept.map((index) => before.SS[index] as string) };
  if ('NS' in before) return { NS: kept.map((index) => before.NS[index] as string) };
  return { BS: kept.map((index) => (before as { BS: readonly Uint8Array[] }).BS[index] as Uint8Array) };
}
