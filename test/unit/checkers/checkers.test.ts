import { describe, expect, test } from '@jest/globals';
import { neverSilentlyGreen } from '../../../simulator/checkers/never-silently-green.ts';
import { noMissedBreach } from '../../../simulator/checkers/no-missed-breach.ts';
import { noOrphan } from '../../../simulator/checkers/no-orphan.ts';
import { onePage } from '../../../simulator/checkers/one-page.ts';
import { pipelinePages } from '../../../simulator/checkers/pipeline-pages.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { account, anError, call, find, hour, iso, ledgerRow, message, record, shop, start, world } from './entries.ts';

describe('no orphan: the checker', () => {
  const registered = (name: string, more = {}) => ledgerRow(1, 'SCRATCH', { sk: name, name }, more);
  const files = (token: string | undefined, more = {}) => call(2, 'CreateFileSystem', { CreationToken: token }, more);
  const database = (name: string, more = {}) =>
    call(2, 'StartRestoreJob', { Metadata: { DBInstanceIdentifier: name } }, more);
  const intoFiles = call(3, 'StartRestoreJob', { Metadata: { 'file-system-id': 'fs-1', newFileSystem: 'false' } });
  const found = (...entries: TraceEntry[]) => find(noOrphan(), entries);

  test('finds nothing where everything is in the ledger first and gone in time, and says how much it saw', () => {
    const alive = account({
      databases: ['lifeboat-scratch-0a', 'shop'],
      scratchFileSystems: ['fs-1'],
      fileSystems: ['fs-production'],
    });
    const looks: [number, ReturnType<typeof account>][] = [
      [3, alive],
      [28, alive],
      [30, account({ databases: ['shop'], fileSystems: ['fs-production'] })],
      [400, account({ databases: ['shop'] })],
    ];
    expect(
      find(
        noOrphan(),
        [registered('0a'), files('0a'), intoFiles, registered('lifeboat-scratch-0a'), database('lifeboat-scratch-0a')],
        { looks },
      ),
    ).toEqual({
      examined: { 'scratch resources created': 2, 'seen alive': 2 },
      violations: [],
    });
  });
  test('looks at nothing and says so, where nothing was created', () => {
    expect(found()).toEqual({ examined: { 'scratch resources created': 0, 'seen alive': 0 }, violations: [] });
  });
  test.each<[string, TraceEntry[], string]>([
    [
      'a file system that is not in the ledger',
      [files('0a')],
      'creates 0a, which is not in the ledger of eu-central-1',
    ],
    [
      'a database that is not in the ledger',
      [registered('0a'), database('lifeboat-scratch-0a')],
      'creates lifeboat-scratch-0a',
    ],
    ['a row that is written after the call', [files('0a'), registered('0a')], 'creates 0a'],
    ['a row whose write was refused', [registered('0a', { error: anError }), files('0a')], 'creates 0a'],
    ['a row in the ledger of another Region', [registered('0a', { region: 'eu-west-1' }), files('0a')], 'creates 0a'],
    ['a row of another partition', [ledgerRow(1, 'ROSTER', { sk: '0a', name: '0a' }), files('0a')], 'creates 0a'],
    ['a file system without a token', [files(undefined)], 'creates a file system without a token'],
    [
      'a restore into a new file system',
      [call(2, 'StartRestoreJob', { Metadata: { newFileSystem: 'true' } })],
      'creates a file system that nothing in the ledger can name',
    ],
    [
      'a cluster that is not in the ledger',
      [call(2, 'StartRestoreJob', { Metadata: { dbClusterIdentifier: 'lifeboat-scratch-0c' } })],
      'creates lifeboat-scratch-0c',
    ],
    [
      'an instance that is not in the ledger',
      [call(2, 'CreateDBInstance', { DBInstanceIdentifier: 'lifeboat-scratch-0c' })],
      'creates lifeboat-scratch-0c',
    ],
    [
      'a version of the probe that is not in the ledger',
      [
        ledgerRow(1, 'SCRATCH', { sk: '0a#probe-version', what: 'probe-version', name: 'lifeboat-probe-files' }),
        call(2, 'PublishVersion', { FunctionName: 'lifeboat-probe-files', Description: 'lifeboat-scratch-0b' }),
      ],
      'creates 0b#probe-version',
    ],
  ])('finds %s', (_what, entries, words) => {
    expect(found(...entries).violations).toEqual([expect.stringContaining(words)]);
  });
  test('does not mind a creation that AWS refused', () => {
    expect(found(files('0a', { error: anError })).violations).toEqual([]);
  });
  test('finds scratch that stayed too long, and tells each once', () => {
    const alive = account({
      databases: ['lifeboat-scratch-0a'],
      clusters: ['lifeboat-scratch-0c', 'orders'],
      scratchFileSystems: ['fs-1'],
    });
    const { violations } = find(noOrphan(), [], {
      looks: [
        [1, alive],
        [26, alive],
        [28, alive],
        [29, alive],
      ],
    });
    expect(violations).toEqual([
      `eu-central-1 lifeboat-scratch-0a is there since ${iso(1)}`,
      `eu-central-1 lifeboat-scratch-0c is there since ${iso(1)}`,
      `eu-central-1 fs-1 is there since ${iso(1)}`,
    ]);
  });
  test('finds what keeps restored data when its database is gone, and what was published to read it', () => {
    const left = account({
      backups: [
        { identifier: 'final-1', of: 'lifeboat-scratch-0a' },
        { identifier: 'automated backups', of: 'lifeboat-scratch-0c' },
        { identifier: 'rds:shop-2026-01-05', of: 'shop' },
      ],
      versions: ['lifeboat-scratch-0d', 'the probe of files'],
    });
    const { violations } = find(noOrphan(), [], {
      looks: [
        [1, left],
        [28, left],
      ],
    });
    expect(violations).toEqual([
      `eu-central-1 final-1 of lifeboat-scratch-0a is there since ${iso(1)}`,
      `eu-central-1 automated backups of lifeboat-scratch-0c is there since ${iso(1)}`,
      `eu-central-1 lifeboat-probe-files:1 is there since ${iso(1)}`,
    ]);
  });
  test('blames nobody for what stands in a Region that is gone', () => {
    const alive = account({ databases: ['lifeboat-scratch-0a'] });
    const looks: [number, typeof alive][] = [
      [1, alive],
      [28, alive],
    ];
    const goneFrom = (gone: string) => (region: string) => (region === gone ? start + 2 * hour : undefined);
    const violations = (gone: string) => find(noOrphan({ goneFrom: goneFrom(gone) }), [], { looks }).violations;
    expect(violations('eu-central-1')).toEqual([]);
    expect(violations('eu-west-1')).toHaveLength(1);
  });
});

