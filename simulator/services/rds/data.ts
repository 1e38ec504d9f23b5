import type { Master, SqlSource } from '../../data/index.ts';
import { NotModelled, type Region } from '../../world/region.ts';

/** Engines that run here. */
const postgres: readonly string[] = ['postgres', 'aurora-postgresql'];
/** Engines whose data is opaque, unless a server from outside stands behind them. */
const opaque: readonly string[] = ['mysql', 'mariadb', 'aurora-mysql'];

export function isPostgres(engine: string): boolean {
  return postgres.includes(engine);
}

/** Whether databases of the engine can be backed up and restored; others can be described, and no more. */
export function hasData(engine: string): boolean {
  return isPostgres(engine) || opaque.includes(engine);
}

/** A master whose database was not named has that of the engine. */
export function masterOf(of: {
  readonly engine: string;
  readonly masterUsername: string;
  readonly masterPassword: string;
  readonly databaseName: string | undefined;
}): Master {
  const database = of.databaseName ?? (isPostgres(of.engine) ? 'postgres' : 'mysql');
  return { user: of.masterUsername, password: of.masterPassword, database };
}

export async function createData(
  { account: { data } }: Region,
  engine: string,
  name: string,
  source: { readonly sql: readonly SqlSource[] } | { readonly version: string },
  master: Master,
): Promise<void> {
  if (isPostgres(engine)) return data.databases.create(name, source, master);
  if ('sql' in source && source.sql.length > 0 && !data.opaque.serves(engine)) {
    throw new NotModelled(`data behind the engine ${engine} (give no sql, or put a server behind it)`);
  }
  return data.opaque.create(name, source, master, engine);
}

export async function snapshotData(
  { account: { data } }: Region,
  engine: string,
  name: string,
  versionId: string,
): Promise<void> {
  await (isPostgres(engine) ? data.databases : data.opaque).snapshot(name, versionId);
}

export async function setPassword(
  { account: { data } }: Region,
  engine: string,
  name: string,
  password: string,
): Promise<void> {
  await (isPostgres(engine) ? data.databases : data.opaque).setMasterPassword(name, password);
}

/** Stores what the data was at an instant, milliseconds since 1970. */
export async function dataAsOf(
  { account: { data } }: Region,
  engine: string,
  name: string,
  instant: number,
  versionId: string,
): Promise<void> {
  await (isPostgres(engine) ? data.databases : data.opaque).asOf(name, instant, versionId);
}

/** @param keepPast where backups stay from which it can be recovered to an instant */
export async function destroyData(
  { account: { data } }: Region,
  engine: string,
  name: string,
  keepPast = false,
): Promise<void> {
  await (isPostgres(engine) ? data.databases : data.opaque).destroy(name, { keepPast });
}

export function forgetPast({ account: { data } }: Region, engine: string, name: string): void {
  (isPostgres(engine) ? data.databases : data.opaque).forgetPast(name);
}
