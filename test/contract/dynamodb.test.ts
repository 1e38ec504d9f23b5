import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import * as sdk from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDynamoDB, type DynamoDB } from '../../simulator/services/dynamodb/index.ts';
import { AwsError, type Region } from '../../simulator/world/region.ts';
import { checkInput } from '../../simulator/world/schema-check.ts';
import { createWorld } from '../../simulator/world/world.ts';

/**
 * One suite over two DynamoDBs that were written independently: the simulated one, and dynalite. Where dynalite is
 * known to differ from what AWS documents, a case names the difference and runs on the simulated one alone.
 */
interface Implementation {
  readonly name: string;
  start(): Promise<{
    readonly client: sdk.DynamoDBClient;
    /** Waits until indexes show what was written. */
    catchUp(): Promise<void>;
    stop(): Promise<void>;
  }>;
}

const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
const table = 'ledger';

const simulated: Implementation = {
  name: 'the simulated DynamoDB',
  start: async () => {
    const world = createWorld({ seed: 'contract', start: Date.UTC(2026, 0, 5) });
    const region = { name: 'eu-central-1', account: { id: '111122223333' }, world } as unknown as Region;
    const service = createDynamoDB(region);
    service.createTable({
      name: table,
      keys: { partition: { name: 'pk', type: 'S' }, sort: { name: 'sk', type: 'S' } },
      indexes: [
        { name: 'due', keys: { partition: { name: 'dueShard', type: 'S' }, sort: { name: 'dueAt', type: 'S' } } },
      ],
    });
    service.createTable({
      name: 'measures',
      keys: { partition: { name: 'pk', type: 'S' }, sort: { name: 'n', type: 'N' } },
    });
    return {
      client: adapted(service, region),
      catchUp: () => world.run(world.now() + 1_000),
      stop: async () => {},
    };
  },
};

/** A real client whose HTTP requests reach the simulated operations instead of a network. */
function adapted(service: DynamoDB, region: Region): sdk.DynamoDBClient {
  const handle = async (request: { headers: Record<string, string>; body: Uint8Array }) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] as string;
    try {
      const input = fromWire(JSON.parse(Buffer.from([...request.body]).toString())) as object;
      checkInput('DynamoDB', operation, input);
      const perform = service.operations[operation];
      if (perform === undefined) throw new Error(`${operation} is not modelled`);
      const caller = { kind: 'operator', name: 'a test', region: region.name } as const;
      return answer(200, perform(input as never, { caller, region }));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return answer(error.status, { __type: error.name, message: error.message, ...error.members });
    }
  };
  const requestHandler = {
    handle,
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    destroy: () => {},
  };
  return new sdk.DynamoDBClient({ region: region.name, credentials, requestHandler: requestHandler as never });
}

function answer(statusCode: number, output: unknown): object {
  const body = Buffer.from(JSON.stringify(toWire(output)));
  return {
    response: { statusCode, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: Readable.from([body]) },
  };
}

/** Bytes are base64 in DynamoDB's JSON, under `B` and `BS`. */
function fromWire(value: unknown, name = ''): unknown {
  if (name === 'B' && typeof value === 'string') return Uint8Array.from(Buffer.from(value, 'base64'));
  if (Array.isArray(value)) return value.map((entry) => fromWire(entry, name === 'BS' ? 'B' : ''));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromWire(inner, key)]));
}

function toWire(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Buffer.from(value as Uint8Array).toString('base64');
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toWire(inner)]));
}

