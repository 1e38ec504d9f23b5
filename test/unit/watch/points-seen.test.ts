import { describe, expect, test } from '@jest/globals';
import type { RecoveryPoint } from '../../../functions/account/points.ts';
import { partitionOf } from '../../../functions/ledger/resource.ts';
import { checkPoints, missing } from '../../../functions/watch/points-seen.ts';
import { orders, regionAt } from '../watch-world.ts';

const start = '2026-03-02T00:00:00.000Z';
const later = '2026-03-20T00:00:00.000Z';

const point = (arn: string, instant: string, more: Partial<RecoveryPoint> = {}): RecoveryPoint => ({
  arn,
  resource: orders,
  kind: 'rds',
  vault: 'lifeboat',
  createdAt: instant,
  instant,
  expiresAt: later,
  usability: { usable: true, because: 'AWS Backup says COMPLETED' },
  ...more,
});

describe('a recovery point that is gone', () => {
  const now = new Date(start);
  test.each([
    ['before its lifecycle ended it was deleted', later, [], ['a']],
    ['after its lifecycle ended it has just expired', '2026-03-01T00:00:00.000Z', [], []],
    ['and never had an end was deleted', '', [], ['a']],
    ['is not gone while it is there', later, [point('a', start)], []],
    [
      'and is being deleted counts as deleted',
      later,
      [point('a', start, { usability: { usable: false, because: 'AWS Backup says DELETING' } })],
      ['a'],
    ],
    [
      'and lost its snapshot is there, and unusable',
      later,
      [point('a', start, { usability: { usable: false, because: 'the snapshot behind it was not found' } })],
      [],
    ],
  ])('%s', (_, expiresAt, points, expected) => {
    expect(missing({ a: expiresAt }, points, now).map(([arn]) => arn)).toEqual(expected);
  });
});

describe('reconcile', () => {
  const look = async (region: ReturnType<typeof regionAt>, points: readonly RecoveryPoint[]) => {
    const kept = await region.ledger.list(partitionOf(orders));
    return checkPoints(region, orders, points, region.parts.clock.now(), kept);
  };

  test('tells of a deletion once, and ends it when a newer point is there', async () => {
    const region = regionAt(start);
    const [a, b] = [point('a', region.at(7)), point('b', region.at(1))];
    await look(region, [a, b]);
    region.wait(60);
    await look(region, [a]);
    region.wait(60);
    await look(region, [a]);
    expect(region.sent).toMatchObject([{ kind: 'finding:point-deleted', severity: 'notice', phase: 'opened' }]);
    expect(region.sent[0]?.because).toContain(`b (kept until ${later})`);
    region.wait(60);
    await look(region, [a, point('c', region.at(0.5))]);
    expect(region.sent.at(-1)).toMatchObject({ kind: 'finding:point-deleted', phase: 'resolved' });
  });

  test('keeps what it saw by the month, so that no row grows without end', async () => {
    const region = regionAt(start);
    const hours = Array.from({ length: 24 * 200 }, (_, hour) => {
      const made = new Date(Date.parse(start) - hour * 3_600_000).toISOString();
      return point(`arn:aws:backup:eu-central-1:111122223333:recovery-point:${String(hour).padStart(36, '0')}`, made);
    });
    await look(region, hours);
    const rows = await region.ledger.list(partitionOf(orders));
    expect(rows.map(({ sk }) => sk)).toEqual([
      ...['2025-08', '2025-09', '2025-10', '2025-11', '2025-12', '2026-01', '2026-02', '2026-03'].map(
        (month) => `POINTS#${month}`,
      ),
    ]);
    for (const row of rows) expect(JSON.stringify(row).length).toBeLessThan(200_000);

    // The oldest expire, and one of January is deleted by somebody.
    region.wait(60);
    const left = hours.slice(0, 24 * 150).filter((_, hour) => hour !== 24 * 40);
    expect(
      await look(
        region,
        left.map((one) => ({ ...one, expiresAt: later })),
      ),
    ).toBe(24 * 50 + 1);
  });

  test('forgets a month of which nothing is left', async () => {
    const region = regionAt(start);
    const old = point('a', '2026-01-10T00:00:00.000Z', { expiresAt: '2026-03-02T00:30:00.000Z' });
    const newer = point('b', '2026-02-10T00:00:00.000Z');
    await look(region, [old, newer]);
    region.wait(60);
    expect(await look(region, [newer])).toBe(0);
    expect((await region.ledger.list(partitionOf(orders))).map(({ sk }) => sk)).toEqual(['POINTS#2026-02']);
  });

  test('writes nothing while nothing changes', async () => {
    const region = regionAt(start);
    const a = point('a', start);
    await look(region, [a]);
    const before = region.ledger.writes();
    region.wait(60);
    await look(region, [a]);
    expect(region.ledger.writes()).toBe(before);
  });
});
