import { describe, expect, test } from '@jest/globals';
import { away, backupAccount, home, hour, minute, refusal, role, type TestAccount, until } from './backup-account.ts';

interface Cluster {
  readonly DBClusterIdentifier: string;
  readonly Status: string;
  readonly Endpoint: string;
  readonly Port: number;
  readonly BackupRetentionPeriod: number;
  readonly DBClusterMembers: { readonly DBInstanceIdentifier: string; readonly IsClusterWriter: boolean }[];
  readonly PendingModifiedValues: { readonly MasterUserPassword?: string };
}
interface RestoreJob {
  readonly Status: string;
  readonly StatusMessage?: string;
  readonly CreatedResourceArn?: string;
}

const subnets = { name: 'lifeboat-scratch', subnetIds: ['subnet-1', 'subnet-2'], vpcId: 'vpc-1' };

async function withCluster(options: object = {}) {
  const account = backupAccount();
  const { RDS } = account.account.region(home).services;
  account.account.region(away).services.RDS.addSubnetGroup(subnets);
  const cluster = await RDS.addCluster({
    identifier: 'ledger',
    engine: 'aurora-postgresql',
    sql: ['ledger'],
    backupRetentionDays: 14,
    tags: { 'lifeboat:tier': 'gold' },
    ...options,
  });
  return { ...account, cluster };
}

async function backedUp(account: TestAccount & { cluster: { arn: string } }) {
  const { BackupJobId } = await account.call<{ BackupJobId: string }>('Backup', 'StartBackupJob', {
    BackupVaultName: 'lifeboat',
    ResourceArn: account.cluster.arn,
    IamRoleArn: role,
  });
  return until(account, async () => {
    const job = await account.call<{ State: string; RecoveryPointArn: string }>('Backup', 'DescribeBackupJob', {
      BackupJobId,
    });
    return job.State === 'COMPLETED' ? job.RecoveryPointArn : undefined;
  });
}

async function copied(account: TestAccount, point: string) {
  const { CopyJobId } = await account.call<{ CopyJobId: string }>('Backup', 'StartCopyJob', {
    RecoveryPointArn: point,
    SourceBackupVaultName: 'lifeboat',
    DestinationBackupVaultArn: `arn:aws:backup:${away}:111122223333:backup-vault:lifeboat`,
    IamRoleArn: role,
  });
  return until(account, async () => {
    const { CopyJob } = await account.call<{ CopyJob: { State: string; DestinationRecoveryPointArn: string } }>(
      'Backup',
      'DescribeCopyJob',
      { CopyJobId },
    );
    return CopyJob.State === 'COMPLETED' ? CopyJob.DestinationRecoveryPointArn : undefined;
  });
}

const settings = {
  dbClusterIdentifier: 'lifeboat-scratch-1',
  engine: 'aurora-postgresql',
  dbSubnetGroupName: 'lifeboat-scratch',
  vpcSecurityGroupIds: '["sg-scratch"]',
};

async function restored(account: TestAccount, point: string, metadata: object = settings): Promise<RestoreJob> {
  const { RestoreJobId } = await account.call<{ RestoreJobId: string }>(
    'Backup',
    'StartRestoreJob',
    { RecoveryPointArn: point, Metadata: metadata, IamRoleArn: role, ResourceType: 'Aurora' },
    away,
  );
  return until(account, async () => {
    const job = await account.call<RestoreJob>('Backup', 'DescribeRestoreJob', { RestoreJobId }, away);
    return job.Status === 'COMPLETED' || job.Status === 'FAILED' ? job : undefined;
  });
}

const describeOne = async (account: TestAccount, identifier: string, region = away): Promise<Cluster> => {
  const { DBClusters } = await account.call<{ DBClusters: Cluster[] }>(
    'RDS',
    'DescribeDBClusters',
    { DBClusterIdentifier: identifier },
    region,
  );
  return DBClusters[0] as Cluster;
};
const rds = (account: TestAccount, operation: string, input: object) => account.call('RDS', operation, input, away);
const member = { DBInstanceIdentifier: 'lifeboat-scratch-1-1', DBClusterIdentifier: 'lifeboat-scratch-1' };
const create = { ...member, Engine: 'aurora-postgresql', DBInstanceClass: 'db.t4g.medium' };

/** A cluster in the copy Region, restored from a copy; `instance` makes one in it. */
async function scratch({ instance = true } = {}) {
  const account = await withCluster();
  const point = await copied(account, await backedUp(account));
  const job = await restored(account, point);
  if (instance) {
    await rds(account, 'CreateDBInstance', create);
    await account.run(hour);
  }
  return { ...account, point, job };
}

