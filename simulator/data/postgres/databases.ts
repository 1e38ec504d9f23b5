import type { Duplex } from 'node:stream';
import type { Blobs } from '../blobs.ts';
import { holdAll } from '../manifest.ts';
import { connectionPair } from '../pair.ts';
import type { Version, VersionStore } from '../versions.ts';
import { certificateAuthority } from './certificates.ts';
import type { SqlFile } from './dump.ts';
import { type DataFiles, entropy, openEngine, superuser } from './engine.ts';
import { serve } from './front-end.ts';
import { createInstance, type Instance } from './instance.ts';
import { prepareLoad } from './load.ts';
import { type Past, pastOf } from './past.ts';
import { name as quoted } from './quote.ts';
import { verifierFor } from './scram.ts';
import { becomeSuperuser } from './session.ts';
import { template } from './template.ts';
import { enter } from './turns.ts';

export interface Master {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** Text of SQL alone is called `file 1`, `file 2`, … in errors. */
export type SqlSource = string | SqlFile;

/** Postgres databases that are reached as RDS instances are. Errors of SQL are SqlError with an SQLSTATE as `code`. */
export interface Databases {
  /**
   * A new database from files of SQL, or one restored from a version. A restored one keeps its roles and its master
   * user's name; the master's password becomes the given one. Throws SqlFileError with file and line.
   */
  create(
    name: string,
    source: { readonly sql: readonly SqlSource[] } | { readonly version: string },
    master: Master,
  ): Promise<void>;
  /**
   * Runs SQL as the master user: the workload.
   * @param at the world's time in milliseconds. With it the write is remembered for `asOf`; without it, it is as if the
   *   data had always been so.
   */
  execute(name: string, sql: string, at?: number): Promise<void>;
  /** Rows of the last statement, as superuser: the truth, for checkers. */
  query(name: string, sql: string): Promise<Array<Record<string, unknown>>>;
  /** Stores the data directory after a checkpoint. It waits until the session that is open, if any, has ended. */
  snapshot(name: string, versionId: string): Promise<Version>;
  /**
   * Stores what the database was at an instant, milliseconds since 1970: also one that was destroyed with `keepPast`.
   * A write of that very instant is in it. Rows are as they were; the physical files need not be.
   */
  asOf(name: string, instant: number, versionId: string): Promise<Version>;
  /** Rows of the last statement in a stored version, as superuser: the truth of what a recovery point holds. */
  queryVersion<Result>(
    versionId: string,
    work: (query: (sql: string) => Promise<Array<Record<string, unknown>>>) => Promise<Result>,
  ): Promise<Result>;
  /** Forgets the past of a database that was destroyed with `keepPast`. */
  forgetPast(name: string): void;
  /** Takes effect for the next connection. */
  setMasterPassword(name: string, password: string): void;
  /** Ends its connections and forgets its data. Versions stay; what it was before stays only with `keepPast`. */
  destroy(name: string, options?: { readonly keepPast?: boolean }): Promise<void>;
  /**
   * One connection to the database's front end, in memory: the client's end. It has the methods of a socket that
   * drivers call, so `new pg.Client({ stream: () => connection, ssl: { ca } })` takes it.
   * @param options.hostName the name in the server's certificate: the host name of the instance's endpoint
   * @param options.writesAt the world's time in milliseconds, for a session that may write: `asOf` then knows what was
   *   before it and after it. Without it the session is taken for one that only reads.
   */
  connect(name: string, options?: { readonly hostName?: string; readonly writesAt?: number }): Duplex;
  /** PEM. Made when the data plane starts, never written to disk. */
  readonly certificateAuthority: string;
  readonly names: readonly string[];
}

export function createDatabases(options: {
  readonly blobs: Blobs;
  readonly versions: VersionStore;
  /** Backends that may be open at once, each some 50 MB; more open when more are busy. */
  readonly openAtOnce: number;
}): Databases & { close(): Promise<void> } {
  const { blobs, versions } = options;
  const authority = certificateAuthority('Simulated RDS root CA');
  const instances = new Map<string, Instance>();
  const connections = new Map<string, Set<Duplex>>();
  const pasts = new Map<string, Past>();
  let uses = 0;

  const instance = (name: string): Instance => {
    const found = instances.get(name);
    if (found === undefined) throw new Error(`There is no database ${name}.`);
    return found;
  };

  const pastOfLive = (name: string): Past => {
    const past = pasts.get(name) ?? pastOf(name, versions);
    pasts.set(name, past);
    return past;
  };
  const store = async (name: string, id: string): Promise<Version> => {
    versions.refuseTaken(id);
    const stored = await instance(name).store();
    return versions.add({ id, ...stored });
  };
  const beforeChange = (name: string): Promise<void> =>
    pastOfLive(name).begin(async (id) => {
      await store(name, id);
    });

  /** Works on a database that is made from a version and gone afterwards. */
  const aside = async <Result>(versionId: string, work: (name: string) => Promise<Result>): Promise<Result> => {
    const { postgres } = versions.stored(versionId);
    if (postgres === undefined) throw new Error(`The version ${versionId} holds files, not a database.`);
    const name = `${versionId}, looked into`;
    fromVersion(name, versionId, { user: postgres.user, password: '', database: postgres.database });
    try {
      return await work(name);
    } finally {
      const copy = instance(name);
      instances.delete(name);
      await copy.destroy();
    }
  };

  const makeRoom = async (self: () => Instance): Promise<void> => {
    for (;;) {
      const open = [...instances.values()].filter((one) => one !== self() && one.open);
      if (open.length < options.openAtOnce) return;
      const [idlest] = open.filter((one) => !one.lock.busy).sort((left, right) => left.lastUsed - right.lastUsed);
      if (idlest === undefined) return;
      await idlest.rest();
    }
  };
  const add = (
    made: Omit<Parameters<typeof createInstance>[0], 'blobs' | 'beforeOpening' | 'tick'>,
    password: string,
  ) => {
    const created = createInstance({
      ...made,
      blobs,
      beforeOpening: makeRoom,
      tick: () => {
        uses += 1;
        return uses;
      },
    });
    created.setVerifier(verifierFor(made.user, password));
    instances.set(made.name, created);
    return created;
  };
  const refuseTaken = (name: string) => {
    if (instances.has(name)) throw new Error(`There is a database ${name} already.`);
  };

  const fromSql = async (name: string, sql: readonly SqlSource[], { user, password, database }: Master) => {
    if (user === superuser || user.startsWith('pg_') || user.startsWith('rds')) {
      throw new Error(`The master user of ${name} cannot be called ${user}: that name is reserved. Choose another.`);
    }
    const load = prepareLoad(
      sql.map((one, index) => (typeof one === 'string' ? { name: `file ${index + 1}`, text: one } : one)),
    );
    const files = await withDatabase(name, user, database);
    refuseTaken(name);
    const created = add({ name, user, database, extensions: load.extensions, data: { files } }, password);
    try {
      await created.use((engine) => load.run(engine, user));
    } catch (error) {
      instances.delete(name);
      await created.destroy();
      throw error;
    }
  };

  const fromVersion = (name: string, versionId: string, { user, password, database }: Master) => {
    const { manifest, postgres } = versions.stored(versionId);
    if (postgres === undefined) throw new Error(`The version ${versionId} holds files, not a database.`);
    if (user !== postgres.user || database !== postgres.database) {
      throw new Error(
        `The version ${versionId} has the master user ${postgres.user} and the database ${postgres.database}; ` +
          `a restore cannot make them ${user} and ${database}.`,
      );
    }
    for (const entry of manifest) if (entry.type === 'file') for (const piece of entry.pieces) blobs.get(piece);
    holdAll(blobs, manifest);
    const extensions = new Set(postgres.extensions);
    add({ name, user, database, extensions, data: { manifest, relations: postgres.relations } }, password);
  };

  return {
    certificateAuthority: authority.certificate,
    get names() {
      return [...instances.keys()];
    },

    async create(name, source, master) {
      refuseTaken(name);
      if ('version' in source) fromVersion(name, source.version, master);
      else await fromSql(name, source.sql, master);
    },

    async execute(name, sql, at) {
      const found = instance(name);
      if (at === undefined) {
        await found.write({ sql });
        return;
      }
      await beforeChange(name);
      await found.write(pastOfLive(name).wrote({ sql, at }));
    },

    query: (name, sql) =>
      instance(name).use(async (engine) => {
        try {
          return await engine.run(sql);
        } finally {
          if (!engine.broken) await becomeSuperuser(engine);
        }
      }),

    async snapshot(name, versionId) {
      const stored = await store(name, versionId);
      pasts.get(name)?.stored(versionId);
      return stored;
    },

    async asOf(name, instant, versionId) {
      const past = pasts.get(name);
      const isThere = instances.has(name);
      if (past === undefined || past.isEmpty) return store(name, versionId);
      if (isThere) await beforeChange(name);
      const found = isThere ? past.upTo(instant) : past.atEnd(instant);
      if (found === undefined) return store(name, versionId);
      if (found.writes.length === 0) return versions.copy(found.version, versionId);
      return aside(found.version, async (again) => {
        for (const write of found.writes) await instance(again).write(write);
        return store(again, versionId);
      });
    },

    queryVersion: (versionId, work) =>
      aside(versionId, (name) => work((sql) => instance(name).use((engine) => engine.run(sql)))),

    forgetPast(name) {
      pasts.get(name)?.forget();
      pasts.delete(name);
    },

    setMasterPassword(name, password) {
      const found = instance(name);
      found.setVerifier(verifierFor(found.user, password));
    },

    async destroy(name, { keepPast = false } = {}) {
      const found = instance(name);
      if (keepPast) await beforeChange(name);
      else this.forgetPast(name);
      instances.delete(name);
      for (const connection of connections.get(name) ?? []) connection.destroy();
      connections.delete(name);
      await found.destroy();
    },

    connect(name, { hostName = name, writesAt } = {}) {
      const found = instance(name);
      const turn = async () => {
        if (writesAt === undefined) return enter(found);
        await beforeChange(name);
        const entered = await enter(found);
        pastOfLive(name).changed(writesAt);
        return entered;
      };
      const { client, server } = connectionPair();
      const all = connections.get(name) ?? new Set();
      connections.set(name, all.add(server));
      void serve(server, { identity: authority.issue(hostName), enter: turn }).finally(() => all.delete(server));
      return client;
    },

    async close() {
      for (const name of [...instances.keys()]) await this.destroy(name);
      for (const name of [...pasts.keys()]) this.forgetPast(name);
    },
  };
}

/** An empty cluster with the master user and its database. */
async function withDatabase(name: string, user: string, database: string): Promise<DataFiles> {
  const engine = await openEngine({
    files: await template(),
    database: 'postgres',
    extensions: new Set(),
    entropy: entropy(`creation of ${name}`),
  });
  try {
    await engine.run(`create role ${quoted(user)} login createdb createrole`);
    await engine.run(`grant rds_superuser to ${quoted(user)}`);
    if (database === 'postgres') await engine.run(`alter database postgres owner to ${quoted(user)}`);
    else await engine.run(`create database ${quoted(database)} owner ${quoted(user)} strategy file_copy`);
    await engine.run('checkpoint');
    return engine.files();
  } finally {
    await engine.close();
  }
}
