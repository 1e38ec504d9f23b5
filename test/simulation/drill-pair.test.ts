import { beforeAll, describe, expect, test } from '@jest/globals';
import { playDrill } from './drill/launch.ts';
import type { PairResult } from './drill/play-pair.ts';

let pair: PairResult;
beforeAll(async () => {
  pair = await playDrill<PairResult>('play-pair.ts');
}, 120_000);

describe('two file systems that are drilled at once, with deployments in between', () => {
  test('both pass, and the drills do run at once', () => {
    expect(pair.drills.map(({ beside }) => beside.verdict)).toEqual(['PASS', 'PASS']);
    expect(pair.both.from < pair.both.to).toBe(true);
    const within = pair.deployments.filter((at) => at > pair.both.from && at < pair.both.to);
    expect(within.length).toBeGreaterThan(2);
  });

  test('each reads its own files: name for name and byte for byte what it read alone', () => {
    for (const { alone, beside } of pair.drills) {
      expect({ ...beside, from: '', to: '', probeVersion: '' }).toEqual({
        ...alone,
        from: '',
        to: '',
        probeVersion: '',
      });
    }
  });

  test('could not be taken for one another', () => {
    const [left, right] = pair.drills;
    expect(left?.beside.files).toBe(31);
    expect(right?.beside.files).toBe(46);
    expect(left?.beside.digests).not.toEqual(right?.beside.digests);
    expect(left?.beside.probeVersion).not.toBe(right?.beside.probeVersion);
  });
});
