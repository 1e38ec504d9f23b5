import { describe, expect, test } from '@jest/globals';
import {
  away,
  backupAccount,
  day,
  home,
  hour,
  minute,
  refusal,
  role,
  start,
  type TestAccount,
  until,
} from './backup-account.ts';

const calm = { maintenanceWindow: 'sun:03:00-sun:03:30', backupWindow: '01:00-01:30' };

async function shop(options: { automatedSnapshots?: boolean; maintenanceWindow?: string; seed?: string } = {}) {
  const account = backupAccount(options.seed);
  const { RDS, EFS } = account.account.region(home).services;
  const database = await RDS.addDatabase({
    ...calm,
    ...options,
    identifier: 'orders',
    sql: ['orders.sql'],
    tags: { 'lifeboat:tier': 'gold' },
  });
  const files = await EFS.addFileSystem({ name: 'mail', directory: 'mail', tags: { 'lifeboat:tier': 'gold' } });
  return { ...account, database, files };
}

type Job = {
  State: string;
  StatusMessage?: string;
  RecoveryPointArn?: string;
  CompletionDate?: Date;
  CreationDate: Date;
};

async function backUp(account: TestAccount, resource: string, more: object = {}): Promise<string> {
  const request = { BackupVaultName: 'lifeboat', ResourceArn: resource, IamRoleArn: role, ...more };
  return (await account.call<{ BackupJobId: string }>('Backup', 'StartBackupJob', request)).BackupJobId;
}

async function ended(account: TestAccount, id: string): Promise<Job> {
  return until(account, async () => {
    const job = await account.call<Job>('Backup', 'DescribeBackupJob', { BackupJobId: id });
    return ['CREATED', 'RUNNING', 'ABORTING'].includes(job.State) ? undefined : job;
  });
}

async function point(account: TestAccount, resource: string, more: object = {}): Promise<string> {
  return (await ended(account, await backUp(account, resource, more))).RecoveryPointArn as string;
}

async function copyOf(account: TestAccount, source: string, more: object = {}) {
  const request = {
    RecoveryPointArn: source,
    SourceBackupVaultName: 'lifeboat',
    DestinationBackupVaultArn: `arn:aws:backup:${away}:111122223333:backup-vault:lifeboat`,
    IamRoleArn: role,
    ...more,
  };
  const { CopyJobId } = await account.call<{ CopyJobId: string }>('Backup', 'StartCopyJob', request);
  return until(account, async () => {
    const { CopyJob: job } = await account.call<{
      CopyJob: { State: string; StatusMessage?: string; DestinationRecoveryPointArn?: string };
    }>('Backup', 'DescribeCopyJob', { CopyJobId });
    return job.State === 'COMPLETED' || job.State === 'FAILED' ? { ...job, CopyJobId } : undefined;
  });
}

