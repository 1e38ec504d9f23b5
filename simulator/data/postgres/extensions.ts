import type { Extensions } from '@electric-sql/pglite';

/** Extensions that can be created, by their SQL names, and where PGlite keeps each. */
const loaders = {
  amcheck: () => import('@electric-sql/pglite/contrib/amcheck').then((module) => module.amcheck),
  bloom: () => import('@electric-sql/pglite/contrib/bloom').then((module) => module.bloom),
  btree_gin: () => import('@electric-sql/pglite/contrib/btree_gin').then((module) => module.btree_gin),
  btree_gist: () => import('@electric-sql/pglite/contrib/btree_gist').then((module) => module.btree_gist),
  citext: () => import('@electric-sql/pglite/contrib/citext').then((module) => module.citext),
  cube: () => import('@electric-sql/pglite/contrib/cube').then((module) => module.cube),
  earthdistance: () => import('@electric-sql/pglite/contrib/earthdistance').then((module) => module.earthdistance),
  fuzzystrmatch: () => import('@electric-sql/pglite/contrib/fuzzystrmatch').then((module) => module.fuzzystrmatch),
  hstore: () => import('@electric-sql/pglite/contrib/hstore').then((module) => module.hstore),
  intarray: () => import('@electric-sql/pglite/contrib/intarray').then((module) => module.intarray),
  isn: () => import('@electric-sql/pglite/contrib/isn').then((module) => module.isn),
  lo: () => import('@electric-sql/pglite/contrib/lo').then((module) => module.lo),
  ltree: () => import('@electric-sql/pglite/contrib/ltree').then((module) => module.ltree),
  moddatetime: () => import('@electric-sql/pglite/contrib/moddatetime').then((module) => module.moddatetime),
  pageinspect: () => import('@electric-sql/pglite/contrib/pageinspect').then((module) => module.pageinspect),
  pg_trgm: () => import('@electric-sql/pglite/contrib/pg_trgm').then((module) => module.pg_trgm),
  pg_visibility: () => import('@electric-sql/pglite/contrib/pg_visibility').then((module) => module.pg_visibility),
  pgcrypto: () => import('@electric-sql/pglite/contrib/pgcrypto').then((module) => module.pgcrypto),
  seg: () => import('@electric-sql/pglite/contrib/seg').then((module) => module.seg),
  tablefunc: () => import('@electric-sql/pglite/contrib/tablefunc').then((module) => module.tablefunc),
  tcn: () => import('@electric-sql/pglite/contrib/tcn').then((module) => module.tcn),
  unaccent: () => import('@electric-sql/pglite/contrib/unaccent').then((module) => module.unaccent),
  'uuid-ossp': () => import('@electric-sql/pglite/contrib/uuid_ossp').then((module) => module.uuid_ossp),
} as const;

export type ExtensionName = keyof typeof loaders;

const needs: Partial<Record<ExtensionName, ExtensionName>> = { earthdistance: 'cube' };

/** Every database has these at hand, created or not. */
export const always: readonly ExtensionName[] = ['amcheck'];

export const known = (name: string): name is ExtensionName => Object.hasOwn(loaders, name);
export const knownNames = Object.keys(loaders).sort();

export async function extensionModules(names: ReadonlySet<ExtensionName>): Promise<Extensions> {
  const modules: Extensions = {};
  const wanted = [...names].flatMap((name) => [needs[name] ?? name, name]);
  for (const name of [...new Set([...always, ...wanted])].sort()) modules[name] = await loaders[name]();
  return modules;
}
