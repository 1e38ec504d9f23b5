import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DatabaseAnswer } from '../../../functions/probes/contract.ts';
import { handler } from '../../../functions/probes/database.ts';
import { type DataPlane, dataPlane } from '../../../simulator/data/index.ts';
import { environment, worldAt } from '../drill/function.ts';

const host = 'lifeboat-scratch-0.cabc.eu-west-1.rds.amazonaws.com';
const master = { user: 'shop', password: 'derived', database: 'shop' };
const secret = 'ada.lovelace@example.com';

const directory = mkdtempSync(join(tmpdir(), 'lifeboat-probe-'));
let plane: DataPlane;

beforeAll(async () => {
  plane = dataPlane({ scratchDirectory: join(directory, 'data') });
  mkdirSync(join(directory, 'runtime'));
  writeFileSync(join(directory, 'runtime', 'ca-cert.pem'), plane.databases.certificateAuthority);
  const sql = `
    create table orders (id int primary key, email text not null, total numeric(10,2), placed_at timestamptz not null);
    insert into orders select n, '${secret}', n * 1.5, timestamptz '2026-03-01 06:00+00' + n * interval '1 minute'
      from generate_series(1, 60) as n;
    create schema "Odd Names"; create table "Odd Names"."Table; drop" (note text);
    insert into "Odd Names"."Table; drop" values ('x'), (null);
    create materialized view daily as select count(*) as orders from orders;`;
  await plane.databases.create('shop', { sql: [sql] }, master);
  await plane.databases.snapshot('shop', 'healthy');
}, 30_000);
afterAll(async () => {
  await plane.close();
  rmSync(directory, { recursive: true, force: true });
});

const worldOf = (name: string) =>
  worldAt('2026-03-01T12:00:00.000Z', {
    environment: { ...environment, LAMBDA_RUNTIME_DIR: join(directory, 'runtime') },
    dial: () => plane.databases.connect(name, { hostName: host }),
  });
const ask = (name: string, more: object = {}, remaining?: number) =>
  worldOf(name).invoke<DatabaseAnswer>(
    handler,
    {
      ask: 'data',
      drill: '0'.repeat(20),
      connection: { dialect: 'postgres', host, port: 5432, ...master },
      assertions: [],
      integrity: 'full',
      ...more,
    },
    remaining,
  );
const assertion = async (sql: string, equals?: string) =>
  (await ask('shop', { assertions: [{ name: 'it', sql, ...(equals !== undefined && { equals }) }] })).assertions[0]
    ?.value;

