import { BackupClient, DescribeRestoreJobCommand, ListRestoreJobsCommand } from '@aws-sdk/client-backup';
import {
  DeleteAccessPointCommand,
  DeleteFileSystemCommand,
  DeleteMountTargetCommand,
  DescribeAccessPointsCommand,
  DescribeFileSystemsCommand,
  DescribeMountTargetsCommand,
  EFSClient,
} from '@aws-sdk/client-efs';
import {
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
} from '@aws-sdk/client-lambda';
import {
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { drillIdOf, memberName, scratchName } from '../../../functions/scratch/birth.ts';
import { handler as sweep } from '../../../functions/scratch/sweep.ts';
import { tearDownDrill, wreckingOf } from '../../../functions/scratch/tear-down.ts';
import { awsError, ledgerTable, worldAt } from '../drill/function.ts';

const attempt = 'lifeboat-drill/orders-1/0';
const drill = drillIdOf(attempt);
const name = scratchName(drill);
const arn = `arn:aws:rds:eu-west-1:111122223333:db:${name}`;

const aws = {
  rds: mockClient(RDSClient),
  efs: mockClient(EFSClient),
  functions: mockClient(LambdaClient),
  backup: mockClient(BackupClient),
};
let table = ledgerTable();
let world = worldAt('2026-03-01T12:00:00.000Z');

beforeEach(() => {
  table = ledgerTable();
  world = worldAt('2026-03-01T12:00:00.000Z');
  aws.rds.on(DescribeDBInstancesCommand).rejects(awsError('DBInstanceNotFoundFault'));
  aws.rds.on(DescribeDBClustersCommand).resolves({ DBClusters: [] });
  aws.efs.on(DescribeFileSystemsCommand).resolves({ FileSystems: [] });
  aws.functions.on(ListVersionsByFunctionCommand).resolves({ Versions: [] });
});
afterEach(() => {
  for (const mock of Object.values(aws)) mock.reset();
});

const registered = (what: string, more: object) =>
  table.put({
    pk: 'SCRATCH',
    sk: `${drill}#${what}`,
    drill,
    attempt,
    execution: 'execution',
    what,
    registeredAt: '2026-03-01T11:00:00.000Z',
    goneBy: '2026-03-02T11:00:00.000Z',
    ...more,
  });
const tearDown = () => tearDownDrill(wreckingOf(world.seam), drill);
const deletions = () => [
  ...aws.rds.commandCalls(DeleteDBInstanceCommand),
  ...aws.rds.commandCalls(DeleteDBClusterCommand),
  ...aws.efs.commandCalls(DeleteFileSystemCommand),
  ...aws.efs.commandCalls(DeleteMountTargetCommand),
  ...aws.efs.commandCalls(DeleteAccessPointCommand),
  ...aws.functions.commandCalls(DeleteFunctionCommand),
];

describe('a database', () => {
  test('is deleted without a final snapshot and without leaving backups, and struck off once it is gone', async () => {
    registered('database', { name, restoreJob: 'job-1' });
    aws.rds
      .on(DescribeDBInstancesCommand)
      .resolvesOnce({
        DBInstances: [{ DBInstanceIdentifier: name, DBInstanceArn: arn, DBInstanceStatus: 'available' }],
      })
      .rejects(awsError('DBInstanceNotFoundFault'));
    aws.backup
      .on(DescribeRestoreJobCommand)
      .resolves({ Status: 'COMPLETED', CreationDate: new Date(0), CompletionDate: new Date(1) });

    expect((await tearDown()).going).toEqual([`RDS was told to delete ${name}`]);
    expect(aws.rds.commandCalls(DeleteDBInstanceCommand)[0]?.args[0].input).toEqual({
      DBInstanceIdentifier: name,
      SkipFinalSnapshot: true,
      DeleteAutomatedBackups: true,
    });
    expect(table.rows('SCRATCH')).toHaveLength(1);

    expect((await tearDown()).gone).toEqual([`database ${name}`]);
    expect(table.rows('SCRATCH')).toEqual([]);
  });

  test('stays registered while its restore still runs, since a restore cannot be cancelled', async () => {
    registered('database', { name, restoreJob: 'job-1' });
    aws.backup.on(DescribeRestoreJobCommand).resolves({ Status: 'RUNNING' });
    expect((await tearDown()).mayStillCome).toEqual(['restore job job-1 is still running']);
    expect(table.rows('SCRATCH')).toHaveLength(1);
  });

  test('whose restore AWS Backup has forgotten, as it does after a month, goes: nothing can come any more', async () => {
    registered('database', { name, restoreJob: 'job-1' });
    aws.backup.on(DescribeRestoreJobCommand).rejects(awsError('ResourceNotFoundException'));
    expect(await tearDown()).toMatchObject({ mayStillCome: [], gone: [`database ${name}`] });
    expect(table.rows('SCRATCH')).toEqual([]);
  });

  describe('whose restore was started, and the ledger refused to hold its job', () => {
    const started = (...RestoreJobs: object[]) => aws.backup.on(ListRestoreJobsCommand).resolves({ RestoreJobs });
    const early = { registeredAt: '2026-03-01T09:00:00.000Z' };

    test('may come for two hours, whatever AWS Backup lists', async () => {
      registered('database', { name });
      started();
      expect((await tearDown()).mayStillCome).toEqual([`nobody knows whether a restore of ${name} was started`]);
    });

    test('may come for as long as a restore of that time runs which no row registers', async () => {
      registered('database', { name, ...early });
      table.put({ pk: 'SCRATCH', sk: 'other#database', drill: 'other', what: 'database', restoreJob: 'of-another' });
      started(
        { RestoreJobId: 'of-another', Status: 'RUNNING' },
        { RestoreJobId: 'over', Status: 'COMPLETED' },
        { RestoreJobId: 'job-1', Status: 'RUNNING' },
      );
      const because = `restore job job-1 is still running, and may be that of ${name}`;
      expect((await tearDown()).mayStillCome).toEqual([because]);
      expect(aws.backup.commandCalls(ListRestoreJobsCommand)[0]?.args[0].input).toMatchObject({
        ByCreatedAfter: new Date('2026-03-01T08:50:00.000Z'),
        ByCreatedBefore: new Date('2026-03-01T11:00:00.000Z'),
      });
      started({ RestoreJobId: 'of-another', Status: 'RUNNING' }, { RestoreJobId: 'job-1', Status: 'FAILED' });
      expect((await tearDown()).gone).toEqual([`database ${name}`]);
    });

    test('stays registered while AWS Backup does not say which restores run', async () => {
      registered('database', { name, ...early });
      aws.backup.on(ListRestoreJobsCommand).rejects(awsError('ThrottlingException'));
      await expect(tearDown()).rejects.toThrow('ThrottlingException');
      expect(table.rows('SCRATCH')).toHaveLength(1);
    });
  });

  test('that the restore created between two looks is found and deleted', async () => {
    registered('database', { name, restoreJob: 'job-1' });
    aws.rds
      .on(DescribeDBInstancesCommand)
      .rejectsOnce(awsError('DBInstanceNotFoundFault'))
      .resolves({ DBInstances: [{ DBInstanceIdentifier: name, DBInstanceArn: arn, DBInstanceStatus: 'available' }] });
    aws.backup
      .on(DescribeRestoreJobCommand)
      .resolves({ Status: 'COMPLETED', CreationDate: new Date(0), CompletionDate: new Date(1) });
    expect((await tearDown()).going).toHaveLength(1);
    expect(aws.rds.commandCalls(DeleteDBInstanceCommand)).toHaveLength(1);
  });
});

const clusterArn = `arn:aws:rds:eu-west-1:111122223333:cluster:${name}`;
const member = memberName(drill);
const memberArn = `arn:aws:rds:eu-west-1:111122223333:db:${member}`;

describe('a cluster', () => {
  const clusters = (...found: object[]) => {
    const [first, ...others] = found;
    const told = aws.rds.on(DescribeDBClustersCommand);
    if (first === undefined) return told.rejects(awsError('DBClusterNotFoundFault'));
    told.resolves({ DBClusters: [first, ...others] });
    return told;
  };
  const cluster = (...members: string[]) => ({
    DBClusterIdentifier: name,
    DBClusterArn: clusterArn,
    Status: 'available',
    DBClusterMembers: members.map((DBInstanceIdentifier) => ({ DBInstanceIdentifier })),
  });
  const instance = (more: object = {}) => ({
    DBInstanceIdentifier: member,
    DBInstanceArn: memberArn,
    DBClusterIdentifier: name,
    DBInstanceStatus: 'available',
    ...more,
  });
  beforeEach(() => {
    aws.backup
      .on(DescribeRestoreJobCommand)
      .resolves({ Status: 'COMPLETED', CreationDate: new Date(0), CompletionDate: new Date(1) });
  });

  test('loses its instance first, then goes itself, without a snapshot and without leaving backups', async () => {
    registered('cluster', { name, restoreJob: 'job-1' });
    registered('cluster-instance', { name: member });
    clusters(cluster(member));
    aws.rds
      .on(DescribeDBInstancesCommand)
      .resolvesOnce({ DBInstances: [instance()] })
      .resolves({ DBInstances: [instance({ DBInstanceStatus: 'deleting' })] });
    aws.rds.on(DeleteDBClusterCommand).rejectsOnce(awsError('InvalidDBClusterStateFault')).resolves({});
    expect((await tearDown()).going).toEqual([
      `RDS was told to delete ${member}`,
      `RDS does not delete ${name} while it is available`,
    ]);
    expect(aws.rds.commandCalls(DeleteDBInstanceCommand).map((call) => call.args[0].input)).toEqual([
      { DBInstanceIdentifier: member, SkipFinalSnapshot: true },
    ]);

    clusters(cluster());
    aws.rds.on(DescribeDBInstancesCommand).rejects(awsError('DBInstanceNotFoundFault'));
    const left = await tearDown();
    expect(left.gone).toEqual([`cluster-instance ${member}`]);
    expect(left.going).toEqual([`RDS was told to delete ${name}`]);
    expect(aws.rds.commandCalls(DeleteDBClusterCommand)).toHaveLength(2);
    expect(aws.rds.commandCalls(DeleteDBClusterCommand)[1]?.args[0].input).toEqual({
      DBClusterIdentifier: name,
      SkipFinalSnapshot: true,
      DeleteAutomatedBackups: true,
    });

    clusters();
    expect((await tearDown()).gone).toEqual([`cluster ${name}`]);
    expect(table.rows('SCRATCH')).toEqual([]);
  });

  test('is asked for again when RDS refuses it because an instance is in it still', async () => {
    registered('cluster', { name, restoreJob: 'job-1' });
    clusters(cluster());
    aws.rds.on(DeleteDBClusterCommand).rejects(awsError('InvalidDBClusterStateFault'));
    expect((await tearDown()).going).toEqual([`RDS does not delete ${name} while it is available`]);
    expect(table.rows('SCRATCH')).toHaveLength(1);
  });

  test('takes along an instance whose row is gone already', async () => {
    registered('cluster', { name, restoreJob: 'job-1' });
    clusters(cluster(member));
    aws.rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [instance()] });
    expect((await tearDown()).going).toEqual([`RDS was told to delete ${member}`]);
  });

  test('stays registered while its restore still runs', async () => {
    registered('cluster', { name, restoreJob: 'job-1' });
    clusters();
    aws.backup.on(DescribeRestoreJobCommand).resolves({ Status: 'PENDING' });
    expect((await tearDown()).mayStillCome).toEqual(['restore job job-1 is still running']);
    expect(table.rows('SCRATCH')).toHaveLength(1);
  });

  test.each([
    ['in which a production instance stands', () => clusters(cluster(member, 'orders-1'))],
    [
      'that is a resource of the roster',
      () => {
        clusters(cluster());
        table.put({ pk: 'ROSTER', sk: clusterArn, resource: clusterArn });
      },
    ],
    ['that replicates another', () => clusters({ ...cluster(), ReplicationSourceIdentifier: 'arn:orders' })],
    ['of a global database', () => clusters({ ...cluster(), GlobalClusterIdentifier: 'orders' })],
    ['without an ARN', () => clusters({ ...cluster(), DBClusterArn: undefined })],
    ['that another name answers for', () => clusters({ ...cluster(), DBClusterIdentifier: 'orders' })],
  ])('%s is not touched', async (_what, arrange) => {
    registered('cluster', { name, restoreJob: 'job-1' });
    arrange();
    await expect(tearDown()).rejects.toMatchObject({ name: 'NotScratch' });
    expect(deletions()).toEqual([]);
    expect(table.rows('SCRATCH')).toHaveLength(1);
  });

  test('whose scratch name an instance of a production cluster has keeps that instance', async () => {
    registered('cluster-instance', { name: member });
    aws.rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [instance({ DBClusterIdentifier: 'orders' })] });
    await expect(tearDown()).rejects.toMatchObject({ name: 'NotScratch' });
    expect(deletions()).toEqual([]);
  });
});

