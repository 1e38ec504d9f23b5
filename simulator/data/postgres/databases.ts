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
import { name as quoted } from './quote.ts';
import { verifierFor } from './scram.ts';
import { becomeSuperuser, becomeUser } from './session.ts';
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
  /** Runs SQL as the master user: the workload. */
  execute(name: string, sql: string): Promise<void>;
  /** Rows of the last statement, as superuser: the truth, for checkers. */
  query(name: string, sql: string): Promise<Array<Record<string, unknown>>>;
  /** Stores the data directory after a checkpoint. It waits until the session that is open, if any, has ended. */
  snapshot(name: string, versionId: string): Promise<Version>;
  /** Takes effect for the next connection. */
  setMasterPassword(name: string, password: string): void;
  /** Ends its connections and forgets its data. Versions stay. */
  destroy(name: string): Promise<void>;
  /**
   * One connection to the database's front end, in memory: the client's end. It has the methods of a socket that
   * drivers call, so `new pg.Client({ stream: () => connection, ssl: { ca } })` takes it.
   * @param hostName the name in the server's certificate: the host name of the instance's endpoint
   */
  connect(name: string, options?: { readonly hostName?: string }): Duplex;
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
  let uses = 0;

  const instance = (name: string): Instance => {
    const found = instances.get(name);
    if (found === undefined) throw new Error(`There is no database ${name}.`);
    return found;
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

    async execute(name, sql) {
      const found = instance(name);
      await found.use(async (engine) => {
        await becomeUser(engine, found.user);
        try {
          await engine.run(sql);
        } finally {
          if (!engine.broken) await becomeSuperuser(engine);
        }
      });
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
      versions.refuseTaken(versionId);
      const stored = await instance(name).store();
      return versions.add({ id: versionId, ...stored });
    },

    setMasterPassword(name, password) {
      const found = instance(name);
      found.setVerifier(verifierFor(found.user, password));
    },

    async destroy(name) {
      const found = instance(name);
      instances.delete(name);
      for (const connection of connections.get(name) ?? []) connection.destroy();
      connections.delete(name);
      await found.destroy();
    },

    connect(name, { hostName = name } = {}) {
      const found = instance(name);
      const { client, server } = connectionPair();
      const all = connections.get(name) ?? new Set();
      connections.set(name, all.add(server));
      void serve(server, { identity: authority.issue(hostName), enter: () => enter(found) }).finally(() =>
        all.delete(server),
      );
      return client;
    },

    async close() {
      for (const name of [...instances.keys()]) await this.destroy(name);
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
