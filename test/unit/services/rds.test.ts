import { describe, expect, test } from '@jest/globals';
import { backupAccount, home, minute, refusal, type TestAccount, until } from './backup-account.ts';

interface Instance {
  DBInstanceIdentifier: string;
  DBInstanceStatus: string;
  DBInstanceArn: string;
  Endpoint?: { Address: string; Port: number };
  LatestRestorableTime?: Date;
  PendingModifiedValues: { MasterUserPassword?: string };
  CACertificateIdentifier: string;
}

async function withDatabase(options: object = {}) {
  const account = backupAccount();
  const database = await account.account
    .region(home)
    .services.RDS.addDatabase({ identifier: 'orders', sql: ['a.sql'], ...options });
  return { ...account, database };
}

async function describeOne(account: TestAccount, identifier = 'orders'): Promise<Instance> {
  const { DBInstances } = await account.call<{ DBInstances: Instance[] }>('RDS', 'DescribeDBInstances', {
    DBInstanceIdentifier: identifier,
  });
  return DBInstances[0] as Instance;
}

describe('a database instance', () => {
  test('is reached under its name, a label of the account, and the Region', async () => {
    const account = await withDatabase();
    const { Endpoint, CACertificateIdentifier } = await describeOne(account);
    expect(Endpoint?.Address).toMatch(/^orders\.c[0-9a-f]{11}\.eu-central-1\.rds\.amazonaws\.com$/);
    expect(CACertificateIdentifier).toBe('rds-ca-rsa2048-g1');
    const { RDS } = account.account.region(home).services;
    expect(RDS.endpoint(Endpoint?.Address ?? '', 5432)).toMatchObject({ identifier: 'orders', status: 'available' });
    expect(RDS.endpoint(Endpoint?.Address ?? '', 5433)).toBeUndefined();
  });

  test('can be recovered to an instant at most five minutes ago', async () => {
    const account = await withDatabase();
    for (const wait of [7, 13, 61]) {
      await account.run(wait * minute + 1234);
      const lag = account.world.now() - ((await describeOne(account)).LatestRestorableTime?.getTime() ?? 0);
      expect(lag).toBeGreaterThanOrEqual(0);
      expect(lag).toBeLessThanOrEqual(5 * minute);
    }
    const without = await withDatabase({ backupRetentionDays: 0 });
    expect((await describeOne(without)).LatestRestorableTime).toBeUndefined();
  });

  test('takes a new master password in its own time and shows it as pending meanwhile', async () => {
    const account = await withDatabase({ masterPassword: 'old-password' });
    const change = { DBInstanceIdentifier: 'orders', MasterUserPassword: 'new-password' };
    await account.call('RDS', 'ModifyDBInstance', change);
    expect((await describeOne(account)).PendingModifiedValues).toEqual({ MasterUserPassword: '****' });
    expect(account.data.passwords.get(account.database.dataName ?? '')).toBe('old-password');
    const seen = new Set<string>();
    await until(account, async () => {
      await account.run(5000);
      const now = await describeOne(account);
      seen.add(now.DBInstanceStatus);
      return now.PendingModifiedValues.MasterUserPassword === undefined ? now : undefined;
    });
    expect(seen).toContain('resetting-master-credentials');
    expect(account.data.passwords.get(account.database.dataName ?? '')).toBe('new-password');
    expect(JSON.stringify(await describeOne(account))).not.toContain('new-password');
  });

  test('is not modified while it is not available, nor in ways that are not modelled', async () => {
    const account = await withDatabase();
    const odd = account.call('RDS', 'ModifyDBInstance', { DBInstanceIdentifier: 'orders', AllocatedStorage: 50 });
    expect(await refusal(odd)).toEqual({ name: 'NotModelled', message: expect.stringContaining('AllocatedStorage') });
    account.database.status = 'backing-up';
    const busy = account.call('RDS', 'ModifyDBInstance', { DBInstanceIdentifier: 'orders', DeletionProtection: true });
    expect((await refusal(busy)).name).toBe('InvalidDBInstanceStateFault');
  });

  test('is deleted only with a word about its final snapshot, without protection, and when it is available', async () => {
    const account = await withDatabase({ deletionProtection: true });
    const remove = (more: object) =>
      account.call('RDS', 'DeleteDBInstance', { DBInstanceIdentifier: 'orders', ...more });
    expect((await refusal(remove({}))).message).toContain('FinalDBSnapshotIdentifier is required');
    expect((await refusal(remove({ SkipFinalSnapshot: true, FinalDBSnapshotIdentifier: 'last' }))).name).toBe(
      'InvalidParameterCombination',
    );
    expect((await refusal(remove({ SkipFinalSnapshot: true }))).message).toContain('deletion protection');
    await account.call('RDS', 'ModifyDBInstance', { DBInstanceIdentifier: 'orders', DeletionProtection: false });
    account.database.status = 'creating';
    expect((await refusal(remove({ SkipFinalSnapshot: true }))).name).toBe('InvalidDBInstanceStateFault');
    account.database.status = 'available';
    await remove({ SkipFinalSnapshot: true });
    expect((await describeOne(account)).DBInstanceStatus).toBe('deleting');
    expect((await refusal(remove({ SkipFinalSnapshot: true }))).message).toContain('already being deleted');
    await account.run(10 * minute);
    expect((await refusal(describeOne(account))).name).toBe('DBInstanceNotFoundFault');
    expect([...account.data.live.keys()]).toEqual([]);
  });

  test('leaves a manual snapshot and its automated backups when it is told to', async () => {
    const account = await withDatabase();
    await account.run(20 * minute);
    await account.call('RDS', 'DeleteDBInstance', {
      DBInstanceIdentifier: 'orders',
      FinalDBSnapshotIdentifier: 'orders-last',
      DeleteAutomatedBackups: false,
    });
    await account.run(60 * minute);
    const { DBSnapshots } = await account.call<{ DBSnapshots: object[] }>('RDS', 'DescribeDBSnapshots', {});
    expect(DBSnapshots).toMatchObject([
      { DBSnapshotIdentifier: 'orders-last', SnapshotType: 'manual', Status: 'available' },
    ]);
    const backups = await account.call<{ DBInstanceAutomatedBackups: object[] }>(
      'RDS',
      'DescribeDBInstanceAutomatedBackups',
      {},
    );
    expect(backups.DBInstanceAutomatedBackups).toMatchObject([{ DBInstanceIdentifier: 'orders', Status: 'retained' }]);
  });
});

