import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asking, check, judged, planted } from './asking.ts';
import { installedMariaDb, type Server } from './servers.ts';

const installed = installedMariaDb();
const master = { dialect: 'mysql', user: 'master', password: 'planted-password-8f2a', database: 'shop' } as const;
const strings = planted(1000);
const pageBytes = 16_384;

const tables = `
  create table customers (id int primary key, email varchar(100) not null, unique (email));
  insert into customers values ${strings.map((text, index) => `(${index + 1}, '${text}')`).join(',')};
  create table orders (id int primary key, customer_id int not null, placed_at datetime(3) not null, total decimal(10,2), note varchar(200), key by_customer (customer_id));
  insert into orders select seq, seq % 1000 + 1, timestamp '2026-03-01 06:00:00' + interval seq second, seq * 1.5, repeat('x', 150) from seq_1_to_5000;`;
const odd = `
  create table odd (a json, b bit(3), g geometry, t timestamp null, f float, bl blob, e enum('a', 'b'), \`odd, \`\`name\` text character set latin1);
  insert into odd values ('{"a": 1}', b'101', point(1, 2), '2026-01-01', 1.5, x'00ff', 'a', 'planted-odd-1'), (null, null, null, null, null, null, null, null);
  create table secrets (code text); insert into secrets values ('planted-secret-1');
  create table plain (id int primary key, note varchar(9)) engine = memory;`;

function damageLeaf(file: string, which: 'first' | 'last') {
  const bytes = readFileSync(file);
  const leaves: { page: number; index: bigint }[] = [];
  for (let page = 0; page * pageBytes < bytes.length; page += 1) {
    const from = page * pageBytes;
    const isLeaf = bytes.readUInt16BE(from + 24) === 17_855 && bytes.readUInt16BE(from + 64) === 0;
    if (isLeaf) leaves.push({ page, index: bytes.readBigUInt64BE(from + 66) });
  }
  const indexes = [...new Set(leaves.map(({ index }) => index))].sort((one, other) => (one < other ? -1 : 1));
  const index = which === 'first' ? indexes[0] : indexes.at(-1);
  const at = (leaves.findLast((leaf) => leaf.index === index)?.page ?? 0) * pageBytes + 1000;
  const open = openSync(file, 'r+');
  writeSync(open, Buffer.from([(bytes[at] ?? 0) ^ 1]), 0, 1, at);
  closeSync(open);
}

