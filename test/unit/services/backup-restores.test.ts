import { describe, expect, test } from '@jest/globals';
import { away, backupAccount, home, hour, minute, refusal, role, type TestAccount, until } from './backup-account.ts';

interface RestoreJob {
  Status: string;
  StatusMessage?: string;
  CreatedResourceArn?: string;
}

/** An account in which each resource has one point at home. */
async function backedUp(options: { retention?: number } = {}) {
  const account = backupAccount();
  const { RDS, EFS, Backup } = account.account.region(home).services;
  const database = await RDS.addDatabase({
    identifier: 'orders',
    sql: ['orders.sql'],
    maintenanceWindow: 'sun:03:00-sun:03:30',
    masterPassword: 'of-the-day',
    subnetGroup: undefined,
    backupRetentionDays: options.retention ?? 7,
    deletionProtection: true,
    tags: { 'lifeboat:tier': 'gold' },
  });
  const files = await EFS.addFileSystem({ name: 'mail', directory: 'mail', tags: { 'lifeboat:tier': 'gold' } });
  for (const resource of [database.arn, files.arn]) {
    await account.call('Backup', 'StartBackupJob', {
      BackupVaultName: 'lifeboat',
      ResourceArn: resource,
      IamRoleArn: role,
    });
  }
  await account.run(3 * hour);
  const points = Backup.truth().points;
  const arnOf = (resource: string) => points.find((one) => one.resourceArn === resource)?.arn as string;
  return { ...account, database, files, databasePoint: arnOf(database.arn), filesPoint: arnOf(files.arn) };
}

async function restore(account: TestAccount, point: string, metadata: object, region = home, more: object = {}) {
  const request = { RecoveryPointArn: point, Metadata: metadata, IamRoleArn: role, ...more };
  const { RestoreJobId } = await account.call<{ RestoreJobId: string }>('Backup', 'StartRestoreJob', request, region);
  return until(account, async () => {
    const job = await account.call<RestoreJob>('Backup', 'DescribeRestoreJob', { RestoreJobId }, region);
    return job.Status === 'COMPLETED' || job.Status === 'FAILED' ? { ...job, RestoreJobId } : undefined;
  });
}

describe('a restore of a file system', () => {
  test('into one that exists lands under aws-backup-restore_ beside what is there', async () => {
    const account = await backedUp();
    const made = await account.call<{ FileSystemId: string }>('EFS', 'CreateFileSystem', { CreationToken: 'drill 1' });
    account.data.live.set(made.FileSystemId, 'nonce;');
    await account.run(minute);
    const job = await restore(account, account.filesPoint, {
      'file-system-id': made.FileSystemId,
      newFileSystem: 'false',
    });
    expect(job).toMatchObject({ Status: 'COMPLETED' });
    expect(job.CreatedResourceArn).toMatch(new RegExp(`:file-system/${made.FileSystemId}$`));
    expect(account.data.live.get(made.FileSystemId)).toMatch(
      /^nonce;aws-backup-restore_2026-01-07T\d\d-\d\d-\d\d-\d{9}Z\/mail$/,
    );
  });

  test('into a new one lands there too, and the new one has no mount target', async () => {
    const account = await backedUp();
    const metadata = {
      newFileSystem: 'true',
      CreationToken: 'drill 2',
      Encrypted: 'true',
      PerformanceMode: 'generalPurpose',
    };
    const job = await restore(account, account.filesPoint, metadata);
    const id = job.CreatedResourceArn?.split('/').at(-1) as string;
    expect(account.data.live.get(id)).toMatch(/^aws-backup-restore_/);
    const { FileSystems } = await account.call<{ FileSystems: { NumberOfMountTargets: number; Tags: object[] }[] }>(
      'EFS',
      'DescribeFileSystems',
      { FileSystemId: id },
    );
    expect(FileSystems[0]).toMatchObject({ NumberOfMountTargets: 0, Tags: [] });
  });

  test('fails when the file system is not there, as with the metadata of another Region', async () => {
    const account = await backedUp();
    const { RestoreMetadata } = await account.call<{ RestoreMetadata: object }>(
      'Backup',
      'GetRecoveryPointRestoreMetadata',
      {
        BackupVaultName: 'lifeboat',
        RecoveryPointArn: account.filesPoint,
      },
    );
    expect(RestoreMetadata).toMatchObject({ 'file-system-id': account.files.id, Encrypted: 'true' });
    const job = await restore(account, account.filesPoint, {
      'file-system-id': 'fs-elsewhere',
      newFileSystem: 'false',
    });
    expect(job).toMatchObject({ Status: 'FAILED', StatusMessage: "File system 'fs-elsewhere' does not exist." });
  });

  test.each([
    [
      'an unknown key',
      { newFileSystem: 'false', 'file-system-id': 'fs-1', fileSystemId: 'fs-1' },
      'Unrecognized key : fileSystemId',
    ],
    ['no file system', { newFileSystem: 'false' }, 'file-system-id'],
    [
      'no creation token',
      { newFileSystem: 'true', Encrypted: 'false', PerformanceMode: 'generalPurpose' },
      'CreationToken',
    ],
    ['a value that is neither true nor false', { newFileSystem: 'no', 'file-system-id': 'fs-1' }, 'newFileSystem'],
  ])('is refused with %s', async (_what, metadata, says) => {
    const account = await backedUp();
    const refused = await refusal(restore(account, account.filesPoint, metadata));
    expect(refused).toEqual({ name: 'InvalidParameterValueException', message: expect.stringContaining(says) });
  });
});

