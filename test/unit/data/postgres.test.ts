import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { type DataPlane, dataPlane, rowsDigest } from '../../../simulator/data/index.ts';

// Databases start in a third of a second on an idle machine; a busy one takes its time.
jest.setTimeout(60_000);

const scratchDirectory = mkdtempSync(join(tmpdir(), 'lifeboat-data-'));
const master = { user: 'shop', password: 'correct horse', database: 'orders' };
const hostName = 'shop.abc123.eu-central-1.rds.amazonaws.com';
let plane: DataPlane;

/** A dump as pg_dump writes it: an owner that is not in it, COPY, a function, an empty search path. */
const dump = `
\\restrict abcDEF123
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET row_security = off;
CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;
COMMENT ON EXTENSION pgcrypto IS 'cryptographic functions; and more';
CREATE FUNCTION public.total(integer) RETURNS integer LANGUAGE sql AS $_$ select $1; $_$;
ALTER FUNCTION public.total(integer) OWNER TO shopkeeper;
CREATE FUNCTION public.later(a integer) RETURNS integer LANGUAGE sql
    BEGIN ATOMIC
 SELECT CASE WHEN a > 0 THEN 1 ELSE 2 END;
 SELECT a;
END;
CREATE TABLE public.customers (
    id integer NOT NULL,
    name text -- what; they are "called"
);
ALTER TABLE public.customers OWNER TO shopkeeper;
/* a /* nested */ comment; */
COPY public.customers (id, name) FROM stdin;
1\tAda; DROP TABLE customers; --
2\t\\N
3\tO'Brien\\tand \\\\.
\\.

ALTER TABLE ONLY public.customers ADD CONSTRAINT customers_pkey PRIMARY KEY (id);
\\unrestrict abcDEF123
`;
const orders = `
create table orders (id int primary key, item text, placed_at timestamptz default now());
insert into orders (id, item) select n, md5(n::text) from generate_series(1, 2000) n;
create index orders_item on orders (item);
create role reader login password 'only reading';
grant select on orders to reader;
`;

const query = (name: string) => (sql: string) => plane.databases.query(name, sql);

/** The client that the product uses, over the connection in memory. */
function client(name: string, options: pg.ClientConfig = {}): pg.Client {
  return new pg.Client({
    host: hostName,
    ...master,
    ssl: { ca: plane.databases.certificateAuthority },
    stream: (() => plane.databases.connect(name, { hostName })) as never,
    ...options,
  });
}

async function connected<Result>(name: string, work: (one: pg.Client) => Promise<Result>, options?: pg.ClientConfig) {
  const one = client(name, options);
  await one.connect();
  try {
    return await work(one);
  } finally {
    await one.end();
  }
}

const refused = (options: pg.ClientConfig) =>
  client('shop', options)
    .connect()
    .then(
      () => 'connected',
      (error: { code: string; message: string }) => `${error.code} ${error.message}`,
    );

beforeAll(async () => {
  plane = dataPlane({ scratchDirectory });
  const sql = [
    { name: 'dump.sql', text: dump },
    { name: 'orders.sql', text: orders },
  ];
  await plane.databases.create('shop', { sql }, master);
  await plane.databases.snapshot('shop', 'good');
});

afterAll(async () => {
  await plane.close();
  rmSync(scratchDirectory, { recursive: true });
});

