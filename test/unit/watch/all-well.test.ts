import { describe, expect, test } from '@jest/globals';
import { deadlineKey, ordinaryShard } from '../../../functions/ledger/deadline.ts';
import { type RosterNewsRow, rosterNewsKey } from '../../../functions/ledger/pipeline.ts';
import { type ResourceRow, resourceKey } from '../../../functions/ledger/resource.ts';
import { type AllWell, allWellAlert, wellness } from '../../../functions/watch/all-well-count.ts';
import { gold, mail, orders, policyOf, regionAt } from '../watch-world.ts';

const now = '2026-03-02T12:00:00.000Z';
const hours = 3_600;
type Region = ReturnType<typeof regionAt>;

async function protect(region: Region, resource: string, seenHoursAgo = 5, lastSeenAt?: string): Promise<void> {
  await region.ledger.create<ResourceRow>({
    ...resourceKey(resource),
    resource,
    kind: resource === mail ? 'efs' : 'rds',
    name: resource === mail ? 'mail' : 'orders',
    tier: 'gold',
    firstSeenAt: region.at(seenHoursAgo),
    ...(lastSeenAt !== undefined && { lastSeenAt }),
  });
  await region.ledger.create({
    ...deadlineKey(resource, 'rpo'),
    resource,
    objective: 'rpo',
    countsFrom: region.at(5),
    firstSeenAt: region.at(seenHoursAgo),
    boundSeconds: 9 * hours,
    deadline: region.at(-4),
    dueShard: ordinaryShard,
    dueAt: region.at(-4),
  } as never);
}

/** Home, whose roster was refreshed so many hours ago. */
async function homeAlone(refreshedHoursAgo = 0.5): Promise<Region> {
  const region = regionAt(now, 'home');
  await region.ledger.create<RosterNewsRow>({
    ...rosterNewsKey,
    refreshedAt: region.at(refreshedHoursAgo),
    writtenBy: 'home',
    resources: 2,
    dueShard: ordinaryShard,
    dueAt: now,
  });
  return region;
}

/** Home with a database and a file system whose recovery points are an hour old. */
async function home(seenHoursAgo = 5): Promise<Region> {
  const region = await homeAlone();
  for (const resource of [orders, mail]) {
    await protect(region, resource, seenHoursAgo);
    region.aws.points.set(resource, [region.at(1)]);
  }
  return region;
}

const ask = (region: Region, policy = policyOf(), mayGoOn = () => true) =>
  wellness({ ...region.parts, here: region.here, policy }, mayGoOn);
const because = async (asked: ReturnType<typeof ask>) => {
  const found = await asked;
  return found.well ? 'all is well' : found.because.join('; ');
};

describe('all well', () => {
  test('is said with counts that add up', async () => {
    const region = await home();
    const found = await ask(region);
    expect(found).toEqual({
      well: true,
      resources: 2,
      proven: 0,
      notYetProven: 0,
      notDrilledHere: 2,
      objectives: 2,
      holding: { rpo: 2 },
      notYet: 0,
    });
    const alert = allWellAlert(found as AllWell, region.here, now);
    expect(alert).toMatchObject({ severity: 'notice', kind: 'all-well', location: { region: 'eu-central-1' } });
    expect(alert.because).toContain('2 protected: 0 with a proof');
    expect(alert.because).toContain('2 objectives: rpo 2 hold');
  });

  test('counts a new resource apart, and is not said while there is nothing else', async () => {
    const region = await home();
    region.aws.points.delete(mail);
    expect(await ask(region)).toMatchObject({ well: true, objectives: 2, holding: { rpo: 1 }, notYet: 1 });
    region.aws.points.delete(orders);
    expect(await because(ask(region))).toBe('nothing holds yet');
  });

  test('does not count data as holding that is too old, also where a new resource still has time to be backed up', async () => {
    const region = await homeAlone();
    await protect(region, orders);
    await protect(region, mail, 2);
    for (const [resource, age] of [
      [orders, 1],
      [mail, 400],
    ] as const)
      region.aws.points.set(resource, [region.at(age)]);
    expect(await ask(region)).toMatchObject({ well: true, holding: { rpo: 1 }, notYet: 1 });
  });

  test('is not said when nothing is protected', async () => {
    expect(await because(ask(await homeAlone()))).toBe('no resource is protected here');
  });

  test('is not said when AWS gives no answer about one objective', async () => {
    const region = await home();
    region.aws.points.set(mail, new Error('Rate exceeded'));
    expect(await because(ask(region))).toBe('mail: rpo could not be told: Error: Rate exceeded');
  });

  test('is not said when an objective is broken, though nobody has been paged yet', async () => {
    const region = await home(20);
    region.aws.points.set(mail, [region.at(10)]);
    expect(await because(ask(region))).toContain('mail: rpo is broken: the newest usable recovery point');
  });

  test('is not said while an episode is open, be it a notice', async () => {
    const region = await home();
    const finding = { subject: 'pipeline', kind: 'finding:empty-tier:bronze', because: 'it is empty' } as const;
    await region.episodes.open({ ...finding, severity: 'notice', at: now });
    expect(await because(ask(region))).toBe('finding:empty-tier:bronze of pipeline is open');
  });

  test('is not said when the policy asks for more than is watched', async () => {
    const region = await home();
    const drilled = policyOf({ gold: { ...gold, drill: { everySeconds: 24 * hours, from: 'home' } } });
    expect(await because(ask(region, drilled))).toContain('orders: the policy asks for rpo, proof, and rpo is watched');
  });

  test('is not said when the time was over before everything was asked', async () => {
    const region = await home();
    expect(await because(ask(region, policyOf(), () => false))).toBe(
      'the time was over before AWS was asked about 2 of 2 resources',
    );
  });

  test.each([
    ['reconcile has not refreshed the roster for hours', async () => homeAlone(4), 'home last wrote the roster at'],
    ['reconcile has never run', async () => regionAt(now), 'home has never written the roster'],
  ])('is not said at home when %s', async (_, at, words) => {
    const region = await at();
    await protect(region, orders);
    region.aws.points.set(orders, [region.at(1)]);
    expect(await because(ask(region))).toContain(words);
  });

  test('is not said when reconcile sees a resource no more', async () => {
    const region = await homeAlone();
    await protect(region, orders, 5, region.at(4));
    region.aws.points.set(orders, [region.at(1)]);
    expect(await because(ask(region))).toBe('orders was last seen at 2026-03-02T08:00:00.000Z');
  });

  test.each([
    ['home never wrote the roster', undefined, 'home has never written the roster'],
    ['the roster is stale', { hoursAgo: 4, resources: 1 }, 'home last wrote the roster at'],
    [
      'the roster has lost a resource',
      { hoursAgo: 1, resources: 2 },
      'home wrote 2 resources into the roster, and it has 1',
    ],
  ])('is not said in a copy Region when %s', async (_, news, words) => {
    const region = regionAt(now, 'copy');
    await protect(region, orders);
    if (news !== undefined) {
      await region.ledger.create<RosterNewsRow>({
        ...rosterNewsKey,
        refreshedAt: region.at(news.hoursAgo),
        writtenBy: 'home',
        resources: news.resources,
        dueShard: ordinaryShard,
        dueAt: now,
      });
    }
    expect(await because(ask(region))).toContain(words);
  });
});
