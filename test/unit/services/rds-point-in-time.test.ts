import { describe, expect, test } from '@jest/globals';
import { away, backupAccount, home, hour, minute, refusal, start, type TestAccount } from './backup-account.ts';

const day = 24 * hour;

async function withDatabase(options: object = {}) {
  const account = backupAccount();
  const { RDS } = account.account.region(home).services;
  for (const region of [home, away]) {
    const network = { name: 'production', subnetIds: ['subnet-1'], vpcId: 'vpc-1' };
    account.account.region(region).services.RDS.addSubnetGroup(network);
  }
  const database = await RDS.addDatabase({ identifier: 'orders', sql: ['rows'], ...options });
  await account.run(day);
  return { ...account, database };
}
const restore = (account: TestAccount, more: object, region = home) =>
  account.call<{ DBInstance: { DBInstanceArn: string } }>(
    'RDS',
    'RestoreDBInstanceToPointInTime',
    { TargetDBInstanceIdentifier: 'orders-2', ...more },
    region,
  );
const contentOf = (account: TestAccount, region: string, name: string) =>
  account.data.live.get(account.account.region(region).services.RDS.find(name)?.dataName ?? '');
const latest = { UseLatestRestorableTime: true };
const described = async (account: TestAccount, name: string, region = home) =>
  (
    await account.call<{ DBInstances: Record<string, unknown>[] }>(
      'RDS',
      'DescribeDBInstances',
      { DBInstanceIdentifier: name },
      region,
    )
  ).DBInstances[0];

