import { describe, expect, test } from '@jest/globals';
import { neverSilentlyGreen } from '../../../simulator/checkers/never-silently-green.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { account, find, message, record, shop, start, world } from './entries.ts';

describe('never silently green: the checker', () => {
  const damage = (point: string) => world(1, 'damaged a copy', { point, resource: shop });
  const paged = message(3, { phase: 'opened', kind: 'drill' });
  const found = (...entries: TraceEntry[]) => find(neverSilentlyGreen(), entries);
  const bad = { point: 'p1', verdict: 'FAIL', checks: [{ name: 'orders exist', verdict: 'FAIL' }] };

  test('finds nothing where sound copies pass and damaged ones are paged, and counts them', () => {
    expect(
      found(
        damage('p1'),
        record(2, { point: 'p0' }),
        record(3, bad),
        paged,
        record(4, { workflow: 'fleet', verdict: 'DONE', because: ['protect of gold: candidates 10, started 10'] }),
      ),
    ).toEqual({
      examined: { drills: 2, 'drills of damaged copies': 1, fleets: 1 },
      violations: [],
    });
  });
  test.each<[string, TraceEntry[], string]>([
    [
      'a drill that passed on a damaged copy',
      [damage('p1'), record(2, { point: 'p1' }), paged],
      'drill-2 (PASS) passed on a damaged copy',
    ],
    ['a drill that passed without any check', [record(2, { checks: [] })], 'passed without a check that passed'],
    [
      'a drill that passed with checks that did not run',
      [record(2, { checks: [{ name: 'x', verdict: 'NOT_TESTED' }] })],
      'passed without a check that passed',
    ],
    [
      'a drill that passed with a check that failed',
      [
        record(2, {
          checks: [
            { name: 'a', verdict: 'PASS' },
            { name: 'b', verdict: 'FAIL' },
          ],
        }),
      ],
      'passed with a check that did not',
    ],
    [
      'a drill that passed with a suspicion',
      [
        record(2, {
          checks: [
            { name: 'a', verdict: 'PASS' },
            { name: 'b', verdict: 'SUSPECT' },
          ],
        }),
      ],
      'passed with a check that did not',
    ],
    [
      'a drill that failed on a sound copy',
      [record(2, { verdict: 'FAIL', because: ['orders exist'] })],
      'did not pass, and its copy is sound: orders exist',
    ],
    [
      'a drill of a damaged copy that was not paged',
      [damage('p1'), record(3, bad)],
      'a drill of a damaged copy was not paged',
    ],
    [
      'a page in another Region for a damaged copy',
      [damage('p1'), record(3, bad), message(3, { phase: 'opened', kind: 'drill' }, { region: 'eu-west-1' })],
      'was not paged',
    ],
    [
      'a fleet that succeeded and found nobody',
      [record(2, { workflow: 'fleet', verdict: 'DONE', because: ['protect of gold: candidates 0'] })],
      'succeeded and found nobody',
    ],
    [
      'an event that was given up',
      [world(2, 'An event for a function was given up', { function: 'lifeboat-resume' })],
      'An event for a function was given up: {"function":"lifeboat-resume"}',
    ],
    ['a delivery that was given up', [world(2, 'A delivery was given up')], 'A delivery was given up'],
    ['an alarm that told nobody', [world(2, 'An alarm could not tell its topic')], 'could not tell its topic'],
    ['a message that did not arrive', [world(2, 'A message was not delivered')], 'A message was not delivered'],
    [
      'a drill that did not pass where many objectives or backups were told, and no drill',
      [
        record(2, { verdict: 'FAIL', because: ['orders exist'] }),
        ...['storm:unknown/20260105T0200', 'storm:protect/20260105T0200', 'storm:no-answer'].map((kind) =>
          message(2, { phase: 'opened', kind, subject: 'pipeline' }),
        ),
      ],
      'and nobody was paged',
    ],
    [
      'a page for a drill that passed',
      [record(2), message(2, { phase: 'opened', kind: 'drill' })],
      'no drill had failed',
    ],
    [
      'a page for a drill that failed long ago',
      [damage('p1'), record(3, bad), paged, record(8), message(8, { phase: 'opened', kind: 'drill' })],
      'no drill had failed',
    ],
    [
      'a page for many drills where none failed',
      [record(2), message(2, { phase: 'opened', kind: 'storm:drill/20260105T0200', subject: 'pipeline' })],
      'no drill had failed',
    ],
  ])('finds %s', (_what, entries, words) => {
    expect(found(...entries).violations).toContainEqual(expect.stringContaining(words));
  });
  test('does not mind a fleet that found nobody in a tier that may be empty', () => {
    const empty = record(2, { workflow: 'fleet', verdict: 'DONE', because: ['protect of gold: candidates 0'] });
    expect(find(neverSilentlyGreen({}, new Set(['gold'])), [empty]).violations).toEqual([]);
    expect(find(neverSilentlyGreen({}, new Set(['silver'])), [empty]).violations).toHaveLength(1);
  });
  test('does not mind a drill that was told with others, and by itself once theirs had ended', () => {
    const storm = (hours: number, phase: 'opened' | 'resolved') =>
      message(hours, { phase, kind: 'storm:key', subject: 'pipeline', openedAt: 3 });
    const byItself = message(27, { phase: 'opened', kind: 'drill', openedAt: 3 });
    expect(found(damage('p1'), record(3, bad), storm(3, 'opened'), storm(27, 'resolved'), byItself).violations).toEqual(
      [],
    );
  });
  describe('of a copy of a copy that is damaged', () => {
    /** The first is damaged after one hour. */
    const copied = (createdAt: number, completedAt: number, verdict: 'PASS' | 'FAIL') => {
      const checker = neverSilentlyGreen();
      checker.look(account({ copies: [{ from: 'p1', to: 'p2', createdAt, completedAt }] }), start);
      const drill = verdict === 'PASS' ? record(3, { point: 'p2' }) : record(3, { ...bad, point: 'p2' });
      return find(checker, [damage('p1'), drill, paged]);
    };
    test('knows that it is damaged as well', () => {
      expect(copied(1.5, 2, 'FAIL')).toMatchObject({ examined: { 'drills of damaged copies': 1 }, violations: [] });
      expect(copied(1.5, 2, 'PASS').violations).toContainEqual(expect.stringContaining('passed on a damaged copy'));
    });
    test('knows that it is sound where it was made before', () => {
      expect(copied(0.2, 0.5, 'FAIL').violations).toEqual([expect.stringContaining('and its copy is sound')]);
    });
    test('does not know where the damage came meanwhile', () => {
      expect(copied(0.8, 1.2, 'FAIL').violations).toEqual([]);
      expect(copied(0.8, 1.2, 'PASS').violations).not.toContainEqual(expect.stringContaining('damaged copy'));
    });
  });
  test('gives a page ten minutes to come', () => {
    expect(find(neverSilentlyGreen(), [damage('p1'), record(3, bad)], { endsAt: 3.1 }).violations).toEqual([]);
  });
  test('does not mind a drill that somebody aborted, as long as it is told', () => {
    const aborted = record(2, { verdict: 'NOT_TESTED', outcome: 'ABORTED', checks: [] });
    expect(found(aborted, message(2, { phase: 'opened', kind: 'drill' })).violations).toEqual([]);
  });
});
