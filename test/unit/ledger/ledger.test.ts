import { beforeEach, describe, expect, test } from '@jest/globals';
import { attemptId } from '../../../functions/ledger/attempt.ts';
import { type Ledger, ledgerOf, type Row } from '../../../functions/ledger/ledger.ts';
import type { Seam } from '../../../functions/platform/seam.ts';
import { createDynamoDB } from '../../../simulator/services/dynamodb/index.ts';
import { AwsError, type Region } from '../../../simulator/world/region.ts';
import { call, regionAlone } from '../services/alone.ts';

interface Note extends Row {
  readonly words: string;
}

const key = { pk: 'NOTES', sk: 'one' };

/** A simulated table, and ledgers of several writers over it. */
function table() {
  const region = regionAlone((alone) => ({ DynamoDB: createDynamoDB(alone) }));
  region.services.DynamoDB.createTable({
    name: 'lifeboat-ledger',
    keys: { partition: { name: 'pk', type: 'S' }, sort: { name: 'sk', type: 'S' } },
    indexes: [
      { name: 'due', keys: { partition: { name: 'dueShard', type: 'S' }, sort: { name: 'dueAt', type: 'S' } } },
    ],
  });
  const calls: string[] = [];
  return {
    region,
    calls,
    writer: (name: string, loses = new Set<string>()) => ledgerOf(seamOf(region, name, calls, loses)),
  };
}

/** `loses` names the operations whose next answer is lost: the SDK then repeats the call. */
function seamOf(region: Region, writer: string, calls: string[], loses: Set<string>): Seam {
  let uuids = 0;
  const perform = (operation: string, input: object) => {
    calls.push(operation);
    try {
      return call(region, 'DynamoDB', operation, input);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw Object.assign(new Error(error.message), { name: error.name }, error.members);
    }
  };
  const client = {
    send: async (command: { constructor: { name: string }; input: object }) => {
      const operation = command.constructor.name.replace(/Command$/, '');
      if (loses.delete(operation)) perform(operation, command.input);
      return perform(operation, command.input);
    },
  };
  return {
    environment: { LEDGER_TABLE: 'lifeboat-ledger' },
    chance: { number: () => 0, uuid: () => `${writer}-${++uuids}` },
    client: () => client,
  } as unknown as Seam;
}

let shared: ReturnType<typeof table>;
let ledger: Ledger;
beforeEach(() => {
  shared = table();
  ledger = shared.writer('we');
});

const note = (words: string, more: object = {}) => ({ ...key, words, ...more });

describe('the ledger writes only over what was read', () => {
  test('a new row is there, with its first version and nothing of how it was written', async () => {
    expect(await ledger.create<Note>(note('first'))).toBe(true);
    expect(await ledger.get<Note>(key)).toEqual({ ...key, words: 'first', version: 1 });
  });

  test('a row that is there already is not created a second time', async () => {
    await ledger.create<Note>(note('first'));
    expect(await shared.writer('they').create<Note>(note('second'))).toBe(false);
    expect((await ledger.get<Note>(key))?.words).toBe('first');
  });

  test('whoever read an older version loses and is told so', async () => {
    await ledger.create<Note>(note('first'));
    const seen = (await ledger.get<Note>(key)) as Note;
    expect(await shared.writer('they').replace<Note>({ ...seen, words: 'theirs' })).toBe(true);
    expect(await ledger.replace<Note>({ ...seen, words: 'ours' })).toBe(false);
    expect(await ledger.remove(seen)).toBe(false);
    expect(await ledger.get<Note>(key)).toMatchObject({ words: 'theirs', version: 2 });
  });

  test('a row that somebody removed is not brought back', async () => {
    await ledger.create<Note>(note('first'));
    const seen = (await ledger.get<Note>(key)) as Note;
    expect(await shared.writer('they').remove(seen)).toBe(true);
    expect(await ledger.replace<Note>({ ...seen, words: 'ours' })).toBe(false);
    expect(await ledger.get<Note>(key)).toBeUndefined();
  });

  test('members that are undefined are left out, and a removed member is gone', async () => {
    await ledger.create<Note>(note('first', { hint: 'x', nested: { a: 1, b: undefined } }));
    const { hint: _, ...rest } = (await ledger.get<Note & { hint?: string }>(key)) as Note & { hint?: string };
    await ledger.replace<Note>(rest);
    expect(await ledger.get<Note>(key)).toEqual({ ...key, words: 'first', nested: { a: 1 }, version: 2 });
  });
});