describe('a backup job', () => {
  test('of a file system starts within the hour, completes, and leaves a point of its own', async () => {
    const account = await shop();
    const id = await backUp(account, account.files.arn, { Lifecycle: { DeleteAfterDays: 14 } });
    const job = await ended(account, id);
    expect(job.State).toBe('COMPLETED');
    expect(job.RecoveryPointArn).toMatch(/^arn:aws:backup:eu-central-1:111122223333:recovery-point:[0-9a-f-]{36}$/);
    const found = await account.call<{
      Status: string;
      CreationDate: Date;
      InitiationDate: Date;
      CalculatedLifecycle: object;
    }>('Backup', 'DescribeRecoveryPoint', { BackupVaultName: 'lifeboat', RecoveryPointArn: job.RecoveryPointArn });
    expect(found.Status).toBe('COMPLETED');
    expect(found.CreationDate.getTime()).toBe(start);
    expect(found.InitiationDate.getTime() - start).toBeLessThanOrEqual(hour);
    expect(found.CalculatedLifecycle).toEqual({ DeleteAt: new Date(start + 14 * day) });
  });

  test('of a file system holds the data of the moment it began to run', async () => {
    const account = await shop();
    const id = await backUp(account, account.files.arn);
    account.data.live.set(account.files.id, 'later mail');
    await until(account, async () => {
      const { State } = await account.call<Job>('Backup', 'DescribeBackupJob', { BackupJobId: id });
      return State === 'RUNNING' ? State : undefined;
    });
    account.data.live.set(account.files.id, 'too late');
    await ended(account, id);
    const [truth] = account.account.region(home).services.Backup.truth().points;
    expect(account.data.stored.get(truth?.versionId ?? '')?.content).toBe('later mail');
    expect(truth?.knownInstant).toBe(start);
    expect(truth?.dataInstant).toBeGreaterThan(start);
  });

  test('of a file system that is deleted meanwhile fails, and leaves no point', async () => {
    const account = await shop();
    const id = await backUp(account, account.files.arn);
    await until(account, async () => {
      const { State } = await account.call<Job>('Backup', 'DescribeBackupJob', { BackupJobId: id });
      return State === 'RUNNING' ? State : undefined;
    });
    await account.call('EFS', 'DeleteFileSystem', { FileSystemId: account.files.id });
    expect(await ended(account, id)).toMatchObject({
      State: 'FAILED',
      StatusMessage: expect.stringContaining('does not exist'),
    });
    expect(account.account.region(home).services.Backup.truth().points).toEqual([]);
  });

  test('of a database has size 0 and a snapshot of type awsbackup behind its point', async () => {
    const account = await shop();
    const job = await ended(account, await backUp(account, account.database.arn));
    expect(job).toMatchObject({ State: 'COMPLETED', BackupSizeInBytes: 0 });
    const listed = await account.call<{ DBSnapshots: { DBSnapshotArn: string; SnapshotDatabaseTime: Date }[] }>(
      'RDS',
      'DescribeDBSnapshots',
      { SnapshotType: 'awsbackup' },
    );
    expect(listed.DBSnapshots.map((one) => one.DBSnapshotArn)).toEqual([job.RecoveryPointArn]);
    expect(job.RecoveryPointArn).toMatch(
      /^arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:job-[0-9a-f-]{36}$/,
    );
    const unasked = await account.call<{ DBSnapshots: object[] }>('RDS', 'DescribeDBSnapshots', {});
    expect(unasked.DBSnapshots).toEqual([]);
  });

  test('of a database may be made of an automated snapshot, whose data is older than the job', async () => {
    const account = await shop({ automatedSnapshots: true });
    await account.run(20 * hour);
    const asked = account.world.now();
    account.data.live.set(account.database.dataName ?? '', 'written since');
    await ended(account, await backUp(account, account.database.arn));
    const [truth] = account.account.region(home).services.Backup.truth().points;
    expect(truth?.createdAt).toBe(asked);
    expect(asked - (truth?.dataInstant ?? 0)).toBeGreaterThan(6 * hour);
    expect(account.data.stored.get(truth?.versionId ?? '')?.content).toBe('orders.sql');
  });

  test('that meets another of the same resource loses a whole start window and says why', async () => {
    const account = await shop();
    // A first job that runs for as long as the second could wait.
    account.data.live.set(account.files.id, 'x'.repeat(10));
    account.account.region(home).services.Backup.state.lanes.set(account.files.arn, 'a job of another backup plan');
    const job = await ended(account, await backUp(account, account.files.arn, { StartWindowMinutes: 60 }));
    expect(job.State).toBe('EXPIRED');
    expect(job.StatusMessage).toBe('Backup job failed because there was a running job for the same resource.');
    expect(job.CompletionDate?.getTime()).toBe(start + hour + 2 * minute);
  });

  test('runs alone: two of one resource never overlap', async () => {
    const account = await shop();
    const first = await backUp(account, account.database.arn);
    const second = await backUp(account, account.database.arn);
    await ended(account, first);
    await ended(account, second);
    const jobs = account.account.region(home).services.Backup.truth().backupJobs;
    const [one, other] = [...jobs].sort((left, right) => (left.initiatedAt ?? 0) - (right.initiatedAt ?? 0));
    expect(other?.initiatedAt).toBeGreaterThanOrEqual(one?.completedAt ?? Number.POSITIVE_INFINITY);
  });

  test('of a database does not start in or just before its maintenance window', async () => {
    const account = await shop({ maintenanceWindow: 'wed:12:30-wed:14:00' });
    const job = await ended(account, await backUp(account, account.database.arn, { StartWindowMinutes: 60 }));
    expect(job.State).toBe('EXPIRED');
    expect(job.StatusMessage).toContain(
      'could not start because it is either inside or too close to the weekly maintenance window',
    );
  });

  test('with a role whose name AWS Backup does not trust fails', async () => {
    const account = await shop();
    const request = { IamRoleArn: 'arn:aws:iam::111122223333:role/protect' };
    const job = await ended(account, await backUp(account, account.files.arn, request));
    expect(job).toMatchObject({ State: 'FAILED', StatusMessage: 'Access Denied trying to call AWS Backup service' });
  });

  test('is started once for each idempotency token', async () => {
    const account = await shop();
    const first = await backUp(account, account.files.arn, { IdempotencyToken: 'a' });
    await account.run(hour);
    expect(await backUp(account, account.files.arn, { IdempotencyToken: 'a' })).toBe(first);
    expect(await backUp(account, account.files.arn, { IdempotencyToken: 'b' })).not.toBe(first);
    const clash = backUp(account, account.database.arn, { IdempotencyToken: 'a' });
    expect((await refusal(clash)).name).toBe('NotModelled');
  });

  test('can be stopped for a file system, and not for a database', async () => {
    const account = await shop();
    const files = await backUp(account, account.files.arn);
    await account.call('Backup', 'StopBackupJob', { BackupJobId: files });
    expect(await ended(account, files)).toMatchObject({
      State: 'ABORTED',
      StatusMessage: 'Backup job was stopped by user.',
    });
    expect(account.account.region(home).services.Backup.truth().points).toEqual([]);
    const database = await backUp(account, account.database.arn);
    const refused = await refusal(account.call('Backup', 'StopBackupJob', { BackupJobId: database }));
    expect(refused.name).toBe('InvalidRequestException');
  });

  test('goes the same way for the same seed, and another for another', async () => {
    const times = async (seed: string) => {
      const account = await shop({ seed });
      const job = await ended(account, await backUp(account, account.database.arn));
      return { done: job.CompletionDate?.getTime(), arn: job.RecoveryPointArn, events: account.events };
    };
    expect(await times('a')).toEqual(await times('a'));
    expect((await times('a')).done).not.toBe((await times('b')).done);
  });
});

