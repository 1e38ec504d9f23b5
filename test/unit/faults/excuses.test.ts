import { describe, expect, test } from '@jest/globals';
import type { Leave } from '../../../simulator/checkers/compare.ts';
import { neverSilentlyGreen } from '../../../simulator/checkers/never-silently-green.ts';
import { onePage } from '../../../simulator/checkers/one-page.ts';
import { failingWhile, leaveWhile, repeatingWhile } from '../../../simulator/faults/fault.ts';
import type { Region } from '../../../simulator/world/region.ts';
import { find, hour, message, minute, record, start } from '../checkers/entries.ts';

/** A drill that lasted an hour and failed, and was paged. */
const failed = (hours: number) => [
  record(hours, { verdict: 'FAIL', because: ['it was denied'], point: 'arn:point', instant: '2026-01-05T00:00:00Z' }),
  message(hours + 0.01, { phase: 'opened', kind: 'drill' }),
];
const judged = (hours: number, from: number, until: number) =>
  find(
    neverSilentlyGreen({ mayFail: failingWhile({ from: start + from * hour, until: start + until * hour }) }),
    failed(hours),
  ).violations.length;

describe('a drill that did not pass', () => {
  test.each([
    ['ended while the fault was at work', 10, 9.5, 10.5],
    ['began while it was', 10, 8, 9.1],
    ['lasted from before it until after it', 10, 9.2, 9.4],
  ])('is excused when it %s', (_, hours, from, until) => {
    expect(judged(hours, from, until)).toBe(0);
  });

  test.each([
    ['began when it was over', 10, 7, 8.9],
    ['ended before it began', 10, 10.1, 11],
  ])('is not excused when it %s', (_, hours, from, until) => {
    expect(judged(hours, from, until)).toBe(1);
  });
});

test('a page that falls due while a fault is at work in its Region is out six minutes after, and no other one may be late', () => {
  const region = { name: 'eu-west-1' } as Region;
  const [from, until] = [start + 2 * hour, start + 3 * hour];
  const { openBy = () => Number.NaN } = leaveWhile([{ region, from, until }]);
  expect(openBy('eu-west-1', from + minute)).toBe(until + 6 * minute);
  expect(openBy('eu-central-1', from + minute)).toBe(0);
  expect(openBy('eu-west-1', until + minute)).toBe(0);
  expect(openBy('eu-west-1', from - 7 * minute)).toBe(0);
});

describe('a page that is sent twice', () => {
  const sent = (leave: Leave, second: number) =>
    find(onePage(leave), [
      message(2, { phase: 'opened', kind: 'rpo', openedAt: 2 }),
      message(2.1, { phase: 'opened', kind: 'rpo', openedAt: second }),
    ]).violations.length;
  const region = { name: 'eu-central-1' } as Region;
  const throttled = (from: number, until: number): Leave => ({
    mayRepeat: repeatingWhile([{ region, from: start + from * hour, until: start + until * hour }]),
  });

  test('is excused while its sender cannot write to the ledger that SNS took it, if it is the same page', () => {
    expect(sent(throttled(1.9, 2.5), 2)).toBe(0);
    expect(sent(throttled(1.9, 2.5), 2.1)).toBe(1);
  });

  test('is not excused before or after that', () => {
    expect(sent({}, 2)).toBe(1);
    expect(sent(throttled(2.2, 3), 2)).toBe(1);
    expect(sent(throttled(1, 1.9), 2)).toBe(1);
  });
});
