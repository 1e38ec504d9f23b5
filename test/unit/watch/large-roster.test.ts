import { describe, expect, test } from '@jest/globals';
import type { DeadlineRow } from '../../../functions/ledger/deadline.ts';
import { type LaneRow, laneKey } from '../../../functions/ledger/lane.ts';
import type { Row } from '../../../functions/ledger/ledger.ts';
import { type ResourceRow, rosterPartition } from '../../../functions/ledger/resource.ts';
import { type Reconciled, reconcileAll } from '../../../functions/watch/reconcile-all.ts';
import { writeRoster } from '../../../functions/watch/tell-copies.ts';
import { account, copyRegion, home, orders, policyOf, regionAt } from '../watch-world.ts';

const start = '2026-03-02T00:00:00.000Z';
const database = (number: number) => `arn:aws:rds:${home}:${account}:db:app-${String(number).padStart(3, '0')}`;
const many = (from: number, to: number) => Array.from({ length: to - from }, (_, number) => database(from + number));

/** Home with many databases and the copy Region that it tells; each has backups that are an hour old. */
function fleetOf(resources: readonly string[]) {
  const there = regionAt(start, 'copy');
  const here = regionAt(start, 'home');
  const described: string[] = [];
  const under = { way: new Map<string, number>() };
  const tag = (arns: readonly string[]) => {
    here.aws.tagged = arns.map((arn) => ({ arn, tags: { 'lifeboat:tier': 'gold' } }));
    for (const arn of arns) here.aws.points.set(arn, [here.at(1)]);
  };
  tag(resources);
  const partsOf = (region: typeof here) => ({
    ...region.parts,
    here: region.here,
    policy: policyOf(),
    ledgerIn: () => there.ledger,
    concluding: {
      ...region.parts,
      evidence: region.evidence,
      describe: async (execution: string) => {
        described.push(execution);
        return region.aws.executions.get(execution);
      },
    },
    tagged: async () => here.aws.tagged as { arn: string; tags: Record<string, string> }[],
    others: async () => new Map(),
    endedBadlySince: async () => [],
    running: async () => under.way,
  });
  /** A run that has time for so many resources. */
  const run = async (region: typeof here, reaches = Number.POSITIVE_INFINITY): Promise<Reconciled> => {
    let begun = 0;
    return reconcileAll(partsOf(region), [], () => {
      begun += 1;
      return begun <= reaches ? 900_000 : 0;
    });
  };
  return { here, there, tag, described, under, run };
}

const watchedIn = (region: ReturnType<typeof regionAt>, objective: string) =>
  region.ledger
    .all()
    .filter(({ sk }) => sk === `DEADLINE#${objective}`)
    .map((row) => (row as DeadlineRow).resource);

describe('an hour in which nothing changed', () => {
  const writesOf = async (resources: number) => {
    const { here, there, run } = fleetOf(many(0, resources));
    await run(here);
    await run(there);
    here.wait(60);
    there.wait(60);
    const before = [here.ledger.writes(), there.ledger.writes()] as const;
    await run(here);
    await run(there);
    return [here.ledger.writes() - before[0], there.ledger.writes() - before[1]];
  };

  test('writes as little for many resources as for few', async () => {
    expect(await writesOf(40)).toEqual(await writesOf(2));
  });

  test('still tells when the roster was refreshed, and moves a deadline whose event was lost', async () => {
    const { here, run } = fleetOf(many(0, 2));
    await run(here);
    here.wait(60);
    here.aws.points.set(database(0), [here.at(0)]);
    await run(here);
    const row = here.ledger.all().find(({ pk, sk }) => pk.endsWith('app-000') && sk === 'DEADLINE#rpo');
    expect(row).toMatchObject({ countsFrom: here.at(0) });
    expect(here.ledger.all().find(({ pk, sk }) => pk === 'PIPELINE' && sk === 'ROSTER')).toMatchObject({
      refreshedAt: here.now(),
    });
  });

  test('asks about no execution that is listed as running, and about one that is not', async () => {
    const { here, run, described, under } = fleetOf([orders]);
    const lane = (execution: string): Omit<LaneRow, 'version'> => ({
      ...laneKey(orders),
      resource: orders,
      execution,
      takenAt: start,
    });
    await run(here);
    await here.ledger.create<LaneRow>(lane('runs'));
    under.way.set('runs', 0);
    expect(await run(here)).toMatchObject({ lanesReleased: 0 });
    expect(described).toEqual([]);
    under.way.clear();
    expect(await run(here)).toMatchObject({ lanesReleased: 1 });
    expect(described).toEqual(['runs']);
  });
});

