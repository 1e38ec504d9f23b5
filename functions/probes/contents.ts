import { createHash } from 'node:crypto';
import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';

/** Small enough to look at the clock often, large enough for a network file system. */
const chunkBytes = 8 * 1024 * 1024;

/** What files are read into, one after the other: a million of them would spend their time on making room. */
export const newBuffer = () => Buffer.allocUnsafe(chunkBytes);

/** How far into one file the probe has read. The digest of what was read so far is folded, so it can be written down. */
export interface InFile {
  readonly offset: number;
  readonly fold: string;
}

/** The digest of a whole file, or where it stopped because the time ran out. */
export type Contents = { readonly done: true; readonly digest: string } | { readonly done: false; readonly at: InFile };

/** Reads a file to its end: each chunk is hashed together with the digest of those before it. */
export function readContents(path: string, buffer: Buffer, hasTime: () => boolean, from?: InFile): Contents {
  const file = openSync(path, 'r');
  try {
    let { offset, fold } = from ?? { offset: 0, fold: '' };
    for (;;) {
      if (!hasTime()) return { done: false, at: { offset, fold } };
      const length = fill(file, buffer, offset);
      if (length > 0) fold = createHash('sha256').update(fold).update(buffer.subarray(0, length)).digest('hex');
      offset += length;
      if (length < buffer.length) return { done: true, digest: fold };
    }
  } finally {
    closeSync(file);
  }
}

/** A read may answer less than was asked for; only nothing means the end. */
function fill(file: number, buffer: Buffer, offset: number): number {
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(file, buffer, length, buffer.length - length, offset + length);
    if (read === 0) break;
    length += read;
  }
  return length;
}

/** What a link says; a link's content is its target. */
export function readLink(path: string): string {
  return createHash('sha256').update(readlinkSync(path)).digest('hex');
}
