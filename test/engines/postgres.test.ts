import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asking, check, judged, planted } from './asking.ts';
import { installedPostgres, type Server } from './servers.ts';

const installed = installedPostgres();
const master = { dialect: 'postgres', user: 'master', password: 'planted-password-8f2a', database: 'shop' } as const;
const strings = planted(1000);
const pageBytes = 8192;

const shop = `
  create table customers (id int primary key, email text not null);
  insert into customers select n, (array[${strings.map((text) => `'${text}'`).join(',')}])[n] from generate_series(1, 1000) n;
  create table orders (id int primary key, customer_id int not null, placed_at timestamptz not null, note text);
  insert into orders select n, n % 1000 + 1, timestamptz '2026-03-01 06:00+00' + n * interval '1 second', repeat('x', 50)
    from generate_series(1, 5000) n;
  create index orders_by_customer on orders (customer_id);
  create index orders_by_note on orders using hash (note);
  create table secrets (code text); insert into secrets values ('planted-secret-1');
  create table tenants (id int primary key, name text); insert into tenants values (1, 'planted-tenant-1');
  alter table tenants enable row level security;
  create policy own on tenants using (id = 0);
  grant select on customers, orders, tenants to master;
  grant create on database shop to master; grant create on schema public to master;`;
/** What RDS lets its master do, and PostgreSQL by itself leaves to a superuser. */
const amcheck = `
  create extension amcheck;
  grant execute on function bt_index_check(regclass, boolean), verify_heapam(regclass, boolean, boolean, text, bigint, bigint) to master;`;

