import { describe, expect, test } from '@jest/globals';
import { lastGoodPoint } from '../../../simulator/checkers/last-good-point.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { account, call, find, hour, iso, record, shop, start, world } from './entries.ts';

const point = (
  instant: number,
  more: { arn?: string; status?: string; region?: string; vault?: string; endsAt?: number } = {},
) => ({
  arn: `point ${instant}`,
  instant,
  completedAt: instant,
  ...more,
});
const with_ = (...points: ReturnType<typeof point>[]) => account({ points });
const proven = (hours: number, instant: number) => record(hours, { point: `point ${instant}`, instant: iso(instant) });

const judge = (entries: readonly TraceEntry[], ...looks: [number, ReturnType<typeof account>][]) =>
  find(lastGoodPoint(), entries, { looks });

const byLifeboat = (operation: string, output: object = {}) =>
  call(3, operation, { RecoveryPointArn: 'point 2', BackupVaultName: 'lifeboat' }, { service: 'Backup', output });
const bySomebody = (operation: string) =>
  call(
    3,
    operation,
    { RecoveryPointArn: 'point 2' },
    { service: 'Backup', caller: { kind: 'operator', name: 'somebody', region: 'eu-central-1' } },
  );

describe('the checker of the last good point', () => {
  test('is content when points give way to newer ones, and says how much it looked at', () => {
    const { violations, examined } = judge(
      [proven(3, 1)],
      [4, with_(point(1), point(2))],
      [5, with_(point(1), point(2), point(4))],
      [6, with_(point(1), point(4))],
    );
    expect(violations).toEqual([]);
    expect(examined).toEqual({ 'recovery points': 3, proofs: 1, 'proven now': 1, looks: 3 });
  });

  test('finds that the newest good point is gone and none is newer, once', () => {
    const { violations } = judge([], [4, with_(point(1), point(2))], [5, with_(point(1))], [6, with_(point(1))]);
    expect(violations).toEqual([expect.stringContaining(`${shop}: its newest good point point 2 is gone`)]);
  });

  test("blames nobody for what expires in another plan's vault, and Lifeboat for what expires in its own", () => {
    const expired = (vault: string) =>
      judge([], [4, with_(point(1), point(2, { vault, endsAt: 4.5 }))], [5, with_(point(1))]).violations;
    expect(expired('of-another-plan')).toEqual([]);
    expect(expired('lifeboat')).toHaveLength(1);
    const deleted = judge([], [4, with_(point(2, { vault: 'of-another-plan', endsAt: 9 }))], [5, with_(point(1))]);
    expect(deleted.violations).toHaveLength(1);
  });

  test('blames nobody for what expires of a retired resource, though it was proven', () => {
    const gone = (endsAt: number, ...entries: readonly TraceEntry[]) =>
      judge([proven(3, 2), ...entries], [4, with_(point(1), point(2, { endsAt }))], [5, with_(point(1))]).violations;
    const retired = world(3.5, 'retired', { resource: shop });
    expect(gone(4.5, retired)).toEqual([]);
    expect(gone(4.5)).toHaveLength(2);
    // Before its time it was no expiry.
    expect(gone(9, retired)).toHaveLength(2);
  });

  test('blames nobody for what is lost in a Region that is gone', () => {
    const lost = (gone: string) => {
      const goneFrom = (region: string) => (region === gone ? start + 4.5 * hour : undefined);
      const looks: [number, ReturnType<typeof account>][] = [
        [4, with_(point(1, { region: 'eu-west-1' }), point(2))],
        [5, with_(point(1, { region: 'eu-west-1' }))],
      ];
      return find(lastGoodPoint(undefined, { goneFrom }), [proven(3, 2)], { looks }).violations;
    };
    expect(lost('eu-central-1')).toEqual([]);
    expect(lost('eu-west-1')).toHaveLength(2);
  });

  test('takes a point that is being deleted for gone', () => {
    const { violations } = judge([], [4, with_(point(2))], [5, with_(point(2, { status: 'DELETING' }))]);
    expect(violations).toHaveLength(1);
  });

  test('finds that the last proven data is gone, though newer points are there', () => {
    const { violations } = judge(
      [proven(3, 1)],
      [4, with_(point(1), point(2))],
      [5, with_(point(2))],
      [6, with_(point(2))],
    );
    expect(violations).toEqual([expect.stringContaining('the last proven data, of 2026-01-05T01:00:00.000Z, is gone')]);
  });

  test('is content when the last proven data is kept under another name', () => {
    const { violations } = judge(
      [proven(3, 1)],
      [4, with_(point(1), point(2))],
      [5, with_(point(2), point(1, { arn: 'kept' }))],
    );
    expect(violations).toEqual([]);
  });

  test('blames nobody when somebody damages the copy under which the last proven data was kept, and Lifeboat when it goes by itself', () => {
    const kept = (status = 'COMPLETED') =>
      with_(point(1, { arn: 'kept 1', vault: 'lifeboat-proven', status }), point(2));
    const judged = (between: readonly TraceEntry[], then: ReturnType<typeof account>) => {
      const checker = lastGoodPoint();
      checker.see(proven(3, 1));
      checker.look(kept(), start + 4 * hour);
      return find(checker, between, { looks: [[5, then]] }).violations;
    };
    expect(judged([world(4.5, 'damaged a copy', { point: 'kept 1' })], kept())).toEqual([]);
    expect(judged([world(4.5, 'damaged a copy', { point: 'point 1' })], with_(point(2)))).toEqual([
      expect.stringContaining('the last proven data'),
    ]);
  });
  test('is content when newer data is proven before the older goes', () => {
    const { violations } = judge([proven(3, 1), proven(4.5, 2)], [5, with_(point(2))]);
    expect(violations).toEqual([]);
  });

  test.each(['DeleteRecoveryPoint', 'DisassociateRecoveryPoint', 'DeleteBackupVault'])(
    'finds that a function calls %s',
    (operation) => {
      expect(judge([byLifeboat(operation)]).violations).toEqual([expect.stringContaining(`calls ${operation}`)]);
    },
  );

  test('finds that a function shortens the life of a point, and lets it give more time', () => {
    const there = { ...point(2), deleteAt: 100 };
    const account_ = with_(there);
    for (const region of account_.regions) {
      const { points } = region.services.Backup.truth();
      Object.assign(region.services.Backup, {
        truth: () => ({ points: points.map((one) => ({ ...one, deleteAt: start + 100 * hour })) }),
      });
    }
    const until = (hours: number) => ({ CalculatedLifecycle: { DeleteAt: new Date(start + hours * hour) } });
    const checker = lastGoodPoint();
    checker.look(account_, start + 2 * hour);
    checker.see(byLifeboat('UpdateRecoveryPointLifecycle', until(200)));
    expect(checker.conclude(start + 4 * hour).violations).toEqual([]);
    checker.see(byLifeboat('UpdateRecoveryPointLifecycle', until(50)));
    expect(checker.conclude(start + 4 * hour).violations).toEqual([
      expect.stringContaining('shortens the life of point 2'),
    ]);
  });

  test('does not hold against Lifeboat what somebody else deleted or damaged', () => {
    expect(judge([proven(1, 2), bySomebody('DeleteRecoveryPoint')], [2, with_(point(2))]).violations).toEqual([]);
    const checker = lastGoodPoint();
    checker.look(with_(point(2)), start + 3 * hour);
    checker.see(proven(3, 2));
    checker.see(bySomebody('DeleteRecoveryPoint'));
    checker.see(world(3, 'damaged a copy', { point: 'point 1', resource: shop }));
    checker.look(with_(), start + 4 * hour);
    expect(checker.conclude(start + 5 * hour).violations).toEqual([]);
  });
});
