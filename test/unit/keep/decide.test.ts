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

describe('where the last proven point is lost', () => {
  /** It was of yesterday; an older point was drilled since and passed, and there is one in between that nobody drilled. */
  const lost = (of: Partial<Situation> = {}): Situation => ({
    ...situation({ age: 1, provenAgo: 1 }),
    points: [point({ age: 9, left: 5 }), point({ age: 10, left: 4 })],
    older: { recoveryPoint: 'point of 10 days in lifeboat', instant: daysFromNow(-10), provenAt: daysFromNow(-0.1) },
    ...of,
  });
  const overdue = { proof: { ...lost().proof, provenAt: daysFromNow(-3) } };
  const isLost = /^point of 1 days in lifeboat, which was proven at .*, is in neither vault/;

  test('the older one that passed since is saved in its place, and that it stands in is said', () => {
    const decision = decide(lost(overdue));
    expect(decision).toMatchObject({ do: 'copy', lost: true, point: { arn: 'point of 10 days in lifeboat' } });
    expect(decision.because).toMatch(isLost);
    expect(decision.because).toContain('; an older one that is proven can be copied until');
  });

  test('that one has time while its successor is not overdue, and it does not end', () => {
    expect(decide(lost())).toMatchObject({ do: 'nothing', lost: true });
    const points = [point({ age: 10, left: 1 })];
    expect(decide(lost({ points }))).toMatchObject({ do: 'copy', lost: true });
  });

  test('the newest that is left is saved where no drill has passed since, or what passed is lost too', () => {
    const newest = { do: 'copy', lost: true, point: { arn: 'point of 9 days in lifeboat' } };
    expect(decide(lost({ ...overdue, older: undefined }))).toMatchObject(newest);
    expect(decide(lost({ ...overdue, points: [point({ age: 9, left: 5 })] }))).toMatchObject(newest);
  });

  test('the newest that is left is no other each day while backups go on', () => {
    const points = [point({ age: 0.2, left: 6.8 }), point({ age: 1.2, left: 5.8 })];
    expect(decide(lost({ ...overdue, older: undefined, points }))).toMatchObject({ do: 'nothing', lost: true });
    const none = [point({ age: 3.6, left: 3.4 }), point({ age: 4.6, left: 2.4 })];
    expect(decide(lost({ ...overdue, older: undefined, points: none }))).toMatchObject({ do: 'copy' });
  });

  test('what was kept in its place is enough, and is given more time', () => {
    const kept = (left: number) => [point({ age: 10, left, vault: 'lifeboat-proven' })];
    const points = [point({ age: 10, left: 1 })];
    expect(decide(lost({ ...overdue, points, kept: kept(300) }))).toMatchObject({ do: 'nothing', lost: true });
    expect(decide(lost({ ...overdue, points: [], kept: kept(300) }))).toMatchObject({ do: 'nothing', lost: true });
    expect(decide(lost({ ...overdue, points: [], kept: kept(20) }))).toMatchObject({ do: 'extend', lost: true });
    const unproven = { ...overdue, older: undefined };
    expect(decide(lost({ ...unproven, points, kept: kept(300) }))).toMatchObject({ do: 'nothing', lost: true });
    expect(decide(lost({ ...unproven, points: [], kept: kept(20) }))).toMatchObject({ do: 'extend', lost: true });
  });

  test('there is nothing to be done once nothing is left that can be used', () => {
    const points = [point({ age: 10, left: 4, usability: { usable: false, because: 'AWS Backup says EXPIRED' } })];
    expect(decide(lost({ points }))).toMatchObject({
      do: 'give up',
      because: expect.stringContaining('and no other point that is left can be used'),
    });
  });
});
