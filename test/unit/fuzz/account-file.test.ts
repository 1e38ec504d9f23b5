import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { readAccountFile } from '../../../simulator/scenarios/account-file.ts';
import { edited, edits, type Json, runs } from './mutations.ts';
import { slipped, someSlips } from './yaml.ts';

const root = join(import.meta.dirname, '../../..');

describe.each(['examples/week/account.yml', 'examples/failures/account.yml'])('%s', (file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const written = parse(text) as Json;
  // Beside the true one, since its paths are read from there.
  const beside = join(root, file, '..', `fuzzed-${process.pid}.yml`);
  afterAll(() => rmSync(beside, { force: true }));

  const mustBeClear = (edited: string): void => {
    writeFileSync(beside, edited);
    const read = readAccountFile(beside);
    if (read.ok) {
      const { account, start, resources, incidents } = read.account;
      expect(account).toMatch(/^\d{12}$/);
      expect(Number.isFinite(start)).toBe(true);
      expect(resources.length).toBeGreaterThan(0);
      expect(JSON.stringify([resources, incidents])).not.toContain('null,null,null');
      return;
    }
    expect(read.problems).not.toEqual([]);
    for (const problem of read.problems) {
      expect(problem).toMatch(/^\S.*\.yml:\d+ {2}\S/);
      expect(problem.replace(/'.*?'/gs, '')).not.toMatch(/undefined|\[object |NaN:|TypeError|Cannot read/);
    }
  };

  test('edited in its values: taken, or every problem with its line, field and mend', () => {
    fc.assert(
      fc.property(edits, (all) => mustBeClear(stringify(edited(written, all)))),
      runs(80),
    );
  });

  test('edited as text, by slips of an editor: the same', () => {
    fc.assert(
      fc.property(someSlips, (all) => mustBeClear(slipped(text, all))),
      runs(80),
    );
  });
});
