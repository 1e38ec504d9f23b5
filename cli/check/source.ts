import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parse } from '@swc/core';

/** A node of the syntax tree: a type, a span and whatever else the type has. */
export interface Node {
  readonly type: string;
  readonly span?: { readonly start: number; readonly end: number };
  readonly [member: string]: unknown;
}

/** One source file, parsed. */
export interface Source {
  /** From the root, with `/`. */
  readonly file: string;
  readonly statements: readonly Node[];
  /** The line of a node, from 1. */
  lineOf(node: Node): number;
}

/** Every TypeScript file below the folders, in the order of their names. A folder that is not there has none. */
export async function readSources(root: string, folders: readonly string[]): Promise<Source[]> {
  const found = await Promise.all(folders.map((folder) => filesIn(root, folder, /\.ts$/)));
  return Promise.all(found.flat().map((file) => parsed(file, readFileSync(join(root, file), 'utf8'))));
}

/** The files below a folder whose name fits, from the root, sorted. */
export async function filesIn(root: string, folder: string, name: RegExp): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .sort();
}

export async function parsed(file: string, text: string): Promise<Source> {
  // The parser counts a module's span from its first token: an empty statement in front makes that the first byte.
  const module = await parse(`;${text}`, { syntax: 'typescript', target: 'es2024' });
  const bytes = Buffer.from(text);
  const first = module.span.start + 1;
  return {
    file,
    statements: module.body.slice(1) as unknown as Node[],
    lineOf: ({ span }) =>
      bytes
        .subarray(0, (span?.start ?? first) - first)
        .toString()
        .split('\n').length,
  };
}

/** Every node below `value`, parents first. `into` may refuse to go below a node. */
export function* nodesIn(value: unknown, into: (node: Node) => boolean = () => true): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesIn(item, into);
  } else if (typeof value === 'object' && value !== null) {
    const node = value as Node;
    if (typeof node.type === 'string') {
      yield node;
      if (!into(node)) return;
    }
    for (const member of Object.values(node)) yield* nodesIn(member, into);
  }
}
