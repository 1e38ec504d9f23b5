import { describe, expect, test } from '@jest/globals';
import type { Leave } from '../../../simulator/checkers/compare.ts';
import { neverSilentlyGreen } from '../../../simulator/checkers/never-silently-green.ts';
import { onePage } from '../../../simulator/checkers/one-page.ts';
import { syntheticPlane } from '../../../simulator/data/synthetic/index.ts';
import { failingWhile, givingUpWhile, leaveWhile, type Met, repeatingWhile } from '../../../simulator/faults/fault.ts';
import { readSite } from '../../../simulator/faults/sites/site.ts';
import { strikeAt } from '../../../simulator/faults/sites/strikes.ts';
import { createAccount } from '../../../simulator/world/account.ts';
import type { Region } from '../../../simulator/world/region.ts';
import { createWorld } from '../../../simulator/world/world.ts';
import { find, hour, message, minute, record, shop, start } from '../checkers/entries.ts';

/** A drill that lasted an hour and failed, and was paged. */
const failed = (hours: number) => [
  record(hours, { verdict: 'FAIL', because: ['it was denied'], point: 'arn:point', instant: '2026-01-05T00:00:00Z' }),
  message(hours + 0.01, { phase: 'opened', kind: 'drill' }),
];
const judged = (hours: number, from: number, until: number, met: Pick<Met, 'region' | 'resource'> = {}) =>
  find(
    neverSilentlyGreen({ mayFail: failingWhile({ ...met, from: start + from * hour, until: start + until * hour }) }),
    failed(hours),
  ).violations.length;
const [home, other] = [{ name: 'eu-central-1' } as Region, { name: 'eu-west-1' } as Region];

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

  test('is excused by what goes wrong in its own Region and with its own resource alone', () => {
    expect(judged(10, 9.5, 10.5, { region: home, resource: shop })).toBe(0);
    expect(judged(10, 9.5, 10.5, { region: other })).toBe(1);
    expect(judged(10, 9.5, 10.5, { resource: 'arn:of:another' })).toBe(1);
  });
});

test('a backup that failed is excused by what goes wrong in a copy Region too: it copies', () => {
  const run = { region: 'eu-central-1', workflow: 'protect', resource: shop };
  const mayFail = failingWhile({ region: other, from: start, until: start + hour });
  expect(mayFail(run, start + hour, start)).toBe(true);
  expect(mayFail({ ...run, workflow: 'drill' }, start + hour, start)).toBe(false);
});

describe('what was handed on and is given up', () => {
  const mayGiveUp = givingUpWhile({ region: other, from: start + hour, until: start + 2 * hour });

  test('is excused from the fault on, for as long as the last try may take', () => {
    const given = (hours: number) => mayGiveUp({ region: 'eu-west-1', name: 'lifeboat-resume' }, start + hours * hour);
    expect([0.9, 1, 2.3, 2.4].map(given)).toEqual([false, true, true, false]);
  });

  test('is excused in the other Region only if its function asks here', () => {
    const given = (name?: string) => mayGiveUp({ region: 'eu-central-1', name }, start + 1.5 * hour);
    expect(['lifeboat-reconcile', 'lifeboat-resume', undefined].map(given)).toEqual([true, false, false]);
  });
});

describe('a fault at one call', () => {
  const struck = () => {
    const world = createWorld({ seed: 'one', start });
    const account = createAccount({ id: '123456789012', world, data: syntheticPlane() });
    const site = readSite('eu-central-1 lifeboat-drill-choose Backup.ListBackupVaults 0');
    if (site === undefined) throw new Error('It is a site.');
    const { leave, troubles } = strikeAt(account, { site, strike: 'denied' });
    const caller = { kind: 'function', name: 'lifeboat-drill-choose', region: 'eu-central-1', id: 'one' } as const;
    world.at(start + hour, 'a call', () => {
      account
        .region('eu-central-1')
        .request(caller, 'Backup', 'ListBackupVaults', {})
        .catch(() => {});
    });
    return { run: () => world.run(start + 2 * hour), leave, troubles };
  };
  const drill = (region: string) => ({ region, workflow: 'drill', resource: shop });

  test('excuses nothing before it struck', () => {
    const { leave, troubles } = struck();
    expect(troubles?.()).toEqual([]);
    expect(leave.openBy?.('eu-central-1', start + 1.5 * hour)).toBe(0);
    expect(leave.mayFail?.(drill('eu-central-1'), start + 2 * hour, start)).toBe(false);
  });

  test('excuses its own Region and the runs that it is part of, and no others', async () => {
    const { run, leave, troubles } = struck();
    await run();
    expect(troubles?.()).toEqual([{ from: start + hour, until: start + 2 * hour }]);
    for (const [region, is] of [
      ['eu-central-1', true],
      ['eu-west-1', false],
    ] as const) {
      expect(leave.openBy?.(region, start + 1.5 * hour)).toBe(is ? start + 2.1 * hour : 0);
      expect(leave.mayFail?.(drill(region), start + 2 * hour, start)).toBe(is);
      expect(leave.mayGiveUp?.({ region, name: 'lifeboat-drill-choose' }, start + 2 * hour)).toBe(is);
    }
    expect(leave.mayGiveUp?.({ region: 'eu-central-1', name: 'lifeboat-resume' }, start + 2 * hour)).toBe(false);
    const backup = { ...drill('eu-central-1'), workflow: 'protect' };
    expect(leave.mayFail?.(backup, start + 2 * hour, start)).toBe(false);
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
