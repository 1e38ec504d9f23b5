import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeDBClustersCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { executionName, noCounts, type Progress, progressAfter } from '../../../functions/fleet/batch.ts';
import { handler } from '../../../functions/fleet/dispatch.ts';
import { orderOf } from '../../../functions/fleet/order.ts';
import { type Policy, policyJson } from '../../../functions/policy/policy.ts';
import { environment, ledgerTable, worldAt } from '../drill/function.ts';
import { account, copyRegion, gold, home, mail, orders, policyOf } from '../watch-world.ts';

const hour = 3_600;
const scheduledAt = '2026-01-05T06:00:00Z';

describe('the name of an execution', () => {
  const resource = fc.oneof(
    fc.stringMatching(/^[a-z][a-z0-9-]{0,62}$/).map((id) => `arn:aws:rds:${home}:${account}:db:${id}`),
    fc
      .stringMatching(/^[0-9a-f]{17}$/)
      .map((id) => `arn:aws:elasticfilesystem:${home}:${account}:file-system/fs-${id}`),
    fc.string(),
  );
  const instant = fc.date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });

  test('is one that Step Functions takes, whatever the resource is called', () => {
    fc.assert(
      fc.property(resource, instant, (arn, at) => {
        expect(executionName(arn, at.toISOString())).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
      }),
      { seed: 1 },
    );
  });
  test('is the same for a second firing, however its instant is written', () => {
    expect(executionName(orders, '2026-01-05T06:00:00Z')).toBe(executionName(orders, '2026-01-05T06:00:00.000Z'));
    expect(executionName(orders, '2026-01-05T06:00:00Z')).toBe(executionName(orders, '2026-01-05T07:00:00+01:00'));
    expect(executionName(orders, scheduledAt)).toMatch(/^orders-[0-9a-f]{8}-20260105T060000Z$/);
  });
  test('differs for another resource of the same name, and for another time', () => {
    const elsewhere = orders.replace(home, copyRegion);
    const names = [
      executionName(orders, scheduledAt),
      executionName(elsewhere, scheduledAt),
      executionName(orders, '2026-01-05T12:00:00Z'),
    ];
    expect(new Set(names).size).toBe(3);
  });
});

