import type { Blobs } from './blobs.ts';
import { type FileEntry, loadContent, storeContent } from './manifest.ts';
import type { Master, SqlSource } from './postgres/databases.ts';
import type { Version, VersionStore } from './versions.ts';

/**
 * A database server outside of the simulated account that stands behind its databases of some engines: a real MariaDB,
 * say, that a test started. What it dumps is what recovery points hold. All of it is real work: callers bracket it.
 */
export interface ExternalServer {
  /** Engines as RDS names them, such as `mariadb` and `mysql`. */
  readonly engines: readonly string[];
  create(
    name: string,
    source: { readonly sql: readonly SqlSource[] } | { readonly dump: Uint8Array },
    master: Master,
  ): Promise<void>;
  dump(name: string): Promise<Uint8Array>;
  setMasterPassword(name: string, password: string): Promise<void>;
  destroy(name: string): Promise<void>;
  /** Where it listens for the database of this name. */
  address(name: string): { readonly host: string; readonly port: number };
}

/**
 * Databases of engines that the simulated account does not run. Without a server behind them their data is opaque: it is
 * backed up, copied and restored as a version of its own, and nobody can connect to it.
 */
export interface OpaqueDatabases {
  create(
    name: string,
    source: { readonly sql: readonly SqlSource[] } | { readonly version: string },
    master: Master,
    engine: string,
  ): Promise<void>;
  snapshot(name: string, versionId: string): Promise<Version>;
  /** Nobody writes to opaque data, so it was always what it is; what a server behind it held before is not known. */
  asOf(name: string, instant: number, versionId: string): Promise<Version>;
  forgetPast(name: string): void;
  setMasterPassword(name: string, password: string): Promise<void>;
  destroy(name: string, options?: { readonly keepPast?: boolean }): Promise<void>;
  /** Where a connection to the database ends; undefined when no server stands behind it. */
  address(name: string): { readonly host: string; readonly port: number } | undefined;
  /** Puts a server behind the databases of its engines that are created from now on. */
  serve(server: ExternalServer): void;
  /** Whether a server stands behind databases of the engine. */
  serves(engine: string): boolean;
  readonly names: readonly string[];
}

/** The one file of an opaque version. */
const path = 'database';

export function createOpaque(options: { readonly blobs: Blobs; readonly versions: VersionStore }): OpaqueDatabases {
  const { blobs, versions } = options;
  const servers: ExternalServer[] = [];
  const live = new Map<string, { readonly server: ExternalServer | undefined; readonly content: Uint8Array }>();
  const gone = new Map<string, Uint8Array>();
  let made = 0;

  const database = (name: string) => {
    const found = live.get(name);
    if (found === undefined) throw new Error(`There is no database ${name}.`);
    return found;
  };
  const contentOf = (id: string): Uint8Array => {
    const { manifest, postgres } = versions.stored(id);
    const entry = manifest.find((one): one is FileEntry => one.type === 'file' && one.path === path);
    if (postgres !== undefined || entry === undefined) throw new Error(`The version ${id} holds no opaque database.`);
    return loadContent(blobs, entry);
  };

  return {
    async create(name, source, master, engine) {
      if (live.has(name)) throw new Error(`There is a database ${name} already.`);
      const server = servers.find(({ engines }) => engines.includes(engine));
      const restored = 'version' in source ? contentOf(source.version) : undefined;
      made += 1;
      const content = restored ?? Buffer.from(`data of ${name}, the ${made}th database`);
      if (server !== undefined) {
        await server.create(name, 'version' in source ? { dump: content } : source, master);
      }
      live.set(name, { server, content });
    },
    async snapshot(name, versionId) {
      versions.refuseTaken(versionId);
      const { server, content } = database(name);
      const bytes = server === undefined ? content : await server.dump(name);
      const entry = { path, type: 'file', mode: 0o600, modified: 0, ...storeContent(blobs, bytes) } as const;
      return versions.add({ id: versionId, manifest: [entry] });
    },
    async asOf(name, _instant, versionId) {
      const past = gone.get(name);
      if (past === undefined) return this.snapshot(name, versionId);
      const entry = { path, type: 'file', mode: 0o600, modified: 0, ...storeContent(blobs, past) } as const;
      return versions.add({ id: versionId, manifest: [entry] });
    },
    forgetPast: (name) => {
      gone.delete(name);
    },
    async setMasterPassword(name, password) {
      await database(name).server?.setMasterPassword(name, password);
    },
    async destroy(name, { keepPast = false } = {}) {
      const { server, content } = database(name);
      if (keepPast) gone.set(name, server === undefined ? content : await server.dump(name));
      live.delete(name);
      await server?.destroy(name);
    },
    address: (name) => database(name).server?.address(name),
    serve: (server) => {
      servers.push(server);
    },
    serves: (engine) => servers.some(({ engines }) => engines.includes(engine)),
    get names() {
      return [...live.keys()];
    },
  };
}
