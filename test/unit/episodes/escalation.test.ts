import { describe, expect, test } from '@jest/globals';
import { type EpisodeRow, episodeKey } from '../../../functions/ledger/episode.ts';
import { orders, regionAt } from '../watch-world.ts';

const start = '2026-03-02T06:00:00.000Z';
const hour = 3_600;

/** An rpo of 9 hours that was broken when it was seen; `since` is the deadline. */
const late = (at: string, more: object = {}) => ({
  subject: orders,
  kind: 'rpo' as const,
  severity: 'page' as const,
  because: 'the newest point is too old',
  facts: { since: at, ageSeconds: 9 * hour, boundSeconds: 9 * hour },
  at,
  ...more,
});
const relief = (at: string) => ({ subject: orders, kind: 'rpo' as const, because: 'newer data is there', at });
const rowOf = ({ ledger }: ReturnType<typeof regionAt>) => ledger.get<EpisodeRow>(episodeKey(orders, 'rpo'));
const told = (region: ReturnType<typeof regionAt>) =>
  region.sent.map(({ phase, escalated }) => [phase, ...(escalated?.why ?? [])].join(' '));

/** Settles what is due, every minute, without the watch's own looks at AWS. */
async function settleFor(region: ReturnType<typeof regionAt>, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    region.wait(1);
    const row = await rowOf(region);
    if (row?.dueAt !== undefined && row.dueAt <= region.now()) await region.episodes.settle(row);
  }
}

describe('a page that stays open', () => {
  test('is told again after the time of the policy, and when twice the bound has passed, and then no more', async () => {
    const region = regionAt(start);
    await region.episodes.open(late(start));
    await settleFor(region, 29);
    expect(told(region)).toEqual(['opened']);
    await settleFor(region, 2);
    expect(told(region)).toEqual(['opened', 'escalated time']);
    expect(await rowOf(region)).toMatchObject({ escalatedAt: '2026-03-02T06:30:00.000Z' });
    await settleFor(region, 9 * 60);
    expect(told(region)).toEqual(['opened', 'escalated time', 'escalated twice']);
    expect(region.sent.at(-1)?.howBad).toBe('18 hours where 9 hours are allowed: 9 hours too much');
    await settleFor(region, 24 * 60);
    expect(region.sent).toHaveLength(3);
    expect((await rowOf(region))?.dueAt).toBeUndefined();
  });

  test('and is well again before that is told no more than that', async () => {
    const region = regionAt(start);
    await region.episodes.open(late(start));
    await settleFor(region, 20);
    await region.episodes.resolve(relief(region.now()));
    await settleFor(region, 60);
    expect(told(region)).toEqual(['opened', 'resolved']);
  });

  test('says at the end how long it lasted, and keeps in the evidence when it was told and how', async () => {
    const region = regionAt(start);
    await region.episodes.open(late(start));
    await settleFor(region, 45);
    await region.episodes.resolve(relief(region.now()));
    expect(region.sent.at(-1)?.resolved).toMatchObject({ lastedSeconds: 45 * 60 });
    expect(region.records().at(-1)).toMatchObject({
      content: {
        escalatedAt: '2026-03-02T06:30:00.000Z',
        deliveries: [
          { message: 'opened', channel: 'people', at: start },
          { message: 'escalated 2026-03-02T06:30:00.000Z', channel: 'people' },
          { message: 'resolved', channel: 'people' },
        ],
      },
    });
  });

  test('is told again in the words of what was seen last, but since when it was first', async () => {
    const region = regionAt(start);
    await region.episodes.open(late(start));
    region.wait(10);
    const facts = { since: region.now(), ageSeconds: 10 * hour, boundSeconds: 9 * hour, cause: 'Access Denied' };
    await region.episodes.open(late(region.now(), { because: 'it is older still', facts }));
    await settleFor(region, 25);
    expect(region.sent.at(-1)).toMatchObject({ because: 'it is older still', causeKind: 'permission', since: start });
  });

  test('moves twice the bound when newer data came that is still too old', async () => {
    const region = regionAt(start);
    await region.episodes.open(late(start));
    region.wait(60);
    const facts = { since: region.now(), ageSeconds: 9 * hour, boundSeconds: 9 * hour };
    await region.episodes.open(late(region.now(), { facts }));
    await settleFor(region, 8 * 60 + 30);
    expect(told(region)).toEqual(['opened', 'escalated time']);
    await settleFor(region, 31);
    expect(told(region)).toEqual(['opened', 'escalated time', 'escalated twice']);
  });

  test('tells in one message what fell due while nobody could tell', async () => {
    const region = regionAt(start);
    await region.episodes.open(late(start));
    region.aws.refusesPages = true;
    await settleFor(region, 10 * 60);
    region.aws.refusesPages = false;
    await settleFor(region, 5);
    expect(told(region)).toEqual(['opened', 'escalated time twice']);
  });
});

describe('what does not escalate', () => {
  test('is a notice, however long it is open', async () => {
    const region = regionAt(start);
    await region.episodes.open(late(start, { severity: 'notice' }));
    await settleFor(region, 24 * 60);
    expect(told(region)).toEqual(['opened']);
  });
});

describe('an escalation that falls due while another run resolves', () => {
  test('is not told after the end', async () => {
    const region = regionAt(start);
    await region.episodes.open(late(start));
    region.wait(31);
    const due = (await rowOf(region)) as EpisodeRow;
    await region.episodes.resolve(relief(region.now()));
    await region.episodes.settle(due);
    expect(told(region)).toEqual(['opened', 'resolved']);
  });
});
