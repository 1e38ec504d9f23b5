import { lstatSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A path inside a tree, as its parts. It may begin with `/`, which is the tree's own root. Refused: an empty path,
 * `..`, a zero byte.
 */
export function partsOf(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0) throw new Error(`The path "${path}" names the root itself. Name something below it.`);
  if (parts.includes('..'))
    throw new Error(`The path "${path}" may not contain "..": it has to stay inside the file system.`);
  if (path.includes('\0')) throw new Error('A path may not contain a zero byte.');
  return parts;
}

/** Where a path of a tree lies below `root`. Refused: a way there that goes through a symbolic link. */
export function inside(root: string, path: string): string {
  const parts = partsOf(path);
  let at = root;
  for (const part of parts.slice(0, -1)) {
    at = join(at, part);
    const found = lstatSync(at, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) {
      throw new Error(
        `The path "${path}" goes through the symbolic link ${part}, which may lead out of the file system.`,
      );
    }
    if (found !== undefined && !found.isDirectory())
      throw new Error(`The path "${path}" goes through ${part}, which is a file.`);
  }
  return join(root, ...parts);
}
