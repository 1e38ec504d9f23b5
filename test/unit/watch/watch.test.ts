import { describe, expect, test } from '@jest/globals';
import { type DeadlineRow, deadlineKey, type Objective, ordinaryShard } from '../../../functions/ledger/deadline.ts';
import { rosterNewsKey } from '../../../functions/ledger/pipeline.ts';
import { type ProofRow, proofKey } from '../../../functions/ledger/proof.ts';
import { resourceKey } from '../../../functions/ledger/resource.ts';
import { moveDeadline } from '../../../functions/objectives/move.ts';
import { deadlineOf } from '../../../functions/objectives/standing.ts';
import { endObjective } from '../../../functions/watch/let-go.ts';
import { lookAt } from '../../../functions/watch/look.ts';
import { expectRoster } from '../../../functions/watch/roster-news.ts';
import { type Counts, watchRound } from '../../../functions/watch/round.ts';
import { writeNews, writeRetired, writeRoster } from '../../../functions/watch/tell-copies.ts';
import { copyRegion, home, mail, orders, regionAt } from '../watch-world.ts';

const start = '2026-03-02T00:00:00.000Z';
type Region = ReturnType<typeof regionAt>;

async function expectFrom(
  region: Region,
  resource: string,
  objective: Objective,
  boundHours: number,
  firstSeenAt = start,
) {
  const boundSeconds = boundHours * 3_600;
  const from = deadlineOf({ firstSeenAt, boundSeconds });
  await region.ledger.create<DeadlineRow>({
    ...deadlineKey(resource, objective),
    resource,
    objective,
    firstSeenAt,
    boundSeconds,
    ...from,
    dueShard: ordinaryShard,
    dueAt: from.deadline,
  });
}

const round = (region: Region) => watchRound(region.parts, () => 60_000);
const sum = ({ moved, opened, stillOpen, resolved, cannotTell, overtaken, ended }: Counts) =>
  moved + opened + stillOpen + resolved + cannotTell + overtaken + ended;

describe('the watch', () => {
  test('asks nothing and writes nothing while no deadline has passed', async () => {
    const region = regionAt(start);
    await expectFrom(region, orders, 'rpo', 9);
    const before = region.ledger.writes();
    await region.watchFor(8 * 60);
    expect({ asked: region.aws.asked, written: region.ledger.writes() - before }).toEqual({ asked: 0, written: 0 });
  });

  test('pages within a firing of the deadline when AWS has nothing newer', async () => {
    const region = regionAt(start);
    await expectFrom(region, orders, 'rpo', 9);
    await region.watchFor(9 * 60);
    expect(region.subjects()).toEqual([]);
    await region.watchFor(1);
    expect(region.subjects()).toEqual([`PAGE orders: recovery points too old (rpo), ${home}`]);
    expect(region.sent[0]).toMatchObject({ since: '2026-03-02T09:00:00.000Z', severity: 'page' });
  });

  test('hears within the hour that a window is gone, however long its bound, and asks no more often than it must', async () => {
    const region = regionAt(start);
    await expectFrom(region, orders, 'pitr_rpo', 5);
    for (let hour = 0; hour < 10; hour += 1) {
      region.aws.means.set(`instance-window of ${orders}`, { instant: region.now() });
      await region.watchFor(60);
    }
    expect(region.subjects()).toEqual([]);
    expect(region.aws.asked).toBeLessThanOrEqual(7);
    region.aws.means.set(`instance-window of ${orders}`, { instant: undefined });
    await region.watchFor(62);
    expect(region.pages()).toHaveLength(1);
  });

  test('moves the deadline and pages nobody when AWS has something newer', async () => {
    const region = regionAt(start);
    await expectFrom(region, orders, 'rpo', 9);
    region.aws.points.set(orders, ['2026-03-02T06:00:00.000Z']);
    await region.watchFor(9 * 60 + 1);
    expect(region.subjects()).toEqual([]);
    expect(await region.ledger.get(deadlineKey(orders, 'rpo'))).toMatchObject({ dueAt: '2026-03-02T15:00:00.000Z' });
  });

  test('sends one page for a day of trouble, tells it again twice, and its end at most 16 minutes after it', async () => {
    const region = regionAt(start);
    await expectFrom(region, orders, 'rpo', 9);
    await region.watchFor(33 * 60);
    expect(region.sent.map(({ phase }) => phase)).toEqual(['opened', 'escalated', 'escalated']);
    region.aws.points.set(orders, [region.now()]);
    await region.watchFor(16);
    expect(region.subjects()).toEqual([
      `PAGE orders: recovery points too old (rpo), ${home}`,
      `ESCALATED orders: recovery points too old (rpo), ${home}`,
      `ESCALATED orders: recovery points too old (rpo), ${home}`,
      `RESOLVED orders: recovery points too old (rpo), ${home}`,
    ]);
    expect(region.records()).toHaveLength(1);
  });

  test('looks less and less often at what stays broken', async () => {
    const region = regionAt(start);
    await expectFrom(region, orders, 'rpo', 9);
    await region.watchFor(9 * 60);
    const before = region.aws.asked;
    await region.watchFor(120);
    expect(region.aws.asked - before).toBeLessThan(14);
    expect(region.aws.asked - before).toBeGreaterThan(8);
  });

  test('answers counts that add up', async () => {
    const region = regionAt('2026-03-02T12:00:00.000Z');
    await expectFrom(region, orders, 'rpo', 9);
    await expectFrom(region, mail, 'rpo', 9);
    region.aws.points.set(mail, ['2026-03-02T11:00:00.000Z']);
    const first = await round(region);
    expect(first).toMatchObject({ looked: 2, opened: 1, moved: 1, failed: 0, left: 0 });
    region.wait(1);
    const second = await round(region);
    expect(second).toMatchObject({ looked: 1, stillOpen: 1 });
    for (const counts of [first, second]) expect(sum(counts)).toBe(counts.looked);
  });

  test('takes up nothing when its time is nearly over, and says how much it left', async () => {
    const region = regionAt('2026-03-02T12:00:00.000Z');
    await expectFrom(region, orders, 'rpo', 9);
    expect(await watchRound(region.parts, () => 9_000)).toMatchObject({ looked: 0, left: 1 });
    expect(region.aws.asked).toBe(0);
  });

  test('touches no episode when another has written the deadline in between', async () => {
    const region = regionAt('2026-03-02T12:00:00.000Z');
    await expectFrom(region, orders, 'rpo', 9);
    region.ledger.beforeNextWrite(async () => {
      region.aws.points.set(orders, [region.now()]);
      await round(region);
    });
    expect(await round(region)).toMatchObject({ looked: 1, overtaken: 1 });
    expect(region.subjects()).toEqual([]);
  });
});