describe('a recovery point of an Aurora cluster', () => {
  test('is a snapshot of the cluster, with no instant of its data but its own', async () => {
    const account = await withCluster();
    const arn = await backedUp(account);
    expect(arn).toMatch(/^arn:aws:rds:eu-central-1:111122223333:cluster-snapshot:awsbackup:job-/);
    const { DBClusterSnapshots } = await account.call<{ DBClusterSnapshots: Record<string, unknown>[] }>(
      'RDS',
      'DescribeDBClusterSnapshots',
      {},
    );
    expect(DBClusterSnapshots).toMatchObject([{ DBClusterSnapshotArn: arn, DBClusterIdentifier: 'ledger' }]);
    expect(Object.keys(DBClusterSnapshots[0] ?? {})).not.toContain('SnapshotDatabaseTime');
  });

  test('is copied with the date of its source, and metadata that means nothing elsewhere', async () => {
    const account = await withCluster({ subnetGroup: undefined });
    const source = await backedUp(account);
    const copy = await copied(account, source);
    expect(copy).toMatch(/^arn:aws:rds:eu-west-1:111122223333:cluster-snapshot:awsbackup:copyjob-/);
    const points = [home, away].flatMap((name) => account.account.region(name).services.Backup.truth().points);
    expect(points.map(({ type }) => type)).toEqual(['Aurora', 'Aurora']);
    expect(points[0]?.createdAt).toBe(points[1]?.createdAt);
    const { RestoreMetadata } = await account.call<{ RestoreMetadata: object }>(
      'Backup',
      'GetRecoveryPointRestoreMetadata',
      { BackupVaultName: 'lifeboat', RecoveryPointArn: copy },
      away,
    );
    expect(RestoreMetadata).toMatchObject({ engine: 'aurora-postgresql', engineVersion: '17.6' });
    expect(Object.keys(RestoreMetadata).join()).not.toMatch(/class/i);
  });
});

describe('a restore of an Aurora cluster', () => {
  test('makes a cluster without instances, with the data, retention and tags of its source', async () => {
    const account = await scratch({ instance: false });
    expect(account.job).toMatchObject({
      Status: 'COMPLETED',
      CreatedResourceArn: `arn:aws:rds:${away}:111122223333:cluster:lifeboat-scratch-1`,
    });
    const found = await describeOne(account, 'lifeboat-scratch-1');
    expect(found).toMatchObject({ Status: 'available', DBClusterMembers: [], BackupRetentionPeriod: 14 });
    const { RDS } = account.account.region(away).services;
    // Its name leads nowhere while no instance is in it.
    expect(RDS.endpoint(found.Endpoint, found.Port)).toBeUndefined();
    expect(account.data.live.get(RDS.findCluster('lifeboat-scratch-1')?.dataName ?? '')).toBe('ledger');
    expect(RDS.tagged()).toContainEqual({
      arn: account.job.CreatedResourceArn,
      tags: { 'lifeboat:tier': 'gold' },
    });
  });

  test.each([
    ['an unknown subnet group', { ...settings, dbSubnetGroupName: 'production' }, 'production'],
    ['an unknown parameter group', { ...settings, dbClusterParameterGroupName: 'production-tuned' }, 'not found'],
    ['the engine of another', { ...settings, engine: 'aurora-mysql' }, 'aurora-postgresql'],
    ['a name that is taken', { ...settings, dbClusterIdentifier: 'taken' }, 'already exists'],
  ])('fails with %s', async (_what, metadata, says) => {
    const account = await withCluster();
    const point = await copied(account, await backedUp(account));
    await account.account.region(away).services.RDS.addCluster({ identifier: 'taken' });
    expect(await restored(account, point, metadata)).toMatchObject({
      Status: 'FAILED',
      StatusMessage: expect.stringContaining(says),
    });
  });

  test('takes a parameter group that somebody made, and the keys of clusters alone', async () => {
    const account = await withCluster();
    const point = await copied(account, await backedUp(account));
    await rds(account, 'CreateDBClusterParameterGroup', {
      DBClusterParameterGroupName: 'Drills',
      DBParameterGroupFamily: 'aurora-postgresql17',
      Description: 'of drills',
    });
    const job = await restored(account, point, { ...settings, dbClusterParameterGroupName: 'drills' });
    expect(job.Status).toBe('COMPLETED');
    const pascal = restored(account, point, { ...settings, DBClusterIdentifier: 'x' });
    expect((await refusal(pascal)).message).toContain('Unrecognized key : DBClusterIdentifier');
  });
});

