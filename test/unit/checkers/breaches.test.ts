import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Breach, breachesOf, type PointLife } from '../../../simulator/checkers/breaches.ts';

const point = (dataInstant: number, usableFrom = dataInstant, goneAt?: number): PointLife => ({
  dataInstant,
  usableFrom,
  goneAt,
});

/**
 * Walks through time a minute at a time and looks, in the middle of each, whether the newest data that can be restored
 * is older than the bound. It knows nothing of deadlines.
 */
function naively(points: readonly PointLife[], bound: number, firstSeen: number, end: number): boolean[] {
  const broken: boolean[] = [];
  for (let minute = firstSeen; minute < end; minute += 1) {
    const now = minute + 0.5;
    let newest = firstSeen;
    for (const { dataInstant, usableFrom, goneAt } of points) {
      if (usableFrom <= now && (goneAt === undefined || now < goneAt) && dataInstant > newest) newest = dataInstant;
    }
    broken.push(now - newest > bound);
  }
  return broken;
}

function covered(breaches: readonly Breach[], firstSeen: number, end: number): boolean[] {
  return Array.from({ length: end - firstSeen }, (_, index) => {
    const now = firstSeen + index + 0.5;
    return breaches.some(({ deadline, endedAt }) => deadline < now && (endedAt === undefined || now < endedAt));
  });
}

describe('the breaches of an objective', () => {
  test('are those that a minute-by-minute walk finds, each once and in order', () => {
    const life = fc
      .tuple(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 15 }),
        fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
      )
      .map(([at, delay, stays]) => point(at, at + delay, stays === undefined ? undefined : at + delay + stays));
    let minutes = 0;
    let brokenMinutes = 0;
    fc.assert(
      fc.property(
        fc.array(life, { maxLength: 8 }),
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 60 }),
        (points, bound, firstSeen, length) => {
          const end = firstSeen + length;
          const breaches = breachesOf(points, bound, firstSeen, end);
          const oracle = naively(points, bound, firstSeen, end);
          expect(covered(breaches, firstSeen, end)).toEqual(oracle);
          minutes += oracle.length;
          brokenMinutes += oracle.filter(Boolean).length;
          breaches.forEach(({ deadline, endedAt }, index) => {
            const next = breaches[index + 1];
            expect(deadline).toBeLessThan(endedAt ?? end + 1);
            if (next !== undefined) expect(endedAt).toBeLessThanOrEqual(next.deadline);
          });
        },
      ),
      { seed: 1, numRuns: 3000 },
    );
    expect(minutes).toBeGreaterThan(50_000);
    expect(brokenMinutes).toBeGreaterThan(10_000);
  });

  test.each<[string, readonly PointLife[], Breach[]]>([
    ['from the bound after it was first seen, where no point ever came', [], [{ deadline: 10, endedAt: undefined }]],
    [
      'until newer data can be restored, not until it was written',
      [point(12, 20)],
      [
        { deadline: 10, endedAt: 20 },
        { deadline: 22, endedAt: undefined },
      ],
    ],
    ['none, while points come in time', [point(5), point(14), point(23), point(32)], []],
    ['one, when a point comes that is itself too old', [point(2, 13), point(25, 26)], [{ deadline: 10, endedAt: 26 }]],
    [
      'at the moment the last good point is gone',
      [point(20, 20, 25)],
      [
        { deadline: 10, endedAt: 20 },
        { deadline: 25, endedAt: undefined },
      ],
    ],
  ])('are %s', (_what, points, breaches) => {
    const end = breaches.length === 0 ? 40 : 35;
    expect(breachesOf(points, 10, 0, end)).toEqual(breaches);
  });
});