const dynalite: Implementation = {
  name: 'dynalite',
  start: async () => {
    const create = createRequire(import.meta.url)('dynalite') as (options: object) => Server;
    const server = create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const client = new sdk.DynamoDBClient({
      region: 'eu-central-1',
      credentials,
      endpoint: `http://127.0.0.1:${port}`,
    });
    const string = (name: string) => ({ AttributeName: name, AttributeType: 'S' as const });
    await client.send(
      new sdk.CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [string('pk'), string('sk'), string('dueShard'), string('dueAt')],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'due',
            KeySchema: [
              { AttributeName: 'dueShard', KeyType: 'HASH' },
              { AttributeName: 'dueAt', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      }),
    );
    await client.send(
      new sdk.CreateTableCommand({
        TableName: 'measures',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [string('pk'), { AttributeName: 'n', AttributeType: 'N' }],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'n', KeyType: 'RANGE' },
        ],
      }),
    );
    for (const name of [table, 'measures']) {
      await sdk.waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 1 }, { TableName: name });
    }
    return {
      client,
      catchUp: async () => {},
      stop: async () => {
        client.destroy();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  },
};

describe.each([simulated, dynalite])('$name keeps a ledger:', ({ name, start }) => {
  /** What dynalite does not have, or has otherwise than AWS documents it. */
  const documented = name === dynalite.name ? test.skip : test;
  let started: Awaited<ReturnType<Implementation['start']>>;
  let documents: DynamoDBDocumentClient;
  beforeAll(async () => {
    started = await start();
    // What was just written is read: a read that does not ask for consistency need not find it.
    started.client.middlewareStack.add((next, { commandName = '' }) => async (args) => {
      const input = args.input as { IndexName?: string; ConsistentRead?: boolean };
      if (input.IndexName !== undefined) await started.catchUp();
      else if (/^(Get|Query|Scan)/.test(commandName)) input.ConsistentRead ??= true;
      const { RequestItems = {} } = args.input as sdk.BatchGetItemInput;
      if (commandName.startsWith('BatchGet'))
        for (const one of Object.values(RequestItems)) one.ConsistentRead ??= true;
      return next(args);
    });
    documents = DynamoDBDocumentClient.from(started.client);
  });
  afterAll(async () => {
    await started.stop();
  });

  const put = (item: Record<string, unknown>, rest: object = {}) =>
    documents.send(new PutCommand({ TableName: table, Item: item, ...rest }));
  const get = async (pk: string, sk = 'a', rest: object = {}) =>
    (await documents.send(new GetCommand({ TableName: table, Key: { pk, sk }, ConsistentRead: true, ...rest }))).Item;
  const update = (pk: string, expression: string, rest: Partial<UpdateCommandInput> = {}) =>
    documents.send(
      new UpdateCommand({ TableName: table, Key: { pk, sk: 'a' }, UpdateExpression: expression, ...rest }),
    );
  const query = (rest: Partial<QueryCommandInput>) => documents.send(new QueryCommand({ TableName: table, ...rest }));
  const keysOf = (items: Record<string, unknown>[] | undefined) => (items ?? []).map(({ sk }) => sk);
  /** The error's name, and its message for those that ask. */
  const refused = async (work: Promise<unknown>): Promise<{ name: string; message: string }> => {
    try {
      await work;
    } catch (error) {
      return { name: (error as Error).name, message: (error as Error).message };
    }
    throw new Error('It was not refused.');
  };

  test('what is put is read again, with all its types', async () => {
    const item = {
      pk: 'types',
      sk: 'a',
      text: 'Grüße',
      empty: '',
      number: 12.5,
      yes: true,
      nothing: null,
      list: [1, 'two', { three: 3 }],
      map: { inner: { deep: false } },
      tags: new Set(['x', 'y']),
      bytes: Uint8Array.from([1, 2, 3]),
    };
    await put(item);
    expect(await get('types')).toEqual(item);
    expect(await get('types', 'b')).toBeUndefined();
  });

  test('a projection picks parts of an item', async () => {
    await put({ pk: 'projected', sk: 'a', one: 1, map: { left: 'l', right: 'r' }, list: ['x', 'y', 'z'] });
    const part = await get('projected', 'a', {
      ProjectionExpression: 'one, #m.#l, #list[2]',
      ExpressionAttributeNames: { '#m': 'map', '#l': 'left', '#list': 'list' },
    });
    expect(part).toEqual({ one: 1, map: { left: 'l' }, list: ['z'] });
  });

  test('a second writer of a new item is refused, and the first one is kept', async () => {
    await put({ pk: 'once', sk: 'a', by: 'first' }, { ConditionExpression: 'attribute_not_exists(pk)' });
    const second = put({ pk: 'once', sk: 'a', by: 'second' }, { ConditionExpression: 'attribute_not_exists(pk)' });
    expect(await refused(second)).toEqual({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
    });
    expect(await get('once')).toMatchObject({ by: 'first' });
  });

  documented('a refused writer is told what stands there when it asks (dynalite has no such parameter)', async () => {
    await put({ pk: 'told', sk: 'a', by: 'first' });
    await expect(
      put(
        { pk: 'told', sk: 'a', by: 'second' },
        { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
      ),
    ).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: { pk: { S: 'told' }, by: { S: 'first' } },
    });
  });

  const item = { pk: 'conditions', sk: 'a', n: 5, s: 'lane-7', flag: true, list: ['x'], map: { state: 'RUNNING' } };
  test.each([
    ['n = :five', true],
    ['n <> :five', false],
    ['absent <> :five', true],
    ['absent = :five', false],
    ['absent < :five', false],
    ['n < :five', false],
    ['n <= :five', true],
    ['n > :four', true],
    ['n >= :six', false],
    ['n < :text', false],
    ['n BETWEEN :four AND :six', true],
    ['n IN (:four, :five)', true],
    ['attribute_exists(s) AND attribute_not_exists(absent)', true],
    ['attribute_exists(#map.#state)', true],
    ['#map.#state = :running', true],
    ['#list[0] = :x AND attribute_not_exists(#list[1])', true],
    ['begins_with(s, :lane)', true],
    ['begins_with(#map, :lane)', false],
    ['contains(#list, :x)', true],
    ['contains(s, :lane)', true],
    ['attribute_type(n, :typeN)', true],
    ['size(s) = :six', true],
    ['size(absent) = :six', false],
    ['NOT n = :five', false],
    ['NOT n = :five OR n = :five', true],
    ['n = :four AND n = :five OR n = :five', true],
    ['n = :five OR n = :five AND n = :four', true],
    ['(n = :five OR n = :five) AND n = :four', false],
    ['not (n = :four or n = :six) and flag = :true', true],
  ])('the condition %s is %s', async (condition, holds) => {
    const values: Record<string, unknown> = {
      ':four': 4,
      ':five': 5,
      ':six': 6,
      ':text': '9',
      ':x': 'x',
      ':lane': 'lane',
      ':typeN': 'N',
      ':running': 'RUNNING',
      ':true': true,
    };
    const names: Record<string, string> = { '#map': 'map', '#state': 'state', '#list': 'list' };
    await put(item);
    const mentioned = <Kind>(all: Record<string, Kind>) => {
      const found = Object.entries(all).filter(([key]) => new RegExp(`${key}\\b`).test(condition));
      return found.length === 0 ? undefined : Object.fromEntries(found);
    };
    const work = documents.send(
      new DeleteCommand({
        TableName: table,
        Key: { pk: 'conditions', sk: 'a' },
        ConditionExpression: condition,
        ExpressionAttributeNames: mentioned(names),
        ExpressionAttributeValues: mentioned(values),
      }),
    );
    const outcome = await work.then(
      () => true,
      (error: Error) => (error.name === 'ConditionalCheckFailedException' ? false : Promise.reject(error)),
    );
    expect(outcome).toBe(holds);
  });

  test.each<[string, string, Record<string, unknown>, Record<string, unknown>]>([
    ['sets', 'SET n = :v', { ':v': 1 }, { n: 1, s: 'old', list: ['a', 'b', 'c'] }],
    ['counts', 'SET n = n + :v', { ':v': 2 }, { n: 12, s: 'old', list: ['a', 'b', 'c'] }],
    ['counts down', 'SET n = n - :v', { ':v': 0.5 }, { n: 9.5, s: 'old', list: ['a', 'b', 'c'] }],
    [
      'counts from nothing',
      'SET m = if_not_exists(m, :zero) + :v',
      { ':zero': 0, ':v': 1 },
      { m: 1, n: 10, s: 'old', list: ['a', 'b', 'c'] },
    ],
    ['keeps what is there', 'SET n = if_not_exists(n, :v)', { ':v': 1 }, { n: 10, s: 'old', list: ['a', 'b', 'c'] }],
    ['reads the item as it was', 'SET n = :v, m = n', { ':v': 1 }, { n: 1, m: 10, s: 'old', list: ['a', 'b', 'c'] }],
    ['appends', 'SET #l = list_append(#l, :v)', { ':v': ['d'] }, { n: 10, s: 'old', list: ['a', 'b', 'c', 'd'] }],
    [
      'writes behind the end of a list',
      'SET #l[9] = :v',
      { ':v': 'z' },
      { n: 10, s: 'old', list: ['a', 'b', 'c', 'z'] },
    ],
    ['removes', 'REMOVE s, absent', {}, { n: 10, list: ['a', 'b', 'c'] }],
    ['adds to a number', 'ADD n :v, m :v', { ':v': 3 }, { n: 13, m: 3, s: 'old', list: ['a', 'b', 'c'] }],
    ['does all at once', 'SET s = :s REMOVE #l ADD n :v', { ':s': 'new', ':v': 1 }, { n: 11, s: 'new' }],
  ])('an update %s: %s', async (_, expression, values, expected) => {
    await put({ pk: 'updated', sk: 'a', n: 10, s: 'old', list: ['a', 'b', 'c'] });
    const answer = await update('updated', expression, {
      ReturnValues: 'ALL_NEW',
      ...(expression.includes('#l') ? { ExpressionAttributeNames: { '#l': 'list' } } : {}),
      ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
    });
    expect(answer.Attributes).toEqual({ pk: 'updated', sk: 'a', ...expected });
    expect(await get('updated')).toEqual({ pk: 'updated', sk: 'a', ...expected });
  });

  documented('entries of a list are removed by where they were (dynalite removes one after the other)', async () => {
    await put({ pk: 'entries', sk: 'a', list: ['a', 'b', 'c', 'd'] });
    await update('entries', 'REMOVE #l[1], #l[2]', { ExpressionAttributeNames: { '#l': 'list' } });
    expect((await get('entries'))?.list).toEqual(['a', 'd']);
  });

  test('an update makes an item that was not there', async () => {
    await update('made', 'SET n = :n', { ExpressionAttributeValues: { ':n': 1 } });
    expect(await get('made')).toEqual({ pk: 'made', sk: 'a', n: 1 });
  });

  test('sets of strings grow and shrink, and an empty one is no attribute', async () => {
    const set = (...entries: string[]) => ({ ExpressionAttributeValues: { ':e': new Set(entries) } });
    await update('set', 'ADD tagged :e', set('a', 'b'));
    await update('set', 'ADD tagged :e', set('b', 'c'));
    expect((await get('set'))?.tagged).toEqual(new Set(['a', 'b', 'c']));
    await update('set', 'DELETE tagged :e', set('a', 'z'));
    expect((await get('set'))?.tagged).toEqual(new Set(['b', 'c']));
    await update('set', 'DELETE tagged :e', set('b', 'c'));
    expect(await get('set')).toEqual({ pk: 'set', sk: 'a' });
  });

  test('writers get what they ask for: old, new, or what changed', async () => {
    await put({ pk: 'returned', sk: 'a', n: 1, kept: 'k' });
    const values = { ExpressionAttributeValues: { ':n': 2 } };
    const answers = [];
    for (const ReturnValues of ['UPDATED_OLD', 'UPDATED_NEW', 'ALL_OLD', 'NONE'] as const) {
      answers.push((await update('returned', 'SET n = :n', { ...values, ReturnValues })).Attributes);
    }
    expect(answers).toEqual([{ n: 1 }, { n: 2 }, { pk: 'returned', sk: 'a', n: 2, kept: 'k' }, undefined]);
    const old = await put({ pk: 'returned', sk: 'a' }, { ReturnValues: 'ALL_OLD' });
    expect(old.Attributes).toMatchObject({ n: 2 });
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      'a reserved word',
      () => update('x', 'SET status = :v', { ExpressionAttributeValues: { ':v': 1 } }),
      'Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: status',
    ],
    [
      'a value that is not given',
      () => update('x', 'SET n = :v', {}),
      'Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :v',
    ],
    [
      'a name that is not given',
      () => update('x', 'REMOVE #n', {}),
      'Invalid UpdateExpression: An expression attribute name used in the document path is not defined; attribute name: #n',
    ],
    [
      'a value that is not used',
      () => update('x', 'SET n = :v', { ExpressionAttributeValues: { ':v': 1, ':w': 2 } }),
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}',
    ],
    [
      'a name that is not used',
      () => update('x', 'REMOVE n', { ExpressionAttributeNames: { '#n': 'n' } }),
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}',
    ],
    [
      'a change of the key',
      () => update('x', 'SET sk = :v', { ExpressionAttributeValues: { ':v': 'b' } }),
      'One or more parameter values were invalid: Cannot update attribute sk. This attribute is part of the key',
    ],
    [
      'overlapping paths',
      () => update('x', 'SET a.b = :v REMOVE a', { ExpressionAttributeValues: { ':v': 'b' } }),
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]',
    ],
    [
      'a map that is not there',
      () => update('x', 'SET a.b = :v', { ExpressionAttributeValues: { ':v': 'b' } }),
      'The document path provided in the update expression is invalid for update',
    ],
    [
      'an attribute that is not there',
      () => update('x', 'SET n = absent', {}),
      'The provided expression refers to an attribute that does not exist in the item',
    ],
    [
      'arithmetic on a text',
      () => update('x', 'SET n = pk + :v', { ExpressionAttributeValues: { ':v': 1 } }),
      'An operand in the update expression has an incorrect data type',
    ],
    [
      'a section twice',
      () => update('x', 'REMOVE n REMOVE m', {}),
      'Invalid UpdateExpression: The "REMOVE" section can only be used once in an update expression;',
    ],
    [
      'an unknown function',
      () => put({ pk: 'x', sk: 'a' }, { ConditionExpression: 'exists(pk)' }),
      'Invalid ConditionExpression: Invalid function name; function: exists',
    ],
    [
      'no condition at all',
      () => put({ pk: 'x', sk: 'a' }, { ConditionExpression: '' }),
      'Invalid ConditionExpression: The expression can not be empty;',
    ],
    [
      'an item without its key',
      () => put({ pk: 'x' }),
      'One or more parameter values were invalid: Missing the key sk in the item',
    ],
    [
      'a key of a wrong type',
      () => put({ pk: 'x', sk: 1 }),
      'One or more parameter values were invalid: Type mismatch for key sk expected: S actual: N',
    ],
    [
      'half a key',
      () => documents.send(new GetCommand({ TableName: table, Key: { pk: 'x' } })),
      'The provided key element does not match the schema',
    ],
    [
      'an index key of a wrong type',
      () => put({ pk: 'x', sk: 'a', dueShard: '0', dueAt: 5 }),
      'One or more parameter values were invalid: Type mismatch for Index Key dueAt Expected: S Actual: N IndexName: due',
    ],
    [
      'an item over 400 KB',
      () => put({ pk: 'x', sk: 'a', text: 'x'.repeat(400 * 1024) }),
      'Item size has exceeded the maximum allowed size',
    ],
    [
      'a consistent read of an index',
      () =>
        query({
          IndexName: 'due',
          ConsistentRead: true,
          KeyConditionExpression: 'dueShard = :s',
          ExpressionAttributeValues: { ':s': '0' },
        }),
      'Consistent reads are not supported on global secondary indexes',
    ],
    [
      'an index that is not there',
      () => query({ IndexName: 'none', KeyConditionExpression: 'pk = :s', ExpressionAttributeValues: { ':s': '0' } }),
      'The table does not have the specified index: none',
    ],
    [
      'a query without the partition',
      () => query({ KeyConditionExpression: 'sk = :s', ExpressionAttributeValues: { ':s': '0' } }),
      'Query condition missed key schema element: pk',
    ],
    [
      'a query over something else',
      () => query({ KeyConditionExpression: 'pk = :s AND n = :s', ExpressionAttributeValues: { ':s': '0' } }),
      'Query condition missed key schema element: sk',
    ],
    [
      'a filter on the key',
      () =>
        query({
          KeyConditionExpression: 'pk = :s',
          FilterExpression: 'sk = :s',
          ExpressionAttributeValues: { ':s': '0' },
        }),
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk',
    ],
  ])('%s is refused, and the message says why', async (_, work, message) => {
    expect(await refused(work())).toEqual({ name: 'ValidationException', message });
  });

  test('half a condition is refused', async () => {
    const { name, message } = await refused(put({ pk: 'x', sk: 'a' }, { ConditionExpression: 'pk = ' }));
    expect([name, message]).toEqual([
      'ValidationException',
      expect.stringContaining('Invalid ConditionExpression: Syntax error;'),
    ]);
  });

  test('an empty text is refused as a key', async () => {
    expect((await refused(put({ pk: '', sk: 'a' }))).name).toBe('ValidationException');
  });

  documented('an empty text is refused as an index key (dynalite takes it)', async () => {
    const { message } = await refused(put({ pk: 'x', sk: 'a', dueShard: '', dueAt: '2026' }));
    expect(message).toContain('cannot contain an empty string value. IndexName: due, IndexKey: dueShard');
  });

  test('a table that is not there is not found', async () => {
    const work = documents.send(new GetCommand({ TableName: 'none', Key: { pk: 'x' } }));
    expect(await refused(work)).toEqual({ name: 'ResourceNotFoundException', message: 'Requested resource not found' });
  });

  describe('a partition of five items', () => {
    beforeAll(async () => {
      for (const [index, sk] of ['job#a', 'job#b', 'job#c', 'lane', 'late'].entries()) {
        await put({ pk: 'five', sk, n: index, dueShard: 'five', dueAt: `2026-01-0${5 - index}T00:00:00.000Z` });
      }
    });
    const values = { ':pk': 'five' };

    test.each<[string, Record<string, unknown>, string[]]>([
      ['pk = :pk', {}, ['job#a', 'job#b', 'job#c', 'lane', 'late']],
      ['pk = :pk AND begins_with(sk, :s)', { ':s': 'job#' }, ['job#a', 'job#b', 'job#c']],
      ['pk = :pk AND sk = :s', { ':s': 'lane' }, ['lane']],
      ['pk = :pk AND sk < :s', { ':s': 'job#b' }, ['job#a']],
      ['pk = :pk AND sk <= :s', { ':s': 'job#b' }, ['job#a', 'job#b']],
      ['sk > :s AND pk = :pk', { ':s': 'job#c' }, ['lane', 'late']],
      ['(pk = :pk) AND (sk >= :s)', { ':s': 'job#c' }, ['job#c', 'lane', 'late']],
      ['pk = :pk AND sk BETWEEN :s AND :t', { ':s': 'job#b', ':t': 'lane' }, ['job#b', 'job#c', 'lane']],
    ])('is queried by %s', async (condition, more, expected) => {
      const parameters = { KeyConditionExpression: condition, ExpressionAttributeValues: { ...values, ...more } };
      const forward = await query(parameters);
      expect(keysOf(forward.Items)).toEqual(expected);
      expect(forward.LastEvaluatedKey).toBeUndefined();
      const backward = await query({ ...parameters, ScanIndexForward: false });
      expect(keysOf(backward.Items)).toEqual(expected.toReversed());
    });

    test.each([true, false])('comes in pages (forward: %s)', async (ScanIndexForward) => {
      const pages: unknown[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await query({
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: values,
          Limit: 2,
          ScanIndexForward,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        });
        pages.push(keysOf(page.Items));
        start = page.LastEvaluatedKey;
      } while (start !== undefined && pages.length < 9);
      const whole = ['job#a', 'job#b', 'job#c', 'lane', 'late'];
      expect(pages.flat()).toEqual(ScanIndexForward ? whole : whole.toReversed());
      expect(pages.slice(0, 2).map((page) => (page as unknown[]).length)).toEqual([2, 2]);
    });

    test('a filter drops items after they were counted as read', async () => {
      const page = await query({
        KeyConditionExpression: 'pk = :pk',
        FilterExpression: 'n > :n',
        ExpressionAttributeValues: { ...values, ':n': 2 },
      });
      expect([keysOf(page.Items), page.Count, page.ScannedCount]).toEqual([['lane', 'late'], 2, 5]);
    });

    test('the index orders by its own key, and pages', async () => {
      const parameters = {
        IndexName: 'due',
        KeyConditionExpression: 'dueShard = :pk AND dueAt <= :now',
        ExpressionAttributeValues: { ...values, ':now': '2026-01-03T00:00:00.000Z' },
      };
      expect(keysOf((await query(parameters)).Items)).toEqual(['late', 'lane', 'job#c']);
      const first = await query({ ...parameters, Limit: 2 });
      expect(first.LastEvaluatedKey).toEqual({
        pk: 'five',
        sk: 'lane',
        dueShard: 'five',
        dueAt: '2026-01-02T00:00:00.000Z',
      });
      const second = await query({ ...parameters, ExclusiveStartKey: first.LastEvaluatedKey });
      expect(keysOf(second.Items)).toEqual(['job#c']);
    });

    test('the index follows an update, and forgets an item that lost its key', async () => {
      const due = async () =>
        keysOf(
          (
            await query({
              IndexName: 'due',
              KeyConditionExpression: 'dueShard = :s',
              ExpressionAttributeValues: { ':s': 'moving' },
            })
          ).Items,
        );
      await put({ pk: 'moving', sk: 'a', dueShard: 'moving', dueAt: '1' });
      await put({ pk: 'moving', sk: 'b', dueShard: 'moving', dueAt: '2' });
      expect(await due()).toEqual(['a', 'b']);
      await update('moving', 'SET dueAt = :later', { ExpressionAttributeValues: { ':later': '3' } });
      expect(await due()).toEqual(['b', 'a']);
      await update('moving', 'REMOVE dueShard');
      expect(await due()).toEqual(['b']);
      await documents.send(new DeleteCommand({ TableName: table, Key: { pk: 'moving', sk: 'b' } }));
      expect(await due()).toEqual([]);
    });
  });

  test('numbers are keys in the order of numbers, and keep 38 digits', async () => {
    const all = ['-20', '-3', '0.5', '3', '20', '12345678901234567890123456789012345678'];
    for (const n of [...all].sort()) {
      await started.client.send(
        new sdk.PutItemCommand({ TableName: 'measures', Item: { pk: { S: 'n' }, n: { N: n } } }),
      );
    }
    const found = await started.client.send(
      new sdk.QueryCommand({
        TableName: 'measures',
        KeyConditionExpression: 'pk = :p',
        ExpressionAttributeValues: { ':p': { S: 'n' } },
      }),
    );
    expect(found.Items?.map(({ n }) => n?.N)).toEqual(all);
  });

  test.each([
    ['007', '7'],
    ['1.50', '1.5'],
    ['1e3', '1000'],
    ['-0', '0'],
    ['2.5E-3', '0.0025'],
  ])('the number %s comes back as %s', async (given, canonical) => {
    const Item = { pk: { S: 'canonical' }, sk: { S: 'a' }, n: { N: given } };
    await started.client.send(new sdk.PutItemCommand({ TableName: table, Item }));
    const found = await started.client.send(
      new sdk.GetItemCommand({ TableName: table, Key: { pk: { S: 'canonical' }, sk: { S: 'a' } } }),
    );
    expect(found.Item?.n?.N).toBe(canonical);
  });

  test('a page ends at a megabyte', async () => {
    for (const sk of ['a', 'b', 'c', 'd']) await put({ pk: 'large', sk, text: 'x'.repeat(390 * 1024) });
    const parameters = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': 'large' } };
    const first = await query(parameters);
    expect(first.Count).toBeLessThan(4);
    expect(first.LastEvaluatedKey).toBeDefined();
    const second = await query({ ...parameters, ExclusiveStartKey: first.LastEvaluatedKey });
    expect([...keysOf(first.Items), ...keysOf(second.Items)]).toEqual(['a', 'b', 'c', 'd']);
  });

  test('a scan meets every item once, page by page', async () => {
    const expected = new Set<string>();
    for (let index = 0; index < 12; index += 1) {
      await put({ pk: `scanned-${index}`, sk: 'a', mark: 'scanned' });
      expected.add(`scanned-${index}`);
    }
    const found: string[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await documents.send(
        new ScanCommand({
          TableName: table,
          Limit: 5,
          FilterExpression: 'mark = :m',
          ExpressionAttributeValues: { ':m': 'scanned' },
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      found.push(...(page.Items ?? []).map(({ pk }) => String(pk)));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    expect(found).toHaveLength(12);
    expect(new Set(found)).toEqual(expected);
  });

  test('batches write and read many items', async () => {
    await documents.send(
      new BatchWriteCommand({
        RequestItems: { [table]: ['a', 'b'].map((sk) => ({ PutRequest: { Item: { pk: 'batch', sk } } })) },
      }),
    );
    await documents.send(
      new BatchWriteCommand({ RequestItems: { [table]: [{ DeleteRequest: { Key: { pk: 'batch', sk: 'a' } } }] } }),
    );
    const found = await documents.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: ['a', 'b', 'c'].map((sk) => ({ pk: 'batch', sk })) } } }),
    );
    expect(found.Responses?.[table]).toEqual([{ pk: 'batch', sk: 'b' }]);
    const many = Array.from({ length: 26 }, (_, index) => ({
      DeleteRequest: { Key: { pk: 'batch', sk: String(index) } },
    }));
    expect((await refused(documents.send(new BatchWriteCommand({ RequestItems: { [table]: many } })))).name).toBe(
      'ValidationException',
    );
  });

  documented('a transaction writes all or nothing, and says which condition failed (dynalite has none)', async () => {
    await put({ pk: 'transaction', sk: 'a', n: 1 });
    const transaction = (n: number) =>
      documents.send(
        new TransactWriteCommand({
          TransactItems: [
            { Put: { TableName: table, Item: { pk: 'transaction', sk: 'b' } } },
            {
              Update: {
                TableName: table,
                Key: { pk: 'transaction', sk: 'a' },
                UpdateExpression: 'ADD n :one',
                ConditionExpression: 'n = :n',
                ExpressionAttributeValues: { ':one': 1, ':n': n },
              },
            },
          ],
        }),
      );
    await expect(transaction(7)).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
    });
    expect(await get('transaction', 'b')).toBeUndefined();
    await transaction(1);
    expect([await get('transaction', 'b'), (await get('transaction'))?.n]).toEqual([{ pk: 'transaction', sk: 'b' }, 2]);
  });
});
