import { describe, expect, test } from '@jest/globals';
import type { AccountFile, ExpectedPage } from '../../../simulator/scenarios/account-file.ts';
import { recordOf } from '../../../simulator/scenarios/evidence.ts';
import { differences, type PagedEpisode, pagedEpisodes } from '../../../simulator/scenarios/expectations.ts';
import { type Message, messageOf } from '../../../simulator/scenarios/messages.ts';
import { minutes, tellerOf, when } from '../../../simulator/scenarios/story.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { anError, call, hour, iso, message, record, shop, start, world } from '../checkers/entries.ts';

const nameOf = (arn: string) => (arn === shop ? 'shop' : arn);

describe('a message that SNS accepted', () => {
  test('is read back with the moment SNS accepted it, not the moment it was asked to', () => {
    expect(messageOf(message(3, { phase: 'opened', kind: 'rpo' }, { took: 250, region: 'eu-west-1' }))).toEqual({
      at: '2026-01-05T03:00:00.250Z',
      severity: 'page',
      phase: 'opened',
      region: 'eu-west-1',
      subject: shop,
      kind: 'rpo',
      openedAt: iso(3),
      since: iso(3),
      because: 'the newest point is too old',
      title: 'PAGE rpo of shop',
      text: 'the newest point is too old.',
    });
  });
  test('that resolves says what ended it', () => {
    expect(messageOf(message(4, { phase: 'resolved', kind: 'rpo', openedAt: 3 }))).toMatchObject({
      because: 'a newer point is there',
      openedAt: iso(3),
    });
  });
  test.each<[string, TraceEntry]>([
    ['was refused', message(3, { phase: 'opened', kind: 'rpo' }, { error: anError })],
    ['is another call', call(3, 'PutItem', {})],
    ['is of another service', message(3, { phase: 'opened', kind: 'rpo' }, { service: 'IoT' })],
    ['is no call', world(3, 'Publish')],
  ])('is none where it %s', (_what, entry) => {
    expect(messageOf(entry)).toBeUndefined();
  });
});

describe('a record that was written to the evidence', () => {
  test('is read back from the bytes that were written', () => {
    expect(recordOf(record(3, { verdict: 'FAIL' }))).toMatchObject({
      key: 'evidence/shop/3',
      region: 'eu-central-1',
      resource: shop,
      content: { workflow: 'drill', verdict: { is: 'FAIL' } },
    });
  });
  test('is none where the write was refused, or is of something else', () => {
    expect(recordOf(record(3, {}, { error: anError }))).toBeUndefined();
    expect(recordOf(call(3, 'PutObject', { Key: 'measures/x.json', Body: '{}' }))).toBeUndefined();
    expect(recordOf(message(3, { phase: 'opened', kind: 'rpo' }))).toBeUndefined();
  });
});

describe('the episodes that paged', () => {
  const read = (entries: TraceEntry[]) =>
    pagedEpisodes(
      entries.map(messageOf).filter((one): one is Message => one !== undefined),
      nameOf,
    );
  test('join each page with its own resolution', () => {
    expect(
      read([
        message(1, { phase: 'opened', kind: 'rpo' }),
        message(2, { phase: 'resolved', kind: 'rpo', openedAt: 1 }),
        message(3, { phase: 'opened', kind: 'rpo' }),
        message(4, { phase: 'opened', kind: 'drill' }, { region: 'eu-west-1' }),
        message(4, { phase: 'resolved', kind: 'drill', openedAt: 4 }),
        message(5, { phase: 'opened', kind: 'protect', severity: 'notice' }),
      ]),
    ).toEqual([
      { resource: 'shop', location: 'eu-central-1', kind: 'rpo', opened: start + hour, resolved: start + 2 * hour },
      { resource: 'shop', location: 'eu-central-1', kind: 'rpo', opened: start + 3 * hour, resolved: undefined },
      { resource: 'shop', location: 'eu-west-1', kind: 'drill', opened: start + 4 * hour, resolved: undefined },
    ]);
  });
});