describe('two who look at once', () => {
  test('leave no episode open that one of them knows is over', async () => {
    const region = regionAt('2026-03-02T12:00:00.000Z');
    await expectFrom(region, orders, 'rpo', 9);
    let slipIn: (() => Promise<unknown>) | undefined = async () => {
      region.aws.points.set(orders, [region.now()]);
      const row = await region.ledger.get<DeadlineRow>(deadlineKey(orders, 'rpo'));
      return lookAt(region.parts, row as DeadlineRow);
    };
    const slow = {
      ...region.parts,
      episodes: {
        ...region.episodes,
        open: async (trouble: Parameters<typeof region.episodes.open>[0]) => {
          const does = slipIn;
          slipIn = undefined;
          await does?.();
          return region.episodes.open(trouble);
        },
      },
    };
    await watchRound(slow, () => 60_000);
    expect(region.sent.map(({ phase }) => phase)).toEqual(['opened']);
    await region.watchFor(1);
    expect(region.sent.map(({ phase }) => phase)).toEqual(['opened', 'resolved']);
  });
});

describe('a page whose last look was by a clock that is ahead', () => {
  const lookAhead = (region: Region) =>
    watchRound(
      { ...region.parts, clock: { now: () => new Date(Date.parse(region.now()) + 4 * 60_000) } },
      () => 60_000,
    );
  const newData = async (region: Region) => {
    const instant = region.now();
    region.aws.points.set(orders, [instant]);
    await moveDeadline(region.ledger, { resource: orders, objective: 'rpo', instant, now: new Date(instant) });
  };
  const phasesOf = (region: Region) => region.sent.map(({ phase }) => phase);

  test('ends once that instant has passed, not only when the reconciliation comes', async () => {
    const region = regionAt(start);
    await expectFrom(region, orders, 'rpo', 9);
    region.wait(9 * 60 + 1);
    await lookAhead(region);
    await newData(region);
    await region.watchFor(1);
    expect(phasesOf(region)).toEqual(['opened']);
    await region.watchFor(7);
    expect(phasesOf(region)).toEqual(['opened', 'resolved']);
  });

  test('ends so too when it was about an AWS that gave no answer', async () => {
    const region = regionAt(start);
    await expectFrom(region, orders, 'rpo', 9);
    region.aws.points.set(orders, new Error('no answer'));
    await region.watchFor(9 * 60 + 10);
    region.wait(6);
    await lookAhead(region);
    await newData(region);
    await region.watchFor(1);
    expect(phasesOf(region)).toEqual(['opened']);
    await region.watchFor(7);
    expect(phasesOf(region)).toEqual(['opened', 'resolved']);
  });
});

