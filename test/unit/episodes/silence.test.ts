import { describe, expect, test } from '@jest/globals';
import { type AskedSilence, askSilence, overview } from '../../../functions/episodes/ask-silence.ts';
import { hearTags, readSilenceTag } from '../../../functions/episodes/silence-tag.ts';
import { hearSilences, silencesInForce } from '../../../functions/episodes/silences.ts';
import { type EpisodeRow, episodeKey } from '../../../functions/ledger/episode.ts';
import { type ResourceRow, resourceKey } from '../../../functions/ledger/resource.ts';
import { mail, orders, regionAt } from '../watch-world.ts';

const start = '2026-03-02T06:00:00.000Z';
const execution = 'arn:aws:states:eu-central-1:111122223333:execution:lifeboat-silence:by-hand';
type Region = ReturnType<typeof regionAt>;

const trouble = (at: string, more: object = {}) => ({
  subject: orders,
  kind: 'drill' as const,
  severity: 'page' as const,
  because: 'the drill did not pass',
  at,
  ...more,
});
const rowOf = (region: Region) => region.ledger.get<EpisodeRow>(episodeKey(orders, 'drill'));
const phases = (region: Region) =>
  region.sent.map(({ phase, escalated }) => [phase, ...(escalated?.why ?? [])].join(' '));

async function regionWithOrders(part: 'home' | 'copy' = 'home', more: Partial<ResourceRow> = {}): Promise<Region> {
  const region = regionAt(start, part);
  await region.ledger.create<ResourceRow>({
    ...resourceKey(orders),
    resource: orders,
    kind: 'rds',
    name: 'orders',
    tier: 'gold',
    firstSeenAt: start,
    ...more,
  });
  return region;
}

const ask = (region: Region, input: AskedSilence, startedAt = region.now()) =>
  askSilence(region, {
    by: execution,
    startedAt,
    input: { resource: orders, because: 'Ada mends it', ...input },
  });

async function settleFor(region: Region, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    region.wait(1);
    const row = await rowOf(region);
    if (row?.dueAt !== undefined && row.dueAt <= region.now()) await region.episodes.settle(row);
  }
}

describe('a page that somebody has taken over', () => {
  test('does not escalate until the end that was named, and pages then if it is still so', async () => {
    const region = await regionWithOrders();
    await region.episodes.open(trouble(start));
    region.wait(5);
    expect(await ask(region, { until: '2026-03-02T10:00Z' })).toMatchObject({ kind: 'all', episodes: 1 });
    await settleFor(region, 3 * 60 + 54);
    expect(phases(region)).toEqual(['opened']);
    await settleFor(region, 3);
    expect(phases(region)).toEqual(['opened', 'escalated silence']);
    expect(region.sent.at(-1)?.escalated?.because).toBe('open for 4 hours: its silence has ended and it is still so');
  });

  test('and was mended meanwhile resolves at once, and says nothing at the end', async () => {
    const region = await regionWithOrders();
    await region.episodes.open(trouble(start));
    await ask(region, { until: '2026-03-02T10:00Z' });
    region.wait(30);
    await region.episodes.resolve({ subject: orders, kind: 'drill', because: 'one has passed', at: region.now() });
    await settleFor(region, 5 * 60);
    expect(phases(region)).toEqual(['opened', 'resolved']);
    expect(region.records().at(-1)).toMatchObject({
      content: { what: 'episode', silenced: { until: '2026-03-02T10:00:00.000Z', because: 'Ada mends it' } },
    });
  });

  test('is told again at once when the silence is ended by hand', async () => {
    const region = await regionWithOrders();
    await region.episodes.open(trouble(start));
    await ask(region, { until: '2026-03-02T10:00Z' });
    region.wait(30);
    await ask(region, { until: 'now', because: 'Ada goes home' });
    await settleFor(region, 1);
    expect(phases(region)).toEqual(['opened', 'escalated silence']);
  });

  test('stays silent for longer when somebody says so again', async () => {
    const region = await regionWithOrders();
    await region.episodes.open(trouble(start));
    await ask(region, { until: '2026-03-02T07:00Z' });
    region.wait(30);
    await ask(region, { until: '2026-03-02T09:00Z' });
    await settleFor(region, 2 * 60 + 29);
    expect(phases(region)).toEqual(['opened']);
    await settleFor(region, 2);
    expect(phases(region)).toEqual(['opened', 'escalated silence']);
  });
});

describe('maintenance that was announced', () => {
  test('lets nothing page; what is still broken at its end pages then', async () => {
    const region = await regionWithOrders();
    await ask(region, { until: '2026-03-02T08:00Z', because: 'the database is moved' });
    region.wait(10);
    expect(await region.episodes.open(trouble(region.now()))).toBe('opened');
    await settleFor(region, 109);
    expect(phases(region)).toEqual([]);
    await settleFor(region, 2);
    expect(phases(region)).toEqual(['opened']);
    await settleFor(region, 40);
    expect(phases(region)).toEqual(['opened', 'escalated time']);
  });

  test('keeps what opened and ended within it in the evidence alone', async () => {
    const region = await regionWithOrders();
    await ask(region, { until: '2026-03-02T08:00Z' });
    region.wait(10);
    await region.episodes.open(trouble(region.now()));
    region.wait(10);
    await region.episodes.resolve({ subject: orders, kind: 'drill', because: 'one has passed', at: region.now() });
    await settleFor(region, 180);
    expect(region.sent).toEqual([]);
    expect(region.records().map(({ content }) => content.what)).toEqual(['silence', 'episode']);
  });

  test('of one kind lets the other kinds page', async () => {
    const region = await regionWithOrders();
    await ask(region, { until: '2026-03-02T08:00Z', kind: 'rpo' });
    await region.episodes.open(trouble(region.now()));
    expect(phases(region)).toEqual(['opened']);
  });

  test('reaches a copy Region with the roster, for what opens and for what is open', async () => {
    const silences = [{ until: '2026-03-02T08:00:00.000Z', because: 'the database is moved', by: 'tag' }];
    const region = await regionWithOrders('copy', { silences });
    await region.episodes.open(trouble(start));
    expect(region.sent).toEqual([]);

    const other = await regionWithOrders('copy');
    await other.episodes.open(trouble(start));
    const row = (await other.ledger.get<ResourceRow>(resourceKey(orders))) as ResourceRow;
    await other.ledger.replace<ResourceRow>({ ...row, silences });
    expect(await hearSilences(other.ledger, new Date(other.now()))).toBe(1);
    await settleFor(other, 119);
    expect(phases(other)).toEqual(['opened']);
    await settleFor(other, 2);
    expect(phases(other)).toEqual(['opened', 'escalated silence']);
  });
});

