import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileAnswer } from './contract.ts';
import { codeOf } from './trouble.ts';

/** Whether each path that must exist is there and its first byte can be read. */
export function requiredPaths(root: string, paths: readonly string[]): FileAnswer['required'][number][] {
  return paths.map((path) => {
    // What stands outside of what was restored proves nothing.
    if (path.split('/').includes('..')) return 'missing';
    try {
      if (statSync(join(root, path)).isDirectory()) return 'there';
      const file = openSync(join(root, path), 'r');
      try {
        readSync(file, Buffer.alloc(1), 0, 1, 0);
      } finally {
        closeSync(file);
      }
      return 'there';
    } catch (error) {
      return ['ENOENT', 'ENOTDIR'].includes(codeOf(error)) ? 'missing' : 'unreadable';
    }
  });
}
