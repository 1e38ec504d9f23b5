import { describe, expect, test } from '@jest/globals';
import type { RecoveryPoint } from '../../../functions/account/points.ts';
import { alternativesTo, chooseWay, type Known, type Window } from '../../../functions/recover/choice.ts';
import { Refused } from '../../../functions/recover/refusal.ts';

const resource = 'arn:aws:rds:eu-central-1:111122223333:db:orders';
const at = (hour: number, minute = 0) => new Date(Date.UTC(2026, 0, 5, hour, minute)).toISOString();

const point = (name: string, hour: number, usable = true): RecoveryPoint => ({
  arn: name,
  resource,
  kind: 'rds',
  vault: 'lifeboat',
  createdAt: at(hour),
  instant: at(hour),
  usability: usable
    ? { usable: true, because: 'AWS Backup says COMPLETED' }
    : { usable: false, because: 'it is EXPIRED' },
});
const proof = (recoveryPoint: string, hour: number, region = 'eu-central-1') => ({
  recoveryPoint,
  instant: at(hour),
  provenAt: at(hour + 1),
  region,
});
const window: Window = { earliest: at(2), latest: at(11, 55), from: { is: 'instance', id: 'orders' } };
const known = (more: Partial<Known> = {}): Known => ({
  points: [point('c', 9), point('b', 6), point('a', 1)],
  window: undefined,
  proofs: [],
  doubt: undefined,
  now: new Date(at(12)),
  ...more,
});

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Refused) return `${error.refusal}: ${error.message}`;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('what is recovered when nothing is said', () => {
  test('is the newest proven point, though a newer one is there', () => {
    expect(chooseWay(known({ proofs: [proof('b', 6)] }), { is: 'newest proven' })).toMatchObject({
      by: 'point',
      recoveryPoint: 'b',
      proven: { region: 'eu-central-1' },
    });
  });

  test('counts the proof of a copy in another Region, which holds the data of the same instant', () => {
    const way = chooseWay(known({ proofs: [proof('its copy', 6, 'eu-west-1')] }), { is: 'newest proven' });
    expect(way).toMatchObject({ recoveryPoint: 'b', proven: { recoveryPoint: 'its copy', region: 'eu-west-1' } });
  });

  test('is the newest usable point where none is proven, and the reason says it loudly', () => {
    const points = [point('d', 10, false), point('c', 9)];
    expect(chooseWay(known({ points }), { is: 'newest proven' })).toMatchObject({
      recoveryPoint: 'c',
      proven: null,
      because: expect.stringContaining('NO POINT HERE IS PROVEN'),
    });
  });

  test('is never a proven point that cannot be restored any more', () => {
    const points = [point('c', 9), point('b', 6, false)];
    expect(chooseWay(known({ points, proofs: [proof('b', 6)] }), { is: 'newest proven' })).toMatchObject({
      recoveryPoint: 'c',
    });
  });

  test('is the end of the window where there is no point, and refused where there is nothing', () => {
    expect(chooseWay(known({ points: [], window }), { is: 'newest proven' })).toMatchObject({
      by: 'window',
      instant: at(11, 55),
    });
    expect(refusal(() => chooseWay(known({ points: [] }), { is: 'newest proven' }))).toContain('NothingToRecover');
    const unusable = known({ points: [point('a', 1, false)] });
    expect(refusal(() => chooseWay(unusable, { is: 'newest proven' }))).toContain('it is EXPIRED');
  });
});

describe('a point that was proven, and that a drill did not pass since', () => {
  const because = 'the drill did not pass: FAIL. orders exist: 6049 at the last PASS, 4065 now';
  const doubted = known({ proofs: [proof('b', 6)], doubt: { recoveryPoint: 'b', seenAt: at(11), because } });
  const said = `MIND: a drill of this very point did not pass. What was last seen, at ${at(11)}: ${because}`;

  test('is still what is recovered, and the reason says it loudly', () => {
    const way = chooseWay(doubted, { is: 'newest proven' });
    expect(way).toMatchObject({ recoveryPoint: 'b', because: expect.stringContaining(said) });
    expect(chooseWay(doubted, { is: 'point', arn: 'b' }).because).toContain(said);
  });

  test('is no doubt about any other', () => {
    expect(chooseWay(doubted, { is: 'point', arn: 'c' }).because).not.toContain('MIND');
    expect(chooseWay(doubted, { is: 'instant', instant: at(2) }).because).not.toContain('MIND');
  });

  test('has the newest one from before it beside it, and says it where it is an alternative itself', () => {
    const beside = (which: Parameters<typeof chooseWay>[1]) =>
      alternativesTo(doubted, chooseWay(doubted, which), { resource: 'orders', elsewhere: [] });
    expect(beside({ is: 'newest proven' })).toContainEqual({
      what: 'the newest point from before the one that a drill did not pass; no drill has proven it',
      dataInstant: at(1),
      proven: false,
      input: { resource: 'orders', point: 'a' },
      because: expect.stringContaining('would lose 11 hours of writes'),
    });
    expect(beside({ is: 'point', arn: 'c' })).toContainEqual(
      expect.objectContaining({
        what: 'the newest point that a drill has proven',
        input: { resource: 'orders', point: 'b' },
        because: expect.stringContaining(said),
      }),
    );
  });

  test('is told alone where nothing older is there', () => {
    const alone = { ...doubted, points: [point('b', 6)] };
    expect(
      alternativesTo(alone, chooseWay(alone, { is: 'newest proven' }), { resource: 'orders', elsewhere: [] }),
    ).toEqual([]);
  });
});

