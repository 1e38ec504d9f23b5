import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BackupClient,
  DescribeRestoreJobCommand,
  GetRecoveryPointRestoreMetadataCommand,
  ListBackupVaultsCommand,
  ListRecoveryPointsByBackupVaultCommand,
  StartRestoreJobCommand,
} from '@aws-sdk/client-backup';
import {
  CreateAccessPointCommand,
  CreateFileSystemCommand,
  CreateMountTargetCommand,
  DescribeAccessPointsCommand,
  DescribeFileSystemsCommand,
  DescribeMountTargetsCommand,
  EFSClient,
} from '@aws-sdk/client-efs';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  DescribeAccountAttributesCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { handler as check } from '../../../functions/drill/check.ts';
import { handler as choose } from '../../../functions/drill/choose.ts';
import { handler as judge } from '../../../functions/drill/judge.ts';
import { handler as reach } from '../../../functions/drill/reach.ts';
import { handler as restore } from '../../../functions/drill/restore.ts';
import { handler as tearDown } from '../../../functions/drill/tear-down.ts';
import { policyJson } from '../../../functions/policy/policy.ts';
import type { Answered, Plan, Reached } from '../../../functions/restore/plan.ts';
import { copyRegion, gold, mail, orders, policyOf } from '../watch-world.ts';
import { awsError, environment, ledgerTable, worldAt } from './function.ts';

const execution = `arn:aws:states:${copyRegion}:111122223333:execution:lifeboat-drill:orders-1`;
const attempt = 'lifeboat-drill/orders-1/0';
const run = { execution, redriveCount: 0 };
const point = `arn:aws:rds:${copyRegion}:111122223333:snapshot:awsbackup:copyjob-1`;
const hmac = Buffer.alloc(32, 0xa5);
const password = hmac.toString('base64url').slice(0, 41);
const root = mkdtempSync(join(tmpdir(), 'lifeboat-drill-'));

const aws = {
  backup: mockClient(BackupClient),
  rds: mockClient(RDSClient),
  efs: mockClient(EFSClient),
  functions: mockClient(LambdaClient),
  kms: mockClient(KMSClient),
  s3: mockClient(S3Client),
  sfn: mockClient(SFNClient),
};
let table = ledgerTable();
let world = worldAt('2026-03-01T12:00:00.000Z');

const checks = {
  orders: {
    of: 'database' as const,
    database: 'shop',
    assertions: [
      { name: 'orders exist', sql: 'select count(*) from orders', bounds: [{ is: 'at_least' as const, value: 10 }] },
    ],
    integrity: 'full' as const,
    rowCounts: { mayDrop: 0.2, mayGrow: null },
    mayVanish: [],
    digest: { equalsLastPass: [], equals: {} },
  },
};
beforeAll(() => writeFileSync(join(root, 'policy.json'), policyJson({ ...policyOf({ gold }), checks })));
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  table = ledgerTable();
  world = worldAt('2026-03-01T12:00:00.000Z', {
    environment: { ...environment, LAMBDA_TASK_ROOT: root, POLICY_FILE: 'policy.json' },
  });
  aws.kms.on(GenerateMacCommand).resolves({ Mac: hmac });
  aws.backup.on(ListBackupVaultsCommand).resolves({});
});
afterEach(() => {
  for (const mock of Object.values(aws)) mock.reset();
  // The password is in no log line and no row of the ledger, whatever a test did.
  expect(JSON.stringify([world.logged, table.all()])).not.toContain(password);
  expect(table.leftForGood()).toEqual([]);
});

const roster = (resource: string, kind: string, more: object = {}) =>
  table.put({
    pk: 'ROSTER',
    sk: resource,
    resource,
    kind,
    name: 'x',
    tier: 'gold',
    firstSeenAt: '2026-01-01T00:00:00.000Z',
    ...more,
  });
const planFor = (kind: 'rds' | 'efs' | 'aurora', more: Partial<Plan> = {}): Plan => ({
  drill: '0123456789abcdef0123',
  resource: kind === 'efs' ? mail : orders,
  kind,
  tier: 'gold',
  checks: kind === 'rds' ? 'orders' : null,
  recoveryPoint: point,
  vault: 'lifeboat',
  instant: '2026-03-01T06:00:00.000Z',
  chosenAt: '2026-03-01T12:00:00.000Z',
  goneBy: '2026-03-02T12:00:00.000Z',
  ...more,
});
const openAttempt = (findings: object = {}) =>
  table.put({ pk: 'ATTEMPTS', sk: attempt, attempt, workflow: 'drill', execution, redriveCount: 0, findings });
const findings = () =>
  (table.get({ pk: 'ATTEMPTS', sk: attempt }) as unknown as { findings: { drill: Record<string, unknown> } }).findings
    .drill;
