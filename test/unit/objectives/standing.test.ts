import { describe, expect, test } from '@jest/globals';
import { nextLook } from '../../../functions/objectives/next-look.ts';
import { standingOf } from '../../../functions/objectives/standing.ts';

const nineHours = 9 * 3_600;
const measured = { objective: 'rpo' as const, firstSeenAt: '2026-03-01T00:00:00.000Z', boundSeconds: nineHours };

describe('an objective', () => {
  test('counts from the data instant of what is newest', () => {
    const standing = standingOf(
      { ...measured, instant: '2026-03-02T00:00:00.000Z' },
      new Date('2026-03-02T03:00:00.000Z'),
    );
    expect(standing).toEqual({
      standing: 'met',
      countsFrom: '2026-03-02T00:00:00.000Z',
      deadline: '2026-03-02T09:00:00.000Z',
      ageSeconds: 3 * 3_600,
      because:
        'the newest usable recovery point holds data of 2026-03-02T00:00:00.000Z, which is 3 hours old; the bound is 9 hours',
    });
  });

  test('holds at its deadline and is broken one millisecond later', () => {
    const instant = '2026-03-02T00:00:00.000Z';
    expect(standingOf({ ...measured, instant }, new Date('2026-03-02T09:00:00.000Z')).standing).toBe('met');
    expect(standingOf({ ...measured, instant }, new Date('2026-03-02T09:00:00.001Z')).standing).toBe('broken');
  });

  test('counts from when the resource was first seen while there is nothing else, and says so', () => {
    const standing = standingOf(measured, new Date('2026-03-01T10:30:00.000Z'));
    expect(standing).toMatchObject({ standing: 'broken', deadline: '2026-03-01T09:00:00.000Z' });
    expect(standing.because).toBe(
      'the newest usable recovery point: there is none since the resource was first seen at 2026-03-01T00:00:00.000Z, 10 hours 30 minutes ago; the bound is 9 hours',
    );
  });
});

describe('looks at an objective that stays broken', () => {
  test('grow apart up to a quarter of an hour, and no further', () => {
    const now = new Date('2026-03-01T00:00:00.000Z');
    const minutes = [1, 2, 3, 4, 5, 6, 50].map((looks) => (Date.parse(nextLook(looks, now)) - now.getTime()) / 60_000);
    expect(minutes).toEqual([1, 2, 5, 10, 15, 15, 15]);
  });
});