describe('one page for each episode: the checker', () => {
  const opened = (hours: number, more = {}) => message(hours, { phase: 'opened', kind: 'rpo', ...more });
  const resolved = (hours: number, openedAt: number, more = {}) =>
    message(hours, { phase: 'resolved', kind: 'rpo', openedAt, ...more });
  const escalated = (hours: number, openedAt: number) => message(hours, { phase: 'escalated', kind: 'rpo', openedAt });
  const found = (...entries: TraceEntry[]) => find(onePage(), entries);

  test('counts an escalation as a message of the open episode', () => {
    expect(found(opened(1), escalated(1.5, 1), resolved(2, 1))).toMatchObject({ violations: [] });
  });

  test('finds nothing where each episode opens and resolves with one message, and counts them', () => {
    expect(
      found(
        opened(1),
        resolved(2, 1),
        opened(3),
        opened(3, { kind: 'proof' }),
        opened(3, { subject: 'mail' }),
        opened(3, { severity: 'notice' }),
        opened(3, { severity: 'notice' }),
      ),
    ).toEqual({
      examined: { pages: 5, 'of them told again': 0, 'open at the end': 3, 'sent again unheard': 0 },
      violations: [],
    });
  });
  test('does not mind one that comes again since nobody heard that SNS had accepted it, once', () => {
    const unheard = { error: anError, unheard: true as const };
    const lost = message(1, { phase: 'opened', kind: 'rpo' }, unheard);
    expect(found(lost, opened(1.1, { openedAt: 1 }))).toMatchObject({
      violations: [],
      examined: { 'sent again unheard': 1 },
    });
    expect(found(lost, opened(1.1, { openedAt: 1 }), opened(1.2, { openedAt: 1 })).violations).toHaveLength(1);
  });
  test('does not mind one that was long on its way, and comes after the one that was sent in its place', () => {
    const late = message(2, { phase: 'opened', kind: 'rpo', openedAt: 1 }, { unheard: true });
    expect(found(opened(1), late, message(3, { phase: 'resolved', kind: 'rpo', openedAt: 1 }))).toMatchObject({
      violations: [],
      examined: { 'sent again unheard': 1 },
    });
    expect(found(opened(1), message(2, { phase: 'opened', kind: 'rpo', openedAt: 1 })).violations).toHaveLength(1);
  });
  test('does not count what SNS refused: it is sent again', () => {
    expect(found(message(1, { phase: 'opened', kind: 'rpo' }, { error: anError }), opened(1)).violations).toEqual([]);
  });
  test.each<[string, TraceEntry[], string]>([
    ['a page that comes twice', [opened(1), opened(1)], `paged again at ${iso(1)}, while open since ${iso(1)}`],
    [
      'a second page while the first is open',
      [opened(1), opened(5)],
      `paged again at ${iso(5)}, while open since ${iso(1)}`,
    ],
    ['a resolution of nothing', [resolved(2, 1)], 'resolved at'],
    ['a resolution that comes twice', [opened(1), resolved(2, 1), resolved(2, 1)], 'and nothing was open'],
    ['a resolution of another episode', [opened(5), resolved(6, 1)], 'resolves another episode than the open one'],
    ['an escalation of nothing', [escalated(2, 1)], 'told again at'],
    ['an escalation of another episode', [opened(5), escalated(6, 1)], 'tells another episode than the open one again'],
  ])('finds %s', (_what, entries, words) => {
    expect(found(...entries).violations).toEqual([expect.stringContaining(words)]);
    expect(found(...entries).violations[0]).toContain(`rpo of ${shop} in eu-central-1`);
  });
});

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

