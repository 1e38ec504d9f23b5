import { AwsError } from '../../world/region.ts';
import { applied } from './expression/apply.ts';
import { projected } from './expression/document.ts';
import { holds } from './expression/evaluate.ts';
import type { PlainPath } from './expression/placeholders.ts';
import type { ExpressionParameters, ReadExpressions } from './expressions.ts';
import { checkItemKeys, checkKey, keyAttributes } from './keys.ts';
import type { Table } from './table.ts';
import { copiedItem, type Item, isLarger, refuse } from './value.ts';

export interface PutInput extends ExpressionParameters {
  readonly TableName: string;
  readonly Item: Item;
  readonly ReturnValues?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

export interface KeyInput extends ExpressionParameters {
  readonly TableName: string;
  readonly Key: Item;
  readonly ReturnValues?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

/**
 * A write that has been checked against its item as it is now, and not yet made: a transaction makes all of its
 * writes, or none.
 */
export interface Planned {
  readonly table: Table;
  readonly key: Item;
  /** False when its condition does not hold. */
  readonly allowed: boolean;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  /** What an update touched. */
  readonly paths: readonly PlainPath[];
}

/** The largest item, developer guide, "Constraints". */
const largestItem = 400 * 1024;

export function plannedPut(table: Table, input: PutInput, read: ReadExpressions): Planned {
  const { condition, given } = read(input);
  const after = copiedItem(input.Item);
  checkItemKeys(table.definition, after);
  if (isLarger(after, largestItem)) refuse('Item size has exceeded the maximum allowed size');
  const before = table.read(after);
  const allowed = condition === undefined || holds(condition, before ?? {}, given);
  return { table, key: after, allowed, before, after, paths: [] };
}

export function plannedDelete(table: Table, input: KeyInput, read: ReadExpressions): Planned {
  const { condition, given } = read(input);
  const key = copiedKey(table, input.Key);
  const before = table.read(key);
  const allowed = condition === undefined || holds(condition, before ?? {}, given);
  return { table, key, allowed, before, after: undefined, paths: [] };
}

export function plannedUpdate(table: Table, input: KeyInput, read: ReadExpressions): Planned {
  const { condition, update, given } = read(input);
  const key = copiedKey(table, input.Key);
  const before = table.read(key);
  if (update !== undefined) refuseKeyChange(table, update, given);
  if (condition !== undefined && !holds(condition, before ?? {}, given)) {
    return { table, key, allowed: false, before, after: undefined, paths: [] };
  }
  const { item, paths } =
    update === undefined ? { item: before ?? key, paths: [] } : applied(update, before ?? key, given);
  checkItemKeys(table.definition, item);
  if (isLarger(item, largestItem)) refuse('Item size to update has exceeded the maximum allowed size');
  return { table, key, allowed: true, before, after: item, paths };
}

/** A condition alone, in a transaction. */
export function plannedCheck(table: Table, input: KeyInput, read: ReadExpressions): Planned {
  const planned = plannedDelete(table, input, read);
  return { ...planned, after: planned.before };
}

export function copiedKey(table: Table, key: Item): Item {
  const copy = copiedItem(key);
  checkKey(table.definition.keys, copy);
  return copy;
}

function refuseKeyChange(
  table: Table,
  update: NonNullable<ReturnType<ReadExpressions>['update']>,
  given: ReturnType<ReadExpressions>['given'],
): void {
  const keys = new Set(keyAttributes(table.definition.keys).map(({ name }) => name));
  const paths = [...update.set, ...update.add, ...update.delete].map(({ path }) => path).concat(update.remove);
  for (const path of paths) {
    const name = given.path(path)[0];
    if (typeof name === 'string' && keys.has(name)) {
      refuse(
        `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
      );
    }
  }
}

/** Makes a write on its own. */
export function perform(planned: Planned, input: PutInput | KeyInput): void {
  if (!planned.allowed) {
    const withItem = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && planned.before !== undefined;
    throw new AwsError(
      'ConditionalCheckFailedException',
      'The conditional request failed',
      400,
      withItem ? { Item: copiedItem(planned.before) } : {},
    );
  }
  planned.table.write(planned.key, planned.after);
}

/** The `Attributes` of an answer, for `ReturnValues`. */
export function returned(planned: Planned, returnValues = 'NONE'): { readonly Attributes?: Item } {
  const { before, after, paths } = planned;
  const attributes = {
    NONE: undefined,
    ALL_OLD: before,
    ALL_NEW: after,
    UPDATED_OLD: before === undefined ? undefined : projected(before, paths),
    UPDATED_NEW: after === undefined ? undefined : projected(after, paths),
  }[returnValues];
  const empty =
    attributes === undefined || (returnValues.startsWith('UPDATED') && Object.keys(attributes).length === 0);
  return empty ? {} : { Attributes: copiedItem(attributes) };
}
