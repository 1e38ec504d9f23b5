import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { DataFiles } from './engine.ts';

let made: Promise<DataFiles> | undefined;

/**
 * The files of an empty cluster: the same bytes for everybody. Making them takes more than two seconds, so they are kept
 * in `node_modules/.cache` for the processes to come, by all that they are made from.
 */
export function template(): Promise<DataFiles> {
  made ??= kept();
  return made;
}

const shelf = new URL('../../../node_modules/.cache/lifeboat/', import.meta.url);
const sources = ['./template-worker.ts', './engine.ts', '../../../node_modules/@electric-sql/pglite/package.json'];

async function kept(): Promise<DataFiles> {
  const hash = createHash('sha256').update(process.version);
  for (const source of sources) hash.update(await readFile(new URL(source, import.meta.url)));
  const file = new URL(`${hash.digest('hex')}.cluster`, shelf);
  const before = await readFile(file).then(opened, () => undefined);
  if (before !== undefined) return before;
  const files = await make();
  // Where nothing can be kept, the next process makes it again.
  await keep(file, files).catch(() => undefined);
  return files;
}

function make(): Promise<DataFiles> {
  return new Promise<DataFiles>((resolve, reject) => {
    const worker = new Worker(new URL('./template-worker.ts', import.meta.url));
    worker.once('message', (files: DataFiles) => {
      resolve(files);
      void worker.terminate();
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The thread that makes the empty database ended without one.')));
  });
}

const digestBytes = 32;

async function keep(file: URL, files: DataFiles): Promise<void> {
  const packed = gzipSync(serialize(files), { level: 1 });
  const beside = new URL(`${file.href}.${process.pid}`);
  await mkdir(shelf, { recursive: true });
  await writeFile(beside, Buffer.concat([digestOf(packed), packed]));
  await rename(beside, file);
}

/** What was kept, unless it is not as it was written. */
function opened(bytes: Buffer): DataFiles | undefined {
  const packed = bytes.subarray(digestBytes);
  if (!digestOf(packed).equals(bytes.subarray(0, digestBytes))) return undefined;
  return deserialize(gunzipSync(packed)) as DataFiles;
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
