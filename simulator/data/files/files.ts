import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Blobs } from '../blobs.ts';
import { type Manifest, manifestDigest, releaseAll, totals } from '../manifest.ts';
import type { Version, VersionStore } from '../versions.ts';
import { changeFiles, type FileChange } from './change.ts';
import { inside, partsOf } from './paths.ts';
import { copyTree, restoreTree, storeTree } from './tree.ts';

/** Equal trees have equal digests: path, type, mode, size and content of every entry. */
export interface TreeDigest {
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  /** SHA-256 of each file by its path. */
  readonly byPath: Readonly<Record<string, string>>;
}

/** File systems in real directories. Owners are not kept: everything belongs to whoever runs the simulator. */
export interface Files {
  /**
   * A new file system: empty, or with a copy of a real directory's tree. With `modifiedAt`, milliseconds since 1970,
   * all of it gets that time.
   */
  create(id: string, source?: { readonly directory?: string; readonly modifiedAt?: number }): Promise<void>;
  /** The live directory. */
  directory(id: string): string;
  /** @param modifiedAt the world's time in milliseconds, which the changed file gets */
  change(id: string, change: FileChange, modifiedAt?: number): Promise<void>;
  snapshot(id: string, versionId: string): Promise<Version>;
  /**
   * Restores a version below `under`, a directory that is not there yet.
   * @param items files or directories of the version to restore, instead of all; throws if one is not in it
   */
  restoreInto(id: string, versionId: string, under: string, items?: readonly string[]): Promise<void>;
  /**
   * What lies in the live file system: below `under`, or all of it. Times are left out. Compare it with
   * `digestOfVersion`, where the same items are chosen.
   * @param choice.items files or directories below `under`; throws if one is not there
   */
  digest(id: string, choice?: { readonly under?: string; readonly items?: readonly string[] }): Promise<TreeDigest>;
  digestOfVersion(versionId: string, items?: readonly string[]): TreeDigest;
  destroy(id: string): Promise<void>;
  readonly ids: readonly string[];
}

export function createFiles(options: {
  readonly blobs: Blobs;
  readonly versions: VersionStore;
  readonly scratchDirectory: string;
}): Files {
  const { blobs, versions, scratchDirectory } = options;
  const roots = new Map<string, string>();
  const root = (id: string): string => {
    const found = roots.get(id);
    if (found === undefined) throw new Error(`There is no file system ${id}.`);
    return found;
  };

  return {
    async create(id, source = {}) {
      if (roots.has(id)) throw new Error(`There is a file system ${id} already.`);
      const directory = join(scratchDirectory, 'files', directoryName(id));
      if (source.directory !== undefined && !statSync(source.directory, { throwIfNoEntry: false })?.isDirectory()) {
        throw new Error(`${source.directory} is no directory. Give the path of one.`);
      }
      mkdirSync(directory, { recursive: true });
      // The root of a new file system lets everybody in, for access points to sort out.
      chmodSync(directory, 0o755);
      try {
        const { modifiedAt } = source;
        const seconds = modifiedAt === undefined ? undefined : modifiedAt / 1000;
        if (source.directory !== undefined) copyTree(source.directory, directory, seconds);
      } catch (error) {
        remove(directory);
        throw error;
      }
      roots.set(id, directory);
    },
    directory: root,
    async change(id, change, modifiedAt = 0) {
      changeFiles(root(id), change, modifiedAt);
    },
    async snapshot(id, versionId) {
      versions.refuseTaken(versionId);
      return versions.add({ id: versionId, manifest: storeTree(blobs, root(id)) });
    },
    async restoreInto(id, versionId, under, items) {
      const { manifest, kind } = versions.stored(versionId);
      if (kind !== 'files') throw new Error(`The version ${versionId} holds a database, not files.`);
      const chosen = items === undefined ? manifest : chosenOf(manifest, versionId, items);
      const target = inside(root(id), under);
      if (existsSync(target))
        throw new Error(`There is something at ${under} already: a restore never writes over it.`);
      mkdirSync(target, { recursive: true });
      restoreTree(blobs, chosen, target);
    },
    async digest(id, { under, items } = {}) {
      const from = under === undefined ? root(id) : inside(root(id), under);
      const manifest = storeTree(blobs, from);
      try {
        return treeDigest(items === undefined ? manifest : chosenOf(manifest, `${id}/${under ?? ''}`, items));
      } finally {
        releaseAll(blobs, manifest);
      }
    },
    digestOfVersion(versionId, items) {
      const { manifest, kind } = versions.stored(versionId);
      if (kind !== 'files') throw new Error(`The version ${versionId} holds a database, not files.`);
      return treeDigest(items === undefined ? manifest : chosenOf(manifest, versionId, items));
    },
    async destroy(id) {
      remove(root(id));
      roots.delete(id);
    },
    get ids() {
      return [...roots.keys()];
    },
  };
}

function treeDigest(manifest: Manifest): TreeDigest {
  const byPath = manifest.flatMap((entry) => (entry.type === 'file' ? [[entry.path, entry.sha256] as const] : []));
  return { digest: manifestDigest(manifest), ...totals(manifest), byPath: Object.fromEntries(byPath) };
}

/** The items, what is below them, and the directories on the way to them. */
function chosenOf(manifest: Manifest, versionId: string, items: readonly string[]): Manifest {
  const chosen = new Set<string>();
  for (const item of items) {
    const parts = partsOf(item);
    const path = parts.join('/');
    const found = manifest.filter((entry) => entry.path === path || entry.path.startsWith(`${path}/`));
    if (found.length === 0) throw new Error(`The version ${versionId} has no ${item}.`);
    for (const entry of found) chosen.add(entry.path);
    for (let depth = 1; depth < parts.length; depth += 1) chosen.add(parts.slice(0, depth).join('/'));
  }
  return manifest.filter((entry) => chosen.has(entry.path));
}

/** Ids may hold anything; a directory's name may not. */
const directoryName = (id: string): string =>
  /^[\w-]{1,100}$/.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 32);

function remove(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch {
    // A directory without the right to write keeps its entries. Take the rights, and try once more.
    openUp(directory);
    rmSync(directory, { recursive: true, force: true });
  }
}

function openUp(directory: string): void {
  chmodSync(directory, 0o700);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) openUp(join(directory, entry.name));
  }
}
