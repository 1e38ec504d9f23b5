import { describe, expect, test } from '@jest/globals';
import type { Leave } from '../../../simulator/checkers/compare.ts';
import { noMissedBreach } from '../../../simulator/checkers/no-missed-breach.ts';
import { breachesOfReadings, type Reading } from '../../../simulator/checkers/readings.ts';
import type { SimulatedAccount } from '../../../simulator/world/account.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { iso, ledgerRow, message, minute, shop, start } from './entries.ts';

const at = (minutes: number) => start + minutes * minute;

/** Readings of every minute from the first on; `newest` is in minutes too. */
function read(minutes: number, newest: (minute: number) => number | undefined): Reading[] {
  return Array.from({ length: minutes + 1 }, (_, index) => {
    const instant = newest(index);
    return { at: at(index), newest: instant === undefined ? undefined : at(instant) };
  });
}

const bound = 30 * minute;
const breaches = (readings: readonly Reading[], firstSeen = start) =>
  breachesOfReadings(readings, bound, firstSeen, readings.at(-1)?.at ?? start).map(
    ({ deadline, endedAt, endedBy, knownBy }) => ({
      deadline: (deadline - start) / minute,
      ended: endedAt === undefined ? undefined : [(endedAt - start) / minute, ((endedBy ?? 0) - start) / minute],
      knownBy: knownBy === 0 ? 0 : (knownBy - start) / minute,
    }),
  );

describe('a window or replica that is read every minute', () => {
  test('is never broken while it goes along, in steps that its bound allows', () => {
    expect(breaches(read(300, (now) => now - (now % 5)))).toEqual([]);
    expect(breaches(read(300, (now) => now - 29))).toEqual([]);
  });

  test('is broken one bound after what it holds, to the instant, once it stands still', () => {
    expect(breaches(read(300, (now) => Math.min(now, 97.5)))).toEqual([
      { deadline: 127.5, ended: undefined, knownBy: 0 },
    ]);
  });

  test('is well again between the two readings of which one saw it', () => {
    expect(breaches(read(300, (now) => (now < 200 ? Math.min(now, 100) : now)))).toEqual([
      { deadline: 130, ended: [199, 200], knownBy: 0 },
    ]);
  });

  test('is broken once it falls too far behind, though it goes on', () => {
    const [found] = breaches(read(300, (now) => (now < 100 ? now : 100 + (now - 100) / 2)));
    expect(found?.deadline).toBeGreaterThan(159);
    expect(found?.deadline).toBeLessThanOrEqual(161);
  });

  test('is broken at once when it is gone, and nobody knows of it before what it held last is too old', () => {
    expect(breaches(read(300, (now) => (now < 100 ? now : undefined)))).toEqual([
      { deadline: 99, ended: undefined, knownBy: 100 + 30 + 125 / 60 },
    ]);
    expect(breaches(read(300, (now) => (now < 100 ? now : 40)))).toEqual([
      { deadline: 99, ended: undefined, knownBy: 100 + 30 + 125 / 60 },
    ]);
  });

  test('is asked about every hour where its bound is longer, so nobody may be ignorant of a loss for longer', () => {
    const lost = read(300, (now) => (now < 100 ? now : undefined));
    const [found] = breachesOfReadings(lost, 90 * minute, start, at(300));
    expect(found).toMatchObject({ deadline: at(99), knownBy: at(160) + 125_000 });
  });

  test('counts from when the resource was first seen while it holds nothing, or nothing newer', () => {
    expect(
      breaches(
        read(300, () => undefined),
        at(50),
      ),
    ).toEqual([{ deadline: 80, ended: undefined, knownBy: 0 }]);
    expect(
      breaches(
        read(300, () => 10),
        at(50),
      ),
    ).toEqual([{ deadline: 80, ended: undefined, knownBy: 0 }]);
  });
});