describe('a recovery of an instance to an instant', () => {
  test('holds the data of that second, in the default network, without the tags of the source', async () => {
    const account = await withDatabase({ tags: { 'lifeboat:tier': 'gold' }, backupRetentionDays: 3 });
    const at = new Date(start + 5 * hour + 12_345);
    await restore(account, { SourceDBInstanceIdentifier: 'orders', RestoreTime: at, DeletionProtection: true });
    await account.run(hour);
    expect(contentOf(account, home, 'orders-2')).toBe('rows as of 2026-01-07T17:00:12.000Z');
    expect(await described(account, 'orders-2')).toMatchObject({
      DBInstanceStatus: 'available',
      DBSubnetGroup: { DBSubnetGroupName: 'default' },
      DeletionProtection: true,
      BackupRetentionPeriod: 3,
      TagList: [],
    });
    expect([...account.data.stored.keys()].filter((id) => id.includes('as-of'))).toEqual([]);
  });

  test('is refused outside of the window, with the instant that it may be', async () => {
    const account = await withDatabase();
    const of = { SourceDBInstanceIdentifier: 'orders' };
    const at = (instant: number) => refusal(restore(account, { ...of, RestoreTime: new Date(instant) }));
    expect(await at(start - minute)).toEqual({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('earlier than 2026-01-07T12:00:00Z, its earliest restorable time'),
    });
    expect((await at(start + day + 1000)).message).toContain('later than 2026-01-08T12:00:00Z');
    expect((await refusal(restore(account, of))).message).toContain('either RestoreTime or UseLatestRestorableTime');
    const both = restore(account, { ...of, ...latest, RestoreTime: new Date(start + hour) });
    expect((await refusal(both)).name).toBe('InvalidParameterCombination');
    const without = await withDatabase({ backupRetentionDays: 0 });
    expect((await refusal(restore(without, { ...of, ...latest }))).name).toBe('PointInTimeRestoreNotEnabledFault');
    const taken = restore(account, { ...of, ...latest, TargetDBInstanceIdentifier: 'orders' });
    expect((await refusal(taken)).name).toBe('DBInstanceAlreadyExistsFault');
    expect((await refusal(restore(account, latest))).message).toContain('Exactly one of SourceDBInstanceIdentifier');
  });

  test('needs security groups of the VPC that it goes to', async () => {
    const account = await withDatabase();
    const into = (group: string) =>
      restore(account, {
        SourceDBInstanceIdentifier: 'orders',
        ...latest,
        DBSubnetGroupName: 'production',
        VpcSecurityGroupIds: [group],
      });
    expect((await refusal(into('sg-in-2'))).message).toContain('are in different VPCs');
    await into('sg-in-1');
  });

  test('works from automated backups that outlive the instance, and from no others', async () => {
    const account = await withDatabase();
    const { resourceId } = account.database;
    const remove = { DBInstanceIdentifier: 'orders', SkipFinalSnapshot: true };
    await account.call('RDS', 'DeleteDBInstance', { ...remove, DeleteAutomatedBackups: false });
    await account.run(hour);
    await restore(account, { SourceDbiResourceId: resourceId, ...latest });
    await account.run(hour);
    expect(contentOf(account, home, 'orders-2')).toMatch(/^rows as of 2026-01-08T12:/);
    const other = await withDatabase();
    await other.call('RDS', 'DeleteDBInstance', remove);
    await other.run(hour);
    expect((await refusal(restore(other, { SourceDbiResourceId: resourceId, ...latest }))).name).toBe(
      'DBInstanceAutomatedBackupNotFoundFault',
    );
    expect(other.data.gone.size).toBe(0);
  });

  test('works in another Region from the backups that are replicated there, also when the instance is gone', async () => {
    const account = await withDatabase();
    const SourceDBInstanceArn = account.database.arn;
    const replicate = { SourceDBInstanceArn };
    await account.call('RDS', 'StartDBInstanceAutomatedBackupsReplication', replicate, away);
    await account.run(2 * hour);
    await account.call('RDS', 'DeleteDBInstance', { DBInstanceIdentifier: 'orders', SkipFinalSnapshot: true });
    await account.run(hour);
    const { DBInstanceAutomatedBackups: kept } = await account.call<{
      DBInstanceAutomatedBackups: {
        DBInstanceAutomatedBackupsArn: string;
        Status: string;
        RestoreWindow: { LatestTime: Date };
      }[];
    }>('RDS', 'DescribeDBInstanceAutomatedBackups', {}, away);
    expect(kept[0]?.Status).toBe('retained');
    const arn = kept[0]?.DBInstanceAutomatedBackupsArn;
    await restore(account, { SourceDBInstanceAutomatedBackupsArn: arn, ...latest }, away);
    await account.run(hour);
    expect(contentOf(account, away, 'orders-2')).toBe(`rows as of ${kept[0]?.RestoreWindow.LatestTime.toISOString()}`);
  });

  test('is refused while the key of its storage is disabled', async () => {
    const account = await withDatabase();
    const { KMS, RDS } = account.account.region(home).services;
    const { arn, keyId } = KMS.createKey({ spec: 'SYMMETRIC_DEFAULT' });
    await RDS.addDatabase({ identifier: 'secret', storageEncrypted: true, kmsKeyId: arn });
    await account.run(hour);
    KMS.setState(keyId, 'Disabled');
    const secret = () => restore(account, { SourceDBInstanceIdentifier: 'secret', ...latest });
    expect((await refusal(secret())).name).toBe('KMSKeyNotAccessibleFault');
    KMS.setState(keyId, 'Enabled');
    await secret();
  });
});