describe('an objective that nobody asks for any more', () => {
  const letGo = async (region: Region, episodes = region.episodes) => {
    const row = await region.ledger.get<DeadlineRow>(deadlineKey(orders, 'rpo'));
    if (row !== undefined) await endObjective({ ...region.parts, episodes }, row, 'its tier no longer sets it');
  };

  test('stays in the ledger until its page has ended: whoever comes next ends it', async () => {
    const region = regionAt(start);
    await expectFrom(region, orders, 'rpo', 9);
    await region.watchFor(9 * 60 + 1);
    const refuses = async () => {
      throw new Error('the ledger refused');
    };
    await expect(letGo(region, { ...region.episodes, resolve: refuses })).rejects.toThrow('the ledger refused');
    await letGo(region, { ...region.episodes, resolve: async () => 'newer trouble' });
    expect(region.sent.map(({ phase }) => phase)).toEqual(['opened']);
    await letGo(region);
    expect(region.sent.map(({ phase }) => phase)).toEqual(['opened', 'resolved']);
    expect(await region.ledger.get(deadlineKey(orders, 'rpo'))).toBeUndefined();
  });
});

describe('a ledger that refuses in the middle of good news', () => {
  /** Rounds, a minute apart, until the end of an episode was not written: as when the ledger throttles it to its last retry. */
  const watchUntilRefused = async (region: ReturnType<typeof regionAt>) => {
    let refused = false;
    const resolve = async () => {
      refused = true;
      throw new Error('the ledger refused');
    };
    const parts = { ...region.parts, episodes: { ...region.episodes, resolve } };
    for (let minutes = 0; minutes < 20 && !refused; minutes += 1) {
      region.wait(1);
      await watchRound(parts, () => 60_000).catch(() => undefined);
    }
    expect(refused).toBe(true);
  };

  test('leaves the page open for minutes, not until the next deadline', async () => {
    const region = regionAt(start);
    await expectFrom(region, orders, 'rpo', 9);
    await region.watchFor(9 * 60 + 5);
    region.aws.points.set(orders, [region.now()]);
    await watchUntilRefused(region);
    await region.watchFor(3);
    expect(region.sent.map(({ phase }) => phase)).toEqual(['opened', 'resolved']);
  });

  test('leaves the page about an AWS that gave no answer open for minutes', async () => {
    const region = regionAt(start);
    await expectFrom(region, orders, 'rpo', 9);
    region.aws.points.set(orders, new Error('no answer'));
    await region.watchFor(9 * 60 + 20);
    expect(region.sent).toHaveLength(1);
    region.aws.points.set(orders, []);
    await watchUntilRefused(region);
    await region.watchFor(3);
    expect(region.subjects()).toContain(`RESOLVED orders: AWS does not answer how it stands, ${home}`);
    expect(region.subjects()).toContain(`PAGE orders: recovery points too old (rpo), ${home}`);
  });
});

describe('a call that fails', () => {
  test('never reads as healthy: after a quarter of an hour it pages, in the words of AWS', async () => {
    const region = regionAt(start);
    await expectFrom(region, orders, 'rpo', 9);
    region.aws.points.set(orders, new Error('not authorized to perform backup:ListRecoveryPointsByBackupVault'));
    await region.watchFor(9 * 60 + 10);
    expect(region.subjects()).toEqual([]);
    await region.watchFor(7);
    expect(region.subjects()).toEqual([`PAGE orders: AWS does not answer how it stands, ${home}`]);
    expect(region.sent[0]?.cause).toContain('not authorized');
    region.aws.points.set(orders, [region.now()]);
    await region.watchFor(1);
    expect(region.subjects().at(-1)).toBe(`RESOLVED orders: AWS does not answer how it stands, ${home}`);
  });

  test('that passes within its bound pages nobody', async () => {
    const region = regionAt(start);
    await expectFrom(region, orders, 'rpo', 9);
    region.aws.points.set(orders, new Error('Rate exceeded'));
    await region.watchFor(9 * 60 + 10);
    region.aws.points.set(orders, [region.at(1)]);
    await region.watchFor(30);
    expect(region.subjects()).toEqual([]);
  });

  test('does not close an episode that is open', async () => {
    const region = regionAt(start);
    await expectFrom(region, orders, 'rpo', 9);
    await region.watchFor(9 * 60 + 1);
    region.aws.points.set(orders, new Error('Rate exceeded'));
    await region.watchFor(10);
    expect(region.subjects()).toEqual([`PAGE orders: recovery points too old (rpo), ${home}`]);
  });
});

