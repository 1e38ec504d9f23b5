import { describe, expect, test } from '@jest/globals';
import type { RecoveryPoint } from '../../../functions/account/points.ts';
import { type PointsRow, pointsKey } from '../../../functions/ledger/pipeline.ts';
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
    const before = await region.ledger.get<PointsRow>(pointsKey(orders));
    return checkPoints(region, orders, points, region.parts.clock.now(), before);
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