describe('what a scenario expects is compared with what was paged, both ways', () => {
  const span = (from: number, to: number) => ({ from: from * hour, to: to * hour });
  const page = (opened: number, resolved?: number, kind = 'rpo'): PagedEpisode => ({
    resource: 'shop',
    location: 'eu-west-1',
    kind,
    opened: start + opened * hour,
    resolved: resolved === undefined ? undefined : start + resolved * hour,
  });
  const expected = (
    opened: [number, number],
    resolved: [number, number] | null = null,
    kind = 'rpo',
  ): ExpectedPage => ({
    resource: 'shop',
    location: 'eu-west-1',
    kind,
    opened: span(...opened),
    resolved: resolved === null ? null : span(...resolved),
  });
  const compare = (pages: ExpectedPage[], episodes: PagedEpisode[], lasts = 7 * 24) =>
    differences({ start, expect: { days: 7, pages } } as unknown as AccountFile, episodes, lasts * hour);

  test.each<[string, ExpectedPage[], PagedEpisode[]]>([
    ['nothing and nothing', [], []],
    ['a page within its span, ends included', [expected([2, 3]), expected([5, 6])], [page(2), page(6)]],
    ['a resolution within its span', [expected([2, 3], [4, 5])], [page(2, 5)]],
    [
      'two pages of one kind, whatever order they are written in',
      [expected([5, 6]), expected([2, 3])],
      [page(2), page(5)],
    ],
  ])('no difference: %s', (_what, pages, episodes) => {
    expect(compare(pages, episodes)).toEqual([]);
  });
  test.each<[string, ExpectedPage[], PagedEpisode[], string[]]>([
    [
      'a page that did not come',
      [expected([2, 3])],
      [],
      ['expected and not paged: rpo of shop in eu-west-1, opened day 1 02:00 to day 1 03:00'],
    ],
    [
      'a page that nobody expected',
      [],
      [page(26.5)],
      ['paged and not expected: rpo of shop in eu-west-1, opened day 2 02:30'],
    ],
    [
      'a page at another time: missed and not expected',
      [expected([2, 3])],
      [page(4)],
      [
        'expected and not paged: rpo of shop in eu-west-1, opened day 1 02:00 to day 1 03:00',
        'paged and not expected: rpo of shop in eu-west-1, opened day 1 04:00',
      ],
    ],
    [
      'a page of another kind',
      [expected([2, 3])],
      [page(2, undefined, 'proof')],
      ['expected and not paged: rpo', 'paged and not expected: proof'],
    ],
    [
      'one page too many',
      [expected([2, 3])],
      [page(2), page(2.5)],
      ['paged and not expected: rpo of shop in eu-west-1, opened day 1 02:30'],
    ],
    [
      'a resolution that did not come',
      [expected([2, 3], [4, 5])],
      [page(2)],
      ['rpo of shop in eu-west-1 was resolved never, expected day 1 04:00 to day 1 05:00'],
    ],
    [
      'a resolution at another time',
      [expected([2, 3], [4, 5])],
      [page(2, 6)],
      ['was resolved day 1 06:00, expected day 1 04:00 to day 1 05:00'],
    ],
    [
      'a resolution that nobody expected',
      [expected([2, 3])],
      [page(2, 4)],
      ['resolved, though it was not expected to be: rpo of shop in eu-west-1, day 1 04:00'],
    ],
  ])('a difference: %s', (_what, pages, episodes, words) => {
    expect(compare(pages, episodes)).toEqual(words.map((part) => expect.stringContaining(part)));
  });
});

describe('a run that is shorter than its scenario', () => {
  test('is not held to what was still to come, and is held to the rest', () => {
    const pages: ExpectedPage[] = [
      {
        resource: 'shop',
        location: 'r',
        kind: 'rpo',
        opened: { from: hour, to: 2 * hour },
        resolved: { from: 3 * hour, to: 50 * hour },
      },
      { resource: 'shop', location: 'r', kind: 'proof', opened: { from: 47 * hour, to: 49 * hour }, resolved: null },
    ];
    const file = { start, expect: { days: 7, pages } } as unknown as AccountFile;
    const paged = { resource: 'shop', location: 'r', kind: 'rpo', opened: start + hour, resolved: undefined };
    expect(differences(file, [paged], 48 * hour)).toEqual([]);
    expect(differences(file, [], 48 * hour)).toEqual([
      'expected and not paged: rpo of shop in r, opened day 1 01:00 to day 1 02:00',
    ]);
    expect(differences(file, [paged], 50 * hour)).toHaveLength(2);
    expect(differences(file, [{ ...paged, resolved: start + 2 * hour }], 48 * hour)).toHaveLength(1);
  });
});