const scratch = `lifeboat-scratch-${planFor('rds').drill}`;
const restored = { job: 'job-1', startedAt: '2026-03-01T12:01:00.000Z', completedAt: '2026-03-01T12:21:00.000Z' };

describe('choosing', () => {
  test("hands on what the policy says of restoring the tier's databases", async () => {
    const restore = { instanceClass: 'db.r6g.large', parameterGroup: null, optionGroup: null };
    const drill = { everySeconds: 86_400, from: 'home' as const, restore };
    writeFileSync(join(root, 'policy.json'), policyJson({ ...policyOf({ gold: { ...gold, drill } }), checks }));
    try {
      roster(orders, 'rds');
      aws.backup
        .on(ListRecoveryPointsByBackupVaultCommand)
        .resolves({ RecoveryPoints: [listed('COMPLETED', '2026-03-01T06:00:00Z')] });
      snapshots(point);
      expect((await world.invoke<Plan>(choose, { ...run, input: {} })).settings).toEqual(restore);
    } finally {
      writeFileSync(join(root, 'policy.json'), policyJson({ ...policyOf({ gold }), checks }));
    }
  });

  const listed = (Status: string, at: string, arn = point) => ({
    RecoveryPointArn: arn,
    Status: Status as 'COMPLETED',
    CreationDate: new Date(at),
  });
  const snapshots = (...arns: string[]) =>
    aws.rds.on(DescribeDBSnapshotsCommand).resolves({
      DBSnapshots: arns.map((DBSnapshotArn) => ({
        DBSnapshotArn,
        SnapshotDatabaseTime: new Date('2026-03-01T05:58:00Z'),
      })),
    });

  test('takes the newest usable point of the resource that was named, with its data instant', async () => {
    roster(orders, 'rds', { checks: 'orders' });
    aws.backup.on(ListRecoveryPointsByBackupVaultCommand).resolves({
      RecoveryPoints: [
        listed('CREATING', '2026-03-01T11:00:00Z', `${point}-new`),
        listed('COMPLETED', '2026-03-01T06:00:00Z'),
      ],
    });
    snapshots(point);
    const plan = await world.invoke<Plan>(choose, { ...run, input: { resource: orders } });
    expect(plan).toMatchObject({
      resource: orders,
      kind: 'rds',
      tier: 'gold',
      checks: 'orders',
      recoveryPoint: point,
      instant: '2026-03-01T05:58:00.000Z',
    });
    expect(table.get({ pk: 'ATTEMPTS', sk: attempt })).toMatchObject({ resource: orders, kind: 'rds', tier: 'gold' });
    expect(findings()).toMatchObject({ recoveryPoint: point, chosenBecause: 'it is the newest usable one' });
  });

  test.each([
    ['{}', {}],
    ["the console's default input", { Comment: 'Insert your JSON here' }],
  ])('drills the resource whose proof is the oldest for %s', async (_what, input) => {
    roster(orders, 'rds');
    roster(mail, 'efs');
    table.put({ pk: `RESOURCE#${orders}`, sk: 'PROOF', instant: '2026-02-27T00:00:00.000Z' });
    table.put({ pk: `RESOURCE#${mail}`, sk: 'PROOF', instant: '2026-02-26T00:00:00.000Z' });
    aws.backup
      .on(ListRecoveryPointsByBackupVaultCommand)
      .resolves({ RecoveryPoints: [listed('COMPLETED', '2026-03-01T06:00:00Z')] });
    expect(await world.invoke<Plan>(choose, { ...run, input })).toMatchObject({ resource: mail, kind: 'efs' });
  });

  test('is a failed drill with findings when there is nothing to restore', async () => {
    roster(orders, 'rds');
    aws.backup.on(ListRecoveryPointsByBackupVaultCommand).resolves({ RecoveryPoints: [] });
    await expect(world.invoke(choose, { ...run, input: { resource: orders } })).rejects.toMatchObject({
      name: 'NothingToRestore',
    });
    expect(findings()).toMatchObject({ verdict: 'FAIL', because: [expect.stringContaining('no recovery point')] });
  });

  test.each([
    ['a resource that is not on the roster', { resource: 'arn:nobody' }, 'resource'],
    ['a point without its resource', { point }, 'point'],
    ['an instant that is none', { resource: orders, instant: 'yesterday' }, 'instant'],
    ['a point and an instant', { resource: orders, point, instant: '2026-03-01T00:00:00Z' }, 'instant'],
    ['a resource that is no text', { resource: 7 }, 'input.resource'],
    ['nothing, with an empty roster', {}, 'resource'],
  ])('refuses %s and names the field', async (_what, input, field) => {
    await expect(world.invoke(choose, { ...run, input })).rejects.toMatchObject({
      name: 'InputRejected',
      message: expect.stringContaining(`${field}: `),
    });
  });
});