describe('the instances of a Region', () => {
  test('are at most forty, and come in pages', async () => {
    const account = backupAccount();
    const { RDS } = account.account.region(home).services;
    for (let number = 0; number < 40; number += 1)
      await RDS.addDatabase({ identifier: `d${number}`, engine: 'mysql', engineVersion: '8.4' });
    expect((await refusal(RDS.addDatabase({ identifier: 'one-more', engine: 'mysql' }))).name).toBe(
      'InstanceQuotaExceededFault',
    );
    type Page = { DBInstances: Instance[]; Marker?: string };
    const first = await account.call<Page>('RDS', 'DescribeDBInstances', { MaxRecords: 25 });
    const second = await account.call<Page>('RDS', 'DescribeDBInstances', { MaxRecords: 25, Marker: first.Marker });
    const names = [...first.DBInstances, ...second.DBInstances].map((one) => one.DBInstanceIdentifier);
    expect(new Set(names).size).toBe(40);
    expect(second.Marker).toBeUndefined();
    expect((await refusal(account.call('RDS', 'DescribeDBInstances', { MaxRecords: 5 }))).name).toBe(
      'InvalidParameterValue',
    );
  });

  test('have tags that can be listed, added and removed', async () => {
    const account = await withDatabase({ tags: { 'lifeboat:tier': 'gold' } });
    const { arn } = account.database;
    await account.call('RDS', 'AddTagsToResource', { ResourceName: arn, Tags: [{ Key: 'owner', Value: 'shop' }] });
    await account.call('RDS', 'RemoveTagsFromResource', { ResourceName: arn, TagKeys: ['lifeboat:tier'] });
    expect(await account.call('RDS', 'ListTagsForResource', { ResourceName: arn })).toEqual({
      TagList: [{ Key: 'owner', Value: 'shop' }],
    });
    expect(account.account.region(home).services.RDS.tagged()).toEqual([{ arn, tags: { owner: 'shop' } }]);
  });

  test('of other engines can be described, and neither loaded nor backed up', async () => {
    const account = backupAccount();
    const { RDS } = account.account.region(home).services;
    const oracle = await RDS.addDatabase({ identifier: 'shop', engine: 'oracle-ee', engineVersion: '19' });
    expect(await describeOne(account, 'shop')).toMatchObject({ Engine: 'oracle-ee' });
    expect((await refusal(RDS.addDatabase({ identifier: 'other', engine: 'oracle-ee', sql: ['a.sql'] }))).name).toBe(
      'NotModelled',
    );
    const backup = account.call('Backup', 'StartBackupJob', {
      BackupVaultName: 'lifeboat',
      ResourceArn: oracle.arn,
      IamRoleArn: 'arn:aws:iam::111122223333:role/AWSBackup',
    });
    expect((await refusal(backup)).message).toContain('oracle-ee');
  });
});
