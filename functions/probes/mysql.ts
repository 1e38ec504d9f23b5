import { type Connection, createConnection, type FieldPacket } from 'mysql2';
import type { Seam } from '../platform/seam.ts';
import type { DatabaseQuestion, NamedTrouble, Trouble } from './contract.ts';
import type { Part, Rows, Session, Table, TableCheck } from './session.ts';
import { asSocket } from './stream.ts';
import { codeOf } from './trouble.ts';

const connectMilliseconds = 30_000;

/** Numbers of the protocol's column types (MySQL internals: `enum_field_types`). */
const numbers: readonly number[] = [0, 1, 2, 3, 4, 5, 8, 9, 13, 246];
const instants: readonly number[] = [7, 10, 12, 14, 17, 18];

/** Every session: read-only, and with one way of writing values, so that digests compare between drills. */
const settings = ['set session transaction read only', "set time_zone = '+00:00'"];

/** Runs a statement within a time limit and answers its rows as texts. */
type Ask = (sql: string, limitMilliseconds: number) => Promise<{ rows: (string | null)[][]; fields: FieldPacket[] }>;

/**
 * A session with MySQL, MariaDB or Aurora MySQL. TLS is verified against `ca`, and the server's name with it. Where the
 * server has no time limit for a statement, the driver's own ends it, and the session begins anew.
 */
export async function mysqlSession(
  seam: Seam,
  { connection }: Pick<DatabaseQuestion, 'connection'>,
  ca: string,
): Promise<Session> {
  let client = await connected(seam, connection, ca);
  const isMaria = ((await query(client, 'select version()', 60_000)).rows[0]?.[0] ?? '').includes('MariaDB');

  const ask: Ask = async (sql, limitMilliseconds) => {
    const limit = Math.round(limitMilliseconds);
    // MariaDB's limit is in seconds and for all statements, MySQL's in milliseconds and for SELECT alone.
    await query(
      client,
      isMaria ? `set max_statement_time = ${limit / 1000}` : `set max_execution_time = ${limit}`,
      limit,
    );
    try {
      return await query(client, sql, limit + 5_000);
    } catch (error) {
      if (codeOf(error) !== 'PROTOCOL_SEQUENCE_TIMEOUT') throw error;
      const { threadId } = client;
      client.destroy();
      client = await connected(seam, connection, ca);
      await query(client, `kill query ${Number(threadId)}`, 60_000).catch(() => {});
      throw error;
    }
  };

  return {
    way: 'my1',
    ask: async (sql, limit): Promise<Rows> => {
      const { rows, fields } = await ask(sql, limit);
      const type = fields[0]?.columnType ?? -1;
      const holds = numbers.includes(type) ? 'number' : instants.includes(type) ? 'instant' : 'text';
      return { rows, columns: fields.length, holds };
    },
    tables: (limit) => tablesOf(ask, limit),
    read: (table, _fromBlock, full, limit) => readTable(ask, table, { full, limit }),
    checks: (table, limit) => checksOf(ask, table, limit),
    end: async () => client.destroy(),
  };
}

