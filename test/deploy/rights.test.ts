import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Judged } from './rights/judge.ts';
import { judge, playAll } from './rights/runs.ts';
import { unexercised } from './rights/unexercised.ts';

let judged: Judged;
let played: { failed: string[]; played: number };

beforeAll(async () => {
  const all = await playAll();
  played = all;
  judged = await judge<Judged>(all.folders);
}, 1_800_000);

describe('everything that the workflows and their failures ask of AWS', () => {
  test('was asked in simulations that came to their end', () => {
    expect(played.failed).toEqual([]);
    expect(judged.runs).toBeGreaterThanOrEqual(played.played);
    expect(judged.calls).toBeGreaterThan(100_000);
    expect(judged.requests).toBeGreaterThan(1000);
    expect(judged.roles.length).toBeGreaterThan(30);
  });

  test('is allowed by the packaged policies: of the roles, and of what they reach', () => {
    expect(judged.missing).toEqual([]);
  });

  test('is all that they allow, but for what has its reason', () => {
    expect(judged.unused.filter((right) => !unexercised.some((one) => one.right.test(right)))).toEqual([]);
    const stale = unexercised.filter(({ right }) => !judged.unused.some((unused) => right.test(unused)));
    expect(stale.map(({ right }) => String(right))).toEqual([]);
  });
});
