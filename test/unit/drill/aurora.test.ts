import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BackupClient,
  DescribeRestoreJobCommand,
  GetRecoveryPointRestoreMetadataCommand,
  StartRestoreJobCommand,
} from '@aws-sdk/client-backup';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateDBInstanceCommand,
  DescribeAccountAttributesCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  ModifyDBClusterCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { handler as reach } from '../../../functions/drill/reach.ts';
import { handler as restore } from '../../../functions/drill/restore.ts';
import { policyJson } from '../../../functions/policy/policy.ts';
import type { Plan, Reached } from '../../../functions/restore/plan.ts';
import { copyRegion, policyOf } from '../watch-world.ts';
import { awsError, environment, ledgerTable, worldAt } from './function.ts';

const execution = `arn:aws:states:${copyRegion}:111122223333:execution:lifeboat-drill:ledger-1`;
const attempt = 'lifeboat-drill/ledger-1/0';
const run = { execution, redriveCount: 0 };
const drill = '0123456789abcdef0123';
const cluster = `lifeboat-scratch-${drill}`;
const member = `${cluster}-1`;
const source = 'arn:aws:rds:eu-central-1:111122223333:cluster:ledger';
const hmac = Buffer.alloc(32, 0x5a);
const password = hmac.toString('base64url').slice(0, 41);
const root = mkdtempSync(join(tmpdir(), 'lifeboat-aurora-'));

const aws = { backup: mockClient(BackupClient), rds: mockClient(RDSClient), kms: mockClient(KMSClient) };
let table = ledgerTable();
let world = worldAt('2026-03-01T12:00:00.000Z');

beforeAll(() => writeFileSync(join(root, 'policy.json'), policyJson(policyOf())));
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  table = ledgerTable();
  world = worldAt('2026-03-01T12:00:00.000Z', {
    environment: { ...environment, LAMBDA_TASK_ROOT: root, POLICY_FILE: 'policy.json' },
  });
  aws.kms.on(GenerateMacCommand).resolves({ Mac: hmac });
  table.put({ pk: 'ATTEMPTS', sk: attempt, attempt, workflow: 'drill', execution, redriveCount: 0, findings: {} });
});
afterEach(() => {
  for (const mock of Object.values(aws)) mock.reset();
  // The password is in no log line and no row of the ledger, whatever a test did.
  expect(JSON.stringify([world.logged, table.all()])).not.toContain(password);
  expect(table.leftForGood()).toEqual([]);
});

const planFor = (more: Partial<Plan> = {}): Plan => ({
  drill,
  resource: source,
  kind: 'aurora',
  tier: 'gold',
  checks: null,
  recoveryPoint: `arn:aws:rds:${copyRegion}:111122223333:cluster-snapshot:awsbackup:copyjob-1`,
  vault: 'lifeboat',
  instant: '2026-03-01T06:00:00.000Z',
  chosenAt: '2026-03-01T12:00:00.000Z',
  goneBy: '2026-03-02T12:00:00.000Z',
  ...more,
});
const findings = () =>
  (table.get({ pk: 'ATTEMPTS', sk: attempt }) as unknown as { findings: { drill: Record<string, unknown> } }).findings
    .drill;
const quotas = (instances: [used: number, most: number], clusters: [used: number, most: number]) =>
  aws.rds.on(DescribeAccountAttributesCommand).resolves({
    AccountQuotas: [
      { AccountQuotaName: 'DBInstances', Used: instances[0], Max: instances[1] },
      { AccountQuotaName: 'DBClusters', Used: clusters[0], Max: clusters[1] },
    ],
  });

