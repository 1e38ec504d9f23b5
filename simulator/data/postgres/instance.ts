import type { Blobs } from '../blobs.ts';
import { type Lock, lock } from '../lock.ts';
import { holdAll, type Manifest, releaseAll } from '../manifest.ts';
import { type PostgresPart, relationsOf } from './damage.ts';
import { loadDirectory, storeDirectory } from './data-directory.ts';
import { type DataFiles, type Engine, entropy, openEngine } from './engine.ts';
import type { ExtensionName } from './extensions.ts';
import { literal, name as quoted } from './quote.ts';
import { becomeSuperuser, becomeUser } from './session.ts';

/**
 * One database instance. Its backend is open only while somebody needs it; otherwise its data directory rests in the
 * blob store.
 */
export interface Instance {
  readonly name: string;
  readonly user: string;
  readonly database: string;
  readonly lock: Lock;
  /** Runs alone with the backend, connected to `database` (its own by default) as superuser. */
  use<Result>(work: (engine: Engine) => Promise<Result>, database?: string): Promise<Result>;
  /** The backend for whoever holds the lock. */
  engine(database?: string): Promise<Engine>;
  /** Call it with the lock held when a backend may have died: keeps its files, as after a crash. */
  settle(): Promise<void>;
  /** The stored data directory as of now. The caller holds its pieces. */
  store(): Promise<{ manifest: Manifest; postgres: PostgresPart }>;
  setVerifier(verifier: string): void;
  /** Runs a write as the master user; equal writes on equal data with equal seeds and clocks leave equal rows. */
  write(write: { readonly sql: string; readonly seed?: string; readonly at?: number }): Promise<void>;
  readonly open: boolean;
  readonly lastUsed: number;
  /** Stores the data and ends the backend, if it is open and idle. */
  rest(): Promise<void>;
  destroy(): Promise<void>;
}

export interface InstanceOptions {
  readonly name: string;
  readonly user: string;
  readonly database: string;
  readonly extensions: ReadonlySet<ExtensionName>;
  /** What it begins with: held files, or a manifest whose pieces the instance takes over. */
  readonly data:
    | { readonly files: DataFiles }
    | { readonly manifest: Manifest; readonly relations: PostgresPart['relations'] };
  readonly blobs: Blobs;
  /** Makes room for one more backend and counts the uses. */
  readonly beforeOpening: (self: () => Instance) => Promise<void>;
  readonly tick: () => number;
}

export function createInstance(options: InstanceOptions): Instance {
  const { name, user, blobs } = options;
  const alone = lock();
  const usual = entropy(name);
  let drawn = usual;
  let fresh: DataFiles | undefined = 'files' in options.data ? options.data.files : undefined;
  let resting: Manifest | undefined = 'manifest' in options.data ? options.data.manifest : undefined;
  let relations: PostgresPart['relations'] = 'relations' in options.data ? options.data.relations : new Map();
  let engine: Engine | undefined;
  let verifier: string | undefined;
  let lastUsed = 0;
  let destroyed = false;

  const part = (): PostgresPart => ({
    user,
    database: options.database,
    extensions: [...options.extensions].sort(),
    relations,
  });

  /** Moves the backend's files into the store; after a crash they are what the crash left, log included. */
  const put = async (from: Engine): Promise<Manifest> => {
    if (!from.broken) {
      await from.run('checkpoint');
      if (from.database === options.database) relations = await relationsOf(from);
    }
    const manifest = storeDirectory(blobs, from.files(), resting);
    if (resting !== undefined) releaseAll(blobs, resting);
    resting = manifest;
    fresh = undefined;
    return manifest;
  };

  const close = async () => {
    if (engine === undefined) return;
    const closing = engine;
    await put(closing);
    engine = undefined;
    await closing.close();
  };

  const open = async (database: string): Promise<Engine> => {
    if (destroyed) throw new Error(`The database ${name} was deleted.`);
    lastUsed = options.tick();
    if (engine !== undefined && (engine.broken || engine.database !== database)) await close();
    if (engine === undefined) {
      await options.beforeOpening(() => instance);
      const files = fresh ?? loadDirectory(blobs, resting ?? []);
      engine = await openEngine({ files, database, extensions: options.extensions, entropy: () => drawn() });
    }
    if (verifier !== undefined) {
      const wanted = verifier;
      const [role] = await engine.run(`select rolpassword from pg_catalog.pg_authid where rolname = ${literal(user)}`);
      if (role === undefined) throw new Error(`The data of ${name} has no role ${user}.`);
      if (role.rolpassword !== wanted) await engine.run(`alter role ${quoted(user)} password ${literal(wanted)}`);
      if (verifier === wanted) verifier = undefined;
    }
    return engine;
  };

  const settle = async () => {
    if (destroyed) {
      await engine?.close();
      engine = undefined;
    } else if (engine?.broken === true) await close();
  };

  const instance: Instance = {
    name,
    user,
    database: options.database,
    lock: alone,
    use: (work, database = options.database) =>
      alone.run(async () => {
        try {
          return await work(await open(database));
        } finally {
          await settle();
        }
      }),
    write: ({ sql, seed, at }) =>
      instance.use(async (backend) => {
        await becomeUser(backend, user);
        try {
          if (seed !== undefined) {
            drawn = entropy(seed);
            await backend.run(`select pg_catalog.setseed(${entropy(`setseed ${seed}`)() / 256})`);
          }
          await backend.run(sql, at);
        } finally {
          drawn = usual;
          if (!backend.broken) await becomeSuperuser(backend);
        }
      }),
    engine: (database = options.database) => open(database),
    settle,
    store: () =>
      alone.run(async () => {
        try {
          // An untouched restore or a resting database is stored already.
          if (engine === undefined && resting === undefined) await open(options.database);
          if (engine !== undefined && engine.database !== options.database) await open(options.database);
          const manifest = engine === undefined ? (resting ?? []) : await put(engine);
          holdAll(blobs, manifest);
          return { manifest, postgres: part() };
        } finally {
          await settle();
        }
      }),
    setVerifier(wanted) {
      verifier = wanted;
    },
    get open() {
      return engine !== undefined;
    },
    get lastUsed() {
      return lastUsed;
    },
    rest: () => alone.run(close),
    async destroy() {
      destroyed = true;
      await alone.run(settle);
      if (resting !== undefined) releaseAll(blobs, resting);
      resting = undefined;
      fresh = undefined;
    },
  };
  return instance;
}
