import { describe, expect, test } from '@jest/globals';
import { createDynamoDB, type TableDefinition } from '../../../simulator/services/dynamodb/index.ts';
import { call, refusal, regionAlone } from './alone.ts';

const hour = 3_600_000;

function ledger(more: Partial<TableDefinition> = {}, seed = 'one') {
  const region = regionAlone((alone) => ({ DynamoDB: createDynamoDB(alone) }), { seed });
  const { DynamoDB } = region.services;
  DynamoDB.createTable({
    name: 'ledger',
    keys: { partition: { name: 'pk', type: 'S' } },
    indexes: [
      { name: 'due', keys: { partition: { name: 'dueShard', type: 'S' }, sort: { name: 'dueAt', type: 'S' } } },
    ],
    ...more,
  });
  const put = (pk: string, rest: object = {}) =>
    call(region, 'DynamoDB', 'PutItem', { TableName: 'ledger', Item: { pk: { S: pk }, ...rest } });
  const due = () => {
    const page = call(region, 'DynamoDB', 'Query', {
      TableName: 'ledger',
      IndexName: 'due',
      KeyConditionExpression: 'dueShard = :s',
      ExpressionAttributeValues: { ':s': { S: '0' } },
    });
    return (page.Items as { pk: { S: string } }[]).map(({ pk }) => pk.S);
  };
  const keys = () => DynamoDB.items('ledger').map((item) => (item.pk as { S: string }).S);
  return { region, put, due, keys };
}

const dueAt = (at: string) => ({ dueShard: { S: '0' }, dueAt: { S: at } });

describe('a read', () => {
  /** What each way of reading finds of an item that was one thing for long, and is another since some milliseconds. */
  const readings = async (milliseconds: number, ConsistentRead?: boolean) => {
    const { region, put } = ledger();
    const start = region.world.now();
    put('a', { is: { S: 'old' } });
    await region.world.run(start + hour);
    put('a', { is: { S: 'new' } });
    put('b');
    await region.world.run(start + hour + milliseconds);
    const consistent = ConsistentRead === undefined ? {} : { ConsistentRead };
    const key = { pk: { S: 'a' } };
    const ask = (operation: string, input: object) => call(region, 'DynamoDB', operation, input);
    const one = { TableName: 'ledger', ...consistent };
    const is = (item: unknown) => (item as { is: { S: string } }).is.S;
    const times = Array.from({ length: 50 });
    const found = times.map(() => {
      const { Item } = ask('GetItem', { ...one, Key: key });
      const { Items } = ask('Query', {
        ...one,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': key.pk },
      });
      const { Responses } = ask('BatchGetItem', { RequestItems: { ledger: { Keys: [key], ...consistent } } });
      const { Items: all } = ask('Scan', one);
      return {
        get: is(Item),
        query: is((Items as unknown[])[0]),
        batch: is((Responses as { ledger: unknown[] }).ledger[0]),
        scan: String((all as unknown[]).length),
      };
    });
    const each = (how: 'get' | 'query' | 'batch' | 'scan') => [...new Set(found.map((one) => one[how]))].sort();
    return { get: each('get'), query: each('query'), batch: each('batch'), scan: each('scan') };
  };
  const now = { get: ['new'], query: ['new'], batch: ['new'], scan: ['2'] };

  test('may find what was there up to a second ago', async () => {
    const either = ['new', 'old'];
    expect(await readings(300)).toEqual({ get: either, query: either, batch: either, scan: ['1', '2'] });
    expect(await readings(300, false)).toEqual({ get: either, query: either, batch: either, scan: ['1', '2'] });
    expect(await readings(1_000)).toEqual(now);
  });

  test('finds what is there when it asks for consistency', async () => {
    expect(await readings(0, true)).toEqual(now);
  });
});

