import { describe, expect, test } from '@jest/globals';
import { run } from '../session/played.ts';

/** What the checkers of a generated account find when these mistakes are in the product, by their invariants. */
async function found(...options: readonly string[]): Promise<Readonly<Record<string, readonly string[]>>> {
  const { output, errors } = await run(['test/simulation/generated-defects-run.ts', ...options]);
  if (output === '') throw new Error(errors);
  return JSON.parse(output);
}

describe('the checkers of generated accounts', () => {
  test('hold every invariant: mistakes in orders, records, tear-down and attempts are found', async () => {
    const mistakes = ['expiry-shortened', 'evidence-written-over', 'production-in-the-list', 'attempt-left-open'];
    const violations = await found('350', '3', '2', ...mistakes);
    for (const [invariant, words] of [
      ['4 the last good recovery point survives', 'for 6 days, and the policy keeps 7'],
      ['5 evidence is complete and append-only', 'was written without If-None-Match'],
      ['7 production is out of reach', 'which Lifeboat did not make'],
      ['8 it gets well', 'is an open attempt since'],
    ] as const) {
      expect(violations[invariant]).toContainEqual(expect.stringContaining(words));
    }
  }, 300_000);

  test('find the last proven point kept for a day, where drills stand still', async () => {
    const violations = await found('715', '4', '2', 'kept-for-a-day');
    expect(violations['4 the last good recovery point survives']).toEqual([
      expect.stringContaining('lifeboat-keep keeps'),
    ]);
  }, 300_000);
});