describe('pages about the pipeline: the checker', () => {
  const found = (...entries: TraceEntry[]) => find(pipelinePages(), entries);
  const storm = message(4, { phase: 'opened', kind: 'storm:key', subject: 'pipeline' });

  test('finds nothing where pages are about objectives, drills, or many that the ledger names', () => {
    expect(
      found(
        message(1, { phase: 'opened', kind: 'rpo' }),
        message(2, { phase: 'opened', kind: 'drill' }),
        ledgerRow(4, 'EPISODES', { sk: `${shop}#drill`, storm: 'storm:key' }),
        storm,
        message(5, { phase: 'opened', kind: 'tear-down', severity: 'notice' }),
      ),
    ).toEqual({ examined: { 'pages about the pipeline': 0, 'pages that tell of many': 1 }, violations: [] });
  });
  test.each<[string, TraceEntry, string]>([
    [
      'a page of a resource that is about the pipeline',
      message(1, { phase: 'opened', kind: 'tear-down' }),
      'tear-down of',
    ],
    ['that nobody can tell', message(1, { phase: 'opened', kind: 'cannot-tell:rpo' }), 'and nothing was wrong'],
    [
      'a page about the roster',
      message(1, { phase: 'opened', kind: 'roster', subject: 'pipeline' }),
      'roster of pipeline',
    ],
    ['a page that tells of many, and of nobody', storm, 'it tells of nobody'],
  ])('finds %s', (_what, entry, words) => {
    expect(found(entry).violations).toEqual([expect.stringContaining(words)]);
  });

  test('finds a page before anything went wrong, and long after it, though something did', () => {
    const troubles = () => [{ from: start + 5 * hour, until: start + 6 * hour }];
    const paged = (hours: number) =>
      find(pipelinePages([], troubles), [message(hours, { phase: 'opened', kind: 'cannot-tell:rpo' })]).violations;
    expect([5, 6, 7.2].flatMap(paged)).toEqual([]);
    expect(paged(0.7)).toEqual([expect.stringContaining('and nothing was wrong')]);
    expect(paged(7.3)).toEqual([expect.stringContaining('and nothing was wrong')]);
  });
});

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
