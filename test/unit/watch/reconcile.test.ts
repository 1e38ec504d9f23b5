import { describe, expect, test } from '@jest/globals';
import { type AttemptRow, attemptId, attemptKey } from '../../../functions/ledger/attempt.ts';
import type { DeadlineRow } from '../../../functions/ledger/deadline.ts';
import { type EpisodeRow, episodesPartition } from '../../../functions/ledger/episode.ts';
import { type LaneRow, laneKey } from '../../../functions/ledger/lane.ts';
import { type RosterNewsRow, retiredKey, rosterNewsKey } from '../../../functions/ledger/pipeline.ts';
import { type ResourceRow, rosterPartition } from '../../../functions/ledger/resource.ts';
import { type ScratchRow, scratchKey } from '../../../functions/ledger/scratch.ts';
import type { Policy } from '../../../functions/policy/policy.ts';
import { reconcileAll } from '../../../functions/watch/reconcile-all.ts';
import { account, copyRegion, gold, home, mail, orders, policyOf, regionAt } from '../watch-world.ts';

const start = '2026-03-02T00:00:00.000Z';
type Region = ReturnType<typeof regionAt>;

const tagged = (arn: string, tier = 'gold', more: Record<string, string> = {}) => ({
  arn,
  tags: { 'lifeboat:tier': tier, ...more },
});

/** Home and the copy Region, each with its own ledger; home can write into the other's. */
function account_() {
  const there = regionAt(start, 'copy');
  const here = regionAt(start, 'home');
  here.aws.tagged = [tagged(orders), tagged(mail)];
  const partsOf = (region: Region, policy: Policy, badly: string[] = []) => ({
    ...region.parts,
    here: region.here,
    policy,
    ledgerIn: () => there.ledger,
    concluding: {
      ...region.parts,
      evidence: region.evidence,
      describe: async (execution: string) => region.aws.executions.get(execution),
    },
    tagged: async () => {
      if (region.aws.tagged instanceof Error) throw region.aws.tagged;
      return region.aws.tagged;
    },
    others: async (arns: readonly string[]) => {
      if (region.aws.others instanceof Error) throw region.aws.others;
      const others = region.aws.others;
      return new Map(arns.flatMap((arn) => (others.has(arn) ? [[arn, others.get(arn) ?? ''] as const] : [])));
    },
    endedBadlySince: async () => badly,
    running: async () => new Map(),
  });
  return {
    here,
    there,
    atHome: (policy = policyOf(), retire: string[] = []) => reconcileAll(partsOf(here, policy), retire, () => 900_000),
    atCopy: (policy = policyOf(), badly: string[] = []) =>
      reconcileAll(partsOf(there, policy, badly), [], () => 900_000),
  };
}

const deadlinesOf = ({ ledger }: Region) =>
  ledger
    .all()
    .filter(({ sk }) => sk.startsWith('DEADLINE#'))
    .map((row) => row as DeadlineRow)
    .map(({ resource, objective }) => `${objective} of ${resource.split(/[:/]/).at(-1)}`);

const openIn = async ({ ledger }: Region) =>
  (await ledger.list<EpisodeRow>(episodesPartition))
    .filter(({ status }) => status === 'open')
    .map(({ subject, kind, severity }) => `${severity} ${kind} of ${subject.split(/[:/]/).at(-1)}`);

const rosterOf = ({ ledger }: Region) => ledger.list<ResourceRow>(rosterPartition);