describe('a run whose time is over', () => {
  test('says how many it did not reach, and the next ones go on where it stopped', async () => {
    const { here, run } = fleetOf(many(0, 10));
    await expect(run(here, 4)).rejects.toThrow('6 of 10 resources were not reached in time');
    expect(watchedIn(here, 'rpo')).toEqual(many(0, 4));
    await expect(run(here, 4)).rejects.toThrow('6 of 10 resources were not reached in time');
    expect(watchedIn(here, 'rpo')).toEqual(many(0, 8));
    await expect(run(here, 4)).rejects.toThrow('not reached');
    expect(watchedIn(here, 'rpo')).toEqual(many(0, 10));
    expect(await run(here)).toMatchObject({ left: 0, looked: 10 });
  });

  test('is followed by one that takes what is new first, and then those that were reached longest ago', async () => {
    const { here, tag, run } = fleetOf(many(10, 20));
    await run(here);
    await expect(run(here, 4)).rejects.toThrow('6 of 10');
    here.wait(60);
    tag([...many(0, 2), ...many(10, 20)]);
    const asked: string[] = [];
    const { list } = here.ledger;
    here.ledger.list = async <R extends Row>(pk: string, prefix?: string) => {
      if (pk.startsWith('RESOURCE#')) asked.push(pk.slice('RESOURCE#'.length));
      return list<R>(pk, prefix);
    };
    await expect(run(here, 5)).rejects.toThrow('7 of 12');
    expect([...new Set(asked)]).toEqual([...many(0, 2), ...many(14, 17)]);
  });

  test('has never left out the same resource for ever, whatever comes and goes meanwhile', async () => {
    const { here, tag, run } = fleetOf(many(0, 30));
    for (let hour = 0; hour < 12; hour += 1) {
      here.wait(60);
      tag([...many(hour, 30), ...many(100, 100 + hour)]);
      await run(here, 5).catch(() => undefined);
    }
    expect(watchedIn(here, 'rpo').sort()).toEqual([...many(0, 30), ...many(100, 111)]);
  });
});

describe('the roster of a Region', () => {
  test('is written as far as it can be when one row cannot, and says which', async () => {
    const { here, there, run } = fleetOf(many(0, 20));
    const { create } = there.ledger;
    there.ledger.create = async (row) => {
      if (row.sk === database(3) && row.pk === rosterPartition) throw new Error('the table is throttled');
      return create(row);
    };
    await expect(run(here)).rejects.toThrow(
      `the roster of ${copyRegion}: Error: 1 of 20 roster rows could not be written. ${database(3)}: the table is throttled`,
    );
    expect(await there.ledger.list(rosterPartition)).toHaveLength(19);
  });

  test('is written over where home has written since, and not where it says the same in another order', async () => {
    const { here, run } = fleetOf([orders]);
    await run(here);
    const [row] = await here.ledger.list<ResourceRow>(rosterPartition);
    if (row === undefined) throw new Error('no row');
    const { version: _, ...draft } = row;
    const before = here.ledger.writes();
    await writeRoster(here.ledger, [Object.fromEntries(Object.entries(draft).reverse()) as unknown as typeof draft]);
    expect(here.ledger.writes()).toBe(before);
    await writeRoster(here.ledger, [{ ...draft, tier: 'silver' }]);
    expect((await here.ledger.list<ResourceRow>(rosterPartition))[0]).toMatchObject({ tier: 'silver', version: 2 });
  });

  test('keeps when a resource was last seen, once it is seen no more, until it is seen again', async () => {
    const { here, tag, run } = fleetOf(many(0, 2));
    await run(here);
    const seenAt = here.now();
    const rowOf = async () => (await here.ledger.list<ResourceRow>(rosterPartition))[1];
    tag(many(0, 1));
    for (let hour = 0; hour < 3; hour += 1) {
      here.wait(60);
      await run(here);
      expect(await rowOf()).toMatchObject({ lastSeenAt: seenAt });
    }
    expect(here.sent.find(({ kind }) => kind === 'finding:vanished')?.because).toContain(`last seen at ${seenAt}`);
    tag(many(0, 2));
    await run(here);
    expect(await rowOf()).not.toHaveProperty('lastSeenAt');
  });
});
