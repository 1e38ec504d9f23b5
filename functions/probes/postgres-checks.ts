import type { NamedTrouble, Trouble } from './contract.ts';
import type { Ask } from './postgres.ts';
import type { Table, TableCheck } from './session.ts';
import { troubleOf } from './trouble.ts';

/** The schema of amcheck, or why it is not to be had. */
export type Amcheck = { readonly schema: string } | Trouble;

/** From this version on amcheck also reads the pages of tables (release notes of 14). */
const checksHeaps = 140_000;

/**
 * Makes amcheck ready: PostgreSQL's own checks of indexes and pages. A restored database does not have it unless
 * production does, so it is created here. That is the one transaction that may write, and this one statement is all
 * that runs in it. RDS lets its master create amcheck, since it is among the extensions that RDS supports.
 */
export async function readyAmcheck(ask: Ask, limit: number): Promise<Amcheck> {
  const there = async (): Promise<string | undefined> => {
    const rows = await ask(
      `select quote_ident(n.nspname) from pg_catalog.pg_extension e
         join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'amcheck'`,
      limit,
    );
    return rows[0]?.[0] ?? undefined;
  };
  let schema = await there();
  if (schema !== undefined) return { schema };
  try {
    await ask('begin read write', limit);
    await ask('create extension amcheck', limit);
    await ask('commit', limit);
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble === undefined) throw error;
    await ask('rollback', limit);
    return { ...trouble, of: 'other', words: 'the extension amcheck could not be created' };
  }
  schema = await there();
  return schema === undefined ? notThere : { schema };
}

const notThere: Trouble = { is: 'trouble', code: '42704', of: 'other', words: 'the extension amcheck is not there' };

/** Every check of a table: its pages, its rows against an index, and each index with that of its out-of-line values. */
export async function checksOf(
  ask: Ask,
  table: Table,
  { amcheck, version, limit }: { amcheck: Amcheck; version: number; limit: number },
): Promise<{ checks: TableCheck[]; untested: NamedTrouble[] }> {
  const indexes = await indexesOf(ask, table, limit);
  const [checks, untested]: [TableCheck[], NamedTrouble[]] = [[], []];
  const cannot = (name: string, code: string, words: string) =>
    untested.push({ name, trouble: { is: 'trouble', code, of: 'other', words } });

  if (indexes.some(({ method }) => method === 'btree')) checks.push(rowsAgainstIndex(ask, table));
  if ('schema' in amcheck && version >= checksHeaps) checks.push(pagesOf(ask, table, amcheck.schema));
  for (const index of indexes) {
    if (!index.isValid) cannot(index.name, 'NOT_VALID', 'the index was never finished');
    else if (index.method !== 'btree') cannot(index.name, 'NOT_BTREE', `amcheck does not read ${index.method} indexes`);
    else if (!('schema' in amcheck)) untested.push({ name: index.name, trouble: amcheck });
    else checks.push(checkOf(ask, index, amcheck.schema));
  }
  return { checks, untested };
}

interface Index {
  readonly oid: string;
  readonly name: string;
  readonly method: string;
  readonly isValid: boolean;
}

async function indexesOf(ask: Ask, table: Table, limit: number): Promise<Index[]> {
  const rows = await ask(
    `select c.oid::text,
            case when i.indrelid = t.oid then n.nspname || '.' || c.relname else 'the index of its long values' end, m.amname, (i.indisvalid and i.indisready)::text
     from pg_catalog.pg_class t join pg_catalog.pg_index i on i.indrelid in (t.oid, t.reltoastrelid)
       join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       join pg_catalog.pg_am m on m.oid = c.relam
     where t.oid = ${literal(table.quoted)}::regclass
     order by (n.nspname || '.' || c.relname) collate "C"`,
    limit,
  );
  return rows.map(([oid, name, method, isValid]) => ({
    oid: oid ?? '0',
    name: name ?? '',
    method: method ?? '',
    isValid: isValid === 'true',
  }));
}

/** Reads an index, and looks for every row of the table in it. */
function checkOf(ask: Ask, { oid, name }: Index, schema: string): TableCheck {
  return {
    name,
    covers: 1,
    run: async (limit) => {
      await ask(`select ${schema}.bt_index_check(${oid}::regclass, true)`, limit);
      return undefined;
    },
  };
}

/** Reads the pages of the table: what a row says of itself has to make sense, whether or not the page has a checksum. */
function pagesOf(ask: Ask, { quoted }: Table, schema: string): TableCheck {
  return {
    name: 'the pages of the table',
    covers: 0,
    run: async (limit) => {
      const [row] = await ask(
        `select count(*)::text from ${schema}.verify_heapam(${literal(quoted)}::regclass, true)`,
        limit,
      );
      if (row?.[0] === '0') return undefined;
      return { is: 'trouble', code: 'PAGES_DAMAGED', of: 'data', words: 'amcheck finds pages of the table damaged' };
    },
  };
}

/**
 * A page of zeros reads as an empty page: its rows are gone, and neither reading nor amcheck says so, since amcheck looks
 * for the table's rows in the index and not the other way round. A count from an index alone still has them, as long as
 * the page's neighbours were vacuumed since they were last written to.
 */
function rowsAgainstIndex(ask: Ask, { quoted }: Table): TableCheck {
  const count = async (limit: number, avoided: readonly string[]) => {
    for (const way of avoided) await ask(`set enable_${way} = off`, limit);
    try {
      const [row] = await ask(`select count(*)::text from only ${quoted}`, limit);
      return Number(row?.[0]);
    } finally {
      // In a transaction that has failed this fails as well, and its end takes the setting back.
      for (const way of avoided) await ask(`reset enable_${way}`, limit).catch(() => {});
    }
  };
  const fromIndex = (limit: number) => count(limit, ['seqscan', 'bitmapscan']);
  return {
    name: 'the rows of the table against its indexes',
    covers: 0,
    run: async (limit, rows) => {
      if ((await fromIndex(limit)) === rows) return undefined;
      // A restored database may have jobs of its own that write to it: look again at one and the same instant.
      await ask('begin isolation level repeatable read read only', limit);
      try {
        const [index, table] = [
          await fromIndex(limit),
          await count(limit, ['indexscan', 'indexonlyscan', 'bitmapscan']),
        ];
        if (index === table) return undefined;
      } finally {
        await ask('rollback', limit);
      }
      const words = 'an index knows of another number of rows than the table holds';
      return { is: 'trouble', code: 'ROWS_AGAINST_INDEX', of: 'data', words };
    },
  };
}

/** A text as a literal of SQL, whatever the setting for backslashes. */
function literal(text: string): string {
  return text.includes('\\')
    ? `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    : `'${text.replaceAll("'", "''")}'`;
}