describe('an instance in a cluster', () => {
  test('is what connections to the cluster end at, once it is available', async () => {
    const account = await scratch({ instance: false });
    const { Endpoint, Port } = await describeOne(account, 'lifeboat-scratch-1');
    const { RDS } = account.account.region(away).services;
    await rds(account, 'CreateDBInstance', create);
    expect((await describeOne(account, 'lifeboat-scratch-1')).DBClusterMembers).toMatchObject([
      { DBInstanceIdentifier: member.DBInstanceIdentifier, IsClusterWriter: true },
    ]);
    expect(RDS.endpoint(Endpoint, Port)).toBeUndefined();
    await account.run(hour);
    expect(RDS.endpoint(Endpoint, Port)).toMatchObject({
      status: 'available',
      securityGroupIds: ['sg-scratch'],
      subnetGroup: 'lifeboat-scratch',
    });
  });

  test.each([
    ['in no cluster', { DBClusterIdentifier: undefined }, 'NotModelled'],
    ['in a cluster that is not there', { DBClusterIdentifier: 'nowhere' }, 'DBClusterNotFoundFault'],
    ['of another engine', { Engine: 'aurora-mysql' }, 'InvalidParameterCombination'],
    ['with a password of its own', { MasterUserPassword: 'long-enough' }, 'InvalidParameterCombination'],
    ['with backups of its own', { BackupRetentionPeriod: 0 }, 'InvalidParameterCombination'],
    ['of a class that Aurora does not have', { DBInstanceClass: 'db.t4g.micro' }, 'InvalidParameterCombination'],
    ['in another subnet group', { DBSubnetGroupName: 'default' }, 'InvalidParameterCombination'],
    ['with a group that nobody made', { DBParameterGroupName: 'tuned' }, 'DBParameterGroupNotFoundFault'],
    ['whose name is taken', { DBInstanceIdentifier: 'lifeboat-scratch-1-1' }, 'DBInstanceAlreadyExistsFault'],
  ])('is refused %s', async (_what, more, name) => {
    const account = await scratch();
    const refused = rds(account, 'CreateDBInstance', { ...create, DBInstanceIdentifier: 'second', ...more });
    expect((await refusal(refused)).name).toBe(name);
  });

  test('is modified through its cluster', async () => {
    const account = await scratch();
    const own = { DBInstanceIdentifier: member.DBInstanceIdentifier, MasterUserPassword: 'long-enough' };
    expect((await refusal(rds(account, 'ModifyDBInstance', own))).name).toBe('InvalidParameterCombination');
    const change = { DBClusterIdentifier: 'lifeboat-scratch-1', MasterUserPassword: 'of-the-drill' };
    await rds(account, 'ModifyDBCluster', { ...change, BackupRetentionPeriod: 1, ApplyImmediately: true });
    const pending = await describeOne(account, 'lifeboat-scratch-1');
    expect(pending.PendingModifiedValues.MasterUserPassword).toBe('****');
    expect(JSON.stringify(pending)).not.toContain('of-the-drill');
    await account.run(5 * minute);
    expect(await describeOne(account, 'lifeboat-scratch-1')).toMatchObject({
      Status: 'available',
      BackupRetentionPeriod: 1,
      PendingModifiedValues: {},
    });
    expect([...account.data.passwords.values()]).toContain('of-the-drill');
    const off = rds(account, 'ModifyDBCluster', {
      DBClusterIdentifier: 'lifeboat-scratch-1',
      BackupRetentionPeriod: 0,
    });
    expect((await refusal(off)).message).toContain('between 1 and 35');
  });
});