describe('restoring a cluster', () => {
  const begin = (plan = planFor()) => world.invoke(restore, { ...run, token: 'token', plan });
  beforeEach(() => {
    aws.backup.on(StartRestoreJobCommand).resolves({ RestoreJobId: 'job-1' });
    aws.backup.on(DescribeRestoreJobCommand).resolves({ Status: 'RUNNING' });
    aws.backup.on(GetRecoveryPointRestoreMetadataCommand).resolves({
      RestoreMetadata: {
        engine: 'aurora-postgresql',
        engineVersion: '17.6',
        dbSubnetGroupName: 'production',
        dbClusterParameterGroupName: 'production-tuned',
        kmsKeyId: 'home-key',
        vpcSecurityGroupIds: '["sg-prod"]',
      },
    });
    quotas([3, 40], [1, 40]);
  });

  test('registers it first, and takes nothing from home but engine and version', async () => {
    let registeredBefore: unknown;
    aws.backup.on(StartRestoreJobCommand).callsFake(() => {
      registeredBefore = structuredClone(table.rows('SCRATCH'));
      return { RestoreJobId: 'job-1' };
    });
    await begin();
    expect(registeredBefore).toMatchObject([{ what: 'cluster', name: cluster, attempt }]);
    const input = aws.backup.commandCalls(StartRestoreJobCommand)[0]?.args[0].input;
    expect(input).toMatchObject({ ResourceType: 'Aurora', CopySourceTagsToRestoredResource: false });
    expect(input?.Metadata).toEqual({
      dbClusterIdentifier: cluster,
      engine: 'aurora-postgresql',
      engineVersion: '17.6',
      dbSubnetGroupName: 'lifeboat-scratch',
      vpcSecurityGroupIds: '["sg-scratch"]',
      copyTagsToSnapshot: 'false',
    });
    expect(table.rows('SCRATCH')).toMatchObject([{ restoreJob: 'job-1' }]);
    expect(findings()).toMatchObject({ restoreJob: 'job-1' });
  });

  test("takes the policy's parameter group", async () => {
    const settings = { instanceClass: null, parameterGroup: 'drills', optionGroup: null };
    await begin(planFor({ settings }));
    const input = aws.backup.commandCalls(StartRestoreJobCommand)[0]?.args[0].input;
    expect(input?.Metadata).toMatchObject({ dbClusterParameterGroupName: 'drills' });
  });

  test.each([
    ['clusters', () => quotas([3, 40], [40, 40]), 'DB clusters'],
    ['instances, which it needs one of', () => quotas([40, 40], [1, 40]), 'DB instances'],
    ['instances of a raised quota', () => quotas([200, 200], [1, 40]), 'DB instances'],
  ])('waits while there is no room for %s, and starts no restore', async (_what, arrange, of) => {
    arrange();
    await expect(begin()).rejects.toMatchObject({ name: 'NoRoomYet', message: expect.stringContaining(of) });
    world.pass(20 * 60);
    await expect(begin()).rejects.toMatchObject({ name: 'NoRoomYet' });
    expect(aws.backup.commandCalls(StartRestoreJobCommand)).toEqual([]);
    expect(findings()).toMatchObject({ room: { of, waitedSeconds: 1200, waitsAtMostSeconds: 10_800 } });

    quotas([39, 200], [1, 40]);
    await begin();
    expect(aws.backup.commandCalls(StartRestoreJobCommand)).toHaveLength(1);
    expect(findings()).toMatchObject({ room: { waitedSeconds: 1200 } });
  });

  test('does not wait for ever', async () => {
    quotas([40, 40], [1, 40]);
    await expect(begin()).rejects.toMatchObject({ name: 'NoRoomYet' });
    world.pass(3 * 3600);
    await expect(begin()).rejects.toMatchObject({
      name: 'NoRoom',
      message: expect.stringContaining('for 180 minutes: 40 of 40 are in use'),
    });
    expect(findings()).toMatchObject({ room: { used: 40, most: 40, waitedSeconds: 10_800 } });
  });

  test('says in the evidence that there was room', async () => {
    await begin();
    expect(findings()).toMatchObject({ room: { of: 'DB clusters', used: 1, most: 40, waitedSeconds: 0 } });
  });
});