describe('restoring', () => {
  const begin = (plan: Plan) => world.invoke(restore, { ...run, token: 'token', plan });
  const startsJob = () => {
    aws.rds.on(DescribeAccountAttributesCommand).resolves({
      AccountQuotas: [{ AccountQuotaName: 'DBInstances', Used: 3, Max: 40 }],
    });
    aws.backup.on(StartRestoreJobCommand).resolves({ RestoreJobId: 'job-1' });
    aws.backup.on(DescribeRestoreJobCommand).resolves({ Status: 'RUNNING' });
    aws.backup.on(GetRecoveryPointRestoreMetadataCommand).resolves({
      RestoreMetadata: {
        DBInstanceClass: 'db.t4g.small',
        DBSubnetGroupName: 'production',
        KmsKeyId: 'home',
        MultiAZ: 'true',
        VpcSecurityGroupIds: '["sg-prod"]',
      },
    });
  };

  test('a database: registers it first, and takes nothing from home but the instance class', async () => {
    startsJob();
    let registeredBefore: unknown;
    aws.backup.on(StartRestoreJobCommand).callsFake(() => {
      registeredBefore = structuredClone(table.rows('SCRATCH'));
      return { RestoreJobId: 'job-1' };
    });
    expect(await begin(planFor('rds'))).toEqual({ job: 'job-1', state: 'under way' });
    expect(registeredBefore).toMatchObject([{ what: 'database', name: scratch, attempt }]);
    expect(table.rows('SCRATCH')).toMatchObject([{ restoreJob: 'job-1' }]);
    expect(aws.backup.commandCalls(StartRestoreJobCommand)[0]?.args[0].input).toMatchObject({
      RecoveryPointArn: point,
      Metadata: {
        DBInstanceIdentifier: scratch,
        DBInstanceClass: 'db.t4g.small',
        DBSubnetGroupName: 'lifeboat-scratch',
        VpcSecurityGroupIds: '["sg-scratch"]',
        MultiAZ: 'false',
        PubliclyAccessible: 'false',
        CopyTagsToSnapshot: 'false',
        DeletionProtection: 'false',
      },
    });
    expect(JSON.stringify(aws.backup.commandCalls(StartRestoreJobCommand)[0]?.args[0].input)).not.toMatch(
      /production|home|sg-prod/,
    );
  });

  test("a database: takes the policy's class and groups", async () => {
    startsJob();
    await begin(
      planFor('rds', {
        settings: { instanceClass: 'db.r6g.large', parameterGroup: 'drills', optionGroup: 'default:postgres-17' },
      }),
    );
    expect(aws.backup.commandCalls(StartRestoreJobCommand)[0]?.args[0].input.Metadata).toMatchObject({
      DBInstanceClass: 'db.r6g.large',
      DBParameterGroupName: 'drills',
      OptionGroupName: 'default:postgres-17',
    });
  });

  test('a database: waits while the quota of instances has no room, and starts no job', async () => {
    startsJob();
    openAttempt();
    aws.rds.on(DescribeAccountAttributesCommand).resolves({
      AccountQuotas: [{ AccountQuotaName: 'DBInstances', Used: 40, Max: 40 }],
    });
    await expect(begin(planFor('rds'))).rejects.toMatchObject({ name: 'NoRoomYet' });
    expect(aws.backup.commandCalls(StartRestoreJobCommand)).toEqual([]);
    expect(findings()).toMatchObject({ room: { of: 'DB instances', used: 40, most: 40, waitsAtMostSeconds: 10_800 } });
  });

  test('a file system: waits while the account may have no more of them', async () => {
    startsJob();
    openAttempt();
    aws.efs.on(DescribeFileSystemsCommand).resolves({ FileSystems: [] });
    aws.efs.on(CreateFileSystemCommand).rejects(awsError('FileSystemLimitExceeded'));
    await expect(begin(planFor('efs'))).rejects.toMatchObject({ name: 'NoRoomYet' });
    world.pass(4 * 3600);
    await expect(begin(planFor('efs'))).rejects.toMatchObject({ name: 'NoRoom' });
    expect(aws.backup.commandCalls(StartRestoreJobCommand)).toEqual([]);
    expect(findings()).toMatchObject({ room: { of: 'file systems', waitedSeconds: 14_400 } });
  });

  test('starts one job, however often it is asked', async () => {
    startsJob();
    await begin(planFor('rds'));
    await begin(planFor('rds'));
    expect(aws.backup.commandCalls(StartRestoreJobCommand)).toHaveLength(1);
  });

  describe('again after a redrive, when the run before has left a restore behind', () => {
    const redriven = (plan: Plan) => world.invoke(restore, { execution, redriveCount: 1, token: 'token', plan });
    const startsAnother = () => aws.backup.on(StartRestoreJobCommand).resolves({ RestoreJobId: 'job-2' });

    test.each(['RUNNING', 'PENDING'] as const)(
      'waits for that one while it is %s: two would be restored into one place',
      async (Status) => {
        startsJob();
        await begin(planFor('rds'));
        startsAnother();
        aws.backup.on(DescribeRestoreJobCommand).resolves({ Status });
        expect(await redriven(planFor('rds'))).toEqual({ job: 'job-1', state: 'under way' });
        expect(aws.backup.commandCalls(StartRestoreJobCommand)).toHaveLength(1);
        expect(table.rows('SCRATCH')).toMatchObject([{ restoreJob: 'job-1' }]);
      },
    );

    test('starts another when it has failed, or AWS has forgotten it', async () => {
      for (const tell of [
        () => aws.backup.on(DescribeRestoreJobCommand, { RestoreJobId: 'job-1' }).resolves({ Status: 'FAILED' }),
        () =>
          aws.backup
            .on(DescribeRestoreJobCommand, { RestoreJobId: 'job-1' })
            .rejects(awsError('ResourceNotFoundException')),
      ]) {
        table = ledgerTable();
        startsJob();
        await begin(planFor('rds'));
        startsAnother();
        tell();
        expect(await redriven(planFor('rds'))).toMatchObject({ job: 'job-2' });
        aws.backup.reset();
      }
    });

    test('starts another when the sweep has taken what it made', async () => {
      startsJob();
      await begin(planFor('rds'));
      table.take('SCRATCH');
      startsAnother();
      expect(await redriven(planFor('rds'))).toMatchObject({ job: 'job-2' });
    });
  });

  test('answers the task at once when the job has ended already', async () => {
    startsJob();
    aws.backup.on(DescribeRestoreJobCommand).resolves({
      Status: 'COMPLETED',
      CreationDate: new Date(restored.startedAt),
      CompletionDate: new Date(restored.completedAt),
      CreatedResourceArn: 'arn:new',
    });
    await begin(planFor('rds'));
    const output = JSON.parse(aws.sfn.commandCalls(SendTaskSuccessCommand)[0]?.args[0].input.output ?? '{}');
    expect(output).toMatchObject({ job: 'job-1', createdResource: 'arn:new' });
  });

  test('a file system: creates it tagged and encrypted with its mount targets, and restores into it', async () => {
    startsJob();
    const { drill } = planFor('efs');
    const made = { FileSystemId: 'fs-0a', CreationToken: drill, Tags: [{ Key: 'lifeboat:scratch', Value: drill }] };
    aws.efs
      .on(DescribeFileSystemsCommand)
      .resolvesOnce({ FileSystems: [] })
      .resolves({ FileSystems: [{ ...made, LifeCycleState: 'available' }] as never });
    aws.efs.on(CreateFileSystemCommand).callsFake(() => {
      expect(table.rows('SCRATCH')).toMatchObject([{ what: 'file-system', name: drill }]);
      return { ...made, LifeCycleState: 'creating' };
    });
    aws.efs.on(DescribeMountTargetsCommand).resolves({ MountTargets: [{ SubnetId: 'subnet-a' }] as never });
    await expect(begin(planFor('efs'))).rejects.toMatchObject({ name: 'NotYet' });
    await begin(planFor('efs'));

    expect(aws.efs.commandCalls(CreateFileSystemCommand).map((call) => call.args[0].input)).toMatchObject([
      { CreationToken: drill, Encrypted: true, Tags: [{ Key: 'lifeboat:scratch', Value: drill }, { Key: 'Name' }] },
    ]);
    expect(aws.efs.commandCalls(CreateMountTargetCommand).map((call) => call.args[0].input)).toEqual([
      { FileSystemId: 'fs-0a', SubnetId: 'subnet-b', SecurityGroups: ['sg-scratch'] },
    ]);
    expect(aws.backup.commandCalls(StartRestoreJobCommand)[0]?.args[0].input.Metadata).toEqual({
      'file-system-id': 'fs-0a',
      newFileSystem: 'false',
      Encrypted: 'true',
    });
    expect(table.rows('SCRATCH')).toMatchObject([{ id: 'fs-0a', restoreJob: 'job-1' }]);
  });
});