describe('an instant', () => {
  const wish = (instant: string) => ({ is: 'instant', instant }) as const;

  test('within the window is recovered to the second', () => {
    const way = chooseWay(known({ window }), wish('2026-01-05T07:30:15.700Z'));
    expect(way).toMatchObject({ by: 'window', instant: '2026-01-05T07:30:15.000Z' });
  });

  test('between the end of the window and now is the end of the window, unless a point is newer', () => {
    expect(chooseWay(known({ window }), wish(at(11, 58)))).toMatchObject({ by: 'window', instant: at(11, 55) });
    const old = { ...window, latest: at(7) };
    expect(chooseWay(known({ window: old }), wish(at(11, 58)))).toMatchObject({ by: 'point', recoveryPoint: 'c' });
  });

  test('that comes to a newer point than the window holds says what drills said of that point', () => {
    const because = 'the drill did not pass: FAIL. orders exist';
    const doubt = { recoveryPoint: 'c', seenAt: at(10), because };
    const old = { ...window, latest: at(7) };
    const way = chooseWay(known({ window: old, proofs: [proof('c', 9)], doubt }), wish(at(11, 58)));
    expect(way).toMatchObject({ by: 'point', recoveryPoint: 'c', proven: expect.anything() });
    expect(way.because).toContain('MIND: a drill of this very point did not pass');
  });

  test('before the window, or without one, is the newest point that is not after it', () => {
    expect(chooseWay(known({ window }), wish(at(1, 30)))).toMatchObject({ by: 'point', recoveryPoint: 'a' });
    expect(chooseWay(known(), wish(at(8, 59)))).toMatchObject({ recoveryPoint: 'b' });
    expect(chooseWay(known(), wish(at(9)))).toMatchObject({ recoveryPoint: 'c' });
  });

  test('before everything, or in the future, is refused with what there is', () => {
    expect(refusal(() => chooseWay(known({ window }), wish(at(0))))).toBe(
      `InstantOutOfReach: instant: nothing here holds data of ${at(0)} or before. The oldest that could be recovered is ${at(1)}.`,
    );
    expect(refusal(() => chooseWay(known(), wish(at(13))))).toContain('is in the future');
  });
});

describe('a named point', () => {
  test('is taken though it is not proven', () => {
    expect(chooseWay(known(), { is: 'point', arn: 'a' })).toMatchObject({ recoveryPoint: 'a', proven: null });
  });

  test('of another resource, or one that cannot be restored, is refused', () => {
    expect(refusal(() => chooseWay(known(), { is: 'point', arn: 'x' }))).toContain('PointNotUsable');
    const points = [point('a', 1, false)];
    expect(refusal(() => chooseWay(known({ points }), { is: 'point', arn: 'a' }))).toContain('it is EXPIRED');
  });
});

describe('the alternatives', () => {
  test('name every other way, its input, and what it would lose', () => {
    const all = known({ window, proofs: [proof('b', 6)] });
    const way = chooseWay(all, { is: 'newest proven' });
    expect(alternativesTo(all, way, { resource: 'orders', elsewhere: ['eu-west-1'] })).toEqual([
      expect.objectContaining({
        what: 'the newest point, which no drill has proven',
        input: { resource: 'orders', point: 'c' },
        because: expect.stringContaining('would lose 3 hours of writes'),
      }),
      expect.objectContaining({ input: { resource: 'orders', instant: at(11, 55) }, proven: false }),
      expect.objectContaining({ dataInstant: null, input: { resource: 'orders', location: 'eu-west-1' } }),
    ]);
  });

  test('never offer what was chosen', () => {
    const all = known({ proofs: [proof('c', 9)] });
    const way = chooseWay(all, { is: 'newest proven' });
    expect(alternativesTo(all, way, { resource: 'orders', elsewhere: [] })).toEqual([]);
  });
});
