import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { blobStore } from './blobs.ts';
import { damageFiles } from './files/damage.ts';
import { createFiles, type Files } from './files/files.ts';
import { createOpaque, type OpaqueDatabases } from './opaque.ts';
import { damageDatabase } from './postgres/damage.ts';
import { createDatabases, type Databases } from './postgres/databases.ts';
import { type Versions, versionStore } from './versions.ts';

export { type Query, rowsDigest } from './digest.ts';
export type { FileChange } from './files/change.ts';
export type { Files, TreeDigest } from './files/files.ts';
export type { ExternalServer, OpaqueDatabases } from './opaque.ts';
export type { Databases, Master, SqlSource } from './postgres/databases.ts';
export { SqlFileError } from './postgres/dump.ts';
export type { SqlError } from './postgres/engine.ts';
export type { Damage, Version, Versions } from './versions.ts';

/** The real data behind the simulated account. What it does takes real time: callers bracket it. */
export interface DataPlane {
  /** PostgreSQL, of RDS and of Aurora. */
  readonly databases: Databases;
  /** Databases of the other engines. */
  readonly opaque: OpaqueDatabases;
  readonly files: Files;
  readonly versions: Versions;
  /** Where there are no bytes to read: what the probes' functions then answer. Their own code runs when it is left out. */
  readonly probes?: ProbeAnswers;
  /** Ends every connection and backend and forgets everything. The caller removes the scratch directory. */
  close(): Promise<void>;
}

/** What a probe answers to a question: the answer as its function returns it, or the code of the error that it met. */
export type ProbeAnswer = { readonly answer: object } | { readonly refused: string };

/** Answers in place of the probes. `now` is the world's time, ISO 8601. */
export interface ProbeAnswers {
  database(name: string, question: unknown, now: string): ProbeAnswer;
  files(fileSystemId: string, question: unknown, now: string): ProbeAnswer;
}

const mebibyte = 1024 * 1024;

/**
 * @param options.scratchDirectory a temporary directory that the caller made and removes: live file systems lie in it,
 *   and stored data beyond `memoryBytes` (256 MiB by default)
 * @param options.openDatabases backends that may be open at once (3 by default), some 50 MB each
 */
export function dataPlane(options: {
  readonly scratchDirectory: string;
  readonly memoryBytes?: number;
  readonly openDatabases?: number;
}): DataPlane {
  const { scratchDirectory } = options;
  mkdirSync(scratchDirectory, { recursive: true });
  const blobs = blobStore({
    directory: join(scratchDirectory, 'stored'),
    memoryBytes: options.memoryBytes ?? 256 * mebibyte,
  });
  const versions = versionStore(blobs, async (version, damage) => {
    const { id, manifest, postgres } = version;
    if (damage.kind === 'file') {
      if (postgres !== undefined) throw new Error(`The version ${id} holds a database: damage its rows or a block.`);
      return { manifest: damageFiles(blobs, version, damage) };
    }
    if (postgres === undefined) throw new Error(`The version ${id} holds files: damage a file.`);
    return damageDatabase(blobs, { id, manifest, postgres }, damage);
  });
  const databases = createDatabases({ blobs, versions, openAtOnce: options.openDatabases ?? 3 });
  const opaque = createOpaque({ blobs, versions });
  const files = createFiles({ blobs, versions, scratchDirectory });
  return {
    databases,
    opaque,
    files,
    versions,
    async close() {
      await databases.close();
      for (const name of opaque.names) await opaque.destroy(name);
      for (const id of files.ids) await files.destroy(id);
      for (const id of versions.ids) versions.discard(id);
    },
  };
}
