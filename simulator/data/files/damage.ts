import type { Blobs } from '../blobs.ts';
import {
  bytewise,
  type Entry,
  type FileEntry,
  holdAll,
  loadContent,
  type Manifest,
  storeContent,
} from '../manifest.ts';
import { partsOf } from './paths.ts';

export type FileDamage =
  /** Half of the file is lost; one bit of it is changed and its size is not; it is gone; it has another name. */
  | { readonly kind: 'file'; readonly path: string; readonly as: 'truncate' | 'flip' | 'delete' }
  | { readonly kind: 'file'; readonly path: string; readonly as: 'rename'; readonly to: string };

export function damageFiles(blobs: Blobs, version: { id: string; manifest: Manifest }, damage: FileDamage): Manifest {
  const path = partsOf(damage.path).join('/');
  const found = version.manifest.find((entry) => entry.path === path);
  if (found?.type !== 'file') throw new Error(`The version ${version.id} has no file ${path}.`);
  const others = version.manifest.filter((entry) => entry !== found);
  const changed = changedEntry(blobs, found, damage, others);
  holdAll(blobs, others);
  return [...others, ...changed].sort((left, right) => bytewise(left.path, right.path));
}

function changedEntry(blobs: Blobs, found: FileEntry, damage: FileDamage, others: Manifest): Entry[] {
  if (damage.as === 'delete') return [];
  if (damage.as === 'rename') {
    const parts = partsOf(damage.to);
    const parent = parts.slice(0, -1).join('/');
    const to = parts.join('/');
    if (others.some((entry) => entry.path === to)) throw new Error(`There is something at ${to} already.`);
    if (parent !== '' && !others.some((entry) => entry.path === parent && entry.type === 'directory')) {
      throw new Error(`There is no directory ${parent} to rename into.`);
    }
    holdAll(blobs, [found]);
    return [{ ...found, path: to }];
  }
  if (found.size === 0) throw new Error(`${found.path} is empty: there is nothing in it to damage.`);
  const content = loadContent(blobs, found);
  const middle = Math.floor(content.length / 2);
  if (damage.as === 'flip') content[middle] = (content[middle] ?? 0) ^ 1;
  return [{ ...found, ...storeContent(blobs, damage.as === 'truncate' ? content.subarray(0, middle) : content) }];
}