async function connected(
  seam: Seam,
  { host, port, user, password, database }: DatabaseQuestion['connection'],
  ca: string,
): Promise<Connection> {
  const client = createConnection({
    host,
    port,
    user,
    password,
    database,
    stream: () => asSocket(seam.dial({ host, port })),
    // The driver checks the name in the certificate only when it is told to.
    ssl: { ca, rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2' },
    connectTimeout: connectMilliseconds,
    charset: 'utf8mb4',
    rowsAsArray: true,
    // Values as the texts that the server sends.
    typeCast: (field) => field.string('utf8'),
    // A server that asks for a file of the client gets none.
    flags: ['-LOCAL_FILES'],
  });
  client.on('error', () => {});
  try {
    await new Promise<void>((resolve, reject) => client.connect((error) => (error ? reject(error) : resolve())));
    for (const setting of settings) await query(client, setting, connectMilliseconds);
    return client;
  } catch (error) {
    client.destroy();
    throw error;
  }
}

function query(
  client: Connection,
  sql: string,
  timeout: number,
): Promise<{ rows: (string | null)[][]; fields: FieldPacket[] }> {
  return new Promise((resolve, reject) => {
    client.query({ sql, timeout, rowsAsArray: true }, (error, rows, fields) =>
      error ? reject(error) : resolve({ rows: rows as unknown as (string | null)[][], fields: fields ?? [] }),
    );
  });
}

/** Schemas of the server itself. RDS keeps notes of its own in `mysql`. */
const itsOwn = "('mysql', 'information_schema', 'performance_schema', 'sys')";

/**
 * Every table of every schema that the role may know of, in the order of their names. MySQL shows a role no table on
 * which it has no privilege at all.
 */
async function tablesOf(ask: Ask, limit: number): Promise<Table[]> {
  const { rows } = await ask(
    `select table_schema, table_name from information_schema.tables
     where table_type in ('BASE TABLE', 'SYSTEM VERSIONED') and table_schema not in ${itsOwn}
     order by binary table_schema, binary table_name`,
    limit,
  );
  const { rows: columns } = await ask(
    `select table_schema, table_name, column_name, data_type from information_schema.columns
     where table_schema not in ${itsOwn} order by ordinal_position`,
    limit,
  );
  const nameOf = (schema: string | null | undefined, table: string | null | undefined) => `${schema}.${table}`;
  const byTable = new Map<string, { name: string; type: string }[]>();
  for (const [schema, table, name, type] of columns) {
    const key = nameOf(schema, table);
    byTable.set(key, [...(byTable.get(key) ?? []), { name: name ?? '', type: type ?? '' }]);
  }
  return rows.map(([schema, table]) => ({
    name: nameOf(schema, table),
    quoted: `${quoted(schema ?? '')}.${quoted(table ?? '')}`,
    // Reading it tells.
    mayRead: true,
    blocks: null,
    columns: byTable.get(nameOf(schema, table)) ?? [],
  }));
}

/**
 * Reads a table. When `full`, every column of every row is hashed to its end, the hashes of a row are hashed together,
 * and the first eight bytes of that are summed up, so that the order of the rows does not matter.
 */
async function readTable(
  ask: Ask,
  { quoted: table, columns }: Table,
  { full, limit }: { full: boolean; limit: number },
): Promise<Part> {
  const hashes = columns.map(({ name, type }) => `coalesce(sha2(${asBytes(name, type)}, 256), '-')`);
  const row = `sha2(concat_ws(',', ${hashes.join(', ')}), 256)`;
  const sum = full && hashes.length > 0 ? `coalesce(sum(cast(conv(left(${row}, 16), 16, 10) as unsigned)), 0)` : "'0'";
  const { rows } = await ask(`select count(*), ${sum} from ${table}`, limit);
  return { rows: Number(rows[0]?.[0] ?? 0), sum: rows[0]?.[1] ?? '0', next: null };
}

const geometries: readonly string[] = [
  'geometry',
  'point',
  'linestring',
  'polygon',
  'multipoint',
  'multilinestring',
  'multipolygon',
  'geometrycollection',
  'geomcollection',
];

function asBytes(column: string, type: string): string {
  if (geometries.includes(type.toLowerCase())) return `st_asbinary(${quoted(column)})`;
  return type.toLowerCase() === 'json' ? `convert(${quoted(column)} using utf8mb4)` : quoted(column);
}

/**
 * MySQL's own check of a table and all its indexes. It takes no time limit from the server, and it is not asked as a
 * read-only transaction, which some versions refuse for it; it changes no row.
 */
async function checksOf(
  ask: Ask,
  { name, quoted: table }: Table,
  limit: number,
): Promise<{ checks: TableCheck[]; untested: NamedTrouble[] }> {
  const { rows } = await ask(`show index from ${table}`, limit);
  const indexes = new Set(rows.map((row) => row[2])).size;
  const run = async (limitMilliseconds: number): Promise<Trouble | undefined> => {
    await ask('set session transaction read write', limitMilliseconds);
    try {
      return meaningOf((await ask(`check table ${table}`, limitMilliseconds)).rows);
    } finally {
      await ask('set session transaction read only', limitMilliseconds);
    }
  };
  return { checks: [{ name, covers: indexes, run }], untested: [] };
}

/** `CHECK TABLE` answers rows of table, operation, kind of message, message. The messages stay here. */
function meaningOf(rows: readonly (readonly (string | null)[])[]): Trouble | undefined {
  const kinds = rows.map((row) => (row[2] ?? '').toLowerCase());
  const last = rows.at(-1);
  if (!kinds.includes('error') && last?.[2] === 'status' && /^(OK|Table is already up to date)$/.test(last[3] ?? '')) {
    return undefined;
  }
  if (!kinds.includes('error') && kinds.at(-1) === 'note') {
    const words = 'the storage engine of the table has no check';
    return { is: 'trouble', code: 'NO_CHECK', of: 'other', words };
  }
  return { is: 'trouble', code: 'CHECK_TABLE', of: 'data', words: 'CHECK TABLE finds the table or an index damaged' };
}

const quoted = (name: string) => `\`${name.replaceAll('`', '``')}\``;
