import { describe, expect, test } from '@jest/globals';
import {
  compareWithPages,
  type KnownBreach,
  type Leave,
  seenWithin,
  type Told,
} from '../../../simulator/checkers/compare.ts';

const minute = 60_000;
const start = Date.parse('2026-01-05T00:00:00Z');
const at = (minutes: number) => start + minutes * minute;
const breach = (deadline: number, endedAt?: number, knownBy = 0): KnownBreach => ({
  deadline: at(deadline),
  endedAt: endedAt === undefined ? undefined : at(endedAt),
  knownBy: knownBy === 0 ? 0 : at(knownBy),
});
const told = (opened: number, resolved?: number, together = false): Told => ({
  openedAt: at(opened),
  pagedAt: at(opened) + 1000,
  resolvedAt: resolved === undefined ? undefined : at(resolved),
  ...(together && { together }),
});
const compare = (breaches: KnownBreach[], episodes: Told[], leave: Leave = {}) =>
  compareWithPages({ kind: 'rpo', resource: 'shop', region: 'eu-central-1' }, breaches, episodes, at(1000), leave).map(
    (words) => words.replace(' of shop in eu-central-1', '').replace(/2026-01-05T(\d\d:\d\d):\d\d\.\d{3}Z/g, '$1'),
  );

describe('pages held against breaches', () => {
  test('are right when each breach has one episode that opens in time and ends with it', () => {
    expect(compare([breach(10, 100), breach(200, 300)], [told(11, 101), told(201, 301)])).toEqual([]);
  });

  test('may be one for two breaches, when its end could not yet be noticed', () => {
    expect(compare([breach(10, 100), breach(110, 200)], [told(11, 201)])).toEqual([]);
    expect(compare([breach(10, 100), breach(180, 300)], [told(11, 301)])).toEqual([
      'rpo: well again at 01:40, and not resolved in time',
    ]);
  });

  test('have an hour where a point was lost, since nobody knows of it before', () => {
    expect(compare([breach(10, 100, 75)], [told(70, 101)])).toEqual([]);
    expect(compare([breach(10, 100)], [told(70, 101)])).toEqual(['rpo: broken at 00:10, and paged only at 01:10']);
  });

  test('may be late by a fault that was at work whenever somebody might have come to know of the loss', () => {
    const throttled: Leave = { openBy: (_, when) => (when > at(20) && when <= at(74) ? at(80) : 0) };
    expect(compare([breach(10, 100, 75)], [told(78, 101)], throttled)).toEqual([]);
    expect(compare([breach(10, 100, 75)], [told(81, 101)], throttled)).toEqual([
      'rpo: broken at 00:10, and paged only at 01:21',
    ]);
  });

  test('may be late by a fault that is about just this, and not by one about something else', () => {
    const silent = (kind: string): Leave => ({ openBy: (_, __, about) => (about?.kind === kind ? at(66) : 0) });
    expect(compare([breach(10, 200)], [told(65, 201)], silent('rpo'))).toEqual([]);
    expect(compare([breach(10, 200)], [told(65, 201)], silent('proof'))).toHaveLength(1);
  });

  test('may tell of many at once, and what is left is then told by itself', () => {
    expect(compare([breach(10, 100)], [told(11, 60, true), told(61, 101)])).toEqual([]);
    expect(compare([breach(10, 100)], [told(11, 60), told(61, 101)])).toEqual([
      'rpo: resolved at 01:00, before it was well at 01:40',
    ]);
  });

  test('are excused by a fault until soon after its end, and no longer', () => {
    const leave: Leave = { openBy: (region) => (region === 'eu-central-1' ? at(66) : 0) };
    expect(compare([breach(10, 200)], [told(65, 201)], leave)).toEqual([]);
    expect(compare([breach(10, 200)], [told(67, 201)], leave)).toEqual([
      'rpo: broken at 00:10, and paged only at 01:07',
    ]);
    expect(compare([breach(10, 200)], [], leave)).toEqual(['rpo: broken at 00:10, and no page came in time']);
  });

  test('may be late by a fault that was still at work when another one was over', () => {
    const leave = (second: number): Leave => ({
      openBy: (_, when) => Math.max(when <= at(20) ? at(30) : 0, when > at(second) && when <= at(60) ? at(66) : 0),
    });
    expect(compare([breach(10, 200)], [told(65, 201)], leave(20))).toEqual([]);
    expect(compare([breach(10, 200)], [told(65, 201)], leave(31))).toEqual([
      'rpo: broken at 00:10, and paged only at 01:05',
    ]);
  });

  test('may be as late as any single message is, at both ends', () => {
    const slow: Leave = { slow: 6 * minute };
    expect(compare([breach(10, 100)], [told(17, 125)], slow)).toEqual([]);
    expect(compare([breach(10, 100)], [told(17, 125)])).toHaveLength(2);
    expect(compare([breach(10, 100)], [told(19, 101)], slow)).toHaveLength(1);
    expect(compare([breach(10, 100)], [], slow)).toEqual(['rpo: broken at 00:10, and no page came in time']);
  });

  test('may be as early and late as the clocks are wrong', () => {
    expect(compare([breach(10, 100)], [told(6, 97)], { skew: 5 * minute })).toEqual([]);
    expect(compare([breach(10, 100)], [told(6, 97)])).not.toEqual([]);
  });

  test('are false without a breach, and one too many beside another', () => {
    expect(compare([], [told(11, 20)])).toEqual(['rpo: paged at 00:11, and nothing was broken']);
    expect(compare([breach(10, 100)], [told(11, 101), told(40, 101)])).toEqual([
      'rpo: paged at 00:40, and nothing was broken',
    ]);
  });
});

describe('what is seen by rounds that come every hour', () => {
  const seen = (instant: number, from: number, until: number) => {
    const openBy = (region: string, when: number) =>
      region === 'eu-west-1' && when >= at(from) && when <= at(until) ? at(until + 6) : 0;
    return (seenWithin({ openBy }, ['eu-central-1', 'eu-west-1'], at(instant), 65 * minute) - start) / minute;
  };

  test('is seen within the hour where no fault is at work', () => {
    expect(seen(36, 200, 260)).toBe(101);
    expect(seen(36, 0, 30)).toBe(101);
  });

  test('is seen within the hour after a fault that was at work at any time until then, in any of the Regions', () => {
    expect(seen(36, 15, 75)).toBe(75 + 6 + 65);
    expect(seen(36, 100, 160)).toBe(160 + 6 + 65);
  });
});