describe("a backup job's events", () => {
  test('come on a five-minute tick and name the point in resources alone', async () => {
    const account = await shop();
    const id = await backUp(account, account.files.arn);
    const job = await ended(account, id);
    await account.run(10 * minute);
    const events = account.events.filter(({ event }) => event.detail.backupJobId === id);
    expect(events.map(({ event }) => event.detail.state).sort()).toEqual(['COMPLETED', 'CREATED', 'RUNNING']);
    const completed = events.find(({ event }) => event.detail.state === 'COMPLETED')?.event;
    expect(completed?.resources).toEqual([job.RecoveryPointArn]);
    expect(JSON.stringify(completed?.detail)).not.toContain(job.RecoveryPointArn);
    const running = events.find(({ event }) => event.detail.state === 'RUNNING')?.event;
    expect(running?.detail.expectedCompletionDate).toMatch(/^Jan 7, 2026 1?\d:\d\d:\d\d PM$/);
    expect(events.find(({ event }) => event.detail.state === 'CREATED')?.event.detail).toEqual({
      backupJobId: id,
      state: 'CREATED',
      creationDate: new Date(start).toISOString(),
    });
    expect(new Set(account.events.filter((one) => one.region === home).map(({ at }) => at % (5 * minute))).size).toBe(
      1,
    );
  });

  test('quote the status message of a failure inside the string', async () => {
    const account = await shop();
    account.account
      .region(home)
      .services.Backup.addFault((job) =>
        job.kind === 'backup' ? { fails: 'An internal error occurred.' } : undefined,
      );
    await ended(account, await backUp(account, account.files.arn));
    await account.run(10 * minute);
    const failed = account.events.find(({ event }) => event.detail.state === 'FAILED')?.event;
    expect(failed?.detail.statusMessage).toBe('"An internal error occurred."');
    expect(failed?.resources).toEqual([]);
  });
});