describe('an index', () => {
  /** Every answer that an index gives so many milliseconds after some writes. */
  const answers = async (milliseconds: number) => {
    const { region, put, due } = ledger();
    const start = region.world.now();
    put('a', dueAt('1'));
    put('b', dueAt('2'));
    await region.world.run(start + hour);
    put('a', dueAt('3'));
    put('b');
    await region.world.run(start + hour + 100);
    put('c', dueAt('2'));
    await region.world.run(start + hour + milliseconds);
    return [...new Set(Array.from({ length: 100 }, () => due().join()))].sort();
  };

  test('shows what was there up to a second ago: no write, some or all of them, in their order', async () => {
    expect(await answers(300)).toEqual(['a', 'a,b', 'c,a']);
  });

  test('shows every write after a second', async () => {
    expect(await answers(1_100)).toEqual(['c,a']);
  });
});

describe('an item that expires', () => {
  const expiresIn = (now: number, milliseconds: number) => ({ expiresAt: { N: String((now + milliseconds) / 1000) } });

  test('stays readable until it is removed, at the latest 48 hours after', async () => {
    const { region, put, keys } = ledger({ timeToLive: 'expiresAt' });
    const start = region.world.now();
    put('short', expiresIn(start, hour));
    put('long', expiresIn(start, 100 * hour));
    put('never');
    await region.world.run(start + hour);
    expect(keys().sort()).toEqual(['long', 'never', 'short']);
    await region.world.run(start + 49 * hour);
    expect(keys().sort()).toEqual(['long', 'never']);
    await region.world.run(start + 148 * hour);
    expect(keys()).toEqual(['never']);
  });

  test('lives on when its time was moved before it was removed', async () => {
    const { region, put, keys } = ledger({ timeToLive: 'expiresAt' });
    const start = region.world.now();
    put('moved', expiresIn(start, hour));
    put('moved', expiresIn(start, 200 * hour));
    await region.world.run(start + 100 * hour);
    expect(keys()).toEqual(['moved']);
  });

  test('is never removed when its time is in milliseconds, as in AWS', async () => {
    const { region, put, keys } = ledger({ timeToLive: 'expiresAt' });
    const start = region.world.now();
    put('wrong', { expiresAt: { N: String(start + hour) } });
    await region.world.run(start + 1000 * hour);
    expect(keys()).toEqual(['wrong']);
  });
});

test('items that nobody asked for in days are there as they were, and take writes as before', async () => {
  const { region, put, due, keys } = ledger({ timeToLive: 'expiresAt' });
  const rest = { ...dueAt('1'), list: { L: [{ M: { number: { N: '1' } } }] }, bytes: { B: Uint8Array.of(1, 2) } };
  const { bytes: _, ...withoutBytes } = rest;
  put('old', withoutBytes);
  put('old with bytes', rest);
  const get = (pk: string) =>
    call(region, 'DynamoDB', 'GetItem', { TableName: 'ledger', Key: { pk: { S: pk } }, ConsistentRead: true }).Item as
      | object
      | undefined;
  for (let days = 0; days < 3; days += 1) {
    await region.world.run(region.world.now() + 24 * hour);
    put(`new ${days}`);
  }
  expect(keys().sort()).toEqual(['new 0', 'new 1', 'new 2', 'old', 'old with bytes']);
  expect(get('old')).toEqual({ pk: { S: 'old' }, ...withoutBytes });
  expect(get('old with bytes')).toEqual({ pk: { S: 'old with bytes' }, ...rest });
  expect(get('new 0')).toEqual({ pk: { S: 'new 0' } });
  await region.world.run(region.world.now() + 24 * hour);
  put('new 3');
  put('old', dueAt('2'));
  call(region, 'DynamoDB', 'DeleteItem', { TableName: 'ledger', Key: { pk: { S: 'new 1' } } });
  expect(get('old')).toEqual({ pk: { S: 'old' }, ...dueAt('2') });
  expect([get('new 1'), get('nobody')]).toEqual([undefined, undefined]);
  await region.world.run(region.world.now() + 1_000);
  expect(due()).toEqual(['old with bytes', 'old']);
  expect(keys().sort()).toEqual(['new 0', 'new 2', 'new 3', 'old', 'old with bytes']);
});