describe('a file system', () => {
  const fileSystem = {
    FileSystemId: 'fs-0a',
    FileSystemArn: 'arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/fs-0a',
    CreationToken: drill,
    LifeCycleState: 'available' as const,
    Tags: [{ Key: 'lifeboat:scratch', Value: drill }],
  };

  test('loses its access points, then its mount targets, then itself', async () => {
    registered('file-system', { name: drill, id: 'fs-0a' });
    aws.efs.on(DescribeFileSystemsCommand).resolves({ FileSystems: [fileSystem] as never });
    aws.efs
      .on(DescribeAccessPointsCommand)
      .resolvesOnce({ AccessPoints: [{ AccessPointId: 'fsap-1' }] })
      .resolves({});
    aws.efs
      .on(DescribeMountTargetsCommand)
      .resolvesOnce({ MountTargets: [{ MountTargetId: 'fsmt-1', LifeCycleState: 'available' }] as never })
      .resolves({});

    expect((await tearDown()).going).toEqual(['1 mount targets of fs-0a are going']);
    expect(aws.efs.commandCalls(DeleteFileSystemCommand)).toEqual([]);
    expect((await tearDown()).going).toEqual(['EFS was told to delete fs-0a']);
    expect(aws.efs.commandCalls(DeleteAccessPointCommand)).toHaveLength(1);
    expect(aws.efs.commandCalls(DeleteMountTargetCommand)).toHaveLength(1);

    aws.efs.on(DescribeFileSystemsCommand).rejects(awsError('FileSystemNotFound'));
    expect((await tearDown()).gone).toEqual(['file-system fs-0a']);
    expect(table.rows('SCRATCH')).toEqual([]);
  });
});