describe('a copy job', () => {
  test.each(['files', 'database'] as const)(
    'of %s makes a point of another ARN with the same creation date',
    async (which) => {
      const account = await shop();
      const source = await point(account, account[which].arn, { Lifecycle: { DeleteAfterDays: 14 } });
      await account.run(2 * day);
      const copy = await copyOf(account, source, { Lifecycle: { DeleteAfterDays: 35 } });
      expect(copy.State).toBe('COMPLETED');
      expect(copy.DestinationRecoveryPointArn).not.toBe(source);
      expect(copy.DestinationRecoveryPointArn).toContain(`:${away}:`);
      const found = await account.call<{ CreationDate: Date; CalculatedLifecycle: { DeleteAt: Date } }>(
        'Backup',
        'DescribeRecoveryPoint',
        { BackupVaultName: 'lifeboat', RecoveryPointArn: copy.DestinationRecoveryPointArn },
        away,
      );
      expect(found.CreationDate.getTime()).toBe(start);
      expect(found.CalculatedLifecycle.DeleteAt.getTime()).toBe(start + 35 * day);
    },
  );

  test('of a database keeps the instant of its data', async () => {
    const account = await shop();
    const source = await point(account, account.database.arn);
    const copy = await copyOf(account, source);
    expect(copy.DestinationRecoveryPointArn).toContain(':snapshot:awsbackup:copyjob-');
    const list = async (region: string) =>
      (
        await account.call<{ DBSnapshots: { SnapshotDatabaseTime: Date; SnapshotCreateTime: Date }[] }>(
          'RDS',
          'DescribeDBSnapshots',
          { SnapshotType: 'awsbackup' },
          region,
        )
      ).DBSnapshots;
    const [here] = await list(home);
    const [there] = await list(away);
    expect(there?.SnapshotDatabaseTime).toEqual(here?.SnapshotDatabaseTime);
    expect(there?.SnapshotCreateTime.getTime()).toBeGreaterThan(here?.SnapshotCreateTime.getTime() ?? 0);
  });

  test('tells of itself where the source is, with an empty object until the copy exists', async () => {
    const account = await shop();
    const source = await point(account, account.files.arn);
    const copy = await copyOf(account, source);
    await account.run(10 * minute);
    const events = account.events.filter(({ event }) => event.detailType === 'Copy Job State Change');
    expect(events.map(({ region }) => region)).toEqual([home, home, home]);
    const of = (state: string) => events.find(({ event }) => event.detail.state === state)?.event;
    expect(of('CREATED')?.detail.copyJobId).toBeUndefined();
    expect(of('RUNNING')?.detail).toMatchObject({ copyJobId: copy.CopyJobId, destinationRecoveryPointArn: {} });
    expect(of('COMPLETED')?.detail.destinationRecoveryPointArn).toBe(copy.DestinationRecoveryPointArn);
    expect(of('COMPLETED')?.resources).toEqual([source]);
  });

  test('fails where the vault is locked to another range, and where there is none', async () => {
    const account = await shop();
    const source = await point(account, account.files.arn);
    const nowhere = { DestinationBackupVaultArn: `arn:aws:backup:${away}:111122223333:backup-vault:nowhere` };
    expect((await copyOf(account, source, nowhere)).StatusMessage).toContain('does not exist');
    await account.call(
      'Backup',
      'PutBackupVaultLockConfiguration',
      { BackupVaultName: 'lifeboat', MaxRetentionDays: 30 },
      away,
    );
    const copy = await copyOf(account, source, { Lifecycle: { DeleteAfterDays: 31 } });
    expect(copy.StatusMessage).toBe(
      'Copy job failed. The retention specified in the job is not within the range specified for the target Backup Vault.',
    );
  });
});