describe('asking for silence', () => {
  test('leaves one record, however often the execution asks', async () => {
    const region = await regionWithOrders();
    const at = region.now();
    await ask(region, { until: '2026-03-02T08:00Z' }, at);
    region.wait(1);
    await ask(region, { until: '2026-03-02T08:00Z' }, at);
    expect(region.records()).toMatchObject([
      {
        resource: orders,
        content: {
          what: 'silence',
          from: start,
          until: '2026-03-02T08:00:00.000Z',
          because: 'Ada mends it',
          by: execution,
        },
      },
    ]);
  });

  test('may name a resource as people call it, or the pipeline', async () => {
    const region = await regionWithOrders();
    expect(await ask(region, { resource: 'orders', until: '2026-03-02T08:00Z' })).toMatchObject({ resource: orders });
    expect(await ask(region, { resource: 'pipeline', until: '2026-03-02T08:00Z' })).toMatchObject({
      resource: 'pipeline',
    });
  });

  test.each<[string, AskedSilence, string]>([
    ['without an end', {}, 'A silence has an end, at most 7 days away'],
    ['with an end that is none', { until: 'tomorrow' }, "says until 'tomorrow', which is no instant"],
    ['with an end too far away', { until: '2026-03-09T06:01Z' }, 'no silence is longer than 7 days'],
    ['with an end that has passed', { until: '2026-03-02T05:00Z' }, 'To end a silence write "now"'],
    ['without a reason', { until: '2026-03-02T08:00Z', because: '  ' }, 'who works on what'],
    ['about a kind that is none', { until: '2026-03-02T08:00Z', kind: 'rop' }, 'write one of rpo, copy_rpo'],
    ['about nothing known here', { until: '2026-03-02T08:00Z', resource: mail }, 'not in the roster of this Region'],
  ])('%s is refused, and nothing is silent', async (_, input, words) => {
    const region = await regionWithOrders();
    await expect(ask(region, input)).rejects.toThrow(words);
    expect(await silencesInForce(region.ledger, new Date(region.now()))).toEqual(new Map());
    expect(region.records()).toEqual([]);
  });

  test('may be for exactly seven days', async () => {
    expect(await ask(await regionWithOrders(), { until: '2026-03-09T06:00Z' })).toMatchObject({ kind: 'all' });
  });

  test('for nothing answers what is open and what is silent', async () => {
    const region = await regionWithOrders();
    await region.episodes.open(trouble(start));
    await ask(region, { until: '2026-03-02T08:00Z' });
    expect(await overview(region)).toMatchObject({
      open: [{ resource: orders, kind: 'drill', told: true, silentUntil: '2026-03-02T08:00:00.000Z' }],
      silences: [{ resource: orders, because: 'Ada mends it', by: execution }],
    });
  });
});

describe('the tag lifeboat:silence', () => {
  const now = new Date(start);
  const tagged = (value?: string) => [
    { arn: orders, tags: { 'lifeboat:tier': 'gold', ...(value !== undefined && { 'lifeboat:silence': value }) } },
  ];
  const good = 'until 2026-03-02T08:00Z because the database is moved';

  test('asks for silence with an end and a reason, and leaves one record', async () => {
    const region = await regionWithOrders();
    expect(await hearTags(region, tagged(good), now)).toEqual([]);
    expect(await hearTags(region, tagged(good), new Date('2026-03-02T07:00:00.000Z'))).toEqual([]);
    expect((await silencesInForce(region.ledger, now)).get(orders)).toEqual([
      { until: '2026-03-02T08:00:00.000Z', because: 'the database is moved', by: 'tag' },
    ]);
    expect(region.records()).toHaveLength(1);
  });

  test('that is taken off ends the silence, and so does its end', async () => {
    const region = await regionWithOrders();
    await hearTags(region, tagged(good), now);
    await hearTags(region, tagged(), now);
    expect(await silencesInForce(region.ledger, now)).toEqual(new Map());
    await hearTags(region, tagged(good), now);
    await hearTags(region, tagged(good), new Date('2026-03-02T08:00:00.000Z'));
    expect(region.ledger.all().filter(({ pk }) => pk === 'SILENCES')).toEqual([]);
  });

  test.each([
    'until 2026-03-02T08:00Z',
    'because I say so',
    '8 hours',
    '',
    'until 2026-03-02 because x',
    'until 2026-04-02T08:00Z because of the long holidays',
  ])("'%s' is a finding and no silence", async (value) => {
    const region = await regionWithOrders();
    expect(await hearTags(region, tagged(value), now)).toMatchObject([
      { subject: orders, code: 'silence-not-understood' },
    ]);
    expect(await silencesInForce(region.ledger, now)).toEqual(new Map());
    expect(readSilenceTag(value, now).ok).toBe(false);
  });
});
