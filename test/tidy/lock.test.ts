import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from '../../cli/package/service.ts';

interface Entry {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const text = readFileSync(join(root, 'package-lock.json'), 'utf8');
const { packages } = JSON.parse(text) as { packages: Readonly<Record<string, Entry>> };

/** Optional packages, one for each platform, that are named but not locked: npm ci then refuses the whole file. */
function unlocked(entries: Readonly<Record<string, Entry>>): string[] {
  return Object.entries(entries).flatMap(([key, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => entries[`node_modules/${name}`] === undefined && entries[`${key}/node_modules/${name}`] === undefined,
    ),
  );
}

describe('package-lock.json', () => {
  test('locks the packages of every platform, so that npm ci takes it on each', () => {
    const named = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies));
    expect(named.length).toBeGreaterThan(50);
    expect(unlocked(packages)).toEqual([]);
    expect(unlocked({ 'node_modules/tool': { optionalDependencies: { 'tool-darwin-arm64': '1.0.0' } } })).toEqual([
      'tool-darwin-arm64',
    ]);
  });

  test('names no registry: everybody uses their own', () => {
    expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});
