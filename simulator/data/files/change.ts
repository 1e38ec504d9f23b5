import { createCipheriv, createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { inside } from './paths.ts';

/** One change of the workload. Paths are relative to the file system's root; directories on the way are made. */
export type FileChange =
  | ({ readonly kind: 'write'; readonly path: string; readonly mode?: number } & Content)
  | ({ readonly kind: 'append'; readonly path: string } & Content)
  | { readonly kind: 'delete'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string };

type Content =
  | { readonly text: string }
  | { readonly base64: string }
  /** So many bytes that look like chance and are the same for the same seed. */
  | { readonly seed: string | number; readonly sizeBytes: number };

/** @param modified the time that changed files get, in milliseconds since 1970: give the world's */
export function changeFiles(root: string, change: FileChange, modified: number): void {
  const path = inside(root, change.path);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (change.kind === 'delete') {
    if (found === undefined) throw new Error(`There is nothing at ${change.path} to delete.`);
    rmSync(path, { recursive: true });
    touch(dirname(path), modified);
    return;
  }
  if (change.kind === 'rename') {
    if (found === undefined) throw new Error(`There is nothing at ${change.path} to rename.`);
    const to = inside(root, change.to);
    mkdirSync(dirname(to), { recursive: true });
    renameSync(path, to);
    touch(dirname(path), modified);
    touch(dirname(to), modified);
    return;
  }
  if (found !== undefined && !found.isFile()) {
    throw new Error(`${change.path} is no plain file, so the workload cannot write to it.`);
  }
  const made = mkdirSync(dirname(path), { recursive: true });
  if (change.kind === 'append') appendFileSync(path, bytesOf(change));
  else {
    writeFileSync(path, bytesOf(change));
    if (change.mode !== undefined) chmodSync(path, change.mode);
  }
  touch(path, modified);
  // A new entry changes its directory too, and each new directory the one above it.
  for (let folder = dirname(path); found === undefined; folder = dirname(folder)) {
    touch(folder, modified);
    if (made === undefined || folder === dirname(made)) break;
  }
}

function touch(path: string, modified: number): void {
  utimesSync(path, modified / 1000, modified / 1000);
}

function bytesOf(content: Content): Buffer {
  if ('text' in content) return Buffer.from(content.text);
  if ('base64' in content) return Buffer.from(content.base64, 'base64');
  const key = createHash('sha256').update(String(content.seed)).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(content.sizeBytes));
}