describe('production', () => {
  test.each([
    ['a forged row that names a production database', 'database', { name: 'orders' }],
    ['a forged row with an ARN', 'database', { name: 'arn:aws:rds:eu-west-1:111122223333:db:orders' }],
    ['a forged row that names a production cluster', 'cluster', { name: 'orders' }],
    [
      "a forged row with a cluster's ARN",
      'cluster',
      { name: `arn:aws:rds:eu-west-1:111122223333:cluster:lifeboat-scratch-${drill}` },
    ],
    ['a forged row that names an instance of a production cluster', 'cluster-instance', { name: 'orders-1' }],
    ['a look-alike name of a cluster', 'cluster', { name: `lifeboat-scratch-${drill}-prod` }],
    ['a forged row that names a production file system', 'file-system', { name: drill, id: 'fs-prod' }],
    ['a forged row with another creation token', 'file-system', { name: 'console-1', id: 'fs-prod' }],
    ['a forged row that names another function', 'probe-version', { name: 'checkout', id: '3' }],
    ['a forged row that names the probe itself', 'probe-version', { name: 'lifeboat-probe-files', id: '$LATEST' }],
  ])('is refused and not touched: %s', async (_what, what, more) => {
    registered(what, more);
    const tags = [{ Key: 'lifeboat:scratch', Value: drill }];
    aws.rds.on(DescribeDBInstancesCommand).resolves({
      DBInstances: [
        {
          DBInstanceIdentifier: 'orders',
          DBInstanceArn: 'arn:aws:rds:eu-west-1:111122223333:db:orders',
          TagList: tags,
        },
      ],
    });
    aws.efs.on(DescribeFileSystemsCommand).resolves({
      FileSystems: [{ FileSystemId: 'fs-prod', FileSystemArn: 'arn', CreationToken: 'console-1', Tags: tags }] as never,
    });
    aws.functions.on(GetFunctionConfigurationCommand).resolves({ Version: '$LATEST', Description: name });

    await expect(tearDown()).rejects.toMatchObject({
      name: 'NotScratch',
      message: expect.stringContaining('Nothing was deleted'),
    });
    expect(deletions()).toEqual([]);
    expect(table.rows('SCRATCH')).toHaveLength(1);
  });

  test('is refused when the resource that is drilled is named like scratch itself', async () => {
    registered('database', { name });
    table.put({ pk: 'ROSTER', sk: arn, resource: arn });
    aws.rds
      .on(DescribeDBInstancesCommand)
      .resolves({ DBInstances: [{ DBInstanceIdentifier: name, DBInstanceArn: arn }] });
    await expect(tearDown()).rejects.toMatchObject({ name: 'NotScratch' });
    expect(deletions()).toEqual([]);
  });

  test('a refusal of one thing does not keep the others', async () => {
    registered('probe-version', { name: 'checkout', id: '3' });
    registered('database', { name, restoreJob: 'job-1' });
    aws.rds
      .on(DescribeDBInstancesCommand)
      .resolves({ DBInstances: [{ DBInstanceIdentifier: name, DBInstanceArn: arn }] });
    await expect(tearDown()).rejects.toMatchObject({ name: 'NotScratch' });
    expect(aws.rds.commandCalls(DeleteDBInstanceCommand)).toHaveLength(1);
  });
});