describe('reaching', () => {
  const look = (plan: Plan) => world.invoke<Reached>(reach, { ...run, plan, restored });
  const instance = {
    DBInstanceIdentifier: scratch,
    DBInstanceStatus: 'available',
    Endpoint: { Address: 'scratch.example', Port: 5432 },
    Engine: 'postgres',
    EngineVersion: '17.4',
    DBInstanceClass: 'db.t4g.small',
    MasterUsername: 'shop',
    BackupRetentionPeriod: 7,
    VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-scratch', Status: 'active' }],
  };
  const rds = (more: object) =>
    aws.rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ ...instance, ...more }] });

  test("a database: sets the drill's password and turns backups off once, and waits until both hold", async () => {
    rds({ DBInstanceStatus: 'creating' });
    await expect(look(planFor('rds'))).rejects.toMatchObject({ name: 'NotYet' });
    rds({});
    await expect(look(planFor('rds'))).rejects.toMatchObject({ name: 'NotYet' });
    rds({ DBInstanceStatus: 'resetting-master-credentials' });
    await expect(look(planFor('rds'))).rejects.toMatchObject({ name: 'NotYet' });
    rds({ PendingModifiedValues: { MasterUserPassword: '****' }, BackupRetentionPeriod: 0 });
    await expect(look(planFor('rds'))).rejects.toMatchObject({ name: 'NotYet' });
    rds({ BackupRetentionPeriod: 0 });
    const reached = await look(planFor('rds'));
    expect(reached).toMatchObject({
      by: 'connection',
      host: 'scratch.example',
      user: 'shop',
      database: 'postgres',
      instanceClass: 'db.t4g.small',
    });
    expect(JSON.stringify(reached)).not.toContain(password);
    expect(aws.rds.commandCalls(ModifyDBInstanceCommand).map((call) => call.args[0].input)).toEqual([
      {
        DBInstanceIdentifier: scratch,
        MasterUserPassword: password,
        BackupRetentionPeriod: 0,
        VpcSecurityGroupIds: ['sg-scratch'],
        ApplyImmediately: true,
      },
    ]);
  });

  test('a database that will never be reachable ends the drill', async () => {
    rds({ DBInstanceStatus: 'incompatible-restore' });
    await expect(look(planFor('rds'))).rejects.toMatchObject({
      name: 'Unreachable',
      message: expect.stringContaining('incompatible-restore'),
    });
  });

  test('files: one version of the probe, registered before it is published, that mounts them and nothing else', async () => {
    const plan = planFor('efs');
    const accessPoint = 'arn:access-point';
    table.put({
      pk: 'SCRATCH',
      sk: `${plan.drill}#file-system`,
      drill: plan.drill,
      what: 'file-system',
      name: plan.drill,
      id: 'fs-0a',
    });
    aws.efs.on(DescribeMountTargetsCommand).resolves({ MountTargets: [{ LifeCycleState: 'available' }] as never });
    aws.efs
      .on(DescribeAccessPointsCommand)
      .resolvesOnce({ AccessPoints: [] })
      .resolves({
        AccessPoints: [{ ClientToken: plan.drill, AccessPointArn: accessPoint, LifeCycleState: 'available' }],
      });
    aws.efs.on(CreateAccessPointCommand).resolves({ LifeCycleState: 'creating' });
    const mounts = { FileSystemConfigs: [{ Arn: accessPoint, LocalMountPath: '/mnt/scratch' }] };
    aws.functions
      .on(GetFunctionConfigurationCommand)
      .resolves({ FileSystemConfigs: [], RevisionId: 'r1', LastUpdateStatus: 'Successful' });
    aws.functions.on(UpdateFunctionConfigurationCommand).resolves({});
    aws.functions.on(PublishVersionCommand).callsFake(() => {
      expect(table.get({ pk: 'SCRATCH', sk: `${plan.drill}#probe-version` })).toMatchObject({
        name: 'lifeboat-probe-files',
      });
      return { Version: '3' };
    });
    aws.functions.on(InvokeCommand).resolves({ Payload: Buffer.from(JSON.stringify({ marked: plan.drill })) as never });

    await expect(look(plan)).rejects.toMatchObject({
      name: 'NotYet',
      message: expect.stringContaining('access point'),
    });
    await expect(look(plan)).rejects.toMatchObject({
      name: 'NotYet',
      message: expect.stringContaining('told to point'),
    });
    expect(aws.functions.commandCalls(UpdateFunctionConfigurationCommand)[0]?.args[0].input).toEqual({
      FunctionName: 'lifeboat-probe-files',
      ...mounts,
      RevisionId: 'r1',
    });

    // Another drill waits meanwhile, and does not point the probe elsewhere.
    const other = { ...plan, drill: 'f'.repeat(20) };
    table.put({
      pk: 'SCRATCH',
      sk: `${other.drill}#file-system`,
      drill: other.drill,
      what: 'file-system',
      name: other.drill,
      id: 'fs-0b',
    });
    aws.efs.on(DescribeAccessPointsCommand, { FileSystemId: 'fs-0b' }).resolves({
      AccessPoints: [{ ClientToken: other.drill, AccessPointArn: 'arn:other', LifeCycleState: 'available' }],
    });
    await expect(look(other)).rejects.toMatchObject({
      name: 'NotYet',
      message: expect.stringContaining('Another drill'),
    });

    aws.functions
      .on(GetFunctionConfigurationCommand)
      .resolves({ ...mounts, RevisionId: 'r2', LastUpdateStatus: 'Successful', State: 'Active' });
    expect(await look(plan)).toMatchObject({ by: 'mount', version: '3' });
    expect(aws.functions.commandCalls(PublishVersionCommand)[0]?.args[0].input).toEqual({
      FunctionName: 'lifeboat-probe-files',
      Description: scratch,
      RevisionId: 'r2',
    });
    expect(aws.functions.commandCalls(InvokeCommand)[0]?.args[0].input).toMatchObject({
      Qualifier: '3',
      InvocationType: 'RequestResponse',
    });
    expect(table.get({ pk: 'SCRATCH', sk: `${plan.drill}#probe-version` })).toMatchObject({ id: '3' });
  });

  test('files: a version that mounts something else is never asked', async () => {
    const plan = planFor('efs');
    table.put({
      pk: 'SCRATCH',
      sk: `${plan.drill}#file-system`,
      drill: plan.drill,
      what: 'file-system',
      name: plan.drill,
      id: 'fs-0a',
    });
    table.put({
      pk: 'SCRATCH',
      sk: `${plan.drill}#probe-version`,
      drill: plan.drill,
      what: 'probe-version',
      name: 'lifeboat-probe-files',
      id: '3',
    });
    aws.efs.on(DescribeMountTargetsCommand).resolves({ MountTargets: [{ LifeCycleState: 'available' }] as never });
    aws.efs.on(DescribeAccessPointsCommand).resolves({
      AccessPoints: [{ ClientToken: plan.drill, AccessPointArn: 'arn:ours', LifeCycleState: 'available' }],
    });
    aws.functions
      .on(GetFunctionConfigurationCommand)
      .resolves({ FileSystemConfigs: [{ Arn: 'arn:other', LocalMountPath: '/mnt/scratch' }] });
    await expect(look(plan)).rejects.toMatchObject({ name: 'Unreachable' });
    expect(aws.functions.commandCalls(InvokeCommand)).toEqual([]);
  });
});

