import { type Blobs, sha256 } from './blobs.ts';

/** One name in a stored tree. Paths are relative, with `/` between their parts. */
export type Entry =
  | { readonly path: string; readonly type: 'directory'; readonly mode: number; readonly modified: number }
  | {
      readonly path: string;
      readonly type: 'symlink';
      readonly mode: number;
      readonly modified: number;
      readonly target: string;
    }
  | {
      readonly path: string;
      readonly type: 'file';
      readonly mode: number;
      /** Seconds since 1970, with a fraction. */
      readonly modified: number;
      readonly size: number;
      /** Of the whole content. */
      readonly sha256: string;
      readonly pieces: readonly string[];
    };

export type FileEntry = Extract<Entry, { type: 'file' }>;

/** A tree whose contents are in the blob store. Entries are in the order of their paths' bytes: parents come first. */
export type Manifest = readonly Entry[];

/**
 * Files are stored in pieces of this many bytes, so that a database that changed a few pages adds a few pieces. It is
 * a multiple of Postgres' page (8 kB).
 */
export const pieceBytes = 64 * 1024;

/** Stores a file's content and describes it. `hashWhole: false` makes the digest from the pieces, which is faster. */
export function storeContent(blobs: Blobs, content: Uint8Array, hashWhole = true) {
  const pieces: string[] = [];
  for (let at = 0; at < content.length; at += pieceBytes) {
    pieces.push(blobs.put(content.subarray(at, Math.min(at + pieceBytes, content.length))));
  }
  const digest = hashWhole
    ? pieces.length === 1 && pieces[0]
      ? pieces[0]
      : sha256(content)
    : sha256(pieces.join('\n'));
  return { size: content.length, sha256: digest, pieces };
}

/** A file's content, read back and checked against its digests. A buffer of its own: the caller may write to it. */
export function loadContent(blobs: Blobs, entry: FileEntry): Uint8Array {
  const content = new Uint8Array(entry.size);
  let at = 0;
  for (const piece of entry.pieces) {
    const bytes = blobs.get(piece);
    content.set(bytes, at);
    at += bytes.length;
  }
  if (at !== entry.size) throw new Error(`${entry.path} has ${at} bytes in the store, and should have ${entry.size}.`);
  return content;
}

export function holdAll(blobs: Blobs, manifest: Manifest): void {
  for (const entry of manifest) if (entry.type === 'file') for (const piece of entry.pieces) blobs.hold(piece);
}

export function releaseAll(blobs: Blobs, manifest: Manifest): void {
  for (const entry of manifest) if (entry.type === 'file') for (const piece of entry.pieces) blobs.release(piece);
}

/** SHA-256 over path, type, mode, size and content of every entry. Times are left out: equal trees are equal. */
export function manifestDigest(manifest: Manifest): string {
  const lines = manifest.map((entry) => {
    const mode = entry.mode.toString(8);
    if (entry.type === 'file') return JSON.stringify([entry.path, 'file', mode, entry.size, entry.sha256]);
    if (entry.type === 'symlink') return JSON.stringify([entry.path, 'symlink', entry.target]);
    return JSON.stringify([entry.path, 'directory', mode]);
  });
  return sha256(lines.join('\n'));
}

export function totals(manifest: Manifest): { bytes: number; files: number } {
  let bytes = 0;
  let files = 0;
  for (const entry of manifest) {
    if (entry.type !== 'file') continue;
    bytes += entry.size;
    files += 1;
  }
  return { bytes, files };
}

/** Order of the names' UTF-8 bytes: the same on every machine and in every locale. */
export const bytewise = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));
