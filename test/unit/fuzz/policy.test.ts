import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import type { Policy } from '../../../functions/policy/policy.ts';
import { problemLine, readPolicy } from '../../../functions/policy/read.ts';
import { edited, edits, type Json, runs } from './mutations.ts';
import { slipped, someSlips } from './yaml.ts';

const root = join(import.meta.dirname, '../../..');
const files = [
  'policy.yml',
  ...readdirSync(join(root, 'examples/policies')).map((name) => join('examples/policies', name)),
];
/** However long a file is, reading it takes less than anybody notices. */
const patienceMilliseconds = 2_000;

/** Reads it as everybody does, and holds the answer against what a person needs of it. */
function mustBeClear(text: string): void {
  const began = performance.now();
  const read = readPolicy(text, 'policy.yml');
  expect(performance.now() - began).toBeLessThan(patienceMilliseconds);
  if (read.ok) {
    mustBeWhole(read.policy);
    return;
  }
  expect(read.problems).not.toEqual([]);
  for (const problem of read.problems) {
    expect(problem.line).toBeGreaterThanOrEqual(1);
    for (const words of [problem.field, problem.problem, problem.mend]) {
      expect(words.trim()).not.toBe('');
      expect(words.replace(/'.*?'/gs, '')).not.toMatch(/undefined|\[object |NaN|TypeError|Cannot read/);
    }
    expect(problemLine(problem)).not.toContain('\n');
  }
}

/** A policy that is taken has names and numbers that everything after it can reckon with. */
function mustBeWhole(policy: Policy): void {
  expect(JSON.parse(JSON.stringify(policy))).toEqual(JSON.parse(JSON.stringify(structuredClone(policy))));
  expect(Object.keys(policy.tiers).length).toBeGreaterThan(0);
  expect(Object.getPrototypeOf(policy.tiers)).toBe(Object.prototype);
  expect(Object.getPrototypeOf(policy.checks)).toBe(Object.prototype);
  for (const { objectives, backup, copies } of Object.values(policy.tiers)) {
    const numbers = [
      ...Object.values(objectives),
      backup?.everySeconds,
      backup?.keepDays,
      ...copies.map((copy) => copy.keepDays),
    ];
    for (const number of numbers) {
      if (typeof number === 'number') expect(Number.isSafeInteger(number) && number > 0).toBe(true);
    }
  }
}

describe.each(files)('%s', (file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const written = parse(text) as Json;

  test('edited in its values: taken, or every problem with its line, field and mend', () => {
    fc.assert(
      fc.property(edits, (all) => mustBeClear(stringify(edited(written, all)))),
      runs(60),
    );
  });

  test('edited as text, by slips of an editor: the same', () => {
    fc.assert(
      fc.property(someSlips, (all) => mustBeClear(slipped(text, all))),
      runs(80),
    );
  });
});

test('any text at all is answered clearly', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.json({ maxDepth: 4 })), mustBeClear),
    runs(150),
  );
});
