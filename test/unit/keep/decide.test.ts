import { describe, expect, test } from '@jest/globals';
import type { RecoveryPoint } from '../../../functions/account/points.ts';
import { decide, type Situation } from '../../../functions/keep/decide.ts';
import { mail, orders } from '../watch-world.ts';

const now = '2026-03-20T05:00:00.000Z';
const daysFromNow = (days: number) => new Date(Date.parse(now) + days * 86_400_000).toISOString();

function point(of: { age: number; left?: number; vault?: string } & Partial<RecoveryPoint>): RecoveryPoint {
  const { age, left, vault = 'lifeboat', ...more } = of;
  return {
    arn: `point of ${age} days in ${vault}`,
    resource: orders,
    kind: 'rds',
    vault,
    createdAt: daysFromNow(-age),
    instant: daysFromNow(-age),
    ...(left !== undefined && { expiresAt: daysFromNow(left) }),
    usability: { usable: true, because: 'AWS Backup says COMPLETED' },
    ...more,
  };
}

/** The last proven point, so many days old and with so many days left; drilled daily, and proven `provenAgo` days ago. */
function situation(of: { age: number; left?: number; provenAgo: number } & Partial<Situation>): Situation {
  const { age, left, provenAgo, ...more } = of;
  const proven = point({ age, ...(left !== undefined && { left }) });
  return {
    proof: { recoveryPoint: proven.arn, instant: proven.instant, provenAt: daysFromNow(-provenAgo) },
    points: [point({ age: 0, left: 35 }), proven],
    kept: [],
    drillEverySeconds: 86_400,
    coldAfterDays: null,
    now,
    ...more,
  };
}

describe('the last proven point', () => {
  test.each<[string, Situation]>([
    ['there is time', situation({ age: 5, left: 30, provenAgo: 5 })],
    ['drills go on, and a newer proof comes before it ends', situation({ age: 1, left: 6, provenAgo: 0.5 })],
    ['it never expires', situation({ age: 300, provenAgo: 300 })],
  ])('is left where it is while %s', (_, given) => {
    expect(decide(given).do).toBe('nothing');
  });

  test('is copied two weeks before it ends when its successor is overdue', () => {
    expect(decide(situation({ age: 20, left: 14.1, provenAgo: 20 })).do).toBe('nothing');
    expect(decide(situation({ age: 21, left: 13.9, provenAgo: 20 }))).toMatchObject({
      do: 'copy',
      point: { arn: 'point of 21 days in lifeboat' },
      because: expect.stringContaining('nothing newer was proven since'),
    });
  });

  test('is copied as soon as its successor is overdue when it lives only a week', () => {
    expect(decide(situation({ age: 1, left: 6, provenAgo: 1.4 })).do).toBe('nothing');
    expect(decide(situation({ age: 2, left: 5, provenAgo: 1.6 })).do).toBe('copy');
  });

  test('is copied while drills go on if the next run of keep could come too late', () => {
    expect(decide(situation({ age: 1, left: 1.9, provenAgo: 0.5 }))).toMatchObject({
      do: 'copy',
      because: expect.stringContaining('the next run of keep would come too late'),
    });
  });

  test('is copied when nobody drills its tier any more', () => {
    const given = situation({ age: 21, left: 10, provenAgo: 0.5 });
    expect(decide({ ...given, drillEverySeconds: undefined }).do).toBe('copy');
  });

  test('gets a lifecycle that counts from its own date, since a copy takes that over', () => {
    expect(decide(situation({ age: 30, left: 5, provenAgo: 30 }))).toMatchObject({ keepDays: 430 });
  });

  test('is copied before it goes to cold storage, from where nothing is copied', () => {
    const file = { kind: 'efs', resource: mail } as const;
    const proven = point({ age: 20, left: 300, ...file });
    const given = situation({ age: 20, left: 300, provenAgo: 20, points: [proven], coldAfterDays: 30 });
    expect(decide(given)).toMatchObject({ do: 'copy', until: daysFromNow(10) });
    expect(decide({ ...given, points: [point({ age: 20, left: 300 })] }).do).toBe('nothing');
  });

  test.each([
    ['is gone', []],
    [
      'cannot be used',
      [point({ age: 21, left: 10, usability: { usable: false, because: 'AWS Backup says EXPIRED' } })],
    ],
  ])('is told of when it %s', (_, points) => {
    expect(decide(situation({ age: 21, left: 10, provenAgo: 20, points })).do).toBe('give up');
  });

  test('is safe once a usable copy with its data is kept, whatever the copy is called', () => {
    const kept = [point({ age: 21, left: 379, vault: 'lifeboat-proven' })];
    expect(decide(situation({ age: 21, left: 5, provenAgo: 20, kept })).do).toBe('nothing');
    expect(decide(situation({ age: 21, left: 5, provenAgo: 20, kept, points: [] })).do).toBe('nothing');
  });

  test.each([
    ['holds other data', point({ age: 22, left: 379, vault: 'lifeboat-proven' })],
    [
      'is not made yet',
      point({ age: 21, left: 379, vault: 'lifeboat-proven', usability: { usable: false, because: 'CREATING' } }),
    ],
  ])('is not safe by a kept point that %s', (_, kept) => {
    expect(decide(situation({ age: 21, left: 5, provenAgo: 20, kept: [kept] })).do).toBe('copy');
  });

  test('is given more time where it is kept, while it is still the last one', () => {
    const kept = [point({ age: 341, left: 59, vault: 'lifeboat-proven' })];
    expect(decide(situation({ age: 341, provenAgo: 340, kept, points: [] }))).toMatchObject({
      do: 'extend',
      keepDays: 741,
      point: { vault: 'lifeboat-proven' },
    });
  });
});
