import type { Socket } from 'node:net';
import pg from 'pg';
import type { Seam } from '../platform/seam.ts';
import type { DatabaseQuestion } from './contract.ts';
import { checksOf, readyAmcheck } from './postgres-checks.ts';
import type { Part, Rows, Session, Table } from './session.ts';
import { asSocket } from './stream.ts';
import { troubleOf } from './trouble.ts';

const connectSeconds = 30;
/** A table is read so many blocks at a time: a gigabyte. */
const blocksAtOnce = 131_072;
/** From this version on a range of blocks is read without reading the rest of the table (release notes of 14). */
const readsRanges = 140_000;

/** PostgreSQL's numbers for its built-in types. */
const numbers: readonly number[] = [20, 21, 23, 26, 700, 701, 1700];
const instants: readonly number[] = [1082, 1114, 1184];

/** Every session: read-only, and with one way of writing values, so that digests compare between drills. */
const settings = [
  'set default_transaction_read_only = on',
  // Row security that would hide rows is an error instead.
  'set row_security = off',
  "set datestyle = 'ISO, YMD'",
  "set intervalstyle = 'postgres'",
  "set timezone = 'UTC'",
  'set extra_float_digits = 1',
  "set bytea_output = 'hex'",
];

/** Runs a statement within a time limit and answers its rows as texts. */
export type Ask = (sql: string, limitMilliseconds: number) => Promise<(string | null)[][]>;

/** A session with PostgreSQL or Aurora PostgreSQL, from version 11 on. TLS is verified against `ca`. */
export async function postgresSession(
  seam: Seam,
  { connection, drill }: Pick<DatabaseQuestion, 'connection' | 'drill'>,
  ca: string,
): Promise<Session> {
  const { host, port, user, password, database } = connection;
  let stream: Socket | undefined;
  const client = new pg.Client({
    host,
    port,
    user,
    password,
    database,
    application_name: `lifeboat drill ${drill}`,
    stream: () => {
      stream = asSocket(seam.dial({ host, port }));
      return stream;
    },
    ssl: { ca, rejectUnauthorized: true },
    connectionTimeoutMillis: connectSeconds * 1000,
  });
  // What was said on a connection that has died would never be answered.
  let lost: unknown;
  const lose = (error: unknown) => {
    lost ??= error;
  };
  client.on('error', lose);
  const say = async <Answer>(statement: () => Promise<Answer>): Promise<Answer> => {
    if (lost !== undefined) throw lost;
    try {
      return await statement();
    } catch (error) {
      if (troubleOf(error) === undefined) lose(error);
      throw error;
    }
  };
  try {
    await client.connect();
    for (const setting of settings) await client.query(setting);
  } catch (error) {
    stream?.destroy();
    throw error;
  }

  let limitSet = 0;
  const query = async (text: string, limitMilliseconds: number) => {
    const limit = Math.round(limitMilliseconds);
    if (limit !== limitSet) await say(() => client.query(`set statement_timeout = ${limit}`));
    limitSet = limit;
    const types = { getTypeParser: () => (value: string) => value };
    return say(() => client.query<(string | null)[]>({ text, rowMode: 'array', types }));
  };
  const ask: Ask = async (sql, limit) => (await query(sql, limit)).rows;
  let version: Promise<number> | undefined;
  const versionNumber = () => {
    version ??= ask('show server_version_num', 60_000).then((rows) => Number(rows[0]?.[0]));
    return version;
  };
  let amcheck: ReturnType<typeof readyAmcheck> | undefined;

  return {
    way: 'pg1',
    ask: async (sql, limit): Promise<Rows> => {
      const { rows, fields } = await query(sql, limit);
      const type = fields[0]?.dataTypeID ?? 0;
      const holds = numbers.includes(type) ? 'number' : instants.includes(type) ? 'instant' : 'text';
      return { rows, columns: fields.length, holds };
    },
    tables: (limit) => tablesOf(ask, limit),
    read: async (table, fromBlock, full, limit) => {
      const whole = (table.blocks ?? 0) <= blocksAtOnce || (await versionNumber()) < readsRanges;
      return readTable(ask, table, { from: whole ? null : fromBlock, full, limit });
    },
    checks: async (table, limit) => {
      amcheck ??= readyAmcheck(ask, limit);
      return checksOf(ask, table, { amcheck: await amcheck, version: await versionNumber(), limit });
    },
    end: async () => {
      if (lost === undefined) await client.end();
      else stream?.destroy();
    },
  };
}

/**
 * Every table and materialized view that holds rows of its own, in the order of their names' bytes. Partitions count,
 * their parents do not. A table without a log is empty after a restore, and is not asked.
 */
async function tablesOf(ask: Ask, limit: number): Promise<Table[]> {
  const rows = await ask(
    `select n.nspname || '.' || c.relname,
            quote_ident(n.nspname) || '.' || quote_ident(c.relname),
            case when has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') then 'yes' else 'no' end,
            (pg_relation_size(c.oid) / current_setting('block_size')::bigint)::text
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'm') and c.relpersistence = 'p'
       and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
     order by (n.nspname || '.' || c.relname) collate "C"`,
    limit,
  );
  return rows.map(([name, quoted, mayRead, blocks]) => ({
    name: name ?? '',
    quoted: quoted ?? '',
    mayRead: mayRead === 'yes',
    blocks: Number(blocks),
    columns: [],
  }));
}

/**
 * Reads a table or a range of its blocks. When `full`, every column of every row is read to its end, out-of-line values
 * included, and summed up to a digest that does not depend on the order of the rows.
 */
async function readTable(
  ask: Ask,
  table: Table,
  { from, full, limit }: { from: number | null; full: boolean; limit: number },
): Promise<Part> {
  const end = from === null ? null : from + blocksAtOnce;
  const isLast = end === null || end >= (table.blocks ?? 0);
  // A table may have grown by a block since it was listed, so the last part has no end.
  const where =
    from === null ? '' : ` where t.ctid >= '(${from},0)'::tid${isLast ? '' : ` and t.ctid < '(${end},0)'::tid`}`;
  const sum = full ? 'coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text' : "'0'";
  const [row] = await ask(`select count(*)::text, ${sum} from only ${table.quoted} as t${where}`, limit);
  return { rows: Number(row?.[0] ?? 0), sum: row?.[1] ?? '0', next: isLast ? null : end };
}
