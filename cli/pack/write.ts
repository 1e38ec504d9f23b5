import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Thrown when a pack cannot be written where it should go; the message names the mend. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
}

/** A pack goes into a directory of its own: what is there already could be taken for a part of it. */
export async function roomFor(directory: string): Promise<void> {
  const found = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new NoRoom(
      `--pack ${directory}: ${error.code === 'ENOTDIR' ? 'it is a file' : error.message}. Name a new directory.`,
    );
  });
  if (found.length > 0)
    throw new NoRoom(`--pack ${directory}: it is not empty. Name a new directory, or empty this one.`);
}

export async function writePack(directory: string, files: ReadonlyMap<string, string>): Promise<void> {
  const folders = new Set([...files.keys()].map((path) => dirname(join(directory, path))));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  for (const [path, text] of files) await writeFile(join(directory, path), text);
}

/** Name and version of this program, as its package says. */
export async function thisProgram(): Promise<string> {
  const text = await readFile(join(import.meta.dirname, '../../package.json'), 'utf8');
  const { name, version } = JSON.parse(text) as { name: string; version: string };
  return `${name} ${version}`;
}
