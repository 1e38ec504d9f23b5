import { describe, expect, test } from '@jest/globals';
import { noMissedBreach } from '../../../simulator/checkers/no-missed-breach.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { account, anError, find, hour, iso, ledgerRow, message, record, shop } from './entries.ts';

describe('no missed breach, no false page: the checker', () => {
  const bounds = [{ resource: shop, region: 'eu-central-1', objective: 'rpo' as const, boundSeconds: 9 * 3600 }];
  const proofBound = [{ resource: shop, region: 'eu-central-1', objective: 'proof' as const, boundSeconds: 24 * 3600 }];
  const roster = ledgerRow(0, 'ROSTER', { sk: shop, firstSeenAt: iso(0) });
  const opened = (hours: number, kind = 'rpo') => message(hours, { phase: 'opened', kind });
  const resolved = (hours: number, openedAt: number, kind = 'rpo') =>
    message(hours, { phase: 'resolved', kind, openedAt });
  const minutes = (count: number) => count / 60;
  /** Points of hours 1 and 20, each restorable at once: the bound of nine hours is broken from hour 10 to hour 20. */
  const gap = account({
    points: [
      { instant: 1, completedAt: 1 },
      { instant: 20, completedAt: 20 },
    ],
  });
  const steady = account({ points: [1, 6, 12, 18].map((at) => ({ instant: at, completedAt: at })) });
  const found = (there: ReturnType<typeof account>, ...entries: TraceEntry[]) =>
    find(noMissedBreach(bounds), [roster, ...entries], { endsAt: 24, looks: [[24, there]] });

  test('finds nothing where the objective always held and nobody was paged, and counts what it looked at', () => {
    expect(found(steady)).toEqual({
      examined: {
        objectives: 1,
        'recovery points': 4,
        drills: 0,
        breaches: 0,
        'breaches of rpo': 0,
        pages: 0,
        'damaged copies': 0,
      },
      violations: [],
    });
  });
  test('finds nothing where a breach was paged in time and resolved in time', () => {
    expect(found(gap, opened(10 + minutes(2)), resolved(20 + minutes(19), 10 + minutes(2)))).toMatchObject({
      examined: { breaches: 1, pages: 2 },
      violations: [],
    });
  });
  const name = `rpo of ${shop} in eu-central-1`;
  test.each<[string, ReturnType<typeof account>, TraceEntry[], string[]]>([
    ['a breach that nobody paged', gap, [], [`${name}: broken at ${iso(10)}, and no page came in time`]],
    [
      'a page that came too late',
      gap,
      [opened(10 + minutes(3))],
      [`broken at ${iso(10)}, and paged only at`, 'and not resolved in time'],
    ],
    [
      'a page before anything was broken',
      gap,
      [opened(9), resolved(20.1, 9)],
      ['no page came in time', `paged at ${iso(9)}, and nothing was broken`],
    ],
    ['a page while the objective held', steady, [opened(5)], [`${name}: paged at ${iso(5)}, and nothing was broken`]],
    [
      'a page of another objective in its place',
      gap,
      [opened(10.01, 'copy_rpo')],
      ['no page came in time', 'paged, and nobody asked for it'],
    ],
    [
      'a page in another Region in its place',
      gap,
      [message(10.01, { phase: 'opened', kind: 'rpo' }, { region: 'eu-west-1' })],
      ['no page came in time', 'paged, and nobody asked for it'],
    ],
    ['a page that SNS refused', gap, [{ ...opened(10.01), error: anError } as TraceEntry], ['no page came in time']],
    [
      'a second page for one breach',
      gap,
      [opened(10.01), opened(10.02), resolved(20.1, 10.01)],
      ['and nothing was broken'],
    ],
    ['a breach that was never resolved', gap, [opened(10.01)], [`well again at ${iso(20)}, and not resolved in time`]],
    [
      'a resolution that came too late',
      gap,
      [opened(10.01), resolved(21, 10.01)],
      [`well again at ${iso(20)}, and not resolved in time`],
    ],
    [
      'a resolution while it was broken',
      gap,
      [opened(10.01), resolved(15, 10.01)],
      [`resolved at ${iso(15)}, before it was well at ${iso(20)}`],
    ],
    [
      'a resolution of what is still broken',
      account({ points: [{ instant: 1, completedAt: 1 }] }),
      [opened(10.01), resolved(15, 10.01)],
      [`resolved at ${iso(15)}, and it is still broken`],
    ],
    [
      'a breach hidden by a point that is still being made',
      account({
        points: [
          { instant: 1, completedAt: 1 },
          { instant: 8, completedAt: undefined, status: 'CREATING' },
        ],
      }),
      [],
      ['broken at'],
    ],
    [
      'a breach hidden by a point of another Region',
      account({
        points: [
          { instant: 1, completedAt: 1 },
          { instant: 8, completedAt: 8, region: 'eu-west-1' },
        ],
      }),
      [],
      ['broken at'],
    ],
    [
      'a breach hidden by a point of another resource',
      account({
        points: [
          { instant: 1, completedAt: 1 },
          { instant: 8, completedAt: 8, resource: 'mail' },
        ],
      }),
      [],
      ['broken at'],
    ],
  ])('finds %s', (_what, there, entries, words) => {
    expect(found(there, ...entries).violations).toEqual(words.map((part) => expect.stringContaining(part)));
  });

  test('finds a resource that never came into the roster', () => {
    expect(find(noMissedBreach(bounds), [], { looks: [[24, steady]] }).violations).toEqual([
      `${shop} never came into the roster of eu-central-1`,
    ]);
  });
  test('finds a breach after somebody deleted the newest point', () => {
    const left = account({ points: [{ instant: 1, completedAt: 1 }] });
    const { violations } = find(noMissedBreach(bounds), [roster], {
      endsAt: 16,
      looks: [
        [
          9,
          account({
            points: [
              { instant: 1, completedAt: 1 },
              { instant: 8, completedAt: 8 },
            ],
          }),
        ],
        [14, left],
      ],
    });
    expect(violations).toEqual([`${name}: broken at ${iso(14)}, and no page came in time`]);
  });
  describe('where lists lag by half an hour', () => {
    const listedBy = (_region: string, since: number) => since + 0.5 * hour;
    const late = (...entries: TraceEntry[]) =>
      find(noMissedBreach(bounds, { listedBy }), [roster, ...entries], { endsAt: 24, looks: [[24, gap]] }).violations;

    test('lets a page end as late as the newer point is listed, and no later', () => {
      expect(late(opened(10.01), resolved(20.8, 10.01))).toEqual([]);
      expect(late(opened(10.01), resolved(20.9, 10.01))).toEqual([expect.stringContaining('not resolved in time')]);
    });
    test('excuses a page about what has just come, and none about what came before', () => {
      const prompt = account({ points: [1, 9.9, 18].map((at) => ({ instant: at, completedAt: at })) });
      const paged = (openedAt: number) =>
        find(noMissedBreach(bounds, { listedBy }), [roster, opened(openedAt), resolved(openedAt + 0.3, openedAt)], {
          endsAt: 24,
          looks: [[24, prompt]],
        }).violations;
      expect(paged(10.01)).toEqual([]);
      expect(paged(10.6)).toEqual([expect.stringContaining('nothing was broken')]);
    });
    test('lets no page open late', () => {
      expect(late(opened(10.2), resolved(20.1, 10.2))).toEqual([expect.stringContaining('paged only at')]);
    });
  });

  test('does not ask for a page that had no time to come', () => {
    expect(find(noMissedBreach(bounds), [roster], { endsAt: 9.02, looks: [] }).violations).toEqual([]);
    const soon = account({
      points: [
        { instant: 1, completedAt: 1 },
        { instant: 10, completedAt: 10 + minutes(1) },
      ],
    });
    expect(find(noMissedBreach(bounds), [roster], { endsAt: 15, looks: [[15, soon]] })).toMatchObject({
      examined: { breaches: 1 },
      violations: [],
    });
  });

  describe('of proofs', () => {
    const proven = account({ points: [{ arn: 'p1', instant: 1, completedAt: 2 }] });
    const held = (...entries: TraceEntry[]) =>
      find(noMissedBreach(proofBound), [roster, ...entries], { endsAt: 30, looks: [[3, proven]] });
    test('counts from the data that a passed drill proved', () => {
      expect(held(record(4, { point: 'p1', instant: iso(1) }), opened(25.01, 'proof'))).toMatchObject({
        examined: { drills: 1, breaches: 1 },
        violations: [],
      });
      expect(
        held(record(4, { point: 'p1', instant: iso(1), verdict: 'FAIL' }), opened(24.01, 'proof')).violations,
      ).toEqual([]);
    });
    test('finds a drill that failed and counted', () => {
      expect(
        held(record(4, { point: 'p1', instant: iso(1), verdict: 'FAIL' }), opened(25.01, 'proof')).violations,
      ).toEqual([expect.stringContaining(`broken at ${iso(24)}, and paged only at`)]);
    });
    test('finds a proof that claims newer data than its point holds', () => {
      expect(held(record(4, { point: 'p1', instant: iso(2) }), opened(26.01, 'proof')).violations).toEqual([
        `a proof of ${shop} in eu-central-1 claims data of ${iso(2)}, and its point holds data of ${iso(1)}`,
      ]);
    });
  });
});