(installed.there ? describe : describe.skip)(
  `PostgreSQL ${installed.there ? 'over TLS, asked by a role that is no superuser' : `is not asked: ${installed.because}`}`,
  () => {
    let server: Server;
    let probe: ReturnType<typeof asking>;
    const of = (database: string) => ({ connection: { database } });

    beforeAll(async () => {
      if (!installed.there) return;
      server = await installed.make();
      server.sql(`create role master login password '${master.password}'`);
      server.sql('create database shop');
      server.sql(shop, 'shop');
      server.sql('create database bare template shop');
      server.sql(`${amcheck} vacuum (analyze) orders; vacuum customers;`, 'shop');
      for (const name of ['heap', 'gone', 'index', 'leaf', 'short'])
        server.sql(`create database ${name} template shop`);
      server.sql('delete from orders where id % 3 = 0; drop table customers', 'short');
      server.sql('create database many');
      server.sql(
        `do $$ begin for n in 1..1000 loop
           execute format('create table t%s (id int primary key, note text)', to_char(n, 'fm0000'));
           execute format('insert into t%s values (%s, %L)', to_char(n, 'fm0000'), n, 'note');
         end loop; end $$; grant select on all tables in schema public to master; ${amcheck}`,
        'many',
      );
      await damage([
        ['heap', 'orders', 3, 'flip'],
        ['gone', 'orders', 3, 'zero'],
        ['index', 'orders_pkey', 4, 'flip'],
        ['leaf', 'orders_by_customer', 2, 'zero'],
      ]);
      probe = asking(server, master);
    }, 180_000);
    afterAll(async () => {
      probe?.remove();
      await server?.remove();
    });

    /** Damages blocks in the server's own files while it is stopped. */
    async function damage(damages: readonly (readonly [string, string, number, 'flip' | 'zero'])[]) {
      const places = damages.map(([database, relation, block, how]) => {
        const path = server.sql(`select pg_relation_filepath('${relation}')`, database);
        return { file: join(server.data, path), from: block * pageBytes, how };
      });
      await server.stop();
      for (const { file, from, how } of places) {
        const open = openSync(file, 'r+');
        const page = Buffer.alloc(pageBytes);
        if (readSync(open, page, 0, pageBytes, from) !== pageBytes) throw new Error(`${file} has no such block`);
        if (how === 'zero') page.fill(0);
        else page[pageBytes - 100] = (page[pageBytes - 100] ?? 0) ^ 1;
        writeSync(open, page, 0, pageBytes, from);
        closeSync(open);
      }
      await server.start();
    }

    test('reads a healthy database to its end, and checks its indexes and pages', async () => {
      const answer = await probe.ask();
      expect(answer.tables.map(({ table, rows }) => [table, typeof rows === 'number' ? rows : rows.code])).toEqual([
        ['public.customers', 1000],
        ['public.orders', 5000],
        ['public.secrets', '42501'],
        ['public.tenants', '42501'],
      ]);
      const judgement = judged(answer);
      expect(judgement.verdict).toBe('PASS');
      expect(check(judgement, 'every index is consistent')).toMatchObject({ verdict: 'PASS' });
    });

    test('names the tables that the role may not read, also those that hide rows from it, and the index it cannot check', async () => {
      const judgement = judged(await probe.ask());
      const tables = check(judgement, 'tables that could not be read');
      expect(tables).toMatchObject({ verdict: 'NOT_TESTED' });
      expect(tables?.because).toMatch(/public\.secrets.*42501.*public\.tenants.*42501/);
      expect(check(judgement, 'indexes that could not be checked')).toMatchObject({
        verdict: 'NOT_TESTED',
        because: expect.stringContaining('public.orders_by_note: amcheck does not read hash indexes'),
      });
    });

    test('says of each index that it was not checked where amcheck cannot be created', async () => {
      const judgement = judged(await probe.ask(of('bare')));
      expect(judgement.verdict).toBe('PASS');
      expect(check(judgement, 'every index is consistent')).toBeUndefined();
      expect(check(judgement, 'indexes that could not be checked')?.because).toMatch(
        /orders_pkey.*amcheck could not be created \(42501\)/,
      );
      expect(server.sql('select count(*) from pg_extension', 'bare')).toBe('1');
    });

    test.each([
      [
        'a damaged page of a table',
        'heap',
        'every table reads to its end',
        'public.orders: the data is corrupted (XX001)',
      ],
      [
        'a page of zeros, whose rows are gone without an error',
        'gone',
        'every index is consistent',
        'ROWS_AGAINST_INDEX',
      ],
      ['a damaged page of an index', 'index', 'every index is consistent', 'public.orders_pkey: the data is corrupted'],
      [
        'a page of zeros in an index',
        'leaf',
        'every index is consistent',
        'public.orders_by_customer: the data is corrupted',
      ],
    ])('fails for %s', async (_what, database, name, words) => {
      const judgement = judged(await probe.ask(of(database)));
      expect(judgement.verdict).toBe('FAIL');
      expect(check(judgement, name)).toMatchObject({ verdict: 'FAIL', because: expect.stringContaining(words) });
    });

    test('fails for a missing table, and suspects missing rows', async () => {
      const judgement = judged(await probe.ask(of('short')), await probe.ask());
      expect(check(judgement, 'tables')).toMatchObject({
        verdict: 'FAIL',
        because: expect.stringContaining('public.customers'),
      });
      expect(check(judgement, 'row counts')).toMatchObject({
        verdict: 'SUSPECT',
        because: expect.stringContaining('public.orders: 5000 at the last PASS, 3334 now'),
      });
    });

    test('sums up the same rows to the same digest, and others to another', async () => {
      const digests = async (database: string) => {
        const { tables } = await probe.ask(of(database));
        return Object.fromEntries(tables.map(({ table, digest }) => [table, digest]));
      };
      const [here, copy, short] = [await digests('shop'), await digests('bare'), await digests('short')];
      expect(copy).toEqual(here);
      expect(short['public.orders']).not.toBe(here['public.orders']);
    });

    test('reads a database of a thousand tables to its end, a part at a time', async () => {
      const parts = await probe.askInParts(of('many'), 900);
      expect(parts.length).toBeGreaterThan(3);
      const tables = parts.flatMap((part) => part.tables);
      expect(new Set(tables.map(({ table }) => table)).size).toBe(1000);
      expect(tables).toHaveLength(1000);
      expect(tables.every(({ rows, indexes }) => rows === 1 && (indexes?.checked ?? 0) >= 1)).toBe(true);
      for (const { next } of parts) expect(JSON.stringify(next ?? '').length).toBeLessThan(1000);
      for (const part of parts) expect(JSON.stringify(part).length).toBeLessThan(300_000);
    }, 30_000);

    test.each([
      ['a count', 'select count(*) from orders', { is: 'number', number: 5000 }],
      ['an instant', 'select max(placed_at) from orders', { is: 'instant', instant: '2026-03-01T07:23:20.000Z' }],
      [
        'a statement that would write',
        "select count(*) from orders where setval('s', 1) = 1",
        { is: 'trouble', code: '42P01' },
      ],
      ['many rows', 'select email from customers', { is: 'trouble', code: 'NOT_ONE_VALUE' }],
      ['a cast that shows a row', 'select max(email)::int from customers', { is: 'trouble', code: '22P02' }],
      [
        'a table that the role may not read',
        'select count(*) from secrets',
        { is: 'trouble', code: '42501', of: 'access' },
      ],
    ])('answers %s', async (_what, sql, value) => {
      expect(await probe.value(sql)).toMatchObject(value);
    });

    test('ends a statement that takes too long', async () => {
      const assertions = [{ name: 'slow', sql: 'select pg_sleep(60)::text' }];
      const answer = await probe.ask({ assertions, integrity: 'none' }, () => 30_100);
      expect(answer).toMatchObject({
        done: false,
        assertions: [{ name: 'slow', value: { code: '57014', of: 'time' } }],
      });
    });

    test.each([
      ['a wrong password', { connection: { password: 'planted-guess' } }, '28P01'],
      [
        'a host that the certificate does not name',
        { connection: { host: 'db.example.com' } },
        'ERR_TLS_CERT_ALTNAME_INVALID',
      ],
      ['a database that is not there', { connection: { database: 'planted_database' } }, '3D000'],
    ])('does not go on with %s, and says a code alone', async (_what, asked, code) => {
      await expect(probe.ask(asked)).rejects.toMatchObject({
        name: 'ProbeFailed',
        message: `The database could not be asked: ${code}.`,
      });
    });

    test('does not speak to a server whose certificate another authority signed', async () => {
      const { certificateAuthority } = await import('../../simulator/data/postgres/certificates.ts');
      probe.trust(certificateAuthority('Somebody else').certificate);
      await expect(probe.ask()).rejects.toMatchObject({
        name: 'ProbeFailed',
        message: expect.stringMatching(/: [A-Z_]*(SIGNATURE|CERT|ISSUER)[A-Z_]*\.$/),
      });
      probe.trust(server.certificateAuthority);
    });

    test('answers and logs nothing that stands in a row, nor the password', async () => {
      const sqls = [
        'select max(email) from customers',
        'select max(email)::int from customers',
        'select email from customers',
      ];
      const answers: unknown[] = [await probe.ask()];
      for (const sql of sqls) answers.push(await probe.value(sql));
      await probe.ask({ connection: { password: 'planted-guess' } }).catch((error) => answers.push(String(error)));
      const told = JSON.stringify([answers, probe.logged]);
      expect(told.length).toBeGreaterThan(1000);
      expect(told).not.toMatch(/planted-/);
      expect(strings.filter((text) => told.includes(text))).toEqual([]);
    });
  },
);
