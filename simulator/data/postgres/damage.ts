import type { Blobs } from '../blobs.ts';
import { loadContent, type Manifest, storeContent } from '../manifest.ts';
import { loadDirectory, storeDirectory } from './data-directory.ts';
import { type Engine, entropy, openEngine } from './engine.ts';
import type { ExtensionName } from './extensions.ts';

/** What a database's version knows besides its files. */
export interface PostgresPart {
  readonly user: string;
  readonly database: string;
  readonly extensions: readonly ExtensionName[];
  /** File of each relation of the database below the data directory, by `schema.name`. */
  readonly relations: ReadonlyMap<string, string>;
}

export type DatabaseDamage =
  /** Opens the stored version, runs the SQL as superuser, stores what comes of it. */
  | { readonly kind: 'rows'; readonly sql: string }
  /**
   * Changes one page of 8,192 bytes in the file of a table or index (`schema.name`, or a name of schema public):
   * `zero` reads as an empty page, so rows are missing and nothing complains; `flip` (one bit) and `ones` break the
   * page's checksum, so reading it is an error.
   */
  | {
      readonly kind: 'block';
      readonly relation: string;
      readonly block: number;
      readonly as: 'zero' | 'flip' | 'ones';
    };

const pageBytes = 8192;
/** Postgres begins a new file every gigabyte. */
const pagesInFile = 131_072;

/** Where every relation of the open database lies. */
export async function relationsOf(engine: Engine): Promise<ReadonlyMap<string, string>> {
  const rows = await engine.run(
    `select n.nspname || '.' || c.relname as relation, pg_catalog.pg_relation_filepath(c.oid) as path
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where pg_catalog.pg_relation_filepath(c.oid) is not null order by 1`,
  );
  return new Map(rows.map(({ relation, path }) => [String(relation), String(path)]));
}

export async function damageDatabase(
  blobs: Blobs,
  version: { readonly id: string; readonly manifest: Manifest; readonly postgres: PostgresPart },
  damage: DatabaseDamage,
): Promise<{ manifest: Manifest; postgres: PostgresPart }> {
  const { postgres } = version;
  if (damage.kind === 'block') {
    return { manifest: damageBlock(blobs, version.manifest, postgres.relations, damage), postgres };
  }
  const engine = await openEngine({
    files: loadDirectory(blobs, version.manifest),
    database: postgres.database,
    extensions: new Set(postgres.extensions),
    entropy: entropy(`damage to ${version.id}`),
  });
  try {
    await engine.run(damage.sql);
    await engine.run('checkpoint');
    return {
      manifest: storeDirectory(blobs, engine.files(), version.manifest),
      postgres: { ...postgres, relations: await relationsOf(engine) },
    };
  } finally {
    await engine.close();
  }
}

function damageBlock(
  blobs: Blobs,
  manifest: Manifest,
  relations: ReadonlyMap<string, string>,
  { relation, block, as }: Extract<DatabaseDamage, { kind: 'block' }>,
): Manifest {
  const path = relations.get(relation) ?? relations.get(`public.${relation}`);
  if (path === undefined) {
    const own = [...relations.keys()].filter((one) => !one.startsWith('pg_') && !one.startsWith('information_schema.'));
    throw new Error(`The version has no relation ${relation}. It has: ${own.join(', ') || 'none'}.`);
  }
  const segment = Math.floor(block / pagesInFile);
  const file = segment === 0 ? path : `${path}.${segment}`;
  const found = manifest.find((entry) => entry.path === file);
  const from = (block % pagesInFile) * pageBytes;
  if (found?.type !== 'file' || !Number.isInteger(block) || block < 0 || from + pageBytes > found.size) {
    const pages = found?.type === 'file' ? found.size / pageBytes : 0;
    throw new Error(`${relation} has no block ${block}: it has ${pages} of them, counted from 0.`);
  }
  const content = loadContent(blobs, found);
  if (as === 'flip') {
    // The page's last bytes hold its oldest row (or, in an index, where its neighbours are).
    const last = from + pageBytes - 8;
    content[last] = (content[last] ?? 0) ^ 1;
  } else content.fill(as === 'zero' ? 0 : 255, from, from + pageBytes);
  const changed = { ...found, ...storeContent(blobs, content, false) };
  const result = manifest.map((entry) => (entry === found ? changed : entry));
  for (const entry of result) {
    if (entry.type === 'file' && entry !== changed) for (const piece of entry.pieces) blobs.hold(piece);
  }
  return result;
}