describe('home', () => {
  test('makes a roster of what is tagged, and deadlines for the objectives that it owns', async () => {
    const { here, atHome } = account_();
    expect(await atHome()).toMatchObject({ resources: 2, added: 2, looked: 2, findings: 0, regionsTold: 1 });
    expect(deadlinesOf(here)).toEqual(['rpo of fs-0123456789abcdef0', 'rpo of orders']);
    expect((await rosterOf(here)).map(({ tier, firstSeenAt }) => [tier, firstSeenAt])).toEqual([
      ['gold', start],
      ['gold', start],
    ]);
    expect(here.subjects()).toEqual([]);
  });

  test('tells each copy Region what to expect, and that the roster is fresh', async () => {
    const { here, there, atHome, atCopy } = account_();
    await atHome();
    expect((await rosterOf(there)).map(({ resource }) => resource)).toEqual([mail, orders]);
    expect(await there.ledger.get<RosterNewsRow>(rosterNewsKey)).toMatchObject({ writtenBy: 'home', resources: 2 });
    await atCopy();
    expect(deadlinesOf(there)).toEqual([
      'copy_rpo of fs-0123456789abcdef0',
      'proof of fs-0123456789abcdef0',
      'copy_rpo of orders',
      'proof of orders',
    ]);
    expect(await openIn(here)).toEqual([]);
  });

  test('counts the first deadline of a new resource from when it was first seen', async () => {
    const { here, atHome } = account_();
    await atHome();
    here.wait(60);
    await atHome();
    await here.watchFor(8 * 60);
    expect(here.pages()).toEqual([]);
    await here.watchFor(1);
    expect(here.pages()).toHaveLength(2);
  });

  test('finds a resource that vanished, keeps expecting it, and forgets the finding when it is back', async () => {
    const { here, there, atHome } = account_();
    await atHome();
    here.aws.tagged = [tagged(mail)];
    here.wait(60);
    await atHome();
    expect(await openIn(here)).toEqual(['notice finding:vanished of orders']);
    expect((await rosterOf(there)).map(({ resource }) => resource)).toEqual([mail, orders]);
    expect(deadlinesOf(here)).toContain('rpo of orders');
    here.aws.tagged = [tagged(orders), tagged(mail)];
    here.wait(60);
    await atHome();
    expect(await openIn(here)).toEqual([]);
  });

  test('expects nothing any more of a resource that is tagged as retired, here and in the copy Region', async () => {
    const { here, there, atHome, atCopy } = account_();
    await atHome();
    await atCopy();
    here.aws.tagged = [tagged(mail), tagged(orders, 'retired')];
    here.wait(10 * 60);
    there.wait(10 * 60);
    await here.watchFor(1);
    expect(await openIn(here)).toContain('page rpo of orders');
    await atHome();
    await atCopy();
    expect(deadlinesOf(here)).toEqual(['rpo of fs-0123456789abcdef0']);
    expect(deadlinesOf(there)).toEqual(['copy_rpo of fs-0123456789abcdef0', 'proof of fs-0123456789abcdef0']);
    expect(await openIn(here)).not.toContain('page rpo of orders');
    expect((await rosterOf(there)).map(({ resource }) => resource)).toEqual([mail]);
  });

  test('leaves the page of a resource alone that is on the roster, though the ledger calls it retired as well', async () => {
    const { there, atHome, atCopy } = account_();
    await atHome();
    await atCopy();
    there.wait(13 * 60);
    await there.watchFor(1);
    expect(await openIn(there)).toContain('page copy_rpo of orders');
    const row = { resource: orders, because: 'it was retired by hand', retiredAt: there.now() };
    await there.ledger.create({ ...retiredKey(orders), ...row });
    await atCopy();
    expect(await openIn(there)).toContain('page copy_rpo of orders');
    expect(there.subjects().filter((subject) => subject.startsWith('RESOLVED'))).toEqual([]);
  });

  test('retires by hand what is deleted already, and takes it back when it carries a tier again', async () => {
    const { here, atHome } = account_();
    await atHome();
    here.aws.tagged = [tagged(mail)];
    await atHome();
    expect(await atHome(policyOf(), [orders])).toMatchObject({ retired: 1, resources: 1 });
    expect(await openIn(here)).toEqual([]);
    here.aws.tagged = [tagged(mail), tagged(orders)];
    await atHome();
    await atHome();
    expect(deadlinesOf(here)).toContain('rpo of orders');
  });

  test('does not believe a discovery that finds nothing where there was something', async () => {
    const { here, atHome } = account_();
    await atHome();
    here.aws.tagged = [tagged(mail)];
    await atHome();
    here.aws.tagged = [];
    expect(await atHome()).toMatchObject({ resources: 2, findings: 1 });
    expect(await openIn(here)).toEqual([
      'notice finding:vanished of orders',
      'notice finding:empty-discovery of pipeline',
    ]);
    expect(deadlinesOf(here)).toHaveLength(2);
  });

  test('is not silent about an account without any resource', async () => {
    const { here, atHome } = account_();
    here.aws.tagged = [];
    await atHome();
    expect(await openIn(here)).toEqual(['notice finding:nothing-to-protect of pipeline']);
  });

  test('finds a tier tag that matches nothing, a tier that nobody carries, and a kind it cannot protect', async () => {
    const { here, atHome } = account_();
    const table = `arn:aws:dynamodb:${home}:${account}:table/carts`;
    here.aws.tagged = [tagged(orders, 'godl'), tagged(mail), tagged(table)];
    await atHome(policyOf({ gold, silver: gold, spare: { ...gold, mayBeEmpty: true } }));
    expect(await openIn(here)).toEqual([
      'notice finding:kind-not-supported of carts',
      'notice finding:unknown-tier of orders',
      'notice finding:empty-tier:silver of pipeline',
    ]);
    expect(here.sent.find(({ kind }) => kind === 'finding:unknown-tier')?.because).toContain('did you mean gold?');
  });

  test('does not expect what only looks like one of its databases, and says what it is', async () => {
    const { here, there, atHome } = account_();
    const member = `arn:aws:rds:${home}:${account}:db:shop-1`;
    here.aws.others = new Map([[member, 'a member of the cluster shop, which is backed up as a whole']]);
    here.aws.tagged = [tagged(orders), tagged(mail), tagged(member)];
    expect(await atHome()).toMatchObject({ resources: 2, findings: 1 });
    expect(await openIn(here)).toEqual(['notice finding:kind-not-supported of shop-1']);
    expect(here.sent[0]?.because).toBe(
      'it carries lifeboat:tier=gold and is a member of the cluster shop, which is backed up as a whole: Lifeboat protects EFS file systems, RDS instances and Aurora clusters only',
    );
    expect((await rosterOf(there)).map(({ resource }) => resource)).toEqual([mail, orders]);
    here.aws.tagged = [tagged(orders), tagged(mail)];
    await atHome();
    expect(await openIn(here)).toEqual([]);
  });

  test('goes on to expect one that it expected until now, and says how to end that', async () => {
    const { here, atHome } = account_();
    await atHome();
    here.aws.others = new Map([[orders, 'a database of docdb']]);
    expect(await atHome()).toMatchObject({ resources: 2, findings: 1 });
    expect(deadlinesOf(here)).toContain('rpo of orders');
    expect(here.sent[0]?.because).toContain(
      'It was protected as gold until now, and stays expected until it is tagged lifeboat:tier=retired',
    );
    here.aws.tagged = [tagged(orders, 'retired'), tagged(mail)];
    await atHome();
    expect(deadlinesOf(here)).toEqual(['rpo of fs-0123456789abcdef0']);
    expect(await openIn(here)).toEqual([]);
  });

  test('changes nothing on the roster, and fails loudly, when nobody tells what its databases are', async () => {
    const { here, atHome } = account_();
    await atHome();
    here.aws.others = new Error('AccessDenied: rds:DescribeDBInstances');
    here.aws.tagged = [tagged(orders), tagged(`${orders}-new`)];
    await expect(atHome()).rejects.toThrow('the discovery of resources: Error: AccessDenied: rds:DescribeDBInstances');
    expect((await rosterOf(here)).map(({ resource, lastSeenAt }) => [resource, lastSeenAt])).toEqual([
      [mail, undefined],
      [orders, undefined],
    ]);
    here.aws.others = new Map();
    await atHome();
    expect(await rosterOf(here)).toHaveLength(3);
  });

  test('keeps the protection of a resource whose new tier matches nothing', async () => {
    const { here, atHome } = account_();
    await atHome();
    here.aws.tagged = [tagged(orders, 'godl'), tagged(mail)];
    await atHome();
    expect(deadlinesOf(here)).toContain('rpo of orders');
    expect((await rosterOf(here)).find(({ resource }) => resource === orders)?.tier).toBe('gold');
    expect(await atHome()).toMatchObject({ resources: 2 });
  });

  test('says which objectives of the policy it does not watch', async () => {
    const { here, atHome } = account_();
    here.aws.means.set(`instance-window of ${orders}`, { instant: start });
    await atHome(policyOf({ gold: { ...gold, objectives: { ...gold.objectives, pitr_rpo: 900 } } }));
    expect(await openIn(here)).toEqual(['notice finding:not-watched:pitr_rpo/gold/efs of pipeline']);
  });

  test('fails loudly when the discovery fails, and still does everything else', async () => {
    const { here, there, atHome } = account_();
    await atHome();
    here.aws.tagged = new Error('AccessDenied: tag:GetResources');
    here.wait(60);
    there.wait(60);
    await expect(atHome()).rejects.toThrow('the discovery of resources: Error: AccessDenied: tag:GetResources');
    expect(await openIn(here)).toEqual([]);
    expect(await there.ledger.get<RosterNewsRow>(rosterNewsKey)).toMatchObject({ refreshedAt: start, resources: 2 });
  });

  test('that cannot discover anything for hours is a page in the copy Region, which home itself leaves it to', async () => {
    const { here, there, atHome, atCopy } = account_();
    await atHome();
    await atCopy();
    here.aws.tagged = new Error('AccessDenied: tag:GetResources');
    for (let hour = 0; hour < 4; hour += 1) {
      await here.watchFor(60);
      await there.watchFor(60);
      await expect(atHome()).rejects.toThrow('the discovery of resources');
    }
    expect(await openIn(here)).toEqual(['notice roster of pipeline']);
    expect(await openIn(there)).toEqual(['page roster of pipeline']);
    here.aws.tagged = [tagged(orders), tagged(mail)];
    await atHome();
    await there.watchFor(2);
    expect(await openIn(there)).toEqual([]);
  });

  test('that never could discover anything does not tell the copy Region that its empty roster is fresh', async () => {
    const { here, there, atHome, atCopy } = account_();
    here.aws.tagged = new Error('AccessDenied: tag:GetResources');
    await expect(atHome()).rejects.toThrow('the discovery of resources');
    await atCopy();
    expect(await there.ledger.get<RosterNewsRow>(rosterNewsKey)).toMatchObject({ writtenBy: 'this Region' });
  });

  test('whose policy lost the tier of a resource ends nothing that a copy Region watches', async () => {
    const { here, there, atHome, atCopy } = account_();
    await atHome();
    await atCopy();
    await there.watchFor(13 * 60);
    here.wait(13 * 60);
    const [deadlines, open] = [deadlinesOf(there), await openIn(there)];
    expect(open).toContain('page copy_rpo of orders');
    const renamed = policyOf({ golden: gold });
    await atHome(renamed);
    await atCopy(renamed);
    expect(deadlinesOf(there)).toEqual(deadlines);
    expect(await openIn(there)).toEqual(expect.arrayContaining(open.filter((one) => !one.includes('roster'))));
    expect(await rosterOf(there)).toHaveLength(2);
    expect(await there.ledger.get<RosterNewsRow>(rosterNewsKey)).toMatchObject({ resources: 2 });

    here.aws.tagged = [tagged(orders, 'golden'), tagged(mail, 'golden')];
    await atHome(renamed);
    await atCopy(renamed);
    expect((await rosterOf(there)).map(({ tier }) => tier)).toEqual(['golden', 'golden']);
    expect(deadlinesOf(there)).toEqual(deadlines);
  });

  test('whose policy lost the tier tells a copy Region nothing of a resource that it never expected', async () => {
    const { here, there, atHome, atCopy } = account_();
    await atHome(policyOf({ gold: { ...gold, copies: [], drill: null, objectives: { rpo: 9 * 3_600 } } }));
    await atHome(policyOf({ golden: gold }));
    await atCopy(policyOf({ golden: gold }));
    expect(await rosterOf(there)).toEqual([]);
    expect(await openIn(here)).toContain('notice finding:unknown-tier of orders');
  });

  test('tells a copy Region when a tier no longer copies there, and its deadlines end', async () => {
    const { there, atHome, atCopy } = account_();
    await atHome();
    await atCopy();
    const alone = policyOf({ gold: { ...gold, copies: [], drill: null, objectives: { rpo: 9 * 3_600 } }, paper: gold });
    await atHome({ ...alone, tiers: { ...alone.tiers, paper: { ...gold, mayBeEmpty: true } } });
    await atCopy(alone);
    expect(deadlinesOf(there)).toEqual([]);
  });
});

