import { beforeAll, describe, expect, test } from '@jest/globals';
import { playDrill } from './drill/launch.ts';
import type { LeakResult } from './drill/play-leaks.ts';
import { places } from './drill/search.ts';

let result: LeakResult;
beforeAll(async () => {
  result = await playDrill<LeakResult>('play-leaks.ts');
}, 180_000);

describe('drills of data in which a thousand strings are planted', () => {
  test('go well and badly, with questions whose errors quote rows', () => {
    expect(result.verdicts).toEqual({
      sound: 'PASS',
      nosy: 'FAIL',
      broken: 'FAIL',
      cluster: 'FAIL',
      share: 'PASS',
      torn: 'FAIL',
    });
    expect(Object.values(result.planted).reduce((sum, count) => sum + count, 0)).toBe(1072);
    // Four databases got a password of their own, each another one.
    expect(result.passwords).toBe(4);
    expect(result.restored).toBeGreaterThanOrEqual(3);
  });

  test('bring none of them to light: no log, event, history, call, ledger row, evidence or message holds one', () => {
    expect(result.found).toEqual([]);
  });

  test('were searched in every place that there is', () => {
    // The world's own notes are few: what was damaged.
    for (const place of places) expect({ place, texts: result.texts[place] > 0 }).toEqual({ place, texts: true });
    expect(result.texts['input of a call']).toBeGreaterThan(1000);
    expect(result.texts['execution history']).toBeGreaterThan(10);
  });

  test.each(places)('the same search finds a string and a password that are planted in: %s', (place) => {
    expect(result.plantedFound[place].strings).toBeGreaterThan(0);
    expect(result.plantedFound[place].passwords).toBeGreaterThan(0);
  });
});
