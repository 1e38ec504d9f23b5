import { describe, expect, test } from '@jest/globals';
import { slowRestores } from '../../../simulator/checkers/slow-restores.ts';
import type { SimulatedAccount } from '../../../simulator/world/account.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { find, hour, message, record, shop, start } from './entries.ts';

/** An account whose restore jobs ran from one hour to another, each of a point of its own. */
const account = (...jobs: { point: string; from: number; until: number; status?: string }[]) => {
  const restoreJobs = jobs.map(({ point, from, until, status = 'COMPLETED' }) => ({
    id: `job of ${point}`,
    pointArn: point,
    createdAt: start + from * hour,
    completedAt: start + until * hour,
    status,
  }));
  const regions = [{ name: 'eu-central-1', services: { Backup: { truth: () => ({ restoreJobs }) } } }];
  return { regions } as unknown as SimulatedAccount;
};

const slow = { point: 'p1', from: 1, until: 7 };
const fast = { point: 'p2', from: 20, until: 21 };
const drill = (hours: number, point: string, verdict = 'PASS') => record(hours, { point, verdict });
const page = (hours: number, phase: 'opened' | 'resolved' = 'opened', openedAt = hours) =>
  message(hours, { phase, kind: 'rto', openedAt });

describe('restores that take too long', () => {
  const bounds = (until?: number) => [
    {
      resource: shop,
      region: 'eu-central-1',
      boundSeconds: 4 * 3600,
      until: () => (until === undefined ? undefined : start + until * hour),
    },
  ];
  const found = (there: SimulatedAccount, entries: readonly TraceEntry[], retired?: number) =>
    find(slowRestores(bounds(retired)), entries, { looks: [[48, there]] });

  test('are paged about once the drill is recorded, until one is fast enough', () => {
    const entries = [drill(7.2, 'p1'), page(7.21), drill(21.2, 'p2'), page(21.21, 'resolved', 7.21)];
    expect(found(account(slow, fast), entries)).toEqual({
      examined: { 'restores timed': 2, 'breaches of rto': 1, 'restores too close to call': 0 },
      violations: [],
    });
  });

  test.each<[string, TraceEntry[], string]>([
    ['a slow restore that nobody was paged about', [drill(7.2, 'p1')], 'a restore of 6.0 hours was recorded at'],
    ['a page that came too late', [drill(7.2, 'p1'), page(7.4)], 'and nobody was paged'],
    ['a page about one that was fast', [drill(21.2, 'p2'), page(21.21)], 'opened at'],
    ['a page about another resource', [message(7, { phase: 'opened', kind: 'rto', subject: 'mail' })], 'nobody asked'],
    [
      'a page that stays open after a fast one',
      [drill(7.2, 'p1'), page(7.21), drill(21.2, 'p2')],
      'its page was not resolved in time',
    ],
    ['an end without a fast one', [drill(7.2, 'p1'), page(7.21), page(9, 'resolved', 7.21)], 'resolved at'],
  ])('finds %s', (_what, entries, words) => {
    expect(found(account(slow, fast), entries).violations).toContainEqual(expect.stringContaining(words));
  });

  test('are not judged by a drill that failed, by one that is too close to call, or after retirement', () => {
    expect(found(account(slow), [drill(7.2, 'p1', 'FAIL')]).violations).toEqual([]);
    const close = { point: 'p1', from: 1, until: 4.9 };
    expect(found(account(close), [drill(5.2, 'p1')])).toMatchObject({
      examined: { 'restores too close to call': 1 },
      violations: [],
    });
    expect(found(account(slow), [drill(7.2, 'p1'), page(7.21), page(10, 'resolved', 7.21)], 10).violations).toEqual([]);
  });

  test('are as long as the clock of whoever was answered says, which may be wrong', () => {
    const almost = { point: 'p1', from: 1, until: 4.9 };
    const entries = [drill(4.98, 'p1'), page(4.99)];
    const foundWith = (skew: number) =>
      find(slowRestores(bounds(), { skew }), entries, { looks: [[48, account(almost)]] }).violations;
    expect(foundWith(0)).toContainEqual(expect.stringContaining('no restore had taken so long'));
    expect(foundWith(5 * 60_000)).toEqual([]);
  });
});
