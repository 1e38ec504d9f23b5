import { describe, expect, test } from '@jest/globals';
import { episodes } from '../../../functions/episodes/episodes.ts';
import { type EpisodeRow, episodeKey } from '../../../functions/ledger/episode.ts';
import { copyRegion, home, orders, regionAt } from '../watch-world.ts';

const start = '2026-03-02T06:00:00.000Z';
const trouble = (at: string, more: object = {}) => ({
  subject: orders,
  kind: 'drill' as const,
  severity: 'page' as const,
  because: 'the drill did not pass',
  at,
  ...more,
});
const relief = (at: string) => ({ subject: orders, kind: 'drill' as const, because: 'a drill has passed', at });
const rowOf = ({ ledger }: ReturnType<typeof regionAt>) => ledger.get<EpisodeRow>(episodeKey(orders, 'drill'));

describe('an episode', () => {
  test('pages once when it opens, and once when it resolves, however often both are said', async () => {
    const region = regionAt(start);
    await region.episodes.open(trouble(start));
    expect(await region.episodes.open(trouble(start))).toBe('extended');
    region.wait(90);
    await region.episodes.resolve(relief(region.now()));
    expect(await region.episodes.resolve(relief(region.now()))).toBe('not open');
    expect(region.subjects()).toEqual([
      `PAGE orders: a drill did not pass, ${home}`,
      `RESOLVED orders: a drill did not pass, ${home}`,
    ]);
    expect(region.sent.at(-1)?.resolved).toMatchObject({ lastedSeconds: 5_400, because: 'a drill has passed' });
    expect(await rowOf(region)).toMatchObject({ status: 'resolved', seen: 2, told: 'resolved', evidence: 'written' });
  });

  test('sends one page when two see the trouble at the same time', async () => {
    const region = regionAt(start);
    region.ledger.beforeNextWrite(async () => {
      await region.episodes.open(trouble(start));
    });
    expect(await region.episodes.open(trouble(start))).toBe('extended');
    expect(region.subjects()).toHaveLength(1);
  });

  test('leaves one record in the evidence when it has ended, and none before', async () => {
    const region = regionAt(start);
    await region.episodes.open(trouble(start));
    expect(region.records()).toHaveLength(0);
    region.wait(10);
    await region.episodes.resolve(relief(region.now()));
    expect(region.records()).toMatchObject([
      { resource: orders, content: { what: 'episode', kind: 'drill', lastedSeconds: 600, seen: 1 } },
    ]);
  });

  test('counts the same attempt once', async () => {
    const region = regionAt(start);
    await region.episodes.open(trouble(start, { occasion: 'lifeboat-drill/a/0' }));
    expect(await region.episodes.open(trouble(start, { occasion: 'lifeboat-drill/a/0' }))).toBe('counted already');
    expect(await region.episodes.open(trouble(start, { occasion: 'lifeboat-drill/b/0' }))).toBe('extended');
    expect(await rowOf(region)).toMatchObject({ seen: 2 });
  });

  test('is not resolved by what ended before the trouble was seen', async () => {
    const region = regionAt(start);
    await region.episodes.open(trouble(start));
    expect(await region.episodes.resolve(relief(region.at(1)))).toBe('newer trouble');
    expect(await rowOf(region)).toMatchObject({ status: 'open' });
  });

  test('is not opened again by trouble from before it was well', async () => {
    const region = regionAt(start);
    await region.episodes.open(trouble(start));
    region.wait(60);
    await region.episodes.resolve(relief(region.now()));
    region.wait(60);
    expect(await region.episodes.open(trouble(region.at(1.5)))).toBe('over already');
    expect(await region.episodes.open(trouble(region.at(0.5)))).toBe('opened');
    expect(region.subjects()).toHaveLength(3);
  });
});

describe('while SNS refuses', () => {
  test('a page is kept, and sent once by the watch when SNS takes it again', async () => {
    const region = regionAt(start);
    region.aws.refusesPages = true;
    expect(await region.episodes.open(trouble(start))).toBe('opened');
    expect(await rowOf(region)).toMatchObject({ told: 'not yet' });
    await region.watchFor(60);
    expect(region.subjects()).toEqual([]);
    region.aws.refusesPages = false;
    await region.watchFor(10);
    expect(region.subjects()).toEqual([`PAGE orders: a drill did not pass, ${home}`]);
    expect(await rowOf(region)).toMatchObject({ told: 'opened' });
    expect((await rowOf(region))?.refusals).toBeUndefined();
  });

  test('an episode that ends untold is told whole afterwards, the opening first', async () => {
    const region = regionAt(start, 'copy');
    region.aws.refusesPages = true;
    await region.episodes.open(trouble(start));
    region.wait(5);
    await region.episodes.resolve(relief(region.now()));
    region.aws.refusesPages = false;
    await region.watchFor(5);
    expect(region.subjects()).toEqual([
      `PAGE orders: a drill did not pass, ${copyRegion}`,
      `RESOLVED orders: a drill did not pass, ${copyRegion}`,
    ]);
    expect(region.records()).toHaveLength(1);
  });

  test('the next episode waits until the end of the last one is told', async () => {
    const region = regionAt(start);
    await region.episodes.open(trouble(start));
    region.wait(5);
    region.aws.refusesPages = true;
    await region.episodes.resolve(relief(region.now()));
    region.wait(5);
    await expect(region.episodes.open(trouble(region.now()))).rejects.toThrow('is not told yet');
    region.aws.refusesPages = false;
    expect(await region.episodes.open(trouble(region.now()))).toBe('opened');
    expect(region.sent.map(({ phase }) => phase)).toEqual(['opened', 'resolved', 'opened']);
  });
});

describe('two at once', () => {
  test('of whom one resolves while the other still tells the opening send each message once', async () => {
    const region = regionAt(start);
    let accept = () => {};
    const slow = episodes({
      ...region.parts,
      evidence: region.evidence,
      here: region.here,
      escalateAfterSeconds: 1_800,
      publish: async (alert) => {
        if (alert.phase === 'opened') await new Promise<void>((resolve) => (accept = resolve));
        region.sent.push(alert);
        return [];
      },
    });
    const opening = slow.open(trouble(start));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await region.episodes.resolve(relief(region.now()))).toBe('resolved');
    expect(await region.episodes.settle((await rowOf(region)) as EpisodeRow)).toBe(true);
    expect(region.sent).toEqual([]);
    accept();
    await opening;
    await region.watchFor(5);
    expect(region.sent.map(({ phase }) => phase)).toEqual(['opened', 'resolved']);
  });
});

describe('a run that dies', () => {
  test('after it wrote the row and before it told anybody leaves the page to the watch', async () => {
    const region = regionAt(start);
    const dead = { ...region.parts, publish: () => new Promise<never>(() => {}) };
    void episodes({ ...dead, evidence: region.evidence, here: region.here, escalateAfterSeconds: 1_800 }).open(
      trouble(start),
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    await region.watchFor(1);
    expect(region.subjects()).toEqual([]);
    await region.watchFor(2);
    expect(region.subjects()).toHaveLength(1);
    await region.watchFor(10);
    expect(region.subjects()).toHaveLength(1);
  });
});
