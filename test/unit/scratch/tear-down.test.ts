import { BackupClient, DescribeRestoreJobCommand } from '@aws-sdk/client-backup';
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
import { DeleteDBInstanceCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { drillIdOf, scratchName } from '../../../functions/scratch/birth.ts';
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
