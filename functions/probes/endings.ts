import { shortHash } from './digests.ts';

/** How many endings are counted apart; the files of any further one are counted with all the others. */
const mostCounted = 20_000;
/** How many of them are told. */
const mostTold = 256;
/** What is longer is no ending but a part of the name. */
const longestEnding = 16;

/** Files by their hashed ending. */
export type Endings = Map<string, number>;

/**
 * Counts the ending of a file's name, in small letters; a name without one has the empty ending. Only hashes are kept:
 * an ending may be part of a name.
 */
export function addEnding(endings: Endings, salt: string, path: string): void {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const ending = dot <= 0 || name.length - dot - 1 > longestEnding ? '' : name.slice(dot + 1).toLowerCase();
  const hash = shortHash(salt, 'ending', ending);
  const count = endings.get(hash);
  if (count !== undefined || endings.size < mostCounted) endings.set(hash, (count ?? 0) + 1);
}

/** The commonest endings, the commonest first; the same files give the same list. */
export function commonest(endings: Endings): [string, number][] {
  return [...endings].sort(([one, few], [other, many]) => many - few || (one < other ? -1 : 1)).slice(0, mostTold);
}