describe('a resource that home has just retired', () => {
  const retired = async (region: Region) => {
    await writeRetired(
      region.ledger,
      [{ resource: orders, because: 'it was retired by hand' }],
      new Date(region.now()),
    );
  };

  test('is not paged about in a copy Region before the reconciliation there sees to it', async () => {
    const region = regionAt(start, 'copy');
    await expectFrom(region, orders, 'copy_rpo', 8);
    await expectFrom(region, mail, 'copy_rpo', 8);
    region.wait(7 * 60 + 30);
    await retired(region);
    await region.watchFor(60);
    expect(region.pages()).toEqual([`PAGE fs-0123456789abcdef0: copies too old (copy_rpo), ${copyRegion}`]);
    expect(await region.ledger.get(deadlineKey(orders, 'copy_rpo'))).toBeUndefined();
  });

  test('is not paged about when AWS does not answer either', async () => {
    const region = regionAt(start, 'copy');
    await expectFrom(region, orders, 'copy_rpo', 8);
    region.aws.points.set(orders, new Error('Rate exceeded'));
    region.wait(7 * 60 + 30);
    await retired(region);
    await region.watchFor(60);
    expect(region.subjects()).toEqual([]);
  });

  test('is told to be over where somebody was paged', async () => {
    const region = regionAt(start, 'copy');
    await expectFrom(region, orders, 'copy_rpo', 8);
    await region.watchFor(8 * 60 + 1);
    await retired(region);
    await region.watchFor(16);
    expect(region.subjects()).toEqual([
      `PAGE orders: copies too old (copy_rpo), ${copyRegion}`,
      `RESOLVED orders: copies too old (copy_rpo), ${copyRegion}`,
    ]);
    expect(JSON.stringify(region.sent[1])).toContain('it is retired: it was retired by hand');
  });

  test('stays asked for while it is on the roster: whoever took it back may have died before it was struck from the retired', async () => {
    const region = regionAt(start, 'copy');
    await expectFrom(region, orders, 'copy_rpo', 8);
    await retired(region);
    const row = { resource: orders, kind: 'rds' as const, name: 'orders', tier: 'gold', firstSeenAt: start };
    await writeRoster(region.ledger, [{ ...resourceKey(orders), ...row }]);
    await region.watchFor(8 * 60 + 1);
    expect(region.pages()).toEqual([`PAGE orders: copies too old (copy_rpo), ${copyRegion}`]);
  });

  test('stays asked for when the ledger does not say whether it is retired', async () => {
    const region = regionAt(start, 'copy');
    await expectFrom(region, orders, 'copy_rpo', 8);
    region.wait(8 * 60 + 1);
    const list = () => Promise.reject(new Error('ThrottlingException'));
    const refused = { ...region.parts, ledger: { ...region.ledger, list } };
    await expect(watchRound(refused, () => 60_000)).rejects.toThrow('ThrottlingException');
    expect(await region.ledger.get(deadlineKey(orders, 'copy_rpo'))).toBeDefined();
  });
});

describe('a proof', () => {
  const proven = async (region: Region, instant: string, attempt: string) => {
    await region.ledger.create<ProofRow>({
      ...proofKey(orders),
      resource: orders,
      recoveryPoint: 'arn',
      instant,
      provenAt: region.now(),
      attempt,
      measures: {},
    });
  };

  test('that only the ledger knows of does not count once its attempt is closed', async () => {
    const region = regionAt(start, 'copy');
    await expectFrom(region, orders, 'proof', 48);
    region.wait(47 * 60);
    await proven(region, region.at(1), 'lifeboat-drill/a/0');
    await region.watchFor(65);
    expect(region.subjects()).toEqual([`PAGE orders: no recent proof (proof), ${copyRegion}`]);
  });

  test('counts while its attempt is still open', async () => {
    const region = regionAt(start, 'copy');
    await expectFrom(region, orders, 'proof', 48);
    region.wait(47 * 60);
    await proven(region, region.at(1), 'lifeboat-drill/a/0');
    await region.ledger.create({ pk: 'ATTEMPTS', sk: 'lifeboat-drill/a/0' });
    await region.watchFor(65);
    expect(region.subjects()).toEqual([]);
  });
});

describe('a copy Region whose roster', () => {
  test('is not refreshed for three hours pages for the pipeline, and resolves when home writes again', async () => {
    const region = regionAt(start, 'copy');
    await writeNews(region.ledger, 3, region.now());
    await region.watchFor(180);
    expect(region.subjects()).toEqual([]);
    await region.watchFor(2);
    expect(region.subjects()).toEqual([`PAGE Lifeboat itself: home no longer writes the roster, ${copyRegion}`]);
    await writeNews(region.ledger, 3, region.now());
    await region.watchFor(1);
    expect(region.subjects().at(-1)).toBe(`RESOLVED Lifeboat itself: home no longer writes the roster, ${copyRegion}`);
  });

  test('was never written pages as well', async () => {
    const region = regionAt(start, 'copy');
    await expectRoster(region.ledger, new Date(region.now()));
    await region.watchFor(182);
    expect(region.sent[0]?.because).toBe(
      `home has never written the roster since this Region first looked at ${start}`,
    );
    expect(await region.ledger.get(rosterNewsKey)).toMatchObject({ writtenBy: 'this Region' });
  });
});
