import {
  compareValues,
  contentOf,
  equalValues,
  type Item,
  refuse,
  setEntries,
  type TypeName,
  typeOf,
  type Value,
} from '../value.ts';
import { valueAt } from './document.ts';
import type { Placeholders } from './placeholders.ts';
import type { Comparator, Condition, Operand } from './syntax.ts';

/** Whether a condition holds for an item; a missing item is `{}`. */
export function holds(condition: Condition, item: Item, given: Placeholders): boolean {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item, given) && holds(condition.right, item, given);
    case 'or':
      return holds(condition.left, item, given) || holds(condition.right, item, given);
    case 'not':
      return !holds(condition.condition, item, given);
    case 'attribute_exists':
      return valueAt(item, given.path(condition.path)) !== undefined;
    case 'attribute_not_exists':
      return valueAt(item, given.path(condition.path)) === undefined;
    case 'compare':
      return compares(
        condition.comparator,
        operand(condition.left, item, given),
        operand(condition.right, item, given),
      );
    case 'between': {
      const value = operand(condition.operand, item, given);
      const low = operand(condition.low, item, given);
      const high = operand(condition.high, item, given);
      return compares('>=', value, low) && compares('<=', value, high);
    }
    case 'in': {
      const value = operand(condition.operand, item, given);
      return condition.list.some((entry) => compares('=', value, operand(entry, item, given)));
    }
    case 'attribute_type': {
      const value = valueAt(item, given.path(condition.path));
      const type = operand(condition.type, item, given);
      return value !== undefined && type !== undefined && typeOf(value) === contentOf(type);
    }
    case 'begins_with':
      return beginsWith(operand(condition.operand, item, given), operand(condition.other, item, given));
    case 'contains':
      return contains(operand(condition.operand, item, given), operand(condition.other, item, given));
  }
}

function operand(of: Operand, item: Item, given: Placeholders): Value | undefined {
  if (of.kind === 'value') return given.value(of.placeholder);
  const value = valueAt(item, given.path(of.path));
  if (of.kind === 'path' || value === undefined) return value;
  const size = lengthOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

function lengthOf(value: Value): number | undefined {
  if ('S' in value) return value.S.length;
  if ('B' in value) return value.B.length;
  if ('L' in value) return value.L.length;
  if ('M' in value) return Object.keys(value.M).length;
  const entries = setEntries(value).length;
  return entries === 0 ? undefined : entries;
}

/** A missing attribute is unequal to everything and stands in no order. */
function compares(comparator: Comparator, left: Value | undefined, right: Value | undefined): boolean {
  if (comparator === '=') return left !== undefined && right !== undefined && equalValues(left, right);
  if (comparator === '<>') return left === undefined || right === undefined || !equalValues(left, right);
  const order = left === undefined || right === undefined ? undefined : compareValues(left, right);
  if (order === undefined) return false;
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function beginsWith(value: Value | undefined, start: Value | undefined): boolean {
  if (value === undefined || start === undefined) return false;
  if ('S' in value && 'S' in start) return value.S.startsWith(start.S);
  if ('B' in value && 'B' in start) return Buffer.from(value.B).subarray(0, start.B.length).equals(start.B);
  return false;
}

function contains(value: Value | undefined, part: Value | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if ('S' in value) return 'S' in part && value.S.includes(part.S);
  if ('B' in value) return 'B' in part && Buffer.from(value.B).includes(Buffer.from(part.B));
  if ('L' in value) return value.L.some((entry) => equalValues(entry, part));
  if ('SS' in value) return 'S' in part && value.SS.includes(part.S);
  if ('NS' in value) return 'N' in part && value.NS.includes(part.N);
  if ('BS' in value) return 'B' in part && value.BS.some((entry) => Buffer.from(entry).equals(part.B));
  return false;
}

const ordered: readonly TypeName[] = ['S', 'N', 'B'];
const typeNames: readonly string[] = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'];

/** Refuses literals of types that an operator does not take; DynamoDB does so before it looks at any item. */
export function checkOperands(kind: string, condition: Condition, given: Placeholders): void {
  const check = (of: Operand, operator: string, types: readonly string[]): void => {
    if (of.kind !== 'value') return;
    const type = typeOf(given.value(of.placeholder));
    if (!types.includes(type)) {
      refuse(
        `Invalid ${kind}: Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
      );
    }
  };
  switch (condition.kind) {
    case 'and':
    case 'or':
      checkOperands(kind, condition.left, given);
      checkOperands(kind, condition.right, given);
      return;
    case 'not':
      checkOperands(kind, condition.condition, given);
      return;
    case 'compare':
      if (condition.comparator === '=' || condition.comparator === '<>') return;
      check(condition.left, condition.comparator, ordered);
      check(condition.right, condition.comparator, ordered);
      return;
    case 'between': {
      check(condition.low, 'BETWEEN', ordered);
      check(condition.high, 'BETWEEN', ordered);
      if (condition.low.kind !== 'value' || condition.high.kind !== 'value') return;
      const order = compareValues(given.value(condition.low.placeholder), given.value(condition.high.placeholder));
      if (order === undefined) {
        refuse(`Invalid ${kind}: The BETWEEN operator requires same data type for lower and upper bounds`);
      }
      if (order > 0) {
        refuse(`Invalid ${kind}: The BETWEEN operator requires upper bound to be greater than or equal to lower bound`);
      }
      return;
    }
    case 'begins_with':
      check(condition.operand, 'begins_with', ['S', 'B']);
      check(condition.other, 'begins_with', ['S', 'B']);
      return;
    case 'attribute_type':
      check(condition.type, 'attribute_type', ['S']);
      if (
        condition.type.kind === 'value' &&
        !typeNames.includes(contentOf(given.value(condition.type.placeholder)) as string)
      ) {
        refuse(
          `Invalid ${kind}: Invalid attribute type name found; type: ${String(contentOf(given.value(condition.type.placeholder)))}`,
        );
      }
      return;
    default:
  }
}
