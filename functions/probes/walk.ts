import { type BigIntStats, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from './trouble.ts';

/** One thing under a root. `path` is relative to it and never leaves the probe. */
export type Found =
  | { readonly is: 'file' | 'link' | 'directory'; readonly path: string; readonly stats: BigIntStats }
  | { readonly is: 'unreadable'; readonly path: string; readonly code: string };

/**
 * Everything under a root, depth first, in the order of the names' code units, so that two walks of the same tree meet
 * the same things in the same order. With `after`, a path that an earlier walk has met, it goes on behind it. Links are
 * not followed; sockets, pipes and devices are not restored and not reported.
 */
export function* walk(root: string, after?: string): Generator<Found> {
  yield* below(root, '', after === undefined || after === '' ? [] : after.split('/'));
}

function* below(root: string, directory: string, after: readonly string[]): Generator<Found> {
  let names: string[];
  try {
    names = readdirSync(join(root, directory)).sort(byCodeUnits);
  } catch (error) {
    yield { is: 'unreadable', path: directory, code: codeOf(error) };
    return;
  }
  const [first, ...rest] = after;
  for (const name of names) {
    if (first !== undefined && byCodeUnits(name, first) < 0) continue;
    const isWhereItStopped = name === first;
    const path = directory === '' ? name : `${directory}/${name}`;
    const found = look(root, path);
    if (found === undefined) continue;
    if (!isWhereItStopped) yield found;
    if (found.is === 'directory') yield* below(root, path, isWhereItStopped ? rest : []);
  }
}

function look(root: string, path: string): Found | undefined {
  try {
    const stats = lstatSync(join(root, path), { bigint: true });
    if (stats.isFile()) return { is: 'file', path, stats };
    if (stats.isSymbolicLink()) return { is: 'link', path, stats };
    if (stats.isDirectory()) return { is: 'directory', path, stats };
    return undefined;
  } catch (error) {
    return { is: 'unreadable', path, code: codeOf(error) };
  }
}

function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