describe('pages about windows and replicas', () => {
  const resource = shop;
  const there = 'eu-west-1';
  const hours = (minutes: number) => minutes / 60;
  const objective = 'pitr_rpo' as const;
  const bounds = [{ resource, region: 'eu-central-1', objective, boundSeconds: 1800 }];

  /** An account in which the window of the shop ends as told, in minutes, and its replica too. */
  const account = (newest: number | undefined): SimulatedAccount => {
    const instant = newest === undefined ? undefined : at(newest);
    const RDS = {
      windowEnd: (arn: string) => (arn === shop ? instant : undefined),
      replication: { truth: () => ({ backups: instant, replica: instant }) },
    };
    const EFS = { replication: { replicatedTo: () => instant } };
    return { region: () => ({ services: { RDS, EFS } }), regions: [] } as unknown as SimulatedAccount;
  };

  function found(
    newest: (minute: number) => number | undefined,
    entries: readonly TraceEntry[],
    asked: Parameters<typeof noMissedBreach>[0] = bounds,
    leave: Leave = {},
  ) {
    const checker = noMissedBreach(asked, leave);
    const [first] = asked;
    const roster = ledgerRow(
      0,
      'ROSTER',
      { sk: first?.resource ?? '', firstSeenAt: iso(0) },
      { region: first?.region ?? '' },
    );
    for (const entry of [roster, ...entries]) checker.see(entry);
    for (let now = 0; now <= 300; now += 1) checker.read?.(account(newest(now)), at(now));
    return checker.conclude(at(300));
  }
  const page = (minutes: number, phase: 'opened' | 'resolved' = 'opened', openedAt = minutes) =>
    message(hours(minutes), { phase, kind: objective, openedAt: hours(openedAt) });
  const still = (now: number) => (now < 200 ? Math.min(now, 100) : now);
  const switchedOff = (now: number) => (now < 100 ? now : undefined);

  test('are right when they come within 125 seconds and end when it goes on', () => {
    expect(found(still, [page(132), page(210, 'resolved', 132)])).toMatchObject({
      examined: { breaches: 1, 'breaches of pitr_rpo at home': 1 },
      violations: [],
    });
  });

  test('may be too early by as much as the clocks are wrong, though it goes on just in time', () => {
    const justInTime = (now: number) => (now < 129 ? Math.min(now, 100) : now);
    const paged = (minutes: number) => [page(minutes), page(135, 'resolved', minutes)];
    const skew = 5 * minute;
    expect(found(justInTime, paged(127), bounds, { skew }).violations).toEqual([]);
    expect(found(justInTime, paged(127)).violations).toEqual([expect.stringContaining('and nothing was broken')]);
    expect(found(justInTime, paged(115), bounds, { skew }).violations).toHaveLength(1);
  });

  test.each<[string, (now: number) => number | undefined, TraceEntry[], string]>([
    ['a window that stood still and nobody was paged', still, [], 'and no page came in time'],
    ['a page that came too late', still, [page(140), page(210, 'resolved', 140)], 'and paged only at'],
    ['a page while it went along', (now) => now, [page(140)], 'and nothing was broken'],
    ['a page before it was too old', still, [page(125), page(210, 'resolved', 125)], 'and nothing was broken'],
    [
      'one that was resolved while it stood still',
      still,
      [page(131), page(150, 'resolved', 131)],
      'before it was well',
    ],
    ['one that was never resolved', still, [page(131)], 'and not resolved in time'],
    [
      'a window that was switched off, and its page more than a bound later',
      switchedOff,
      [page(140)],
      'and paged only at',
    ],
  ])('are wrong by %s', (_what, newest, entries, words) => {
    expect(found(newest, entries).violations).toContainEqual(expect.stringContaining(words));
  });

  test('may come a bound later where it was switched off, since nobody asks before', () => {
    expect(found(switchedOff, [page(131)]).violations).toEqual([]);
  });

  test('may come later still by as much as the clocks are wrong, since by them whoever asks again is early or late', () => {
    const skew = 5 * minute;
    const late = [expect.stringContaining('and paged only at')];
    expect(found(switchedOff, [page(136)], bounds, { skew }).violations).toEqual([]);
    expect(found(switchedOff, [page(136)]).violations).toEqual(late);
    expect(found(switchedOff, [page(138)], bounds, { skew }).violations).toEqual(late);
  });

  test('are asked of the means that the objective is about: backups there, a replica there', () => {
    for (const one of ['pitr_rpo', 'replica_rpo'] as const) {
      const asked = [{ resource, region: there, objective: one, boundSeconds: 1800 }];
      expect(found(still, [], asked).violations).toEqual([
        expect.stringContaining(`${one} of ${shop} in ${there}: broken at`),
      ]);
    }
  });
});