describe('A connection to a simulated database', () => {
  test('works with the driver that the product uses, simple and extended queries and errors in between', async () => {
    await connected('shop', async (one) => {
      expect((await one.query('select count(*)::int as n from orders')).rows).toEqual([{ n: 2000 }]);
      await expect(one.query('select 1 / $1::int', [0])).rejects.toMatchObject({ code: '22012' });
      await expect(one.query('select nothing from nowhere')).rejects.toMatchObject({ code: '42P01' });
      expect((await one.query('select item from orders where id = $1', [7])).rows).toEqual([
        { item: '8f14e45fceea167a5a36dedd4bea2543' },
      ]);
    });
  });

  test('is no superuser and cannot become one', async () => {
    await connected('shop', async (one) => {
      const { rows } = await one.query(`select session_user, current_setting('is_superuser') as super`);
      expect(rows).toEqual([{ session_user: 'shop', super: 'off' }]);
      await expect(one.query('select rolpassword from pg_authid')).rejects.toMatchObject({ code: '42501' });
      await one.query('reset session authorization');
      await expect(one.query('select rolpassword from pg_authid')).rejects.toMatchObject({ code: '42501' });
    });
    const escaping = client('shop');
    escaping.on('error', () => {});
    await escaping.connect();
    await expect(escaping.query('set session authorization rdsadmin')).rejects.toMatchObject({ code: '42501' });
  });

  test('is refused without TLS, with a wrong password, as an unknown user and to an unknown database', async () => {
    expect(await refused({ ssl: false })).toMatch(/^28000 no pg_hba.conf entry for host .* no encryption$/);
    expect(await refused({ password: 'wrong' })).toBe('28P01 password authentication failed for user "shop"');
    expect(await refused({ user: 'nobody' })).toBe('28P01 password authentication failed for user "nobody"');
    expect(await refused({ user: 'rdsadmin', password: '' })).toMatch(/^28P01|SASL/);
    expect(await refused({ database: 'nothing' })).toBe('3D000 database "nothing" does not exist');
  });

  test('is refused by a client that knows another host name or another authority', async () => {
    expect(await refused({ host: 'other.abc123.eu-central-1.rds.amazonaws.com' })).toMatch(
      /^ERR_TLS_CERT_ALTNAME_INVALID/,
    );
    expect(await refused({ ssl: true })).toMatch(/^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE)/);
  });

  test('lets other users in with their own passwords and rights', async () => {
    await connected(
      'shop',
      async (one) => {
        expect((await one.query('select count(*)::int as n from orders')).rows).toEqual([{ n: 2000 }]);
        await expect(one.query('delete from orders')).rejects.toMatchObject({ code: '42501' });
      },
      { user: 'reader', password: 'only reading' },
    );
  });

  test('leaves nothing to the next: no open transaction, setting, prepared statement or temporary table', async () => {
    const vanishing = client('shop');
    vanishing.on('error', () => {});
    await vanishing.connect();
    await vanishing.query('begin');
    await vanishing.query('delete from orders');
    await vanishing.query(`set search_path = nowhere`);
    await vanishing.query('create temporary table litter ()');
    await vanishing.query('prepare litter as select 1');
    (vanishing as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await connected('shop', async (one) => {
      const { rows } = await one.query(
        `select (select count(*)::int from orders) as orders, to_regclass('litter') as litter,
                current_setting('search_path') as path, (select count(*)::int from pg_prepared_statements) as prepared`,
      );
      expect(rows).toEqual([{ orders: 2000, litter: null, path: '"$user", public', prepared: 0 }]);
    });
  });

  test('waits for the one before it', async () => {
    const first = client('shop');
    await first.connect();
    const order: string[] = [];
    const second = connected('shop', async () => order.push('second'));
    await first.query('select 1');
    order.push('first');
    await first.end();
    await second;
    expect(order).toEqual(['first', 'second']);
  });

  test('takes a new password from the moment it is set', async () => {
    await plane.databases.create('renewed', { version: 'good' }, { ...master, password: 'new' });
    await connected('renewed', async (one) => one.query('select 1'), { password: 'new' });
    plane.databases.setMasterPassword('renewed', 'newer');
    const old = client('renewed', { password: 'new' });
    await expect(old.connect()).rejects.toMatchObject({ code: '28P01' });
    await connected('renewed', async (one) => one.query('select 1'), { password: 'newer' });
    await plane.databases.destroy('renewed');
    expect(() => plane.databases.connect('renewed')).toThrow('There is no database renewed.');
  });
});