describe('a cluster', () => {
  test('is deleted after its instances, and nothing of it stays', async () => {
    const account = await scratch();
    const remove = () =>
      rds(account, 'DeleteDBCluster', { DBClusterIdentifier: 'lifeboat-scratch-1', SkipFinalSnapshot: true });
    expect(await refusal(remove())).toMatchObject({
      name: 'InvalidDBClusterStateFault',
      message: expect.stringContaining('still contains DB instances'),
    });
    await rds(account, 'DeleteDBInstance', { DBInstanceIdentifier: member.DBInstanceIdentifier });
    await remove();
    expect((await describeOne(account, 'lifeboat-scratch-1')).Status).toBe('deleting');
    await account.run(hour);
    expect((await refusal(describeOne(account, 'lifeboat-scratch-1'))).name).toBe('DBClusterNotFoundFault');
    expect(account.account.region(away).services.RDS.instances).toEqual([]);
    expect([...account.data.live.keys()].filter((name) => name.startsWith(away))).toEqual([]);
  });

  test.each([
    ['without a word about its final snapshot', {}, 'InvalidParameterCombination'],
    [
      'with two words about it',
      { SkipFinalSnapshot: true, FinalDBSnapshotIdentifier: 'last' },
      'InvalidParameterCombination',
    ],
  ])('is not deleted %s', async (_what, more, name) => {
    const account = await scratch({ instance: false });
    const refused = rds(account, 'DeleteDBCluster', { DBClusterIdentifier: 'lifeboat-scratch-1', ...more });
    expect((await refusal(refused)).name).toBe(name);
  });

  test('counts to quotas that RDS tells, and so does its instance', async () => {
    const account = await withCluster();
    const { AccountQuotas } = await account.call<{ AccountQuotas: object[] }>('RDS', 'DescribeAccountAttributes', {});
    expect(AccountQuotas).toEqual([
      { AccountQuotaName: 'DBInstances', Used: 1, Max: 40 },
      { AccountQuotaName: 'DBClusters', Used: 1, Max: 40 },
    ]);
  });
});

describe('engines that nothing runs behind', () => {
  test.each(['mysql', 'mariadb'])('%s is backed up, copied and restored with its data as one thing', async (engine) => {
    const account = backupAccount();
    const { RDS } = account.account.region(home).services;
    account.account.region(away).services.RDS.addSubnetGroup(subnets);
    const made = await RDS.addDatabase({ identifier: 'shop', engine, maintenanceWindow: 'sun:03:00-sun:03:30' });
    account.data.live.set(made.dataName ?? '', `${engine} data`);
    const point = await copied(account, await backedUp({ ...account, cluster: made }));
    const { RestoreJobId } = await account.call<{ RestoreJobId: string }>(
      'Backup',
      'StartRestoreJob',
      { RecoveryPointArn: point, Metadata: { DBInstanceIdentifier: 'scratch' }, IamRoleArn: role },
      away,
    );
    await account.run(6 * hour);
    expect(await account.call('Backup', 'DescribeRestoreJob', { RestoreJobId }, away)).toMatchObject({
      Status: 'COMPLETED',
    });
    const found = account.account.region(away).services.RDS.find('scratch');
    expect(found).toMatchObject({ engine, port: 3306, masterUsername: 'admin' });
    expect(account.data.live.get(found?.dataName ?? '')).toBe(`${engine} data`);
  });

  test('sql for them is refused by name', async () => {
    const { RDS } = backupAccount().account.region(home).services;
    expect((await refusal(RDS.addDatabase({ identifier: 'shop', engine: 'mysql', sql: ['a.sql'] }))).message).toContain(
      'mysql',
    );
  });
});

describe('groups', () => {
  test('of an instance that do not exist fail its restore, and those that were made do not', async () => {
    const account = backupAccount();
    const database = await account.account
      .region(home)
      .services.RDS.addDatabase({ identifier: 'orders', sql: ['a'], maintenanceWindow: 'sun:03:00-sun:03:30' });
    const point = await copied(account, await backedUp({ ...account, cluster: database }));
    const attempt = async (name: string, more: object) => {
      const { RestoreJobId } = await account.call<{ RestoreJobId: string }>(
        'Backup',
        'StartRestoreJob',
        { RecoveryPointArn: point, Metadata: { DBInstanceIdentifier: name, ...more }, IamRoleArn: role },
        away,
      );
      await account.run(2 * hour);
      return account.call<RestoreJob>('Backup', 'DescribeRestoreJob', { RestoreJobId }, away);
    };
    expect(await attempt('one', { DBParameterGroupName: 'tuned' })).toMatchObject({
      Status: 'FAILED',
      StatusMessage: expect.stringContaining('tuned'),
    });
    expect(await attempt('two', { OptionGroupName: 'auditing' })).toMatchObject({
      Status: 'FAILED',
      StatusMessage: expect.stringContaining('auditing'),
    });
    await rds(account, 'CreateDBParameterGroup', {
      DBParameterGroupName: 'tuned',
      DBParameterGroupFamily: 'postgres18',
      Description: 'of drills',
    });
    expect(await attempt('three', { DBParameterGroupName: 'tuned' })).toMatchObject({ Status: 'COMPLETED' });
  });
});