describe('reaching a cluster', () => {
  const restored = { job: 'job-1', startedAt: '2026-03-01T11:40:00.000Z', completedAt: '2026-03-01T11:55:00.000Z' };
  const look = (plan = planFor()) => world.invoke<Reached>(reach, { ...run, plan, restored });
  const found = {
    DBClusterIdentifier: cluster,
    Status: 'available',
    Engine: 'aurora-postgresql',
    EngineVersion: '17.6',
    Endpoint: 'scratch.cluster-abc.example',
    Port: 5432,
    MasterUsername: 'ledger',
    DatabaseName: 'ledger',
    DBClusterParameterGroup: 'default.aurora-postgresql17',
    BackupRetentionPeriod: 7,
    DBClusterMembers: [] as { DBInstanceIdentifier: string }[],
    VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-scratch', Status: 'active' }],
  };
  const clusterIs = (more: object) =>
    aws.rds.on(DescribeDBClustersCommand).resolves({ DBClusters: [{ ...found, ...more }] });
  const instanceIs = (more: object = {}) =>
    aws.rds.on(DescribeDBInstancesCommand).resolves({
      DBInstances: [
        {
          DBInstanceIdentifier: member,
          DBClusterIdentifier: cluster,
          DBInstanceStatus: 'available',
          DBInstanceClass: 'db.t4g.medium',
          ...more,
        },
      ],
    });
  const members = [{ DBInstanceIdentifier: member }];
  const noInstance = () => aws.rds.on(DescribeDBInstancesCommand).rejects(awsError('DBInstanceNotFoundFault'));
  const waits = (words: string, plan = planFor()) =>
    expect(look(plan)).rejects.toMatchObject({ name: 'NotYet', message: expect.stringContaining(words) });

  test('makes its instance, registered before, sets the password once, and waits until all holds', async () => {
    clusterIs({ Status: 'creating' });
    noInstance();
    await waits('creating');
    expect(aws.rds.commandCalls(CreateDBInstanceCommand)).toEqual([]);

    clusterIs({});
    aws.rds.on(CreateDBInstanceCommand).callsFake(() => {
      expect(table.get({ pk: 'SCRATCH', sk: `${drill}#cluster-instance` })).toMatchObject({ name: member, attempt });
      return {};
    });
    await waits('was told to make an instance');
    expect(aws.rds.commandCalls(CreateDBInstanceCommand).map((call) => call.args[0].input)).toEqual([
      {
        DBInstanceIdentifier: member,
        DBClusterIdentifier: cluster,
        Engine: 'aurora-postgresql',
        DBInstanceClass: 'db.t4g.medium',
        DBSubnetGroupName: 'lifeboat-scratch',
        PubliclyAccessible: false,
        AutoMinorVersionUpgrade: false,
        CopyTagsToSnapshot: false,
      },
    ]);
    clusterIs({ DBClusterMembers: members });
    instanceIs({ DBInstanceStatus: 'creating' });
    await waits('creating');
    expect(aws.rds.commandCalls(ModifyDBClusterCommand)).toEqual([]);

    instanceIs();
    await waits('was told the settings');
    expect(aws.rds.commandCalls(ModifyDBClusterCommand).map((call) => call.args[0].input)).toEqual([
      {
        DBClusterIdentifier: cluster,
        MasterUserPassword: password,
        BackupRetentionPeriod: 1,
        VpcSecurityGroupIds: ['sg-scratch'],
        ApplyImmediately: true,
      },
    ]);
    clusterIs({ DBClusterMembers: members, PendingModifiedValues: { MasterUserPassword: '****' } });
    await waits('its password is being set');
    clusterIs({ DBClusterMembers: members });
    await waits('automated backups');
    clusterIs({ DBClusterMembers: members, BackupRetentionPeriod: 1 });
    const reached = await look();
    expect(reached).toEqual({
      by: 'connection',
      host: 'scratch.cluster-abc.example',
      port: 5432,
      user: 'ledger',
      database: 'ledger',
      engine: 'aurora-postgresql',
      engineVersion: '17.6',
      instanceClass: 'db.t4g.medium',
      reachedAt: '2026-03-01T12:00:00.000Z',
    });
    expect(aws.rds.commandCalls(ModifyDBClusterCommand)).toHaveLength(1);
    expect(aws.rds.commandCalls(CreateDBInstanceCommand)).toHaveLength(1);
    expect(findings()).toMatchObject({
      restoreJob: 'job-1',
      timings: { restore: 900, reach: 300 },
      restored: {
        instanceClass: 'db.t4g.medium',
        instanceClassBecause: expect.stringContaining('the policy names no instance_class'),
        parameterGroup: 'default.aurora-postgresql17',
      },
    });
  });

  test.each([
    ["the policy's", { instanceClass: 'db.r6g.large' }, source, 'db.r6g.large', "the policy's"],
    [
      "that of the source's writer, when the source is in this Region",
      {},
      `arn:aws:rds:${copyRegion}:111122223333:cluster:ledger`,
      'db.r7g.xlarge',
      "that of the source's writer now",
    ],
    ['the smallest, when a copy does not tell', {}, source, 'db.t4g.medium', 'a copy of a cluster does not tell'],
  ])('the class of its instance is %s', async (_what, said, resource, expected, because) => {
    clusterIs({});
    noInstance();
    aws.rds
      .on(DescribeDBInstancesCommand, { Filters: [{ Name: 'db-cluster-id', Values: [resource] }] })
      .resolves({ DBInstances: [{ DBInstanceClass: 'db.r7g.xlarge' }] });
    const settings = { instanceClass: null, parameterGroup: null, optionGroup: null, ...said };
    await waits('was told to make', planFor({ resource, settings }));
    expect(aws.rds.commandCalls(CreateDBInstanceCommand)[0]?.args[0].input.DBInstanceClass).toBe(expected);
    expect(findings()).toMatchObject({ restored: { instanceClassBecause: expect.stringContaining(because) } });
  });

  test('a cluster that will never be reachable, and one in which a stranger stands, end the drill', async () => {
    clusterIs({ Status: 'incompatible-parameters' });
    await expect(look()).rejects.toMatchObject({ name: 'Unreachable' });
    clusterIs({ DBClusterMembers: [{ DBInstanceIdentifier: 'orders-1' }] });
    await expect(look()).rejects.toMatchObject({ name: 'NotScratch' });
    expect(aws.rds.commandCalls(ModifyDBClusterCommand)).toEqual([]);
  });

  test.each([
    ['RDS makes it already and does not list it yet', 'DBInstanceAlreadyExistsFault', 'NotYet'],
    ['the cluster is busy', 'InvalidDBClusterStateFault', 'NotYet'],
    ['the quota of instances was taken meanwhile', 'InstanceQuotaExceededFault', 'NoRoomYet'],
  ])('asks again when %s', async (_what, refusal, name) => {
    clusterIs({});
    noInstance();
    aws.rds.on(CreateDBInstanceCommand).rejects(awsError(refusal));
    await expect(look()).rejects.toMatchObject({ name });
  });
});