describe('A dump', () => {
  test('is loaded with its COPY rows as they are, and its owners become roles', async () => {
    expect(await plane.databases.query('shop', 'select * from customers order by id')).toEqual([
      { id: 1, name: 'Ada; DROP TABLE customers; --' },
      { id: 2, name: null },
      { id: 3, name: "O'Brien\tand \\." },
    ]);
    expect(
      await plane.databases.query(
        'shop',
        `select tablename as t, tableowner as o from pg_tables where schemaname = 'public' order by 1`,
      ),
    ).toEqual([
      { t: 'customers', o: 'shopkeeper' },
      { t: 'orders', o: 'shop' },
    ]);
    // The master is a member of the role that owns the table, as it would have to be on RDS.
    await connected('shop', async (one) => expect((await one.query('table customers')).rowCount).toBe(3));
  });

  const loading = (text: string) =>
    plane.databases.create('bad', { sql: [{ name: 'bad.sql', text }] }, { ...master, user: 'bad' });

  test('that is wrong is refused with its file, its line and the mend', async () => {
    await expect(loading('select 1;\n\nselect\n  2,\n  nothing;')).rejects.toThrow(
      /^bad.sql, line 5: column "nothing"/,
    );
    await expect(loading('\\connect other\n')).rejects.toThrow(/^bad.sql, line 1: .*Dump one database/);
    await expect(loading('--\nCREATE EXTENSION postgis;')).rejects.toThrow(
      /^bad.sql, line 2: the extension postgis is not/,
    );
    await expect(loading("select 'open;")).rejects.toThrow(/^bad.sql, line 1: this string is never closed/);
    await expect(loading('create table t (a int);\ncopy t from stdin;\n1\n')).rejects.toThrow(
      /^bad.sql, line 2: .*never ended/,
    );
    await expect(loading('begin; create table t ();')).rejects.toThrow(/Add COMMIT/);
    await expect(loading('PGDMP...')).rejects.toThrow(/pg_dump --format=plain/);
    await expect(loading("SET client_encoding = 'LATIN1';")).rejects.toThrow(/pg_dump --encoding=UTF8/);
    expect(plane.databases.names).not.toContain('bad');
  });
});

describe('A version of a database', () => {
  test('gives back the rows of its moment, while the database goes on', async () => {
    const before = await rowsDigest(query('shop'));
    await plane.databases.execute('shop', `insert into orders (id, item) values (9001, 'later')`);
    await plane.databases.create('restored', { version: 'good' }, master);
    expect(await rowsDigest(query('restored'))).toEqual(before);
    expect(before['public.orders']?.rows).toBe(2000);
    const after = await rowsDigest(query('shop'));
    expect(after['public.orders']?.rows).toBe(2001);
    expect(after['public.orders']?.digest).not.toBe(before['public.orders']?.digest);
    expect(after['public.customers']).toEqual(before['public.customers']);
    await plane.databases.destroy('restored');
  });

  test('adds only what changed to the store, and a copy adds nothing', async () => {
    const before = plane.versions.storedBytes;
    const version = await plane.databases.snapshot('shop', 'second');
    expect(version.bytes).toBeGreaterThan(20_000_000);
    expect(plane.versions.storedBytes - before).toBeLessThan(version.bytes / 10);
    const stored = plane.versions.storedBytes;
    expect(plane.versions.copy('second', 'copied').digest).toBe(version.digest);
    expect(plane.versions.storedBytes).toBe(stored);
    plane.versions.discard('second');
    plane.versions.discard('copied');
    // The database's own state is still stored; its next one takes the place of this one.
    await plane.databases.execute('shop', 'update orders set item = id::text');
    await plane.databases.snapshot('shop', 'third');
    const withThird = plane.versions.storedBytes;
    plane.versions.discard('third');
    await plane.databases.execute('shop', 'truncate orders');
    await plane.databases.snapshot('shop', 'fourth');
    expect(plane.versions.storedBytes).toBeLessThan(withThird);
    expect(plane.versions.get('copied')).toBeUndefined();
  });

  test('never changes its master user or database', async () => {
    await expect(plane.databases.create('x', { version: 'good' }, { ...master, user: 'other' })).rejects.toThrow(
      'has the master user shop and the database orders',
    );
  });
});

