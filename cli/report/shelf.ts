import type { Shelf } from '../../functions/report/read.ts';
import type { Source } from '../verify/source.ts';

/** A bucket as the report reads it. All keys are listed once: a copy on the disk stands still. */
export async function shelfOf(source: Pick<Source, 'keys' | 'read'>): Promise<Shelf> {
  const keys = await source.keys();
  const folders = new Map<string, Set<string>>();
  const inFolder = new Map<string, string[]>();
  for (const key of keys) {
    const parts = key.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) {
      const parent = parts
        .slice(0, depth)
        .map((part) => `${part}/`)
        .join('');
      if (depth < parts.length - 1) add(folders, parent, `${parent}${parts[depth]}/`);
    }
    const parent = key.slice(0, key.lastIndexOf('/') + 1);
    const list = inFolder.get(parent);
    if (list === undefined) inFolder.set(parent, [key]);
    else list.push(key);
  }
  return {
    folders: async (prefix) => [...(folders.get(prefix) ?? [])].sort(),
    keys: async (prefix) => inFolder.get(prefix) ?? [],
    read: (key) => source.read(key),
  };
}

function add(folders: Map<string, Set<string>>, parent: string, child: string): void {
  const known = folders.get(parent);
  if (known === undefined) folders.set(parent, new Set([child]));
  else known.add(child);
}