describe('the sweep', () => {
  beforeEach(() => {
    aws.rds.on(DescribeDBInstancesCommand, {}).resolves({ DBInstances: [{ DBInstanceIdentifier: 'orders' }] });
    aws.rds.on(DescribeDBInstancesCommand, { DBInstanceIdentifier: name }).rejects(awsError('DBInstanceNotFoundFault'));
  });

  test('leaves scratch alone whose drill is at work', async () => {
    registered('database', { name, restoreJob: 'job-1' });
    table.put({ pk: 'ATTEMPTS', sk: attempt, attempt });
    expect(await world.invoke(sweep, {})).toEqual({
      lookedAt: 1,
      adopted: 0,
      registered: 1,
      inUse: 1,
      gone: 0,
      going: 0,
      mayStillCome: 0,
    });
    expect(deletions()).toEqual([]);
  });

  test('takes scratch down whose attempt has ended', async () => {
    registered('database', { name, restoreJob: 'job-1' });
    aws.backup.on(DescribeRestoreJobCommand).resolves({ Status: 'FAILED' });
    expect(await world.invoke(sweep, {})).toMatchObject({ registered: 1, gone: 1 });
    expect(table.rows('SCRATCH')).toEqual([]);
  });

  test('takes scratch down whose time is over, whatever its attempt does', async () => {
    registered('database', { name, restoreJob: 'job-1', goneBy: '2026-03-01T11:59:59.000Z' });
    table.put({ pk: 'ATTEMPTS', sk: attempt, attempt });
    aws.backup.on(DescribeRestoreJobCommand).resolves({ Status: 'FAILED' });
    expect(await world.invoke(sweep, {})).toMatchObject({ inUse: 0, gone: 1 });
  });

  test('adopts a cluster and its instance that came late, and takes the instance first', async () => {
    const found = { DBInstanceIdentifier: member, DBInstanceArn: memberArn, DBClusterIdentifier: name };
    aws.rds.on(DescribeDBInstancesCommand, {}).resolves({ DBInstances: [found] });
    aws.rds.on(DescribeDBInstancesCommand, { DBInstanceIdentifier: member }).resolves({ DBInstances: [found] });
    const cluster = {
      DBClusterIdentifier: name,
      DBClusterArn: clusterArn,
      DBClusterMembers: [{ DBInstanceIdentifier: member }],
    };
    aws.rds.on(DescribeDBClustersCommand, {}).resolves({ DBClusters: [{ DBClusterIdentifier: 'orders' }, cluster] });
    aws.rds.on(DescribeDBClustersCommand, { DBClusterIdentifier: name }).resolves({ DBClusters: [cluster] });
    expect(await world.invoke(sweep, {})).toMatchObject({ lookedAt: 3, adopted: 2, registered: 2, going: 2 });
    expect(deletions().map((call) => call.args[0].input)).toEqual([
      { DBInstanceIdentifier: member, SkipFinalSnapshot: true },
      { DBInstanceIdentifier: member, SkipFinalSnapshot: true },
    ]);
    // Whatever created it has done so: once it is gone, its row goes at once.
    aws.rds
      .on(DescribeDBInstancesCommand, { DBInstanceIdentifier: member })
      .rejects(awsError('DBInstanceNotFoundFault'));
    aws.rds.on(DescribeDBInstancesCommand, {}).resolves({ DBInstances: [] });
    aws.rds.on(DescribeDBClustersCommand, {}).resolves({ DBClusters: [] });
    aws.rds.on(DescribeDBClustersCommand, { DBClusterIdentifier: name }).rejects(awsError('DBClusterNotFoundFault'));
    expect(await world.invoke(sweep, {})).toMatchObject({ registered: 2, gone: 2, mayStillCome: 0 });
    expect(table.rows('SCRATCH')).toEqual([]);
  });

  test('leaves an instance that only looks like a scratch one where it is', async () => {
    aws.rds.on(DescribeDBInstancesCommand, {}).resolves({
      DBInstances: [
        { DBInstanceIdentifier: member, DBClusterIdentifier: 'orders' },
        { DBInstanceIdentifier: `${name}-10`, DBClusterIdentifier: name },
        { DBInstanceIdentifier: name, DBClusterIdentifier: 'orders' },
      ],
    });
    expect(await world.invoke(sweep, {})).toMatchObject({ lookedAt: 3, adopted: 0, registered: 0 });
    expect(deletions()).toEqual([]);
  });

  test('adopts what was born as scratch and has no row: a restore that came late', async () => {
    aws.rds
      .on(DescribeDBInstancesCommand, {})
      .resolves({ DBInstances: [{ DBInstanceIdentifier: 'orders' }, { DBInstanceIdentifier: name }] });
    aws.rds
      .on(DescribeDBInstancesCommand, { DBInstanceIdentifier: name })
      .resolves({ DBInstances: [{ DBInstanceIdentifier: name, DBInstanceArn: arn }] });
    expect(await world.invoke(sweep, {})).toMatchObject({ lookedAt: 2, adopted: 1, going: 1 });
    expect(
      aws.rds.commandCalls(DeleteDBInstanceCommand).map((call) => call.args[0].input.DBInstanceIdentifier),
    ).toEqual([name]);
  });

  test('fails by name when something refuses, after it has dealt with the rest', async () => {
    registered('probe-version', { name: 'checkout', id: '3' });
    registered('database', { name, restoreJob: 'job-1' });
    aws.backup.on(DescribeRestoreJobCommand).resolves({ Status: 'FAILED' });
    await expect(world.invoke(sweep, {})).rejects.toMatchObject({
      name: 'SweepIncomplete',
      message: expect.stringContaining('1 of 2'),
    });
    expect(table.rows('SCRATCH')).toHaveLength(1);
  });
});
