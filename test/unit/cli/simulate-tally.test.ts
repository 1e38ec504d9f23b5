import { describe, expect, test } from '@jest/globals';
import type { Order, Played, SmallOrder, SmallPlayed } from '../../../cli/simulate/order.ts';
import { isGood, tallyOf, totalWords } from '../../../cli/simulate/tally.ts';
import { totalsOf } from '../../../cli/simulate/totals.ts';
import type { SiteFault } from '../../../simulator/faults/sites/strikes.ts';

const site = (number: number): SiteFault => ({
  site: { region: 'eu-west-1', caller: 'lifeboat-watch', to: 'eu-west-1', call: 'DynamoDB.Query', number },
  strike: 'slow',
});
const looked = (violations: readonly string[] = []) => [
  { invariant: '1 no orphan', examined: { looks: 3 }, violations },
];

/** Three seeds under the same weather, in which it struck so often. */
const under = (...fired: number[]) => {
  const tally = tallyOf();
  fired.forEach((times, index) => {
    const order: SmallOrder = { what: 'small', seed: String(index + 1), weather: ['quotas-reached'] };
    tally.add({ findings: looked(), weather: [{ name: 'quotas-reached', words: '', fired: times }] }, order);
  });
  return tally.total(556, fired.length);
};

describe('what many runs of the small account came to', () => {
  test('tells in how many of them a fault struck', () => {
    const total = under(0, 2, 0);
    expect(total).toMatchObject({ missed: 2, planned: { 'quotas-reached': 3 }, weather: { 'quotas-reached': 1 } });
    expect(totalWords(total, true)).toContain('3 runs; in 2 a fault never struck.\nStruck: quotas-reached 1 of 3.');
    expect(isGood(total, true)).toBe(true);
  });

  test('is not good where a fault that was asked for never struck', () => {
    const total = under(0, 0);
    expect(isGood(total, true)).toBe(false);
    expect(totalWords(total, true)).toContain('NOT TRIED: quotas-reached never struck');
    expect(totalWords(total, true)).not.toContain('are good');
    // What a seed of the swarm drew may find nothing to strike.
    expect(isGood(total, false)).toBe(true);
  });

  test('holds each of several faults to account, not all of them together', () => {
    const tally = tallyOf();
    const order: SmallOrder = { what: 'small', seed: '1', faults: [site(1), site(9)] };
    tally.add({ findings: looked(), fired: [4, 0] }, order);
    const total = tally.total(556, 1);
    expect(total).toMatchObject({ missed: 1, planned: { slow: 2 }, struck: { slow: 1 } });
    expect(total.neverStruck).toEqual(['eu-west-1 lifeboat-watch DynamoDB.Query 9=slow']);
    expect(isGood(total, true)).toBe(false);
  });

  test('names of each broken run its invariant and the command that plays it again, also that of one without an end', () => {
    const tally = tallyOf();
    const order = (seed: string): SmallOrder => ({ what: 'small', seed, faults: [site(1)] });
    const played: SmallPlayed[] = [{ findings: looked(['one is left']), fired: [1] }, { failed: 'it died' }];
    played.forEach((one, index) => {
      tally.add(one, order(String(index + 7)));
    });
    const total = tally.total(556, 2);
    expect(total.failures).toEqual([
      {
        order: 'seed 7: eu-west-1 lifeboat-watch DynamoDB.Query 1 takes twenty minutes',
        violations: ['1 no orphan: one is left'],
        again: 'npm run simulate -- --from 7 --at "eu-west-1 lifeboat-watch DynamoDB.Query 1=slow"',
      },
      expect.objectContaining({ violations: ['the run came to no end: it died'] }),
    ]);
    expect(total.examined).toEqual({ '1 no orphan': { looks: 3 } });
    expect(totalWords(total, true)).toContain('2 of 2 runs are BROKEN.');
  });

  test('is not good where somebody interrupted it', () => {
    const tally = tallyOf();
    tally.add({ findings: looked() }, { what: 'small', seed: '1' });
    const total = tally.total(556, 3);
    expect(isGood(total, false)).toBe(false);
    expect(totalWords(total, false)).toContain('Interrupted: 1 of 3 runs were played.');
  });
});

test('the hours of an account that came to no end are not among those that were played', () => {
  const order = (seed: string): Order => ({ what: 'account', seed, days: 4, digest: false });
  const played: Played[] = [
    { seed: '1', resources: 3, incidents: [], incidentsStruck: 0, findings: looked() },
    { seed: '2', failed: 'it died' },
  ];
  const [first, ...rest] = totalsOf(played, [order('1'), order('2')], (one) => !('failed' in one));
  expect(first).toMatch(/^Played: 96 simulated hours, in 1 accounts, and 1 came to no end\./);
  expect(rest.at(-1)).toBe('1 of 2 accounts are BROKEN.');
});