describe('a recovery point', () => {
  test('ends within eight hours after its lifecycle, and its data with it', async () => {
    const account = await shop();
    await point(account, account.database.arn, { Lifecycle: { DeleteAfterDays: 1 } });
    expect(account.data.stored.size).toBe(1);
    await account.world.run(start + day - minute);
    expect(account.account.region(home).services.Backup.truth().points).toHaveLength(1);
    await account.world.run(start + day + 8 * hour + 10 * minute);
    expect(account.account.region(home).services.Backup.truth().points).toEqual([]);
    expect(account.data.stored.size).toBe(0);
    const { DBSnapshots } = await account.call<{ DBSnapshots: object[] }>('RDS', 'DescribeDBSnapshots', {
      SnapshotType: 'awsbackup',
    });
    expect(DBSnapshots).toEqual([]);
  });

  test('is deleted in its own time, and not at all from a locked vault', async () => {
    const account = await shop();
    const arn = await point(account, account.files.arn);
    const named = { BackupVaultName: 'lifeboat', RecoveryPointArn: arn };
    await account.call('Backup', 'PutBackupVaultLockConfiguration', {
      BackupVaultName: 'lifeboat',
      MinRetentionDays: 1,
    });
    expect((await refusal(account.call('Backup', 'DeleteRecoveryPoint', named))).name).toBe('InvalidRequestException');
    const longer = { ...named, Lifecycle: { DeleteAfterDays: 90 } };
    expect((await refusal(account.call('Backup', 'UpdateRecoveryPointLifecycle', longer))).name).toBe(
      'InvalidRequestException',
    );
    await account.call('Backup', 'DeleteBackupVaultLockConfiguration', { BackupVaultName: 'lifeboat' });
    await account.call('Backup', 'DeleteRecoveryPoint', named);
    const { Status } = await account.call<{ Status: string }>('Backup', 'DescribeRecoveryPoint', named);
    expect(Status).toBe('DELETING');
    await account.run(10 * minute);
    expect((await refusal(account.call('Backup', 'DescribeRecoveryPoint', named))).name).toBe(
      'ResourceNotFoundException',
    );
  });

  test('is listed with the others, the newest first, page by page', async () => {
    const account = await shop();
    const made = [
      await point(account, account.files.arn),
      await point(account, account.files.arn),
      await point(account, account.files.arn),
    ];
    type Page = { RecoveryPoints: { RecoveryPointArn: string }[]; NextToken?: string };
    const ask = { BackupVaultName: 'lifeboat', MaxResults: 2, ByResourceArn: account.files.arn };
    const first = await account.call<Page>('Backup', 'ListRecoveryPointsByBackupVault', ask);
    // One that comes between the pages shifts nothing.
    await point(account, account.files.arn);
    const second = await account.call<Page>('Backup', 'ListRecoveryPointsByBackupVault', {
      ...ask,
      NextToken: first.NextToken,
    });
    expect([...first.RecoveryPoints, ...second.RecoveryPoints].map((one) => one.RecoveryPointArn)).toEqual(
      made.reverse(),
    );
    expect(second.NextToken).toBeUndefined();
  });

  test('of a file system carries tags in AWS Backup, of a database in RDS', async () => {
    const account = await shop();
    const files = await point(account, account.files.arn, { RecoveryPointTags: { 'lifeboat:run': '1' } });
    const { Tags } = await account.call<{ Tags: object }>('Backup', 'ListTags', { ResourceArn: files });
    expect(Tags).toEqual({ Name: 'mail', 'lifeboat:tier': 'gold', 'lifeboat:run': '1' });
    const database = await point(account, account.database.arn);
    expect((await refusal(account.call('Backup', 'ListTags', { ResourceArn: database }))).name).toBe(
      'InvalidParameterValueException',
    );
  });
});
