import { AwsError } from '../../world/region.ts';
import { projected } from './expression/document.ts';
import type { ExpressionParameters, ReadExpressions } from './expressions.ts';
import { identityOf } from './keys.ts';
import { found } from './query.ts';
import type { Table } from './table.ts';
import { copiedItem, type Item, refuse } from './value.ts';
import {
  copiedKey,
  type KeyInput,
  type Planned,
  type PutInput,
  plannedCheck,
  plannedDelete,
  plannedPut,
  plannedUpdate,
} from './write.ts';

type TableOf = (name: string) => Table;

interface KeysAndAttributes extends ExpressionParameters {
  readonly Keys: readonly Item[];
  readonly ConsistentRead?: boolean;
}

export interface BatchGetInput {
  readonly RequestItems: Readonly<Record<string, KeysAndAttributes>>;
}

/** All that is asked for is answered: throughput is never short here, so `UnprocessedKeys` stays empty. */
export function batchGet(input: BatchGetInput, tableOf: TableOf, read: ReadExpressions): object {
  const requests = Object.entries(input.RequestItems);
  const count = requests.reduce((sum, [, { Keys }]) => sum + Keys.length, 0);
  if (count === 0) refuse('1 validation error detected: Value at RequestItems must not be empty');
  if (count > 100) refuse('Too many items requested for the BatchGetItem call');
  const responses: Record<string, readonly Item[]> = {};
  for (const [name, request] of requests) {
    const table = tableOf(name);
    const { projection, given } = read(request);
    const keys = request.Keys.map((key) => copiedKey(table, key));
    refuseDuplicates(keys.map((key) => identityOf(table.definition.keys, key)));
    const paths = projection?.map((path) => given.path(path));
    responses[name] = keys.flatMap((key) => {
      const item = found(table, key, request.ConsistentRead);
      return item === undefined ? [] : [copiedItem(paths === undefined ? item : projected(item, paths))];
    });
  }
  return { Responses: responses, UnprocessedKeys: {} };
}

interface WriteRequest {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

export interface BatchWriteInput {
  readonly RequestItems: Readonly<Record<string, readonly WriteRequest[]>>;
}

export function batchWrite(input: BatchWriteInput, tableOf: TableOf, read: ReadExpressions): object {
  const planned = Object.entries(input.RequestItems).flatMap(([name, requests]) => {
    const table = tableOf(name);
    return requests.map(({ PutRequest, DeleteRequest }): Planned => {
      if (PutRequest !== undefined && DeleteRequest === undefined) {
        return plannedPut(table, { TableName: name, Item: PutRequest.Item }, read);
      }
      if (DeleteRequest !== undefined && PutRequest === undefined) {
        return plannedDelete(table, { TableName: name, Key: DeleteRequest.Key }, read);
      }
      return refuse(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of PutRequest, DeleteRequest',
      );
    });
  });
  if (planned.length === 0) refuse('1 validation error detected: Value at RequestItems must not be empty');
  if (planned.length > 25) refuse('Too many items requested for the BatchWriteItem call');
  refuseDuplicates(planned.map(identity));
  for (const { table, key, after } of planned) table.write(key, after);
  return { UnprocessedItems: {} };
}

function refuseDuplicates(identities: readonly string[]): void {
  if (new Set(identities).size < identities.length) refuse('Provided list of item keys contains duplicates');
}

function identity({ table, key }: Planned): string {
  return `${table.definition.name} ${identityOf(table.definition.keys, key)}`;
}

interface TransactItem {
  readonly ConditionCheck?: KeyInput;
  readonly Put?: PutInput;
  readonly Delete?: KeyInput;
  readonly Update?: KeyInput;
}

export interface TransactWriteInput {
  readonly TransactItems: readonly TransactItem[];
  readonly ClientRequestToken?: string;
}

/** All writes of a transaction, or none. Calls run one at a time, so a transaction never meets a conflict. */
export function transactWrite(input: TransactWriteInput, tableOf: TableOf, read: ReadExpressions): object {
  const { TransactItems: items } = input;
  if (items.length < 1 || items.length > 100) {
    refuse(
      "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length between 1 and 100",
    );
  }
  const planned = items.map((item) => plan(item, tableOf, read));
  if (new Set(planned.map(identity)).size < planned.length) {
    refuse('Transaction request cannot include multiple operations on one item');
  }
  if (planned.some(({ allowed }) => !allowed)) {
    const reasons = planned.map(({ allowed, before }, index) => {
      if (allowed) return { Code: 'None' };
      const request = Object.values(items[index] as TransactItem)[0] as KeyInput;
      const withItem = request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && before !== undefined;
      return {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        ...(withItem ? { Item: copiedItem(before) } : {}),
      };
    });
    throw new AwsError(
      'TransactionCanceledException',
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
      400,
      { CancellationReasons: reasons },
    );
  }
  for (const { table, key, after } of planned) table.write(key, after);
  return {};
}

function plan(item: TransactItem, tableOf: TableOf, read: ReadExpressions): Planned {
  const { ConditionCheck, Put, Delete, Update } = item;
  if ([ConditionCheck, Put, Delete, Update].filter((action) => action !== undefined).length !== 1) {
    return refuse('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  if (Put !== undefined) return plannedPut(tableOf(Put.TableName), Put, read);
  if (Update !== undefined) return plannedUpdate(tableOf(Update.TableName), Update, read);
  if (Delete !== undefined) return plannedDelete(tableOf(Delete.TableName), Delete, read);
  return plannedCheck(tableOf((ConditionCheck as KeyInput).TableName), ConditionCheck as KeyInput, read);
}
