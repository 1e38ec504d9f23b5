import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { playDrill } from './drill/launch.ts';
import type { Fuzzed } from './fuzz/play.ts';

const root = join(import.meta.dirname, '../..');

describe('true inputs of an account, edited: fields gone, doubled, renamed, of other kinds, absurd', () => {
  let fuzzed: Fuzzed;
  beforeAll(async () => {
    fuzzed = await playDrill<Fuzzed>('../fuzz/play.ts');
  }, 600_000);

  test('are taken or refused by name and field: nothing crashes, hangs, or does half of something', () => {
    expect(fuzzed.troubles.join('\n')).toBe('');
  });

  test('went to every machine, and to every function that is not one of the sealed network', () => {
    const machines = readdirSync(join(root, 'statemachines')).map(
      (file) => `lifeboat-${file.replace('.asl.json', '')}`,
    );
    expect(fuzzed.machines).toEqual(machines.sort());
    const written = readFileSync(join(root, 'serverless.yml'), 'utf8');
    const functions = [...written.matchAll(/^ +name: (lifeboat-[\w-]+)\n +description:/gm)].map(
      ([, name = '']) => name,
    );
    const sealed = ['lifeboat-probe-database', 'lifeboat-probe-files'];
    expect(fuzzed.functions).toEqual(functions.filter((name) => !sealed.includes(name)).sort());
    expect(fuzzed.samples).toBeGreaterThan(60);
  });

  test.each([
    ['planted-crash', 'it failed with TypeError'],
    ['planted-hang', 'it failed with Sandbox.Timedout'],
    ['planted-half-effect', 'it refused its input after SNS.Publish'],
    ['planted-mumble', 'its InputRejected names no field'],
  ])('find the %s', (name, words) => {
    expect(fuzzed.planted.find((told) => told.includes(name))).toContain(words);
  });
});
