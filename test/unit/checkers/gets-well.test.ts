import { describe, expect, test } from '@jest/globals';
import { getsWell } from '../../../simulator/checkers/gets-well.ts';
import type { Bound } from '../../../simulator/checkers/no-missed-breach.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { account, find, hour, record, shop, start, world } from './entries.ts';

describe('it gets well: the checker', () => {
  const region = 'eu-central-1';
  const bounds: Bound[] = [
    { resource: shop, region, objective: 'rpo', boundSeconds: 8 * 3600 },
    { resource: shop, region, objective: 'proof', boundSeconds: 22 * 3600 },
  ];
  const point = (instant: number) => ({ instant, completedAt: instant + 0.3 });
  /** One that began an hour before. */
  const drill = (hours: number, instant: number) =>
    record(hours, { point: 'p', instant: new Date(start + instant * hour).toISOString() });
  /** A run of 14 hours in which nothing goes wrong any more after nine. */
  const judged = (points: readonly number[], drills: readonly [at: number, instant: number][]) =>
    find(
      getsWell(bounds, start + 9 * hour, 4 * hour),
      drills.map(([at, instant]) => drill(at, instant)),
      { endsAt: 14, looks: [[14, account({ points: points.map(point) })]] },
    ).violations;

  test('finds nothing where there was a backup and a drill after the faults', () => {
    expect(
      judged(
        [6, 8, 10],
        [
          [9, 6],
          [13, 10],
        ],
      ),
    ).toEqual([]);
  });
  test('finds a schedule that was stopped for good, though what was there before is new enough for its bound', () => {
    expect(judged([6, 8], [[13, 8]])).toEqual([expect.stringContaining('rpo of')]);
    expect(judged([6, 8], [[13, 8]])[0]).toContain('holds at the end by what it had before');
  });
  test('finds drills that are never run again, though one that had begun before passed after them', () => {
    expect(judged([6, 8, 10], [[9.4, 6]])).toEqual([expect.stringContaining('proof of')]);
    expect(judged([6, 8, 10], [[9.4, 6]])[0]).toContain('holds at the end by what it had before');
  });
  test('finds data that is too old for its bound, and a resource without any', () => {
    expect(judged([1], [[13, 1]])).toEqual([expect.stringContaining('rpo of')]);
    expect(judged([], [])).toEqual([
      expect.stringContaining('does not hold at the end'),
      expect.stringContaining('does not hold at the end'),
    ]);
  });
  test('asks for no drill of what somebody deleted or damaged where home is gone, and for one of what is left', () => {
    const copies = [{ from: 'point of 1', to: 'point of 2', createdAt: 5, completedAt: 6 }];
    const lost = (points: readonly number[], ...more: TraceEntry[]) => lostOf({ points: points.map(point) }, ...more);
    const lostOf = (there: Parameters<typeof account>[0], ...more: TraceEntry[]) =>
      find(
        getsWell([bounds[1] as Bound], start + 9 * hour, 4 * hour, { deafFrom: start + 2 * hour }),
        [drill(3, 1), ...more],
        { endsAt: 14, looks: [[14, account(there)]] },
      ).violations;
    expect(lost([])).toEqual([]);
    const stale = [expect.stringContaining('holds at the end by what it had before')];
    expect(lost([1])).toEqual(stale);
    const damage = world(4, 'damaged a copy', { point: 'point of 1' });
    expect(lost([1], damage)).toEqual([]);
    expect(lost([1, 2], damage)).toEqual(stale);
    expect(lostOf({ points: [point(2)], copies }, damage)).toEqual([]);
    expect(lostOf({ points: [point(2)], copies })).toEqual(stale);
  });
  test('finds scratch that is there for longer than a run takes: a snapshot of it, too, and a version of the probe', () => {
    const left = account({
      backups: [{ identifier: 'final-1', of: 'lifeboat-scratch-0a' }],
      versions: ['lifeboat-scratch-0a'],
    });
    const leftFor = (hours: number) =>
      find(getsWell([], start, 4 * hour), [], {
        endsAt: 14,
        looks: [
          [14 - hours, left],
          [14, left],
        ],
      }).violations;
    expect(leftFor(3)).toEqual([]);
    expect(leftFor(5)).toEqual([
      expect.stringContaining('final-1 of lifeboat-scratch-0a is in scratch'),
      expect.stringContaining('lifeboat-probe-files:1 is in scratch'),
    ]);
  });
});
