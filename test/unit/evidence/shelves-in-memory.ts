import type { Shelves } from '../../../functions/evidence/objects.ts';
import { objectsInMemory } from '../watch-world.ts';

/** An evidence bucket that keeps its promises: keys in order, folders, and a key is written once. */
export function shelvesInMemory(): Shelves & { readonly kept: Map<string, string> } {
  const objects = objectsInMemory();
  return {
    ...objects,
    folders: async (prefix) => {
      const folders = (await objects.keys(prefix)).flatMap((key) => {
        const end = key.indexOf('/', prefix.length);
        return end < 0 ? [] : [key.slice(0, end + 1)];
      });
      return [...new Set(folders)];
    },
    keysAfter: async (prefix, after) => (await objects.keys(prefix)).filter((key) => key > after),
  };
}