describe('the database probe', () => {
  test('counts every table, reads it to its end and sums it up', async () => {
    const answer = await ask('shop');
    expect(answer).toMatchObject({ done: true, tableCount: 3 });
    expect(answer.tables.map(({ table, rows }) => [table, rows])).toEqual([
      ['Odd Names.Table; drop', 2],
      ['public.daily', 1],
      ['public.orders', 60],
    ]);
    for (const { digest } of answer.tables) expect(digest).toMatch(/^pg1:\d+:-?\d+$/);
    expect((await ask('shop')).tables).toEqual(answer.tables);
  });

  test.each([
    ['a count', 'select count(*) from orders', { is: 'number', number: 60 }],
    ['a sum', 'select sum(total) from orders', { is: 'number', number: 2745 }],
    ['an instant', 'select max(placed_at) from orders', { is: 'instant', instant: '2026-03-01T07:00:00.000Z' }],
    ['a day', 'select max(placed_at)::date from orders', { is: 'instant', instant: '2026-03-01T00:00:00.000Z' }],
    ['nothing', 'select max(total) from orders where id < 0', { is: 'nothing' }],
  ])('answers %s', async (_what, sql, value) => {
    expect(await assertion(sql)).toEqual(value);
  });

  test('answers a text as a hash, and whether it is the one that is asked for', async () => {
    const answered = await assertion('select max(email) from orders', secret);
    expect(answered).toMatchObject({ is: 'text', isEqual: true });
    expect(JSON.stringify(answered)).not.toContain(secret);
    expect(await assertion('select max(email) from orders', 'somebody else')).toMatchObject({ isEqual: false });
  });

  test.each([
    ['many rows', 'select email from orders', 'NOT_ONE_VALUE', 'question'],
    ['no row', 'select id from orders where id < 0', 'NOT_ONE_VALUE', 'question'],
    ['many columns', 'select count(*), max(id) from orders', 'NOT_ONE_VALUE', 'question'],
    ['a table that is missing', 'select count(*) from invoices', '42P01', 'data'],
    ['what is no statement', 'select cuont(* from orders', '42601', 'question'],
    ['a cast that shows a row', 'select max(email)::int from orders', '22P02', 'question'],
    ['a write in disguise', "select setval('s', 1)", '42P01', 'data'],
  ])('names the trouble with %s, and shows no row', async (_what, sql, code, of) => {
    const value = await assertion(sql);
    expect(value).toMatchObject({ is: 'trouble', code, of });
    expect(JSON.stringify(value)).not.toContain('lovelace');
  });

  test('cannot write: its session is read-only', async () => {
    await plane.databases.execute(
      'shop',
      'create function scribble() returns int language sql as $$ insert into orders values (999, $q$x$q$, 1, now()) returning id $$',
    );
    expect(await assertion('select scribble()')).toMatchObject({ is: 'trouble', code: '25006' });
    await plane.databases.execute('shop', 'drop function scribble()');
  });

  test('goes on where its time ran out', async () => {
    const first = await ask('shop', { assertions: [{ name: 'orders', sql: 'select count(*) from orders' }] }, 10_000);
    expect(first).toMatchObject({ done: false, tables: [], tableCount: 3, assertions: [{ name: 'orders' }] });
    const rest = await ask('shop', { assertions: [{ name: 'orders', sql: 'select nothing' }], from: first.next });
    expect(rest).toMatchObject({ done: true, assertions: [], assertionsAnsweredAt: first.assertionsAnsweredAt });
    expect(rest.tables).toEqual((await ask('shop')).tables);
  });

  test('goes on in the middle of a table, step by step', async () => {
    const parts: DatabaseAnswer[] = [];
    do parts.push(await ask('shop', { from: parts.at(-1)?.next }, 10_000));
    while (parts.at(-1)?.done === false);
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.flatMap(({ tables }) => tables)).toEqual((await ask('shop')).tables);
  });

  test('checks every index, as the master of RDS may', async () => {
    const { tables } = await ask('shop');
    expect(tables.find(({ table }) => table === 'public.orders')?.indexes).toEqual({
      // That of its key, and that of its long values.
      checked: 2,
      damaged: [],
      untested: [],
    });
  });

  test('finds a damaged index that no reading of its table meets', async () => {
    plane.versions.copy('healthy', 'bad index');
    await plane.versions.damage('bad index', { kind: 'block', relation: 'orders_pkey', block: 1, as: 'flip' });
    await plane.databases.create('bad index', { version: 'bad index' }, master);
    const { tables } = await ask('bad index');
    expect(tables.find(({ table }) => table === 'public.orders')).toMatchObject({
      rows: 60,
      indexes: {
        damaged: expect.arrayContaining([
          { name: 'public.orders_pkey', trouble: expect.objectContaining({ code: 'XX001', of: 'data' }) },
        ]),
      },
    });
  });

  test('tells a damaged page by its code', async () => {
    plane.versions.copy('healthy', 'damaged');
    await plane.versions.damage('damaged', { kind: 'block', relation: 'orders', block: 0, as: 'flip' });
    await plane.databases.create('damaged', { version: 'damaged' }, master);
    const { tables } = await ask('damaged');
    expect(tables.find(({ table }) => table === 'public.orders')?.rows).toMatchObject({
      is: 'trouble',
      code: 'XX001',
      of: 'data',
    });
    expect(tables.find(({ table }) => table === 'public.daily')?.rows).toBe(1);
  });

  test('names a table that its role may not read', async () => {
    await plane.databases.create('closed', { version: 'healthy' }, master);
    await plane.databases.execute('closed', 'revoke select on orders from shop');
    const { tables } = await ask('closed');
    expect(tables.find(({ table }) => table === 'public.orders')?.rows).toMatchObject({ code: '42501', of: 'access' });
  });

  test.each([
    [
      'a wrong password',
      { connection: { dialect: 'postgres', host, port: 5432, ...master, password: 'guessed-secret' } },
      '28P01',
    ],
    [
      'another host than the certificate names',
      { connection: { dialect: 'postgres', ...master, host: 'db.example.com', port: 5432 } },
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
  ])('does not go on with %s, and says no more than a code', async (_what, more, code) => {
    const failed = ask('shop', more);
    await expect(failed).rejects.toMatchObject({
      name: 'ProbeFailed',
      message: `The database could not be asked: ${code}.`,
    });
  });
});