describe('a restore of a database', () => {
  const scratch = { DBInstanceIdentifier: 'lifeboat-scratch-d1', DBSubnetGroupName: 'lifeboat-scratch' };

  test('makes an instance that goes from creating over backing-up to available, then the job completes', async () => {
    const account = await backedUp();
    account.account
      .region(home)
      .services.RDS.addSubnetGroup({ name: 'lifeboat-scratch', subnetIds: ['subnet-1', 'subnet-2'] });
    const request = {
      RecoveryPointArn: account.databasePoint,
      Metadata: { ...scratch, VpcSecurityGroupIds: '["sg-scratch"]' },
    };
    const { RestoreJobId } = await account.call<{ RestoreJobId: string }>('Backup', 'StartRestoreJob', request);
    const seen: string[] = [];
    await until(account, async () => {
      const job = await account.call<RestoreJob>('Backup', 'DescribeRestoreJob', { RestoreJobId });
      const instance = account.account.region(home).services.RDS.find('lifeboat-scratch-d1');
      const now = `${job.Status} ${instance?.status ?? 'nothing'}`;
      if (seen.at(-1) !== now) seen.push(now);
      if (job.Status !== 'COMPLETED') expect(job.CreatedResourceArn).toBeUndefined();
      return job.Status === 'COMPLETED' ? job : undefined;
    });
    expect(seen.filter((one) => one !== 'PENDING nothing')).toEqual([
      'RUNNING creating',
      'RUNNING backing-up',
      'RUNNING available',
      'COMPLETED available',
    ]);
  });

  test('keeps retention and tags of its source, but neither its groups nor its protection', async () => {
    const account = await backedUp({ retention: 9 });
    await restore(account, account.databasePoint, {
      DBInstanceIdentifier: 'Scratch-1',
      VpcSecurityGroupIds: '["sg-1"]',
    });
    const { DBInstances } = await account.call<{ DBInstances: object[] }>('RDS', 'DescribeDBInstances', {
      DBInstanceIdentifier: 'scratch-1',
    });
    expect(DBInstances[0]).toMatchObject({
      DBInstanceIdentifier: 'scratch-1',
      DBInstanceStatus: 'available',
      BackupRetentionPeriod: 9,
      DeletionProtection: false,
      VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1', Status: 'active' }],
      TagList: [{ Key: 'lifeboat:tier', Value: 'gold' }],
    });
  });

  test('has the data and the master password of the day of the backup', async () => {
    const account = await backedUp();
    account.data.live.set(account.database.dataName ?? '', 'written since');
    await restore(account, account.databasePoint, { DBInstanceIdentifier: 'scratch-1' });
    const name = account.account.region(home).services.RDS.find('scratch-1')?.dataName ?? '';
    expect(account.data.live.get(name)).toBe('orders.sql');
    expect(account.data.passwords.get(name)).toBe('of-the-day');
  });

  test('works in the other Region from the copy alone', async () => {
    const account = await backedUp();
    await account.call('Backup', 'StartCopyJob', {
      RecoveryPointArn: account.databasePoint,
      SourceBackupVaultName: 'lifeboat',
      DestinationBackupVaultArn: `arn:aws:backup:${away}:111122223333:backup-vault:lifeboat`,
      IamRoleArn: role,
    });
    await account.run(2 * hour);
    const [copy] = account.account.region(away).services.Backup.truth().points;
    const here = await refusal(restore(account, copy?.arn ?? '', { DBInstanceIdentifier: 'scratch-1' }));
    expect(here.name).toBe('ResourceNotFoundException');
    const job = await restore(account, copy?.arn ?? '', { DBInstanceIdentifier: 'scratch-1' }, away);
    expect(job.CreatedResourceArn).toBe(`arn:aws:rds:${away}:111122223333:db:scratch-1`);
    const name = account.account.region(away).services.RDS.find('scratch-1')?.dataName ?? '';
    expect(account.data.live.get(name)).toBe('orders.sql');
  });

  test('fails in the words of RDS', async () => {
    const account = await backedUp();
    const twice = await restore(account, account.databasePoint, { DBInstanceIdentifier: 'orders' });
    expect(twice).toMatchObject({
      Status: 'FAILED',
      StatusMessage: expect.stringContaining('DB instance already exists'),
    });
    const lost = await restore(account, account.databasePoint, { ...scratch, DBInstanceIdentifier: 'scratch-1' });
    expect(lost.StatusMessage).toContain("DB subnet group 'lifeboat-scratch' does not exist.");
  });

  test('is refused without a name and with the keys of another type', async () => {
    const account = await backedUp();
    expect((await refusal(restore(account, account.databasePoint, {}))).message).toContain('DBInstanceIdentifier');
    const aurora = await refusal(restore(account, account.databasePoint, { dbClusterIdentifier: 'x' }));
    expect(aurora.message).toContain('Unrecognized key : dbClusterIdentifier');
  });

  test('tells of itself with state once, then with status', async () => {
    const account = await backedUp();
    const { RestoreJobId } = await restore(account, account.databasePoint, { DBInstanceIdentifier: 'scratch-1' });
    await account.run(10 * minute);
    const events = account.events
      .filter(
        ({ event }) => event.detailType === 'Restore Job State Change' && event.detail.restoreJobId === RestoreJobId,
      )
      .map(({ event }) => event.detail);
    expect(events.map((detail) => detail.state).filter(Boolean)).toEqual(['CREATED']);
    expect(
      events
        .map((detail) => detail.status)
        .filter(Boolean)
        .sort(),
    ).toEqual(['COMPLETED', 'PENDING', 'RUNNING']);
    expect(events.find((detail) => detail.status === 'COMPLETED')).toMatchObject({
      percentDone: 0,
      createdResourceArn: `arn:aws:rds:${home}:111122223333:db:scratch-1`,
    });
  });
});
