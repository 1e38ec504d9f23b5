import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { monthOf } from '../pack/month.ts';
import { type PackFacts, packFiles, sha256 } from '../pack/pack.ts';
import { NothingToVerify, type Source } from './source.ts';
import { isWhole, type Verified, verifyBucket } from './verify.ts';

/** What was found in the pack of a month. */
export interface VerifiedPack {
  readonly pack: string;
  readonly month: string;
  readonly at: string;
  readonly files: number;
  /** SHA-256 of SHA256SUMS, to compare with what came on another way. */
  readonly sums: string;
  /** What does not hold, besides chains and seals: one sentence each. */
  readonly broken: readonly string[];
  readonly evidence: Verified;
}

/** What the pack in a directory says of itself; undefined when there is none. */
export async function packIn(directory: string): Promise<PackFacts | undefined> {
  const text = await readFile(join(directory, 'pack.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const facts = JSON.parse(text) as Partial<PackFacts> | null;
    const { month, at, madeBy, troubles } = facts ?? {};
    const isWhole = [month, at, madeBy].every((member) => typeof member === 'string') && Array.isArray(troubles);
    if (facts?.what === 'lifeboat pack' && isWhole) return facts as PackFacts;
  } catch {}
  throw new NothingToVerify(`${join(directory, 'pack.json')} does not say what a pack says: nothing was verified.`);
}

/**
 * Checks a pack: every file against SHA256SUMS, the chains and seals in it, and that page, table and texts are those which
 * this program makes of the records.
 */
export async function verifyPack(directory: string, facts: PackFacts): Promise<VerifiedPack> {
  const paths = await filesIn(directory);
  const read = (path: string) => readFile(join(directory, path));
  const sums = await read('SHA256SUMS').catch(() => undefined);
  const broken = sums === undefined ? ['SHA256SUMS is gone'] : await againstSums(sums.toString('utf8'), paths, read);
  const objects = new Map<string, string>();
  for (const path of paths.filter((one) => /^(evidence|seals)\//.test(one))) {
    objects.set(path, (await read(path)).toString('utf8'));
  }
  const source: Source = {
    name: directory,
    live: false,
    keys: async () => [...objects.keys()],
    read: async (key) => objects.get(key) ?? '',
  };
  const evidence = await verifyBucket(source, 0, { pieceUntil: facts.at });
  for (const { of, words } of facts.troubles) broken.push(`when it was packed: ${of}: ${words}`);
  const { month, at, madeBy, troubles } = facts;
  const { files } = await packFiles({ month: monthOf(month), at, madeBy, slice: { objects, troubles } });
  for (const [path, text] of files) {
    if (path === 'SHA256SUMS' || objects.has(path) || !paths.includes(path)) continue;
    if ((await read(path)).equals(Buffer.from(text))) continue;
    broken.push(
      `${path} is not what this program makes of the records: it was changed, or made by another program than ${madeBy}`,
    );
  }
  return {
    pack: directory,
    month,
    at,
    files: paths.length,
    sums: sums === undefined ? '' : sha256(sums),
    broken,
    evidence,
  };
}

export function isWholePack({ broken, evidence }: VerifiedPack): boolean {
  return broken.length === 0 && isWhole(evidence);
}

export function packLines({ pack, month, at, files, sums, broken }: VerifiedPack): string[] {
  return [
    `${pack}: the pack of ${month} (UTC), as of ${at}`,
    ...broken.map((words) => `  BROKEN  ${words}`),
    ...(broken.length > 0
      ? []
      : [`  intact  ${files} files, as SHA256SUMS has them; page, table and texts are those that the records give`]),
    `  SHA-256 of SHA256SUMS: ${sums}`,
    '',
  ];
}

async function againstSums(
  sums: string,
  paths: readonly string[],
  read: (path: string) => Promise<Uint8Array>,
): Promise<string[]> {
  const broken: string[] = [];
  const known = new Set(paths);
  const named = new Set<string>(['SHA256SUMS']);
  for (const line of sums.split('\n').filter((one) => one !== '')) {
    const [, hash, path = ''] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (hash === undefined) broken.push(`SHA256SUMS has a line that is no hash and path: ${line.slice(0, 100)}`);
    else if (!known.has(path)) broken.push(`${path} is gone`);
    else if (sha256(await read(path)) !== hash) broken.push(`${path} was changed: its hash is not that of SHA256SUMS`);
    named.add(path);
  }
  for (const path of paths) if (!named.has(path)) broken.push(`${path} is not in SHA256SUMS`);
  return broken;
}

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(directory, sep).length).replaceAll(sep, '/'))
    .sort((one, other) => (one < other ? -1 : 1));
}
