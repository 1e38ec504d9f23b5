import { createHash } from 'node:crypto';
import { type messages as Messages, PGlite, parse, protocol, type Results, types } from '@electric-sql/pglite';
import type { Filesystem } from '@electric-sql/pglite/basefs';
import { type ExtensionName, extensionModules } from './extensions.ts';
import { query as queryMessage } from './wire.ts';

/** A data directory's files by their relative path; null is a directory. */
export type DataFiles = ReadonlyMap<string, Uint8Array | null>;

/** RDS keeps the superuser to itself under this name, so `postgres` is free to be the customer's master user. */
export const superuser = 'rdsadmin';

const dataDirectory = '/pglite/data';

/**
 * One backend, in memory. Small buffers and one-megabyte log segments keep an instance at some 50 MB and a snapshot
 * small; nothing is torn by a crash here, so full page images would be waste. The progress timer of a start would
 * leave a timer behind.
 */
export const startParams = [
  '--single',
  '-F',
  '-j',
  ...[
    'exit_on_error=false',
    'log_checkpoints=false',
    'max_worker_processes=0',
    'max_parallel_workers=0',
    'max_parallel_workers_per_gather=0',
    'max_parallel_maintenance_workers=0',
    'io_method=sync',
    'shared_buffers=16MB',
    'min_wal_size=2MB',
    'max_wal_size=4MB',
    'wal_recycle=off',
    'wal_level=minimal',
    'max_wal_senders=0',
    'full_page_writes=off',
    'log_startup_progress_interval=0',
  ].flatMap((setting) => ['-c', setting]),
];

export interface SqlError extends Error {
  /** SQLSTATE. */
  readonly code: string;
  /** Counted in characters from 1, in the statement as it was sent. */
  readonly position?: number;
  readonly detail?: string;
}

/** One open database cluster with its one backend, connected to one of its databases. */
export interface Engine {
  readonly database: string;
  readonly extensions: ReadonlySet<ExtensionName>;
  /** True once the backend died: only its files are of use then, as after a crash. */
  readonly broken: boolean;
  /** Whole messages of the protocol in, the backend's answer out. */
  send(messages: Uint8Array): Promise<Buffer>;
  /**
   * Runs SQL as whoever the session is, and answers with the last statement's rows. Throws SqlError.
   * @param at what the clock shows meanwhile, milliseconds since 1970; the world's time when left out
   */
  run(sql: string | Uint8Array, at?: number): Promise<Array<Record<string, unknown>>>;
  /** The data directory as it is. Run CHECKPOINT before. */
  files(): DataFiles;
  close(): Promise<void>;
}

/** A random byte at a time for a database's own functions (gen_random_uuid and the like): equal for equal names and histories. */
export function entropy(name: string): () => number {
  let draws = 0;
  let block = Buffer.alloc(0);
  return () => {
    const at = draws % 32;
    if (at === 0) block = createHash('sha256').update(`${name} ${draws}`).digest();
    draws += 1;
    return block[at] ?? 0;
  };
}

export async function openEngine(options: {
  readonly files: DataFiles;
  readonly database: string;
  readonly extensions: ReadonlySet<ExtensionName>;
  readonly entropy: () => number;
}): Promise<Engine> {
  const pg = await PGlite.create({
    fs: directoryInMemory(options.files, options.entropy),
    database: options.database,
    startParams,
    extensions: await extensionModules(options.extensions),
  });
  let broken = false;
  let closed = false;

  const send = async (messages: Uint8Array, at?: number): Promise<Buffer> => {
    if (broken || closed) throw new Error(`The backend of ${options.database} is gone.`);
    const chunks: Buffer[] = [];
    try {
      const exchange = () =>
        withoutTimers(() =>
          pg.execProtocolRawStream(messages, { onRawData: (bytes) => chunks.push(Buffer.from(bytes)) }),
        );
      await (at === undefined ? exchange() : withClock(at, exchange));
    } catch (cause) {
      broken = true;
      throw new Error(`The backend of ${options.database} died.`, { cause });
    }
    return Buffer.concat(chunks);
  };

  return {
    database: options.database,
    extensions: options.extensions,
    get broken() {
      return broken;
    },
    send: (messages) => send(messages),
    async run(sql, at) {
      const answer = await send(typeof sql === 'string' ? queryMessage(sql) : sql, at);
      const answers: Messages.BackendMessage[] = [];
      new protocol.Parser().parse(answer, (one) => answers.push(one));
      for (const one of answers) if (one instanceof protocol.messages.DatabaseError) throw sqlError(one);
      const results: Results[] = parse.parseResults(answers, types.parsers);
      return (results.at(-1)?.rows ?? []) as Array<Record<string, unknown>>;
    },
    files: () => collectFiles(pg),
    async close() {
      if (closed) return;
      closed = true;
      await pg.close();
    },
  };
}