const way: Reached = {
  by: 'connection',
  host: 'scratch.example',
  port: 5432,
  user: 'shop',
  database: 'postgres',
  engine: 'postgres',
  engineVersion: '17.4',
  instanceClass: 'db.t4g.small',
  reachedAt: '2026-03-01T12:30:00.000Z',
};
const probed = (orderCount: number) => ({
  done: true,
  endedAt: '2026-03-01T12:35:00.000Z',
  connectedAt: '2026-03-01T12:30:30.000Z',
  assertionsAnsweredAt: '2026-03-01T12:31:00.000Z',
  assertions: [{ name: 'orders exist', value: { is: 'number', number: orderCount } }],
  tables: [{ table: 'public.orders', rows: orderCount, digest: '1' }],
  tableCount: 1,
});
const says = (payload: unknown, FunctionError?: string) => ({
  Payload: Buffer.from(JSON.stringify(payload)) as never,
  ...(FunctionError !== undefined && { FunctionError }),
});

describe('asking', () => {
  const ask = () => world.invoke<Answered>(check, { ...run, plan: planFor('rds'), reached: way });

  test("hands the password to the probe in the invocation alone, and asks the policy's questions of the policy's database", async () => {
    aws.functions.on(InvokeCommand).resolves(says(probed(12)));
    const answered = await ask();
    const input = aws.functions.commandCalls(InvokeCommand)[0]?.args[0].input;
    expect(input?.FunctionName).toBe('lifeboat-probe-database');
    expect(JSON.parse(Buffer.from(input?.Payload as Uint8Array).toString())).toMatchObject({
      connection: { host: 'scratch.example', database: 'shop', password },
      assertions: [{ name: 'orders exist', sql: 'select count(*) from orders' }],
      integrity: 'full',
    });
    expect(answered).toMatchObject({ answeredAt: '2026-03-01T12:31:00.000Z', endedAt: '2026-03-01T12:35:00.000Z' });
    expect(JSON.stringify(answered).length).toBeLessThan(500);
    const kept = aws.s3.commandCalls(PutObjectCommand)[0]?.args[0].input;
    expect(kept?.Key).toBe(answered.measures);
    expect(JSON.stringify([answered, kept])).not.toContain(password);
  });

  test('puts the parts together that the probe answers, and asks it to go on from where it stopped', async () => {
    const next = { connectedAt: 'x', assertions: 1, assertionsAnsweredAt: null, tables: 1, within: null };
    const whole = probed(12);
    const parts = [
      { ...whole, done: false, tableCount: 3, assertionsAnsweredAt: null, next },
      { ...whole, done: false, tableCount: 3, assertions: [], tables: [{ table: 'public.a', rows: 1 }], next },
      { ...whole, tableCount: 3, assertions: [], tables: [{ table: 'public.b', rows: 2 }] },
    ];
    for (const [index, words] of ['1 of 3', '2 of 3'].entries()) {
      aws.functions.on(InvokeCommand).resolves(says(parts[index]));
      await expect(ask()).rejects.toMatchObject({ name: 'NotYet', message: `The probe has read ${words} tables.` });
    }
    aws.functions.on(InvokeCommand).resolves(says(parts[2]));
    await ask();
    const asked = aws.functions.commandCalls(InvokeCommand).map(({ args }) => {
      const question = JSON.parse(Buffer.from(args[0].input.Payload as Uint8Array).toString());
      return question.from ?? null;
    });
    expect(asked).toEqual([null, next, next]);
    const kept = JSON.parse(String(aws.s3.commandCalls(PutObjectCommand)[0]?.args[0].input.Body));
    expect(kept.answer.tables.map((one: { table: string }) => one.table)).toEqual([
      'public.orders',
      'public.a',
      'public.b',
    ]);
    expect(kept.answer.assertions).toHaveLength(1);
  });

  test.each([
    [
      'a probe that died',
      says({ errorType: 'Runtime.ExitError', errorMessage: `ada ${password}` }, 'Unhandled'),
      'Runtime.ExitError',
    ],
    [
      'a probe that hung',
      says({ errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out' }, 'Unhandled'),
      'Sandbox.Timedout',
    ],
    [
      'a probe that could not connect',
      says({ errorType: 'ProbeFailed', errorMessage: 'The database could not be asked: 28P01.' }, 'Unhandled'),
      '28P01',
    ],
    ['a probe that answers nonsense', says({ done: true, rows: ['ada'] }), 'no database probe answers'],
  ])('fails by name for %s, and repeats nothing that could be content', async (_what, answer, words) => {
    aws.functions.on(InvokeCommand).resolves(answer);
    const failed = ask();
    await expect(failed).rejects.toMatchObject({ name: 'ProbeFailed', message: expect.stringContaining(words) });
    await expect(failed).rejects.toMatchObject({ message: expect.not.stringMatching(/ada/) });
  });
});

describe('judging', () => {
  const decide = (more: Partial<Plan> = {}) =>
    world.invoke(judge, {
      ...run,
      plan: planFor('rds', more),
      restored,
      reached: way,
      answered: { measures: 'now.json', answeredAt: '2026-03-01T12:31:00.000Z', endedAt: '2026-03-01T12:35:00.000Z' },
    });
  const measured = (key: string, orderCount: number) =>
    aws.s3.on(GetObjectCommand, { Key: key }).callsFake(() => ({
      Body: { transformToString: async () => JSON.stringify({ of: 'database', answer: probed(orderCount) }) },
    }));
  const proof = () => table.get({ pk: `RESOURCE#${orders}`, sk: 'PROOF' });

  test('a PASS is a proof: row, deadline and findings', async () => {
    openAttempt({ drill: { chosenBecause: 'it was named' } });
    table.put({
      pk: `RESOURCE#${orders}`,
      sk: 'DEADLINE#proof',
      resource: orders,
      objective: 'proof',
      firstSeenAt: '2026-01-01T00:00:00.000Z',
      boundSeconds: 172_800,
      deadline: 'x',
      dueAt: 'x',
    });
    measured('now.json', 12);
    expect(await decide()).toMatchObject({ verdict: 'PASS' });
    expect(proof()).toMatchObject({
      recoveryPoint: point,
      instant: '2026-03-01T06:00:00.000Z',
      attempt,
      measures: { object: 'now.json', tables: 1, rows: 12 },
    });
    expect(table.get({ pk: `RESOURCE#${orders}`, sk: 'DEADLINE#proof' })).toMatchObject({
      deadline: '2026-03-03T06:00:00.000Z',
    });
    expect(findings()).toMatchObject({
      verdict: 'PASS',
      chosenBecause: 'it was named',
      restoreJob: 'job-1',
      rtoSeconds: 1800,
      rtoBoundSeconds: 14_400,
      timings: { restore: 1200, reach: 540, questions: 60, integrity: 240, rto: 1800 },
      restored: { instanceClass: 'db.t4g.small' },
    });
    expect(findings().checks).toContainEqual({
      name: 'orders exist',
      verdict: 'PASS',
      because: ['12, at least 10 is asked for'],
    });
  });

  test('judged once more says the same: it compares with the proof before its own', async () => {
    openAttempt();
    table.put({
      pk: `RESOURCE#${orders}`,
      sk: 'PROOF',
      instant: '2026-02-28T06:00:00.000Z',
      attempt: 'earlier',
      measures: { object: 'last.json' },
    });
    measured('now.json', 90);
    measured('last.json', 100);
    const compared = () => (findings().checks as { name: string }[]).find(({ name }) => name === 'row counts');
    for (let times = 0; times < 3; times += 1) {
      expect(await decide()).toMatchObject({ verdict: 'PASS' });
      expect(compared()).toMatchObject({ verdict: 'PASS', because: ['1 tables compared with the last PASS'] });
      expect(proof()).toMatchObject({ attempt, before: { instant: '2026-02-28T06:00:00.000Z' } });
    }
  });

  test('a FAIL and a SUSPECT leave the last proof as it was', async () => {
    openAttempt();
    table.put({
      pk: `RESOURCE#${orders}`,
      sk: 'PROOF',
      instant: '2026-02-28T06:00:00.000Z',
      attempt: 'earlier',
      measures: { object: 'last.json' },
    });
    measured('now.json', 70);
    measured('last.json', 100);
    expect(await decide()).toMatchObject({
      verdict: 'SUSPECT',
      because: [expect.stringContaining('public.orders: 100 at the last PASS, 70 now')],
    });
    expect(proof()).toMatchObject({ attempt: 'earlier' });
    expect(findings()).toMatchObject({ verdict: 'SUSPECT' });
    measured('now.json', 7);
    expect(await decide()).toMatchObject({ verdict: 'FAIL', because: [expect.stringContaining('7, at least 10')] });
    expect(proof()).toMatchObject({ attempt: 'earlier' });
  });

  test('an older point is not held against newer data, and does not replace its proof', async () => {
    openAttempt();
    table.put({
      pk: `RESOURCE#${orders}`,
      sk: 'PROOF',
      instant: '2026-03-01T09:00:00.000Z',
      attempt: 'newer',
      measures: { object: 'last.json' },
    });
    measured('now.json', 70);
    measured('last.json', 100);
    expect(await decide()).toMatchObject({ verdict: 'PASS' });
    expect(proof()).toMatchObject({ attempt: 'newer' });
  });
});

describe('tearing down', () => {
  const take = (trouble: object | null = null) => world.invoke(tearDown, { ...run, plan: planFor('rds'), trouble });
  beforeEach(() => {
    openAttempt();
    table.put({
      pk: 'SCRATCH',
      sk: `${planFor('rds').drill}#database`,
      drill: planFor('rds').drill,
      attempt,
      execution,
      what: 'database',
      name: scratch,
      restoreJob: 'job-1',
      registeredAt: '2026-03-01T12:00:00.000Z',
      goneBy: 'z',
    });
    aws.rds.on(DescribeDBInstancesCommand).resolves({
      DBInstances: [{ DBInstanceIdentifier: scratch, DBInstanceArn: 'arn:scratch', DBInstanceStatus: 'available' }],
    });
    aws.backup
      .on(DescribeRestoreJobCommand)
      .resolves({ Status: 'COMPLETED', CreationDate: new Date(0), CompletionDate: new Date(1) });
  });

  test('says that restored data is still there until it is gone', async () => {
    await expect(take()).rejects.toMatchObject({ name: 'NotYet' });
    expect(findings()).toMatchObject({ scratch: 'not gone' });
    aws.rds.on(DescribeDBInstancesCommand).rejects(awsError('DBInstanceNotFoundFault'));
    expect(await take()).toEqual({ scratch: 'gone', because: [] });
    expect(findings()).toMatchObject({ scratch: 'gone' });
  });

  test('makes a verdict of what ended the drill early', async () => {
    aws.rds.on(DescribeDBInstancesCommand).rejects(awsError('DBInstanceNotFoundFault'));
    await take({ Error: 'RestoreJobFailed', Cause: 'Access Denied' });
    expect(findings()).toMatchObject({
      verdict: 'FAIL',
      because: ['RestoreJobFailed: Access Denied'],
      recoveryPoint: point,
    });
  });

  test('keeps the verdict that was there', async () => {
    openAttempt({ drill: { verdict: 'PASS', because: ['3 checks ran'] } });
    aws.rds.on(DescribeDBInstancesCommand).rejects(awsError('DBInstanceNotFoundFault'));
    await take({ Error: 'AwsUnavailable', Cause: null });
    expect(findings()).toMatchObject({ verdict: 'PASS', because: ['3 checks ran'] });
  });
});