test('a transaction that is sent again with its token is done once; with other writes it is refused', () => {
  const { region, keys } = ledger();
  const send = (n: string, token: string) =>
    call(region, 'DynamoDB', 'TransactWriteItems', {
      ClientRequestToken: token,
      TransactItems: [
        {
          Update: {
            TableName: 'ledger',
            Key: { pk: { S: 'counter' } },
            UpdateExpression: 'ADD n :n',
            ExpressionAttributeValues: { ':n': { N: n } },
          },
        },
      ],
    });
  send('1', 'token');
  send('1', 'token');
  expect(region.services.DynamoDB.items('ledger')).toEqual([{ pk: { S: 'counter' }, n: { N: '1' } }]);
  expect(refusal(() => send('2', 'token'))).toContain('IdempotentParameterMismatchException');
  send('1', 'another');
  expect(keys()).toEqual(['counter']);
  expect(region.services.DynamoDB.items('ledger')).toEqual([{ pk: { S: 'counter' }, n: { N: '2' } }]);
});

test('what a caller changes in its own objects changes nothing in the table', () => {
  const { region } = ledger();
  const item = { pk: { S: 'a' }, list: { L: [{ S: 'x' }] } };
  call(region, 'DynamoDB', 'PutItem', { TableName: 'ledger', Item: item });
  item.list.L.push({ S: 'y' });
  const one = { TableName: 'ledger', Key: { pk: { S: 'a' } }, ConsistentRead: true };
  const read = () => call(region, 'DynamoDB', 'GetItem', one).Item;
  (read() as typeof item).list.L.push({ S: 'z' });
  expect(read()).toEqual({ pk: { S: 'a' }, list: { L: [{ S: 'x' }] } });
});

test('a scan has an order of its own, the same for everybody', () => {
  const orders = ['one', 'two'].map((seed) => {
    const { put, keys } = ledger({}, seed);
    const names = ['e', 'a', 'c', 'b', 'd'];
    for (const name of seed === 'one' ? names : names.toReversed()) put(name);
    return keys();
  });
  expect(orders[0]).toEqual(orders[1]);
  expect(orders[0]).not.toEqual(['e', 'a', 'c', 'b', 'd']);
  expect(orders[0]).not.toEqual(['a', 'b', 'c', 'd', 'e']);
});

test.each([
  ['Expected', { Expected: { pk: { Exists: false } } }],
  ['ReturnConsumedCapacity', { ReturnConsumedCapacity: 'TOTAL' }],
])('%s is refused by name', (name, parameter) => {
  const { region } = ledger();
  const work = () =>
    call(region, 'DynamoDB', 'PutItem', { TableName: 'ledger', Item: { pk: { S: 'a' } }, ...parameter });
  expect(work).toThrow(`The simulated account does not model ${name} of DynamoDB.PutItem.`);
});

test.each([
  ['the partition', 'dueShard = :empty', 'dueShard'],
  ['a prefix', 'dueShard = :s AND begins_with(dueAt, :empty)', 'dueAt'],
])('a query with an empty string for %s is refused', (_, KeyConditionExpression, key) => {
  const { region } = ledger();
  const ExpressionAttributeValues = {
    ':empty': { S: '' },
    ...(KeyConditionExpression.includes(':s') && { ':s': { S: '0' } }),
  };
  const input = { TableName: 'ledger', IndexName: 'due', KeyConditionExpression, ExpressionAttributeValues };
  expect(() => call(region, 'DynamoDB', 'Query', input)).toThrow(
    `The AttributeValue for a key attribute cannot contain an empty string value. Key: ${key}`,
  );
});

test('a member that the SDK does not know is refused before the table sees it', () => {
  const { region } = ledger();
  const work = () => call(region, 'DynamoDB', 'PutItem', { TableName: 'ledger', Items: { pk: { S: 'a' } } });
  expect(refusal(work)).toBe('ValidationException: DynamoDB.PutItem: Items is not a member of PutItemInput');
});
