import { sha256 } from './blobs.ts';
import { name as quoted } from './postgres/quote.ts';

export type Query = (sql: string) => Promise<ReadonlyArray<Record<string, unknown>>>;

/**
 * Number of rows and a digest of them for each table, by `schema.table`, whatever the order of the rows: equal data
 * has equal digests wherever and however it is stored. For checkers: ask it of the truth with `databases.query`.
 */
export async function rowsDigest(query: Query): Promise<Record<string, { rows: number; digest: string }>> {
  const tables = await query(
    `select n.nspname as schema, c.relname as table
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      order by n.nspname collate "C", c.relname collate "C"`,
  );
  const digests: Record<string, { rows: number; digest: string }> = {};
  for (const { schema, table } of tables) {
    const [whole] = await query(
      `select count(*)::text as rows, coalesce(sum(('x' || left(h, 15))::bit(60)::bigint), 0)::text as one,
              coalesce(sum(('x' || right(h, 15))::bit(60)::bigint), 0)::text as two
         from (select pg_catalog.md5(t::text) as h from only ${quoted(String(schema))}.${quoted(String(table))} t) hashed`,
    );
    const rows = String(whole?.rows);
    digests[`${schema}.${table}`] = { rows: Number(rows), digest: sha256(`${rows} ${whole?.one} ${whole?.two}`) };
  }
  return digests;
}