describe('how far a fleet has come', () => {
  const progressed = (counts: Partial<Progress['counts']>, left = 0, isFull = false) =>
    progressAfter({ counts: { ...noCounts, ...counts }, after: 'arn', left, isFull });
  test.each<[string, Progress, object]>([
    [
      'more, while resources are left',
      progressed({ candidates: 150, started: 100 }, 50),
      { state: 'more', because: '50 resources are left', waitSeconds: 5 },
    ],
    [
      'more, and later, while too many run',
      progressed({ candidates: 150 }, 150, true),
      { state: 'more', because: '800 executions are in flight', waitSeconds: 60 },
    ],
    [
      'dispatched, when every candidate was dealt with',
      progressed({ candidates: 4, started: 1, already: 2, notDue: 1 }),
      { state: 'dispatched' },
    ],
    [
      'incomplete, when one could not be started',
      progressed({ candidates: 3, started: 2, failed: 1 }),
      { state: 'incomplete', because: '1 of 3 executions could not be started' },
    ],
    [
      'incomplete, when the counts do not add up',
      progressed({ candidates: 3, started: 2 }),
      { state: 'incomplete', because: '3 candidates were found and 2 were dealt with' },
    ],
    [
      'dispatched with nobody, when that may be',
      progressed({}),
      { state: 'dispatched', because: 'all 0 candidates were dealt with' },
    ],
  ])('%s', (_what, progress, expected) => {
    expect(progress).toMatchObject(expected);
  });

  test('is never "dispatched" unless the counts add up to the candidates and none failed', () => {
    const count = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(count, count, count, count, count, count, (candidates, started, already, notDue, failed, left) => {
        const { state } = progressed({ candidates, started, already, notDue, failed }, left);
        const adds = started + already + notDue === candidates && failed === 0 && left === 0;
        expect(state === 'dispatched').toBe(adds);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('what a schedule or a person orders', () => {
  const policy = policyOf({
    gold,
    silver: { ...gold, drill: { everySeconds: 24 * hour, from: 'home' } },
    bare: { ...gold, drill: null },
    proven: { ...gold, backup: null },
    north: {
      ...gold,
      copies: [...gold.copies, { to: { region: 'eu-north-1', account: null }, keepDays: null, coldAfterDays: null }],
      drill: { everySeconds: 24 * hour, from: { region: 'eu-north-1', account: null } },
    },
  });
  const atHome = { part: 'home', region: home } as const;
  const atCopy = { part: 'copy', region: copyRegion } as const;
  const ask = (here: typeof atHome | typeof atCopy, input: object) => {
    const ordered = orderOf(policy, here, input, '2026-01-05T09:00:00Z');
    return ordered.ok ? ordered.order : ordered.problem;
  };
  test.each([
    [
      'nothing, at home: what is overdue is backed up',
      atHome,
      {},
      {
        workflow: 'protect',
        tiers: ['gold', 'silver', 'bare', 'north'],
        onlyOverdue: true,
        scheduledAt: '2026-01-05T09:00:00Z',
      },
    ],
    [
      'nothing, where copies are: what is overdue is drilled',
      atCopy,
      {},
      { workflow: 'drill', tiers: ['gold', 'proven'], onlyOverdue: true },
    ],
    [
      'a tier at its time: all of it',
      atHome,
      { workflow: 'protect', tier: 'gold', scheduledAt },
      { workflow: 'protect', tiers: ['gold'], onlyOverdue: false, scheduledAt },
    ],
    [
      'drills at home: those of tiers that are drilled there',
      atHome,
      { workflow: 'drill' },
      { workflow: 'drill', tiers: ['silver'] },
    ],
    [
      'the console’s own default input',
      atHome,
      { Comment: 'Insert your JSON here' },
      { workflow: 'protect', onlyOverdue: true },
    ],
  ])('%s', (_what, here, input, order) => {
    expect(ask(here, input)).toMatchObject(order);
  });
  test.each([
    ['a workflow that is none', atHome, { workflow: 'protetc' }, 'workflow: protetc is not one of protect, drill'],
    ['a tier that is none', atHome, { tier: 'golf' }, 'tier: golf is not one of gold, silver, bare, proven, north'],
    ['a tier with a name from the language', atHome, { tier: 'constructor' }, 'tier: constructor is not one of'],
    [
      'an instant that is none',
      atHome,
      { scheduledAt: 'noon' },
      'scheduledAt: noon is no instant; write it like 2026-01-31T06:00:00Z',
    ],
    [
      'backups elsewhere than at home',
      atCopy,
      { workflow: 'protect' },
      `workflow: backups are made in the home Region ${home}, and this is ${copyRegion}`,
    ],
    ['backups of a tier that has none', atHome, { tier: 'proven' }, `tier: proven has no protect in ${home}`],
    [
      'drills of a tier that is drilled elsewhere',
      atCopy,
      { workflow: 'drill', tier: 'north' },
      `tier: north has no drill in ${copyRegion}`,
    ],
  ])('%s is refused with the mend', (_what, here, input, problem) => {
    expect(ask(here, input)).toContain(problem);
  });
});

describe('a fleet', () => {
  const sfn = mockClient(SFNClient);
  const tagging = mockClient(ResourceGroupsTaggingAPIClient);
  const rds = mockClient(RDSClient);
  let folder: string;
  let running: Set<string>;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lifeboat-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(() => {
    sfn.reset();
    tagging.reset();
    rds.reset();
    rds.on(DescribeDBInstancesCommand).resolves({});
    running = new Set();
    sfn.on(ListExecutionsCommand).callsFake(() => ({ executions: [...running].map((name) => ({ name })) }));
    sfn.on(StartExecutionCommand).callsFake(({ name }) => {
      if (running.has(name)) throw Object.assign(new Error('exists'), { name: 'ExecutionAlreadyExists' });
      running.add(name);
      return {};
    });
  });
  const tag = (...arns: string[]) =>
    tagging.on(GetResourcesCommand).resolves({
      ResourceTagMappingList: arns.map((ResourceARN) => ({
        ResourceARN,
        Tags: [{ Key: 'lifeboat:tier', Value: 'gold' }],
      })),
    });
  const database = (number: number) => `arn:aws:rds:${home}:${account}:db:app-${String(number).padStart(4, '0')}`;
  const many = (count: number) => Array.from({ length: count }, (_, number) => database(number));
  const started = () => sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input);

  const dispatch = async ({
    input = { workflow: 'protect', tier: 'gold', scheduledAt } as object,
    progress = null as Progress | null,
    policy = policyOf(),
    table = ledgerTable(),
    part = 'home',
  } = {}) => {
    writeFileSync(join(folder, 'policy.json'), policyJson(policy as Policy));
    const world = worldAt('2026-01-05T06:00:30Z', {
      environment: {
        ...environment,
        AWS_REGION: part === 'home' ? home : copyRegion,
        LIFEBOAT_PART: part,
        PROTECT_MACHINE_ARN: 'arn:protect',
        DRILL_MACHINE_ARN: 'arn:drill',
        LAMBDA_TASK_ROOT: folder,
        POLICY_FILE: 'policy.json',
      },
    });
    const execution = `arn:aws:states:${home}:${account}:execution:lifeboat-fleet:f-1`;
    const event = { execution, redriveCount: 0, startedAt: '2026-01-05T06:00:20Z', input, progress };
    return { answer: await world.invoke<Progress>(handler, event), table, world };
  };

  test('starts one execution for each resource of its tier, and says that all were dealt with', async () => {
    tag(mail, orders);
    const { answer, table } = await dispatch();
    expect(answer).toMatchObject({ state: 'dispatched', counts: { candidates: 2, started: 2, failed: 0 } });
    expect(started()).toMatchObject([
      {
        stateMachineArn: 'arn:protect',
        name: executionName(mail, scheduledAt),
        input: JSON.stringify({ resource: mail, scheduledAt }),
      },
      { name: executionName(orders, scheduledAt) },
    ]);
    expect(table.rows('ATTEMPTS')).toMatchObject([{ workflow: 'fleet', findings: { fleet: { started: 2 } } }]);
  });

  const member = `arn:aws:rds:${home}:${account}:db:shop-1`;
  const documents = `arn:aws:rds:${home}:${account}:cluster:documents`;
  const table = `arn:aws:dynamodb:${home}:${account}:table/carts`;
  const told = () => {
    rds
      .on(DescribeDBInstancesCommand)
      .resolves({ DBInstances: [{ DBInstanceArn: member, DBClusterIdentifier: 'shop', Engine: 'aurora-mysql' }] });
    rds.on(DescribeDBClustersCommand).resolves({ DBClusters: [{ DBClusterArn: documents, Engine: 'docdb' }] });
  };

  test('starts nothing for what no backup of its own is made of, as the roster has it', async () => {
    tag(mail, orders, member, documents, table);
    told();
    expect((await dispatch()).answer).toMatchObject({ counts: { candidates: 2, started: 2, failed: 0 } });
    expect(started().map(({ name }) => name)).toEqual([mail, orders].map((arn) => executionName(arn, scheduledAt)));
  });

  test('goes on to serve what the roster expects, whatever it is', async () => {
    tag(mail, documents);
    told();
    const ledger = ledgerTable();
    ledger.put({ pk: 'ROSTER', sk: documents, resource: documents, version: 1 });
    expect((await dispatch({ table: ledger })).answer).toMatchObject({ counts: { started: 2 } });
  });

  test('serves all when RDS does not say what they are, and says so', async () => {
    tag(mail, orders, member);
    rds.on(DescribeDBInstancesCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
    const { answer, world } = await dispatch();
    expect(answer).toMatchObject({ counts: { candidates: 3, started: 3 } });
    expect(JSON.stringify(world.logged)).toContain('RDS does not say which databases are members of clusters');
  });

  test('starts nothing twice when its schedule fires a second time', async () => {
    tag(mail, orders);
    await dispatch();
    expect((await dispatch()).answer).toMatchObject({
      state: 'dispatched',
      counts: { candidates: 2, started: 0, already: 2 },
    });
    expect(running.size).toBe(2);
  });

  test('goes on a hundred at a time until everybody was dealt with', async () => {
    tag(...many(250));
    const sizes: number[] = [];
    let progress: Progress | null = null;
    do {
      const before = running.size;
      progress = (await dispatch({ progress })).answer;
      sizes.push(running.size - before);
    } while (progress.state === 'more');
    expect(sizes).toEqual([100, 100, 50]);
    expect(progress).toMatchObject({ state: 'dispatched', counts: { candidates: 250, started: 250 } });
  });

  test('waits while too many executions are in flight', async () => {
    tag(...many(3));
    for (let number = 0; number < 800; number += 1) running.add(`other-${number}`);
    const { answer } = await dispatch();
    expect(answer).toMatchObject({ state: 'more', after: null, because: '800 executions are in flight' });
    expect(started()).toEqual([]);
  });

  test('asks nothing but what runs while it is full, and goes on where it was', async () => {
    const table = ledgerTable();
    tag(...many(150));
    const first = (await dispatch({ table })).answer;
    for (let number = 0; number < 700; number += 1) running.add(`other-${number}`);
    tagging.reset();
    const full = (await dispatch({ table, progress: first })).answer;
    expect(full).toMatchObject({ state: 'more', after: first.after, counts: first.counts, waitSeconds: 60 });
    running.clear();
    expect((await dispatch({ table, progress: full })).answer).toMatchObject({
      state: 'dispatched',
      counts: { candidates: 150, started: 150 },
    });
  });

  test('waits for room at once when a batch took all that there was', async () => {
    tag(...many(150));
    for (let number = 0; number < 760; number += 1) running.add(`other-${number}`);
    expect((await dispatch()).answer).toMatchObject({
      state: 'more',
      counts: { started: 40 },
      because: '800 executions are in flight',
    });
  });

  test('ends incomplete when one could not be started, and has tried the others', async () => {
    tag(...many(3));
    sfn.on(StartExecutionCommand, { name: executionName(database(1), scheduledAt) }).rejects(new Error('AccessDenied'));
    const { answer, world } = await dispatch();
    expect(answer).toMatchObject({
      state: 'incomplete',
      because: '1 of 3 executions could not be started',
      counts: { started: 2, failed: 1 },
    });
    expect(world.logged.join()).toContain(database(1));
  });

  test('asks for tags once, and deals with whom it found then, whoever comes and goes meanwhile', async () => {
    const table = ledgerTable();
    tag(...many(2_150));
    let progress: Progress | null = null;
    do {
      progress = (await dispatch({ progress, table })).answer;
      tag(...many(2_149), `arn:aws:rds:${home}:${account}:db:zebra`);
      running.clear();
    } while (progress.state === 'more');
    expect(progress).toMatchObject({ state: 'dispatched', counts: { candidates: 2_150, started: 2_150 } });
    expect(tagging.commandCalls(GetResourcesCommand)).toHaveLength(1);
  });

  test('finds anew when its first batch is repeated, and goes by what it found last', async () => {
    const table = ledgerTable();
    tag(...many(1_150));
    await dispatch({ table });
    tag(...many(120));
    running.clear();
    const { answer } = await dispatch({ table });
    expect((await dispatch({ table, progress: answer })).answer).toMatchObject({
      state: 'dispatched',
      counts: { candidates: 120, started: 120 },
    });
  });

  test('finds anew when no list is kept, and does not add up when a candidate vanished meanwhile', async () => {
    tag(...many(150));
    const { answer } = await dispatch();
    tag(...many(149));
    expect((await dispatch({ progress: answer })).answer).toMatchObject({
      state: 'incomplete',
      because: '150 candidates were found and 149 were dealt with',
    });
  });

  test('fails by name when it finds nobody, unless its tier may be empty', async () => {
    tag();
    await expect(dispatch()).rejects.toMatchObject({
      name: 'NobodyToServe',
      message: `No resource of gold was found in ${home}.`,
    });
    const mayBeEmpty = policyOf({ gold: { ...gold, mayBeEmpty: true } });
    expect((await dispatch({ policy: mayBeEmpty })).answer).toMatchObject({ state: 'dispatched' });
  });

  test('fails when the resources cannot be listed: that is not an empty tier', async () => {
    tagging.on(GetResourcesCommand).rejects(Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }));
    const mayBeEmpty = policyOf({ gold: { ...gold, mayBeEmpty: true } });
    await expect(dispatch({ policy: mayBeEmpty })).rejects.toMatchObject({ name: 'AwsUnavailable' });
  });

  test('rejects an order that cannot be, with the field and the mend', async () => {
    tag(mail);
    await expect(dispatch({ input: { tier: 'golf' } })).rejects.toMatchObject({
      name: 'InputRejected',
      message: 'tier: golf is not one of gold.',
    });
  });

  test('in a copy Region goes by the roster alone, and starts drills', async () => {
    const table = ledgerTable();
    table.put({ pk: 'ROSTER', sk: orders, resource: orders, tier: 'gold' });
    table.put({ pk: 'ROSTER', sk: mail, resource: mail, tier: 'silver' });
    tagging.on(GetResourcesCommand).rejects(new Error('nobody asks for tags here'));
    await dispatch({ part: 'copy', table, input: { workflow: 'drill', tier: 'gold', scheduledAt } });
    expect(started()).toMatchObject([{ stateMachineArn: 'arn:drill', name: executionName(orders, scheduledAt) }]);
  });

  test('started by hand judges each resource by the interval of its own tier', async () => {
    const policy = policyOf({
      gold,
      silver: { ...gold, backup: { everySeconds: 24 * hour, keepDays: 14, coldAfterDays: null } },
    });
    const table = ledgerTable();
    for (const resource of [mail, orders]) {
      table.put({ pk: `RESOURCE#${resource}`, sk: 'DEADLINE#rpo', countsFrom: '2026-01-04T22:00:00.000Z' });
    }
    const tags = (Value: string) => [{ Key: 'lifeboat:tier', Value }];
    tagging.on(GetResourcesCommand).resolves({
      ResourceTagMappingList: [
        { ResourceARN: mail, Tags: tags('silver') },
        { ResourceARN: orders, Tags: tags('gold') },
      ],
    });
    const { answer } = await dispatch({ table, policy, input: {} });
    expect(answer).toMatchObject({ counts: { candidates: 2, started: 1, notDue: 1 } });
    expect(started()).toMatchObject([{ name: expect.stringContaining('orders') }]);
  });

  test('started by hand serves only what is overdue, and what it knows nothing about', async () => {
    tag(mail, orders, database(1));
    const table = ledgerTable();
    table.put({ pk: `RESOURCE#${mail}`, sk: 'DEADLINE#rpo', countsFrom: '2026-01-05T05:00:00.000Z' });
    table.put({ pk: `RESOURCE#${orders}`, sk: 'DEADLINE#rpo', countsFrom: '2026-01-05T00:00:00.000Z' });
    expect((await dispatch({ table, input: {} })).answer).toMatchObject({
      state: 'dispatched',
      counts: { candidates: 3, started: 2, notDue: 1 },
    });
    expect(started().map(({ input }) => JSON.parse(String(input)).resource)).toEqual([database(1), orders]);
  });
});
