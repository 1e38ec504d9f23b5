import type { Blobs } from '../blobs.ts';
import { bytewise, type Entry, loadContent, type Manifest, storeContent } from '../manifest.ts';
import type { DataFiles } from './engine.ts';

/**
 * Stores a data directory's files. The manifest holds its pieces: release them when it is no longer needed. Entries
 * that are as in `previous` are the same objects, because most files of a database never change.
 */
export function storeDirectory(blobs: Blobs, files: DataFiles, previous: Manifest = []): Manifest {
  const before = new Map(previous.map((entry) => [entry.path, entry]));
  return [...files]
    .map(([path, content]): Entry => {
      const known = before.get(path);
      if (content === null) {
        return known?.type === 'directory' ? known : { path, type: 'directory', mode: 0o700, modified: 0 };
      }
      const stored = storeContent(blobs, content, false);
      if (known?.type === 'file' && known.sha256 === stored.sha256 && known.size === stored.size) return known;
      return { path, type: 'file', mode: 0o600, modified: 0, ...stored };
    })
    .sort((left, right) => bytewise(left.path, right.path));
}

/** The files again, each checked against its digests. */
export function loadDirectory(blobs: Blobs, manifest: Manifest): DataFiles {
  return new Map(
    manifest.map((entry) => [entry.path, entry.type === 'file' ? loadContent(blobs, entry) : null] as const),
  );
}
