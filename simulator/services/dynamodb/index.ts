import { AwsError, NotModelled, type Operation, type Region, type Service } from '../../world/region.ts';
import {
  type BatchGetInput,
  type BatchWriteInput,
  batchGet,
  batchWrite,
  type TransactWriteInput,
  transactWrite,
} from './batch.ts';
import { projected } from './expression/document.ts';
import { expressionReader } from './expressions.ts';
import type { TableDefinition } from './keys.ts';
import { found, type PageInput, query, scan } from './query.ts';
import { createTableState, type Table } from './table.ts';
import { copiedItem, type Item, refuse } from './value.ts';
import {
  copiedKey,
  type KeyInput,
  type PutInput,
  perform,
  plannedDelete,
  plannedPut,
  plannedUpdate,
  returned,
} from './write.ts';

export type { IndexDefinition, KeyAttribute, Keys, TableDefinition } from './keys.ts';
export type { Item, Value } from './value.ts';

/** DynamoDB in one Region: tables on demand, global secondary indexes, expressions, time to live, transactions. */
export interface DynamoDB extends Service {
  /** Makes a table, as a deployment does; it is there at once. */
  createTable(definition: TableDefinition): void;
  /** All items of a table, for the world and its checkers, in a fixed order. */
  items(table: string): readonly Item[];
}

/** Parameters that are older than expressions, and parts of the service that nobody here uses. */
const notModelled = [
  'AttributesToGet',
  'AttributeUpdates',
  'ConditionalOperator',
  'Expected',
  'KeyConditions',
  'QueryFilter',
  'ReturnItemCollectionMetrics',
  'ScanFilter',
  'Segment',
  'TotalSegments',
] as const;

/** How long a transaction's token stands for it: facts of TransactWriteItems. */
const tokenMilliseconds = 10 * 60_000;

export function createDynamoDB(region: Region): DynamoDB {
  const { world } = region;
  const chance = world.chance.fork(`dynamodb ${region.name}`);
  const tables = new Map<string, Table>();
  const read = expressionReader();
  const tokens = new Map<string, { readonly at: number; readonly request: string }>();

  const tableOf = (name: string): Table => {
    const table = tables.get(name.startsWith('arn:') ? nameOf(name) : name);
    if (table === undefined) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
    return table;
  };
  const nameOf = (arn: string): string => {
    const [, , , place, account, resource] = arn.split(':');
    return place === region.name && account === region.account.id ? (resource ?? '').replace(/^table\//, '') : '';
  };

  const get = (input: KeyInput & { readonly ConsistentRead?: boolean }): object => {
    const table = tableOf(input.TableName);
    const { projection, given } = read(input);
    const item = found(table, copiedKey(table, input.Key), input.ConsistentRead);
    if (item === undefined) return {};
    const paths = projection?.map((path) => given.path(path));
    return { Item: copiedItem(paths === undefined ? item : projected(item, paths)) };
  };
  const put = (input: PutInput): object => {
    allowReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD']);
    const planned = plannedPut(tableOf(input.TableName), input, read);
    perform(planned, input);
    return returned(planned, input.ReturnValues);
  };
  const remove = (input: KeyInput): object => {
    allowReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD']);
    const planned = plannedDelete(tableOf(input.TableName), input, read);
    perform(planned, input);
    return returned(planned, input.ReturnValues);
  };
  const update = (input: KeyInput): object => {
    allowReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW']);
    const planned = plannedUpdate(tableOf(input.TableName), input, read);
    perform(planned, input);
    return returned(planned, input.ReturnValues);
  };
  const transact = (input: TransactWriteInput): object => {
    const token = input.ClientRequestToken;
    if (token === undefined) return transactWrite(input, tableOf, read);
    const request = JSON.stringify(input.TransactItems);
    const earlier = tokens.get(token);
    if (earlier !== undefined && world.now() - earlier.at < tokenMilliseconds) {
      if (earlier.request === request) return {};
      throw new AwsError(
        'IdempotentParameterMismatchException',
        'DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token that was already used.',
      );
    }
    const answer = transactWrite(input, tableOf, read);
    tokens.set(token, { at: world.now(), request });
    return answer;
  };

  const operations: Record<string, Operation> = {
    DescribeTable: (input: { readonly TableName: string }) => {
      const { definition } = tableOf(input.TableName);
      return {
        Table: {
          TableName: definition.name,
          TableStatus: 'ACTIVE',
          TableArn: `arn:aws:dynamodb:${region.name}:${region.account.id}:table/${definition.name}`,
          ItemCount: region.services.DynamoDB.items(definition.name).length,
        },
      };
    },
    GetItem: get,
    PutItem: put,
    DeleteItem: remove,
    UpdateItem: update,
    Query: (input: PageInput) => query(tableOf(input.TableName), input, read),
    Scan: (input: PageInput) => scan(tableOf(input.TableName), input, read),
    BatchGetItem: (input: BatchGetInput) => batchGet(input, tableOf, read),
    BatchWriteItem: (input: BatchWriteInput) => batchWrite(input, tableOf, read),
    TransactWriteItems: transact,
  };

  return {
    operations: Object.fromEntries(Object.entries(operations).map(([name, run]) => [name, modelled(name, run)])),
    createTable: (definition) => {
      if (tables.has(definition.name)) {
        throw new AwsError('ResourceInUseException', `Table already exists: ${definition.name}`);
      }
      tables.set(definition.name, createTableState(definition, world, chance.fork(definition.name)));
    },
    items: (name) =>
      tableOf(name)
        .rows.scan()
        .flat()
        .map((item) => copiedItem(item)),
  };
}

function modelled(name: string, run: Operation): Operation {
  return (input: Readonly<Record<string, unknown>>, call) => {
    for (const parameter of notModelled) {
      if (input[parameter] !== undefined) throw new NotModelled(`${parameter} of DynamoDB.${name}`);
    }
    if (input.ReturnConsumedCapacity !== undefined && input.ReturnConsumedCapacity !== 'NONE') {
      throw new NotModelled(`ReturnConsumedCapacity of DynamoDB.${name}`);
    }
    return run(input as never, call);
  };
}

function allowReturnValues(given: string | undefined, allowed: readonly string[]): void {
  if (given !== undefined && !allowed.includes(given)) refuse('Return values set to invalid value');
}
