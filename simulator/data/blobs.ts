import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Immutable pieces of data, each known by its SHA-256 and stored once however many versions hold it. Small stores live
 * in memory; what goes beyond the budget is written below the given directory, which the caller removes.
 */
export interface Blobs {
  /** Stores the bytes, or counts one more holder of the same bytes. Answers with their SHA-256 in hex. */
  put(bytes: Uint8Array): string;
  /** The bytes. They belong to the store: never write to them. Throws if they are not what the digest says. */
  get(digest: string): Uint8Array;
  /** One more holder of a piece that is already stored. */
  hold(digest: string): void;
  /** One holder fewer; the last one's leaving frees the piece. */
  release(digest: string): void;
  /** Bytes that are stored, each piece counted once. */
  readonly bytes: number;
}

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

interface Piece {
  /** Absent when the piece is on disk. */
  readonly bytes: Uint8Array | undefined;
  readonly size: number;
  holders: number;
}

export function blobStore(options: { directory: string; memoryBytes: number }): Blobs {
  const pieces = new Map<string, Piece>();
  let inMemory = 0;
  let stored = 0;
  const pathOf = (digest: string) => join(options.directory, digest.slice(0, 2), digest);

  const piece = (digest: string): Piece => {
    const found = pieces.get(digest);
    if (found === undefined) throw new Error(`No stored data has the digest ${digest}.`);
    return found;
  };

  return {
    put(bytes) {
      const digest = sha256(bytes);
      const found = pieces.get(digest);
      if (found !== undefined) {
        found.holders += 1;
        return digest;
      }
      stored += bytes.length;
      if (inMemory + bytes.length <= options.memoryBytes) {
        // A copy of its own: a view would keep the whole buffer behind it alive.
        pieces.set(digest, { bytes: Uint8Array.from(bytes), size: bytes.length, holders: 1 });
        inMemory += bytes.length;
      } else {
        mkdirSync(join(options.directory, digest.slice(0, 2)), { recursive: true });
        writeFileSync(pathOf(digest), bytes);
        pieces.set(digest, { bytes: undefined, size: bytes.length, holders: 1 });
      }
      return digest;
    },
    get(digest) {
      const found = piece(digest);
      const bytes = found.bytes ?? readFileSync(pathOf(digest));
      if (sha256(bytes) !== digest) throw new Error(`The stored data ${digest} was changed behind the store's back.`);
      return bytes;
    },
    hold(digest) {
      piece(digest).holders += 1;
    },
    release(digest) {
      const found = piece(digest);
      found.holders -= 1;
      if (found.holders > 0) return;
      pieces.delete(digest);
      stored -= found.size;
      if (found.bytes === undefined) rmSync(pathOf(digest));
      else inMemory -= found.size;
    },
    get bytes() {
      return stored;
    },
  };
}
