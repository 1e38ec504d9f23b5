import type { Client } from 'pg';
import type { TableAnswer } from './contract.ts';
import { troubleOf } from './trouble.ts';

export interface Table {
  /** `schema.table`, for people. */
  readonly name: string;
  /** The same, quoted for a statement. */
  readonly quoted: string;
  readonly mayRead: boolean;
}

/** Every table and materialized view that holds rows of its own, in the order of their names. Partitions count, their parents do not. */
export async function tablesOf(client: Client): Promise<Table[]> {
  const { rows } = await client.query<[string, string, string]>({
    text: `
      select n.nspname || '.' || c.relname,
             quote_ident(n.nspname) || '.' || quote_ident(c.relname),
             case when has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') then 'yes' else 'no' end
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'm') and c.relpersistence = 'p'
        and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
      order by 1`,
    rowMode: 'array',
    types: { getTypeParser: () => (text: string) => text },
  });
  return rows.map(([name, quoted, mayRead]) => ({ name, quoted, mayRead: mayRead === 'yes' }));
}

/**
 * Reads a table. With `full`, every column of every row is read to its end, out-of-line values included, and summed up
 * to a digest that does not depend on the order of the rows.
 */
export async function readTable(client: Client, table: Table, integrity: 'full' | 'none'): Promise<TableAnswer> {
  if (!table.mayRead) {
    const words = 'the role may not read it';
    return { table: table.name, rows: { is: 'trouble', code: '42501', of: 'access', words } };
  }
  const digest = integrity === 'full' ? 'coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text' : 'null';
  try {
    const { rows } = await client.query<[string, string | null]>({
      text: `select count(*)::text, ${digest} from only ${table.quoted} as t`,
      rowMode: 'array',
      types: { getTypeParser: () => (text: string) => text },
    });
    const [count = '', sum = null] = rows[0] ?? [];
    return { table: table.name, rows: Number(count), ...(sum !== null && { digest: sum }) };
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble === undefined) throw error;
    return { table: table.name, rows: trouble };
  }
}