describe('the story', () => {
  const tell = (...entries: TraceEntry[]) => entries.flatMap(tellerOf(nameOf));
  const job = (type: string, detail: object): TraceEntry => ({
    kind: 'event',
    at: iso(6),
    region: 'eu-central-1',
    event: {
      source: 'aws.backup',
      'detail-type': `${type} Job State Change`,
      detail: { resourceArn: shop, creationDate: iso(5), completionDate: iso(5.5), ...detail },
    },
  });

  test('tells a page with its reason, and its resolution', () => {
    expect(
      tell(message(3, { phase: 'opened', kind: 'rpo' }), message(27, { phase: 'resolved', kind: 'rpo', openedAt: 3 })),
    ).toEqual([
      'Mon 2026-01-05 03:00  PAGE    rpo of shop',
      '                          the newest point is too old',
      'Tue 2026-01-06 03:00  OK      rpo of shop',
      '                          a newer point is there',
    ]);
  });
  test('tells a notice as one', () => {
    expect(tell(message(3, { phase: 'opened', kind: 'protect', severity: 'notice' }))[0]).toBe(
      'Mon 2026-01-05 03:00  notice  protect of shop',
    );
  });
  test('tells backups and copies that ended, how long they took, and that the time is virtual', () => {
    expect(
      tell(
        job('Backup', { state: 'COMPLETED' }),
        job('Copy', {
          state: 'COMPLETED',
          destinationBackupVaultArn: 'arn:aws:backup:eu-west-1:123456789012:backup-vault:lifeboat',
        }),
        job('Backup', { state: 'FAILED', statusMessage: 'Access Denied' }),
      ),
    ).toEqual([
      'Mon 2026-01-05 06:00  backup  shop: backed up in eu-central-1 in 30 min (virtual)',
      'Mon 2026-01-05 06:00  copy    shop: copied to eu-west-1 in 30 min (virtual)',
      'Mon 2026-01-05 06:00  backup  shop: FAILED in eu-central-1: Access Denied',
    ]);
  });
  test('tells a drill with its verdict, the data it proved and how long it took', () => {
    const [line = '', ...more] = tell(record(6, { point: 'p', instant: iso(1), timings: { rto: 3720 } }));
    expect(line).toContain('Mon 2026-01-05 06:00  drill   shop: PASS in eu-central-1, data of 2026-01-05 01:00');
    expect(line).toContain('restored and answering in 62 min (virtual)');
    expect(line).toContain('1 passed');
    expect(more).toEqual([]);
  });
  test('tells of a drill that did not pass each check that did not, and why', () => {
    const checks = [
      { name: 'orders exist', verdict: 'FAIL', because: ['600 rows, 1000 asked for'] },
      { name: 'rows', verdict: 'PASS' },
      { name: 'indexes', verdict: 'NOT_TESTED', because: ['not allowed'] },
    ];
    const [line, ...more] = tell(record(6, { verdict: 'FAIL', checks }));
    expect(line).toContain('shop: FAIL');
    expect(more.map((words) => words.trim())).toEqual([
      'FAIL orders exist: 600 rows, 1000 asked for',
      'NOT_TESTED indexes: not allowed',
    ]);
  });
  test('tells why a drill came to no check at all', () => {
    expect(
      tell(record(6, { verdict: 'NOT_TESTED', checks: [], because: ['there is no copy yet'] }))
        .at(-1)
        ?.trim(),
    ).toBe('there is no copy yet');
  });
  test('tells what goes wrong in the world, once for one act', () => {
    const damage = world(50, 'damaged a copy', { point: 'a', resource: shop, region: 'eu-west-1' });
    const told = tell(damage, world(50, 'damaged a copy', { point: 'b', resource: shop, region: 'eu-west-1' }));
    expect(told).toEqual([expect.stringMatching(/^Wed 2026-01-07 02:00 {2}world .*shop in eu-west-1/)]);
    expect(
      tell(
        world(1, 'stop schedule', { schedule: 's', region: 'r' }),
        world(2, 'start schedule', { schedule: 's', region: 'r' }),
      ),
    ).toEqual([
      'Mon 2026-01-05 01:00  world   somebody switches the schedule s off',
      'Mon 2026-01-05 02:00  world   somebody switches the schedule s on',
    ]);
  });
  test('leaves out what only a machine wants to know', () => {
    expect(
      tell(
        call(1, 'PutItem', {}),
        job('Backup', { state: 'RUNNING' }),
        job('Restore', { state: 'COMPLETED' }),
        record(1, { workflow: 'protect' }),
        world(1, 'the account is set up'),
        { kind: 'log', at: iso(1), caller: 'x', line: '{}' },
      ),
    ).toEqual([]);
  });
  test('says durations and days as people do', () => {
    expect([30, 89.6, 90, 3600, 5400, 93_600].map(minutes)).toEqual([
      '30 s',
      '90 s',
      '2 min',
      '60 min',
      '1 h 30 min',
      '26 h 0 min',
    ]);
    expect(when('2026-01-11T23:59:59.999Z')).toBe('Sun 2026-01-11 23:59');
  });
});