/**
 * Runs one exchange with the backend, which is synchronous. The backend sets a timer for statement_timeout and the
 * like, could not be interrupted by it, and would leave it behind in the world's queue.
 */
function withoutTimers<Result>(work: () => Result): Result {
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (() => 0) as unknown as typeof setTimeout;
  try {
    return work();
  } finally {
    globalThis.setTimeout = setTimeout;
  }
}

/** Runs one exchange, which is synchronous, while the clock shows another time: a write of the past is run again. */
function withClock<Result>(at: number, work: () => Result): Result {
  const { now } = Date;
  Date.now = () => at;
  try {
    return work();
  } finally {
    Date.now = now;
  }
}

function sqlError(error: InstanceType<typeof protocol.messages.DatabaseError>): SqlError {
  return Object.assign(new Error(error.message), {
    name: 'SqlError',
    code: error.code ?? 'XX000',
    ...(error.position === undefined ? {} : { position: Number(error.position) }),
    ...(error.detail === undefined ? {} : { detail: error.detail }),
  });
}

/** What PGlite needs of a file system, filled from `files` before Postgres starts. */
function directoryInMemory(files: DataFiles, entropy: () => number): Filesystem {
  let pg: PGlite | undefined;
  const system = () => {
    if (pg === undefined) throw new Error('The file system was used before it was set up.');
    return pg.Module.FS;
  };
  return {
    init: async (owner, emscriptenOpts) => {
      pg = owner;
      return { emscriptenOpts };
    },
    syncToFs: async () => {},
    initialSyncFs: async () => {
      const FS = system();
      // Postgres draws its chance from this device: session keys, gen_random_uuid(), the seed of random().
      FS.unlink('/dev/urandom');
      FS.createDevice('/dev', 'urandom', entropy, null);
      FS.mkdirTree(dataDirectory);
      for (const [path, content] of files) {
        if (content === null) FS.mkdirTree(`${dataDirectory}/${path}`);
        else FS.writeFile(`${dataDirectory}/${path}`, content.slice(), { canOwn: true } as object);
      }
    },
    dumpTar: () => Promise.reject(new Error('Read the files instead.')),
    closeFs: async () => system().quit(),
  };
}

/** Caches that Postgres writes again by itself; a base backup leaves them out too. */
const left = new Set(['pg_internal.init', 'postmaster.pid', 'postmaster.opts', 'pgstat.stat']);

export function collectFiles(pg: PGlite): DataFiles {
  const { FS } = pg.Module;
  const files = new Map<string, Uint8Array | null>();
  const walk = (directory: string) => {
    for (const name of FS.readdir(directory).sort()) {
      if (name === '.' || name === '..' || left.has(name)) continue;
      const path = `${directory}/${name}`;
      const relative = path.slice(dataDirectory.length + 1);
      if (FS.isDir(FS.stat(path).mode)) {
        files.set(relative, null);
        walk(path);
      } else files.set(relative, FS.readFile(path));
    }
  };
  walk(dataDirectory);
  return files;
}