describe('both parts', () => {
  test('move a deadline whose event was lost, and see a point that was deleted', async () => {
    const { here, atHome } = account_();
    await atHome();
    here.wait(8 * 60);
    here.aws.points.set(orders, [here.at(1)]);
    here.aws.points.set(mail, [here.at(1)]);
    expect(await atHome()).toMatchObject({ looked: 2, moved: 2 });
    here.wait(4 * 60);
    here.aws.points.set(orders, []);
    await atHome();
    expect(here.subjects().sort()).toEqual([
      `NOTICE orders: something needs mending (point-deleted), ${home}`,
      `PAGE orders: recovery points too old (rpo), ${home}`,
    ]);
  });

  test('close attempts whose end nobody heard of, and release their lanes', async () => {
    const { there, atCopy } = account_();
    const execution = `arn:aws:states:${copyRegion}:${account}:execution:lifeboat-drill:lost`;
    const id = attemptId(execution, 0);
    await there.ledger.create<AttemptRow>({
      ...attemptKey(id),
      attempt: id,
      workflow: 'drill',
      execution,
      redriveCount: 0,
      resource: orders,
      openedAt: start,
    });
    await there.ledger.create<LaneRow>({ ...laneKey(orders), resource: orders, execution, takenAt: start });
    there.aws.executions.set(execution, { status: 'TIMED_OUT', startDate: new Date(start), stopDate: new Date(start) });
    expect(await atCopy()).toMatchObject({ attemptsOpen: 1, attemptsClosed: 1 });
    expect(there.records()).toMatchObject([{ id, content: { outcome: 'TIMED_OUT' } }]);
    expect(await there.ledger.get(laneKey(orders))).toBeUndefined();
    expect(await atCopy()).toMatchObject({ attemptsOpen: 0, attemptsClosed: 0 });
  });

  test('record a run that died before its first function, when its event was lost too', async () => {
    const { there, atCopy } = account_();
    const execution = `arn:aws:states:${copyRegion}:${account}:execution:lifeboat-drill:stillborn`;
    const at = new Date(start);
    const input = JSON.stringify({ resource: orders });
    there.aws.executions.set(execution, { status: 'FAILED', startDate: at, stopDate: at, input });
    expect(await atCopy(policyOf(), [execution])).toMatchObject({ attemptsClosed: 1 });
    expect(await atCopy(policyOf(), [execution])).toMatchObject({ attemptsClosed: 0 });
    expect(there.records()).toHaveLength(1);
  });

  test('leave a lane alone whose holder runs', async () => {
    const { here, atHome } = account_();
    await atHome();
    await here.ledger.create<LaneRow>({ ...laneKey(orders), resource: orders, execution: 'e', takenAt: start });
    here.aws.executions.set('e', { status: 'RUNNING', startDate: new Date(start) });
    expect(await atHome()).toMatchObject({ lanesReleased: 0 });
    here.aws.executions.set('e', { status: 'ABORTED', startDate: new Date(start) });
    expect(await atHome()).toMatchObject({ lanesReleased: 1 });
  });

  test('end the episode of scratch that was left once it is gone', async () => {
    const { there, atCopy } = account_();
    const kind = 'tear-down' as const;
    await there.episodes.open({ subject: orders, kind, severity: 'page', because: 'left', at: there.now() });
    const key = scratchKey('d1', 'database');
    const scratch = {
      drill: 'd1',
      attempt: 'a',
      execution: 'e',
      what: 'database' as const,
      name: 'lifeboat-scratch-d1',
    };
    await there.ledger.create<ScratchRow>({ ...key, ...scratch, registeredAt: there.at(1), goneBy: there.at(-1) });
    there.wait(60);
    await atCopy();
    expect(await openIn(there)).toContain('page tear-down of orders');
    const row = await there.ledger.get<ScratchRow>(key);
    if (row !== undefined) await there.ledger.remove(row);
    await atCopy();
    expect(await openIn(there)).not.toContain('page tear-down of orders');
  });
});

describe('a copy Region', () => {
  test('goes on from its roster when home is gone, and pages for both', async () => {
    const { there, atHome, atCopy } = account_();
    await atHome();
    await atCopy();
    await there.watchFor(13 * 60);
    await atCopy();
    expect((await openIn(there)).sort()).toEqual([
      'page copy_rpo of fs-0123456789abcdef0',
      'page copy_rpo of orders',
      'page roster of pipeline',
    ]);
  });

  test('finds a tier in its roster that its own policy does not have', async () => {
    const { there, atHome, atCopy } = account_();
    await atHome();
    await atCopy(policyOf({ silver: gold }));
    expect((await openIn(there)).sort()).toEqual([
      'notice finding:unknown-tier of fs-0123456789abcdef0',
      'notice finding:unknown-tier of orders',
    ]);
  });
});