describe('Damage to a stored version', () => {
  const damaged = async (damage: Parameters<DataPlane['versions']['damage']>[1], sql: string) => {
    plane.versions.copy('good', 'damaged');
    const { digest } = await plane.versions.damage('damaged', damage);
    expect(digest).not.toBe(plane.versions.get('good')?.digest);
    await plane.databases.create('damaged', { version: 'damaged' }, master);
    try {
      return await connected('damaged', async (one) => (await one.query(sql)).rows[0]);
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await plane.databases.destroy('damaged');
      plane.versions.discard('damaged');
    }
  };
  const count = 'select count(*)::int as n from orders';

  test('of rows shows in the rows', async () => {
    expect(await damaged({ kind: 'rows', sql: 'delete from orders where id > 10' }, count)).toEqual({ n: 10 });
  });

  test('by a zeroed page is silent, and rows are missing', async () => {
    const answer = (await damaged({ kind: 'block', relation: 'orders', block: 0, as: 'zero' }, count)) as { n: number };
    expect(answer.n).toBeGreaterThan(0);
    expect(answer.n).toBeLessThan(2000);
  });

  test('by a flipped bit or a page of ones is an error of the query', async () => {
    expect(await damaged({ kind: 'block', relation: 'public.orders', block: 1, as: 'flip' }, count)).toBe('XX001');
    expect(await damaged({ kind: 'block', relation: 'orders', block: 0, as: 'ones' }, count)).toBe('XX001');
  });

  test('of an index hides from a reading of the table, and amcheck finds it', async () => {
    const block = { kind: 'block', relation: 'orders_item', block: 2, as: 'flip' } as const;
    expect(await damaged(block, count)).toEqual({ n: 2000 });
    const check = `create extension amcheck; select bt_index_check('orders_item')`;
    expect(await plane.databases.query('shop', check)).toHaveLength(1);
    plane.versions.copy('good', 'bad-index');
    await plane.versions.damage('bad-index', block);
    await plane.databases.create('bad-index', { version: 'bad-index' }, master);
    await expect(plane.databases.query('bad-index', check)).rejects.toMatchObject({ code: 'XX001' });
    await plane.databases.destroy('bad-index');
  });

  test('leaves the version it was copied from alone', async () => {
    await plane.databases.create('sound', { version: 'good' }, master);
    expect(await plane.databases.query('sound', count)).toEqual([{ n: 2000 }]);
    await plane.databases.destroy('sound');
  });

  test('names what can be damaged when it is asked for what is not there', async () => {
    await expect(
      plane.versions.damage('good', { kind: 'block', relation: 'nope', block: 0, as: 'zero' }),
    ).rejects.toThrow(/no relation nope. It has: .*public.orders/);
    await expect(
      plane.versions.damage('good', { kind: 'block', relation: 'orders', block: 9999, as: 'zero' }),
    ).rejects.toThrow(/orders has no block 9999/);
  });
});

describe('the past of a database', () => {
  test('is what it was at an instant, also after a session that wrote and after the database is gone', async () => {
    const { databases, versions } = plane;
    await databases.create('past', { sql: ['create table t (n int, at timestamptz, luck float8)'] }, master);
    const count = async (instant: number): Promise<unknown> => {
      const id = `past at ${instant}`;
      await databases.asOf('past', instant, id);
      const rows = await databases.queryVersion(id, (run) => run('select n, at::text, luck from t order by n'));
      versions.discard(id);
      return rows;
    };
    const at = (second: number) => Date.UTC(2026, 0, 1, 0, 0, second);
    for (const n of [1, 2, 3]) {
      await databases.execute('past', `insert into t values (${n}, now(), random())`, at(10 * n));
    }
    const first = await count(at(25));
    expect(first).toMatchObject([{ n: 1 }, { n: 2, at: '2026-01-01 00:00:20+00' }]);
    const stream = (() => databases.connect('past', { hostName, writesAt: at(40) })) as never;
    await connected('past', (one) => one.query('delete from t where n > 1'), { stream });
    await databases.execute('past', `insert into t values (9, now(), random())`, at(50));
    expect(await count(at(45))).toMatchObject([{ n: 1 }]);
    expect(await count(at(39))).toMatchObject([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(await count(at(60))).toMatchObject([{ n: 1 }, { n: 9 }]);
    await databases.destroy('past', { keepPast: true });
    expect(await count(at(25))).toEqual(first);
    expect(await count(at(9))).toEqual([]);
    databases.forgetPast('past');
    expect(versions.ids.filter((id) => id.includes('past'))).toEqual([]);
    await expect(count(at(25))).rejects.toThrow('There is no database past');
  });
});
