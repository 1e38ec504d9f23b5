import { describe, expect, test } from '@jest/globals';
import { parts, sizes } from '../../../bench/fleet/account.ts';
import { billOf, pollingBill, total, waitingBill } from '../../../bench/fleet/bill.ts';
import type { Used } from '../../../bench/fleet/meter.ts';
import { pollsOf } from '../../../bench/fleet/waits.ts';
import { waitsIn } from '../../../bench/fleet/waves.ts';
import { readPrices } from '../../../cli/prices/prices.ts';

const prices = readPrices();
const monthDays = 365 / 12;

function used(more: Partial<Used> = {}): Used {
  return {
    calls: {},
    transitions: {},
    executions: 0,
    firings: 0,
    lambda: {},
    writeUnits: 0,
    readUnits: 0,
    metrics: 0,
    alarms: 0,
    ...more,
  };
}
const nothing = { jobs: 0, seconds: 0, polls: 0 };

describe('the fleet', () => {
  test('has as many resources as were asked for, whatever rounding leaves', () => {
    for (const resources of [1, 7, 100, 333, 10_000]) {
      expect(sizes(resources).reduce((sum, { count }) => sum + count, 0)).toBe(resources);
    }
    expect(sizes(10_000).map(({ count }) => count)).toEqual(parts.map(({ of10000 }) => of10000));
  });
});

describe('the bill', () => {
  const standing = { keys: 0, dashboards: 0 };

  test('is of a month, whatever was played, less what is free each month', () => {
    const bill = billOf(used({ transitions: { 'a/One': 600, 'a/Two': 400 } }), standing, prices, 1);
    expect(total(bill)).toBeCloseTo((1_000 * monthDays - 4_000) * 0.000025, 10);
    expect(total(billOf(used({ transitions: { 'a/One': 100 } }), standing, prices, 1))).toBe(0);
  });

  test('counts what stands there by the month, not by the day', () => {
    expect(total(billOf(used({ alarms: 14, metrics: 4 }), { keys: 6, dashboards: 4 }, prices, 1))).toBeCloseTo(
      1.4 + 1.2 + 6 + 3,
      10,
    );
  });

  test('has the waiting in it as a part', () => {
    const one = used({
      transitions: { 'lifeboat-protect/Back Up': 100_000, 'lifeboat-protect/Take The Lane': 100_000 },
      lambda: {
        'lifeboat-resume': { runs: 10, gigabyteSeconds: 2, longestSeconds: 1 },
        'lifeboat-watch': { runs: 10, gigabyteSeconds: 2, longestSeconds: 1 },
      },
    });
    const waiting = waitingBill(one, prices, monthDays);
    expect(waiting.map(({ quantity }) => Math.round(quantity))).toEqual([100_000, 10, 2]);
    expect(total(waiting)).toBeLessThan(total(billOf(one, standing, prices, monthDays)));
  });
});

describe('a polling loop', () => {
  test('waits a minute before each question, and asks until the job has ended', () => {
    expect([1, 60, 61, 600, 601].map(pollsOf)).toEqual([1, 1, 2, 10, 11]);
  });

  test('costs a start, and three transitions and a run of a function for each question', () => {
    const waited = { backup: { jobs: 1_000, seconds: 600_000, polls: 10_000 }, copy: nothing, restore: nothing };
    const [transitions, requests] = pollingBill(waited, prices, monthDays);
    expect(transitions?.quantity).toBeCloseTo(31_000, 6);
    expect(transitions?.usd).toBeCloseTo(31_000 * 0.000025, 8);
    expect(requests?.quantity).toBeCloseTo(11_000, 6);
    expect(pollingBill(waited, prices, monthDays, false)[1]?.quantity).toBe(0);
  });
});

describe('the time of a wave', () => {
  test.each([
    [0.1, 0, 0, 0, 'work'],
    [6.5, 0, 5, 1, 'the pause between two batches'],
    [61, 60, 0, 1, 'a wait for room'],
    [182, 180, 0, 3, 'three waits for room'],
    [67, 60, 5, 2, 'both'],
  ])('%d s between two starts are %d s of waiting for room and %d s of pause in %d waits: %s', (...of) => {
    const [seconds, full, pause, waits] = of;
    expect(waitsIn(seconds)).toEqual({ full, pause, waits });
  });
});