describe('a write whose answer was lost', () => {
  test('is known as our own when the SDK repeats it', async () => {
    expect(await shared.writer('we', new Set(['PutItem'])).create<Note>(note('first'))).toBe(true);
    expect(shared.calls).toEqual(['PutItem', 'PutItem']);
    const seen = (await ledger.get<Note>(key)) as Note;
    expect(await shared.writer('we too', new Set(['PutItem'])).replace<Note>({ ...seen, words: 'second' })).toBe(true);
    expect(await ledger.get<Note>(key)).toEqual({ ...key, words: 'second', version: 2 });
  });

  test('is not taken for a success when somebody else’s row stands there with the same words', async () => {
    await shared.writer('they').create<Note>(note('same'));
    expect(await ledger.create<Note>(note('same'))).toBe(false);
  });

  test('is not taken for the next write of the same writer', async () => {
    expect(await ledger.create<Note>(note('first'))).toBe(true);
    expect(await ledger.create<Note>(note('first'))).toBe(false);
  });
});

describe('the ledger reads', () => {
  test('a partition in its order, by prefix, over every page', async () => {
    const big = 'x'.repeat(300_000);
    for (const sk of ['B#2', 'A#3', 'A#1', 'A#2', 'A#5', 'A#4', 'B#1'])
      await ledger.create<Note>({ pk: 'BIG', sk, words: big });
    await ledger.create<Note>({ pk: 'BIGGER', sk: 'A#9', words: '' });
    shared.calls.length = 0;
    expect((await ledger.list<Note>('BIG')).map(({ sk }) => sk)).toEqual([
      'A#1',
      'A#2',
      'A#3',
      'A#4',
      'A#5',
      'B#1',
      'B#2',
    ]);
    expect(shared.calls.length).toBeGreaterThan(1);
    expect((await ledger.list<Note>('BIG', 'B#')).map(({ sk }) => sk)).toEqual(['B#1', 'B#2']);
    expect(await ledger.list<Note>('NOBODY')).toEqual([]);
  });

  test('what is due, the oldest first, no later than asked for and no more than asked for', async () => {
    const due = (sk: string, dueAt: string, dueShard = 'DUE#1') =>
      ledger.create<Note>({ pk: 'DUE', sk, words: '', dueShard, dueAt });
    await due('late', '2026-01-05T03:00:00.000Z');
    await due('first', '2026-01-05T01:00:00.000Z');
    await due('now', '2026-01-05T02:00:00.000Z');
    await due('elsewhere', '2026-01-05T01:00:00.000Z', 'DUE#2');
    await ledger.create<Note>({ pk: 'DUE', sk: 'not due at all', words: '' });
    await shared.region.world.run(shared.region.world.now() + 1_000);
    const sks = async (limit: number) =>
      (await ledger.due<Note>('DUE#1', '2026-01-05T02:00:00.000Z', limit)).map(({ sk }) => sk);
    expect(await sks(10)).toEqual(['first', 'now']);
    expect(await sks(1)).toEqual(['first']);
  });

  test('a failure of the table is never an empty answer', async () => {
    const elsewhere = ledgerOf({
      ...seamOf(shared.region, 'we', [], new Set()),
      environment: { LEDGER_TABLE: 'no-such-table' },
    });
    for (const asks of [
      elsewhere.get(key),
      elsewhere.list('NOTES'),
      elsewhere.due('DUE#1', '2026', 1),
      elsewhere.create<Note>(note('x')),
    ])
      await expect(asks).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('rows have names that follow from the work', () => {
  test('an attempt is named by machine, execution and redrive', () => {
    expect(attemptId('arn:aws:states:eu-central-1:111122223333:execution:lifeboat-protect:shop-1', 2)).toBe(
      'lifeboat-protect/shop-1/2',
    );
  });
});