describe('a recovery of a cluster to an instant', () => {
  const withCluster = async () => {
    const account = backupAccount();
    const { RDS } = account.account.region(home).services;
    await RDS.addCluster({ identifier: 'ledger', sql: ['ledger'], tags: { tier: 'gold' } });
    await account.run(day);
    return account;
  };
  const recover = (account: TestAccount, more: object) =>
    account.call<{ DBCluster: { CloneGroupId?: string } }>('RDS', 'RestoreDBClusterToPointInTime', {
      SourceDBClusterIdentifier: 'ledger',
      DBClusterIdentifier: 'ledger-2',
      ...more,
    });
  const held = (account: TestAccount) =>
    account.data.live.get(account.account.region(home).services.RDS.findCluster('ledger-2')?.dataName ?? '');

  test('is a full copy, or a clone of what there is now', async () => {
    const account = await withCluster();
    await recover(account, { RestoreToTime: new Date(start + hour) });
    await account.run(hour);
    expect(held(account)).toBe('ledger as of 2026-01-07T13:00:00.000Z');
    const other = await withCluster();
    const clone = { RestoreType: 'copy-on-write' };
    const { DBCluster } = await recover(other, { ...clone, ...latest });
    expect(DBCluster.CloneGroupId).toMatch(/^[0-9a-f-]{36}$/);
    await other.run(hour);
    expect(held(other)).toBe('ledger as of 2026-01-08T12:00:00.000Z');
    expect((await refusal(recover(other, { ...clone, RestoreToTime: new Date(start + hour) }))).message).toContain(
      'RestoreToTime cannot be given where RestoreType is copy-on-write',
    );
  });

  test('has a window that RDS tells', async () => {
    const account = await withCluster();
    const { DBClusters } = await account.call<{ DBClusters: Record<string, Date>[] }>('RDS', 'DescribeDBClusters', {});
    expect(DBClusters[0]?.EarliestRestorableTime).toEqual(new Date(start));
    expect(account.world.now() - Number(DBClusters[0]?.LatestRestorableTime)).toBeLessThanOrEqual(5 * minute);
  });
});

describe('a read replica in another Region', () => {
  test('stands alone after its promotion, with what had arrived when its source fell silent', async () => {
    const account = await withDatabase();
    const { RDS } = account.account.region(away).services;
    RDS.replication.addReplica(account.database.arn, { lagSeconds: 30, subnetGroup: 'production' });
    await account.run(hour);
    RDS.replication.setRegionStopped(home, true);
    const silentAt = account.world.now();
    await account.run(hour);
    const promote = (name: string) =>
      account.call('RDS', 'PromoteReadReplica', { DBInstanceIdentifier: name, BackupRetentionPeriod: 7 }, away);
    await promote('orders-replica');
    expect((await described(account, 'orders-replica', away))?.DBInstanceStatus).toBe('modifying');
    await account.run(hour);
    const after = await described(account, 'orders-replica', away);
    expect(after).toMatchObject({ DBInstanceStatus: 'available', BackupRetentionPeriod: 7 });
    expect(after).not.toHaveProperty('ReadReplicaSourceDBInstanceIdentifier');
    expect(contentOf(account, away, 'orders-replica')).toBe(`rows as of ${new Date(silentAt - 30_000).toISOString()}`);
    expect((await refusal(promote('orders-replica'))).message).toContain('is not a read replica');
  });

  test('that says nothing while it stands still has what it last told of, also when its source falls silent later', async () => {
    const account = await withDatabase();
    const { replication } = account.account.region(away).services.RDS;
    const { arn } = account.database;
    replication.addReplica(arn, { lagSeconds: 20, saysMinusOne: true });
    await account.run(hour);
    replication.setReplicaPace(arn, 0);
    const stoppedAt = account.world.now();
    await account.run(hour);
    const held = replication.truth(arn).replica;
    expect(held).toBeLessThan(stoppedAt - 20_000);
    expect(held).toBeGreaterThanOrEqual(stoppedAt - 80_000);
    replication.setRegionStopped(home, true);
    await account.run(hour);
    expect(replication.truth(arn).replica).toBe(held);
  });

  test('can be made by a call, and deleted again', async () => {
    const account = await withDatabase();
    const id = { DBInstanceIdentifier: 'far' };
    const make = { ...id, SourceDBInstanceIdentifier: account.database.arn };
    await account.call('RDS', 'CreateDBInstanceReadReplica', make, away);
    expect((await described(account, 'far', away))?.DBInstanceStatus).toBe('creating');
    await account.run(hour);
    expect((await described(account, 'far', away))?.ReadReplicaSourceDBInstanceIdentifier).toBe(account.database.arn);
    await account.call('RDS', 'DeleteDBInstance', { ...id, SkipFinalSnapshot: true }, away);
    await account.run(hour);
    expect((await refusal(described(account, 'far', away))).name).toBe('DBInstanceNotFoundFault');
  });
});
