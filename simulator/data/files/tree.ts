import {
  chmodSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Blobs } from '../blobs.ts';
import { bytewise, type Entry, loadContent, type Manifest, releaseAll, storeContent } from '../manifest.ts';

/** Everything below a directory, in the order of the paths' bytes, with where it lies. */
interface Found {
  readonly path: string;
  readonly real: string;
  readonly type: Entry['type'];
  readonly mode: number;
  readonly modified: number;
}

/**
 * Lists a real directory. Symbolic links are listed and never followed. What a file system on EFS would not hold or
 * this store could not give back as it was is refused: sockets, pipes, devices, names that are not UTF-8.
 */
export function list(root: string): Found[] {
  const found: Found[] = [];
  const walk = (directory: string, prefix: string) => {
    for (const raw of readdirSync(directory, { encoding: 'buffer' })) {
      const name = raw.toString();
      if (!Buffer.from(name).equals(raw)) {
        throw new Error(`A name in ${directory} is not valid UTF-8 (${raw.toString('hex')}). Rename the file.`);
      }
      const path = prefix + name;
      const real = join(directory, name);
      const stats = lstatSync(real);
      const type = stats.isDirectory()
        ? 'directory'
        : stats.isSymbolicLink()
          ? 'symlink'
          : stats.isFile()
            ? 'file'
            : undefined;
      if (type === undefined) {
        throw new Error(
          `${real} is a socket, a pipe or a device. Only files, directories and symbolic links are kept.`,
        );
      }
      found.push({ path, real, type, mode: stats.mode & 0o7777, modified: stats.mtimeMs / 1000 });
      if (type === 'directory') walk(real, `${path}/`);
    }
  };
  walk(root, '');
  return found.sort((left, right) => bytewise(left.path, right.path));
}

/** Stores what lies below a directory. The manifest holds its pieces. */
export function storeTree(blobs: Blobs, root: string): Manifest {
  const entries: Entry[] = [];
  try {
    for (const { path, real, type, mode, modified } of list(root)) {
      if (type === 'file') entries.push({ path, type, mode, modified, ...storeContent(blobs, readFileSync(real)) });
      else if (type === 'symlink') entries.push({ path, type, mode, modified, target: readlinkSync(real) });
      else entries.push({ path, type, mode, modified });
    }
  } catch (error) {
    releaseAll(blobs, entries);
    throw error;
  }
  return entries;
}

type Content = (entry: Extract<Entry, { type: 'file' }>) => Uint8Array;

/** Writes entries below a directory that exists: contents, modes, times, links and empty directories. */
export function writeTree(root: string, entries: Manifest, content: Content): void {
  const directories: Array<Extract<Entry, { type: 'directory' }>> = [];
  for (const entry of entries) {
    const real = join(root, entry.path);
    if (entry.type === 'directory') {
      mkdirSync(real, { recursive: true });
      directories.push(entry);
    } else if (entry.type === 'symlink') {
      symlinkSync(entry.target, real);
      lutimesSync(real, entry.modified, entry.modified);
    } else {
      writeFileSync(real, content(entry));
      chmodSync(real, entry.mode);
      utimesSync(real, entry.modified, entry.modified);
    }
  }
  // A directory's own mode and time come last, the innermost first: writing into it changes its time and may need
  // more rights than it grants.
  for (const { path, mode, modified } of directories.reverse()) {
    chmodSync(join(root, path), mode);
    utimesSync(join(root, path), modified, modified);
  }
}

/** Writes a stored tree, each file checked against its digests. */
export function restoreTree(blobs: Blobs, manifest: Manifest, root: string): void {
  writeTree(root, manifest, (entry) => loadContent(blobs, entry));
}

/**
 * Copies a real tree. Nothing of it is refused later that is not refused now. With `modifiedAt`, seconds since 1970,
 * everything gets that time: the times of a checkout are those of whoever checked it out.
 */
export function copyTree(from: string, to: string, modifiedAt?: number): void {
  const entries = list(from).map(({ path, real, type, mode, modified: own }): Entry => {
    const modified = modifiedAt ?? own;
    if (type === 'file') return { path, type, mode, modified, size: 0, sha256: '', pieces: [] };
    if (type === 'symlink') return { path, type, mode, modified, target: readlinkSync(real) };
    return { path, type, mode, modified };
  });
  writeTree(to, entries, ({ path }) => readFileSync(join(from, path)));
}