(installed.there ? describe : describe.skip)(
  `MariaDB ${installed.there ? 'over TLS, asked by a role that is no superuser' : `is not asked: ${installed.because}`}`,
  () => {
    let server: Server;
    let probe: ReturnType<typeof asking>;
    const as = (user: string) => ({ connection: { user } });
    /** The tables of one schema: a role of MySQL sees every schema that it has a right in. */
    const schemas = ['heap', 'pages', 'short'] as const;

    beforeAll(async () => {
      if (!installed.there) return;
      server = await installed.make();
      server.sql(`create database shop; use shop; ${tables} ${odd}`);
      const role = (name: string, grants: string) =>
        server.sql(`create user ${name}@'%' identified by '${master.password}'; ${grants}`);
      role('master', "grant select on shop.* to master@'%'");
      role('limited', "grant select on shop.orders to limited@'%'; grant insert on shop.secrets to limited@'%'");
      for (const schema of schemas) {
        server.sql(`create database ${schema}; use ${schema}; ${tables}`);
        role(schema, `grant select on ${schema}.* to ${schema}@'%'`);
      }
      server.sql('delete from orders where id % 3 = 0; drop table customers', 'short');
      server.sql('create database many');
      const many = Array.from({ length: 1000 }, (_, index) => String(index).padStart(4, '0'));
      server.sql(
        many
          .map(
            (n) =>
              `create table t${n} (id int primary key, note text) engine = myisam; insert into t${n} values (1, 'note');`,
          )
          .join('\n'),
        'many',
      );
      role('many', "grant select on many.* to many@'%'");
      await damage([
        ['heap', 'first'],
        ['pages', 'last'],
      ]);
      probe = asking(server, master);
    }, 180_000);
    afterAll(async () => {
      probe?.remove();
      await server?.remove();
    });

    /**
     * Changes a byte in a leaf page of the table `orders` while the server is stopped: of its rows (its first index) or
     * of its last index. A page tells its type at byte 24, its level at 64 and its index at 66 (InnoDB page header).
     */
    async function damage(damages: readonly (readonly [string, 'first' | 'last'])[]) {
      await server.stop();
      for (const [schema, which] of damages) damageLeaf(join(server.data, schema, 'orders.ibd'), which);
      await server.start();
    }

    test('reads a healthy database to its end, and checks its tables with their indexes', async () => {
      const answer = await probe.ask();
      expect(answer.tables.map(({ table, rows }) => [table, rows])).toEqual([
        ['shop.customers', 1000],
        ['shop.odd', 2],
        ['shop.orders', 5000],
        ['shop.plain', 0],
        ['shop.secrets', 1],
      ]);
      const judgement = judged(answer);
      expect(judgement.verdict).toBe('PASS');
      expect(check(judgement, 'every index is consistent')).toMatchObject({ verdict: 'PASS', because: '4 indexes' });
      expect(check(judgement, 'indexes that could not be checked')?.because).toBe(
        'shop.plain: the storage engine of the table has no check (NO_CHECK)',
      );
    });

    test('names the table that the role may not read', async () => {
      const judgement = judged(await probe.ask(as('limited')));
      expect(judgement.verdict).toBe('PASS');
      expect(check(judgement, 'tables that could not be read')).toMatchObject({
        verdict: 'NOT_TESTED',
        because: 'shop.secrets: the role may not read it (MYSQL_1142)',
      });
    });

    test.each([
      ['a damaged page of a table', 'heap', 'every table reads to its end'],
      ['a damaged page of an index', 'pages', 'every index is consistent'],
    ])('fails for %s', async (_what, user, name) => {
      const judgement = judged(await probe.ask({ connection: { user, database: user } }));
      expect(judgement.verdict).toBe('FAIL');
      expect(check(judgement, name)).toMatchObject({
        verdict: 'FAIL',
        because: expect.stringContaining(`${user}.orders: `),
      });
    });

    test('suspects missing rows', async () => {
      const { tables: now, ...rest } = await probe.ask({ connection: { user: 'short', database: 'short' } });
      const renamed = now.map((table) => ({ ...table, table: table.table.replace('short.', 'shop.') }));
      const judgement = judged({ ...rest, tables: renamed }, await probe.ask());
      expect(check(judgement, 'tables')).toMatchObject({
        verdict: 'FAIL',
        because: expect.stringContaining('shop.customers'),
      });
      expect(check(judgement, 'row counts')).toMatchObject({
        verdict: 'SUSPECT',
        because: expect.stringContaining('shop.orders: 5000 at the last PASS, 3334 now'),
      });
    });

    test('sums up the same rows to the same digest, and others to another', async () => {
      const digest = async (user: string) =>
        (await probe.ask({ connection: { user, database: user === 'master' ? 'shop' : user } })).tables.find(
          ({ table }) => table.endsWith('.orders'),
        )?.digest;
      const here = await digest('master');
      expect(here).toMatch(/^my1:5000:\d+$/);
      expect(await digest('master')).toBe(here);
      expect(await digest('short')).not.toBe(here);
    });

    test('reads a database of a thousand tables to its end, a part at a time', async () => {
      const parts = await probe.askInParts({ connection: { user: 'many', database: 'many' } }, 900);
      expect(parts.length).toBeGreaterThan(2);
      const found = parts.flatMap((part) => part.tables);
      expect(new Set(found.map(({ table }) => table)).size).toBe(1000);
      expect(found).toHaveLength(1000);
      expect(found.every(({ rows, indexes }) => rows === 1 && indexes?.checked === 1)).toBe(true);
    }, 30_000);

    test.each([
      ['a count', 'select count(*) from orders', { is: 'number', number: 5000 }],
      ['a sum of decimals', 'select sum(total) from orders', { is: 'number', number: 18_753_750 }],
      ['an instant', 'select max(placed_at) from orders', { is: 'instant', instant: '2026-03-01T07:23:20.000Z' }],
      ['a day', 'select date(max(placed_at)) from orders', { is: 'instant', instant: '2026-03-01T00:00:00.000Z' }],
      ['nothing', 'select max(id) from orders where id < 0', { is: 'nothing' }],
      ['many rows', 'select email from customers', { is: 'trouble', code: 'NOT_ONE_VALUE' }],
      ['no row', 'select id from orders where id < 0', { is: 'trouble', code: 'NOT_ONE_VALUE' }],
      ['many columns', 'select count(*), max(id) from orders', { is: 'trouble', code: 'NOT_ONE_VALUE' }],
      ['a table that is missing', 'select count(*) from invoices', { is: 'trouble', code: 'MYSQL_1146', of: 'data' }],
      ['what is no statement', 'select cuont(* from orders', { is: 'trouble', code: 'MYSQL_1064', of: 'question' }],
      ['a file of the server', "select load_file('/etc/passwd')", { is: 'nothing' }],
    ])('answers %s', async (_what, sql, value) => {
      expect(await probe.value(sql)).toMatchObject(value);
    });

    test('answers a text as a hash, and whether it is the one that is asked for', async () => {
      expect(await probe.value('select min(email) from customers', [...strings].sort()[0])).toMatchObject({
        is: 'text',
        isEqual: true,
      });
      expect(await probe.value('select min(email) from customers', 'another')).toMatchObject({
        is: 'text',
        isEqual: false,
      });
    });

    test('cannot write, even where the role may', async () => {
      server.sql(
        "create function shop.scribble() returns int deterministic modifies sql data begin insert into shop.orders values (9999, 1, now(), 1, ''); return 1; end"
          .replace(/^/, 'delimiter //\n')
          .concat('//\n'),
      );
      server.sql("grant insert, execute on shop.* to master@'%'");
      expect(await probe.value('select shop.scribble()')).toMatchObject({
        is: 'trouble',
        code: 'MYSQL_1792',
        of: 'question',
      });
      expect(server.sql('select count(*) from shop.orders')).toBe('5000');
      server.sql('drop function shop.scribble');
    });

    test('ends a statement that takes too long', async () => {
      const assertions = [{ name: 'slow', sql: 'select sleep(60) + count(*) from orders' }];
      const answer = await probe.ask({ assertions, integrity: 'none' }, () => 30_100);
      expect(answer).toMatchObject({ done: false, assertions: [{ name: 'slow', value: { of: 'time' } }] });
    });

    test.each([
      ['a wrong password', { connection: { password: 'planted-guess' } }, 'MYSQL_1045'],
      ['a host that the certificate does not name', { connection: { host: 'db.example.com' } }, 'HANDSHAKE_SSL_ERROR'],
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
        message: expect.stringMatching(/: [A-Z_]*(SIGNATURE|CERT|ISSUER|HANDSHAKE)[A-Z_]*\.$/),
      });
      probe.trust(server.certificateAuthority);
    });

    test('answers and logs nothing that stands in a row, nor the password', async () => {
      const sqls = [
        'select max(email) from customers',
        'select email from customers',
        "select extractvalue('<a/>', concat('[', max(email))) from customers",
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
