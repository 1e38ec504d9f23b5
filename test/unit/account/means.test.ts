import { describe, expect, test } from '@jest/globals';
import { fileReplication } from '../../../functions/account/means/file-replication.ts';
import { instanceWindow } from '../../../functions/account/means/instance-window.ts';
import { readReplica } from '../../../functions/account/means/read-replica.ts';
import { recoveryPoints } from '../../../functions/account/means/recovery-points.ts';
import { replicatedBackups } from '../../../functions/account/means/replicated-backups.ts';
import { pointReader } from '../../../functions/account/points.ts';
import { away, backupAccount, home, hour, minute, role, type TestAccount, until } from '../services/backup-account.ts';
import { seamOver } from './simulated.ts';

const bound = 15 * 60;

async function shop(options: { automatedSnapshots?: boolean } = {}) {
  const account = backupAccount();
  const { RDS, EFS } = account.account.region(home).services;
  const database = await RDS.addDatabase({
    ...options,
    identifier: 'orders',
    sql: ['orders.sql'] as never,
    backupWindow: '13:00-13:30',
    maintenanceWindow: 'sun:03:00-sun:03:30',
  });
  const files = await EFS.addFileSystem({ name: 'mail', directory: 'mail' });
  return { ...account, database, files };
}

async function backedUp(account: TestAccount, resource: string, vault = 'lifeboat'): Promise<void> {
  const request = { BackupVaultName: vault, ResourceArn: resource, IamRoleArn: role };
  const { BackupJobId } = await account.call<{ BackupJobId: string }>('Backup', 'StartBackupJob', request);
  await until(account, async () => {
    const { State } = await account.call<{ State: string }>('Backup', 'DescribeBackupJob', { BackupJobId });
    return State === 'COMPLETED' ? State : undefined;
  });
}

const ageMinutes = (account: TestAccount, instant: string | undefined) =>
  instant === undefined ? undefined : (account.world.now() - Date.parse(instant)) / minute;

describe('recovery points', () => {
  test('made from an older automated snapshot count by their data, not by their date', async () => {
    const account = await shop({ automatedSnapshots: true });
    await account.run(20 * hour);
    const asked = account.world.now();
    await backedUp(account, account.database.arn);
    const { seam } = seamOver(account, home);
    const [point] = await pointReader(seam).of(account.database.arn);
    expect(point?.createdAt).toBe(new Date(asked).toISOString());
    expect(asked - Date.parse(point?.instant ?? '')).toBeGreaterThan(6 * hour);
    const { instant } = await recoveryPoints(pointReader(seam)).newest(account.database.arn, new Date(), bound);
    expect(instant).toBe(point?.instant);
  });

  test('count whoever made them: those of another vault of the Region too', async () => {
    const account = await shop();
    account.account.region(home).services.Backup.createVault({ name: 'of-another-plan' });
    await backedUp(account, account.files.arn, 'of-another-plan');
    const { seam } = seamOver(account, home);
    expect(await pointReader(seam).of(account.files.arn)).toMatchObject([{ vault: 'of-another-plan' }]);
  });

  test('of a vault that is closed to Lifeboat do not count, and of its own vault are no answer', async () => {
    const account = await shop();
    await backedUp(account, account.files.arn);
    const own = seamOver(account, home);
    own.refuses.set('ListRecoveryPointsByBackupVault', 'AccessDeniedException');
    await expect(pointReader(own.seam).of(account.files.arn)).rejects.toThrow('was refused');
    account.account.region(home).services.Backup.createVault({ name: 'another' });
    const other = seamOver(account, home, { BACKUP_VAULT: 'another' });
    expect(await pointReader(other.seam).of(account.files.arn)).toHaveLength(1);
    const closed = seamOver(account, home, { BACKUP_VAULT: 'another' });
    closed.refuses.set('ListRecoveryPointsByBackupVault', ({ BackupVaultName }) =>
      BackupVaultName === 'lifeboat' ? 'AccessDeniedException' : undefined,
    );
    expect(await pointReader(closed.seam).of(account.files.arn)).toEqual([]);
  });

  test('of one database cost one listing of its own snapshots, however many others there are', async () => {
    const account = await shop();
    await backedUp(account, account.database.arn);
    const { seam, calls } = seamOver(account, home);
    await pointReader(seam).of(account.database.arn);
    expect(calls).toEqual([
      'Backup.ListBackupVaults',
      'Backup.ListRecoveryPointsByBackupVault',
      'RDS.DescribeDBSnapshots',
    ]);
  });

  test('are found with their data instant in the copy Region, where the database is not', async () => {
    const account = await shop();
    await backedUp(account, account.database.arn);
    const [point] = account.account.region(home).services.Backup.truth().points;
    await account.call('Backup', 'StartCopyJob', {
      RecoveryPointArn: point?.arn,
      SourceBackupVaultName: 'lifeboat',
      DestinationBackupVaultArn: `arn:aws:backup:${away}:111122223333:backup-vault:lifeboat`,
      IamRoleArn: role,
    });
    await until(account, async () =>
      account.account
        .region(away)
        .services.Backup.truth()
        .points.some(({ status }) => status === 'COMPLETED')
        ? true
        : undefined,
    );
    const [copy] = await pointReader(seamOver(account, away).seam).of(account.database.arn);
    expect(copy).toMatchObject({ usability: { usable: true } });
    expect(Date.parse(copy?.instant ?? '')).toBe(point?.dataInstant);
  });
});

describe('the point-in-time window of a database', () => {
  test('ends at most some minutes before now', async () => {
    const account = await shop();
    await account.run(3 * hour);
    const { instant } = await instanceWindow(seamOver(account, home).seam).newest(
      account.database.arn,
      new Date(),
      bound,
    );
    expect(ageMinutes(account, instant)).toBeLessThanOrEqual(5);
  });

  test('is gone, with the reason, once its automated backups are off', async () => {
    const account = await shop();
    await account.run(3 * hour);
    await account.call('RDS', 'ModifyDBInstance', {
      DBInstanceIdentifier: 'orders',
      BackupRetentionPeriod: 0,
      ApplyImmediately: true,
    });
    await account.run(30 * minute);
    expect(await instanceWindow(seamOver(account, home).seam).newest(account.database.arn, new Date(), bound)).toEqual({
      instant: undefined,
      said: 'RDS keeps no automated backups of it: its backup retention period is 0 days',
    });
  });

  test('costs one listing for all that ask within a round', async () => {
    const account = await shop();
    const { seam, calls } = seamOver(account, home);
    const means = instanceWindow(seam);
    await Promise.all([1, 2, 3].map(() => means.newest(account.database.arn, new Date(), bound)));
    expect(calls).toEqual(['RDS.DescribeDBInstances']);
    await account.run(minute);
    await means.newest(account.database.arn, new Date(), bound);
    expect(calls).toHaveLength(2);
  });

  test('is unknown, and not absent, when RDS does not answer; and is asked for anew', async () => {
    const account = await shop();
    const { seam, refuses } = seamOver(account, home);
    const means = instanceWindow(seam);
    refuses.set('DescribeDBInstances', 'ThrottlingException');
    await expect(means.newest(account.database.arn, new Date(), bound)).rejects.toThrow('was refused');
    refuses.clear();
    expect((await means.newest(account.database.arn, new Date(), bound)).instant).toBeDefined();
  });
});

describe('replicated automated backups', () => {
  const replicate = (account: TestAccount, arn: string) =>
    account.call('RDS', 'StartDBInstanceAutomatedBackupsReplication', { SourceDBInstanceArn: arn }, away);

  test('hold what has arrived in the copy Region', async () => {
    const account = await shop();
    const means = () => replicatedBackups(seamOver(account, away).seam).newest(account.database.arn, new Date(), bound);
    expect(await means()).toEqual({
      instant: undefined,
      said: 'RDS replicates no automated backups of it to this Region',
    });
    await replicate(account, account.database.arn);
    await account.run(hour);
    const { instant } = await means();
    expect(Date.parse(instant ?? '')).toBe(
      account.account.region(away).services.RDS.replication.truth(account.database.arn).backups,
    );
    expect(ageMinutes(account, instant)).toBeLessThan(10);
  });

  test('stop without a word, and their window shows it', async () => {
    const account = await shop();
    await replicate(account, account.database.arn);
    await account.run(hour);
    account.account.region(away).services.RDS.replication.setStopped(account.database.arn, true);
    await account.run(2 * hour);
    const { instant, said } = await replicatedBackups(seamOver(account, away).seam).newest(
      account.database.arn,
      new Date(),
      bound,
    );
    expect(ageMinutes(account, instant)).toBeGreaterThan(110);
    expect(said).toContain('active');
  });
});

describe('a read replica in the copy Region', () => {
  test('holds what CloudWatch says that it lags behind', async () => {
    const account = await shop();
    const { seam, now } = seamOver(account, away);
    expect((await readReplica(seam).newest(account.database.arn, now(), bound)).said).toContain('no read replica');
    account.account.region(away).services.RDS.replication.addReplica(account.database.arn, { lagSeconds: 60 });
    await account.run(hour);
    const { instant, said } = await readReplica(seam).newest(account.database.arn, now(), bound);
    expect(ageMinutes(account, instant)).toBeLessThan(4);
    expect(said).toBe('RDS says that the replica orders-replica is available, replication replicating');
  });

  test('falls behind when replication stops', async () => {
    const account = await shop();
    const { replication } = account.account.region(away).services.RDS;
    const { seam, now } = seamOver(account, away);
    replication.addReplica(account.database.arn);
    await account.run(hour);
    replication.setStopped(account.database.arn, true);
    await account.run(hour);
    const { instant, said } = await readReplica(seam).newest(account.database.arn, now(), bound);
    expect(ageMinutes(account, instant)).toBeGreaterThan(55);
    expect(said).toContain('replication error');
  });
});

describe('a read replica of MySQL, of which CloudWatch says -1 while it does not replicate', () => {
  const stopped = async (hours: number, boundSeconds: number) => {
    const account = await shop();
    const { replication } = account.account.region(away).services.RDS;
    replication.addReplica(account.database.arn, { saysMinusOne: true });
    await account.run(hour);
    replication.setReplicaPace(account.database.arn, 0);
    await account.run(hours * hour);
    const { seam, now } = seamOver(account, away);
    const { instant } = await readReplica(seam).newest(account.database.arn, now(), boundSeconds);
    return ageMinutes(account, instant);
  };

  test('still holds what had arrived, however long ago the bound lets it be', async () => {
    expect(await stopped(3, 4 * 3600)).toBeCloseTo(180, -1);
    expect(await stopped(30, 40 * 3600)).toBeCloseTo(1800, -1);
  });

  test('is beyond its bound in any case once nothing was heard of it for so long', async () => {
    expect(await stopped(3, 3600)).toBeUndefined();
  });
});

describe('EFS replication', () => {
  test('holds everything before the last sync, and stops when it is paused', async () => {
    const account = await shop();
    const { replication } = account.account.region(away).services.EFS;
    const ask = () => fileReplication(seamOver(account, away).seam).newest(account.files.arn, new Date(), bound);
    expect(await ask()).toEqual({ instant: undefined, said: 'EFS replicates it to no file system of this Region' });
    const id = replication.replicate(account.files.arn);
    await account.run(hour);
    const first = await ask();
    expect(ageMinutes(account, first.instant)).toBeLessThan(15);
    expect(first.said).toBe(`EFS says that replication to ${id} is ENABLED`);
    replication.setPaused(account.files.arn, true);
    await account.run(hour);
    expect(await ask()).toMatchObject({ said: expect.stringContaining('PAUSED') });
    expect(ageMinutes(account, (await ask()).instant)).toBeGreaterThan(55);
  });

  test('in error tells why and still holds what it has; a deleted one holds nothing that counts', async () => {
    const account = await shop();
    const { replication } = account.account.region(away).services.EFS;
    const ask = () => fileReplication(seamOver(account, away).seam).newest(account.files.arn, new Date(), bound);
    replication.replicate(account.files.arn);
    await account.run(hour);
    replication.setError(account.files.arn, 'The destination is full.');
    await account.run(hour);
    expect(ageMinutes(account, (await ask()).instant)).toBeGreaterThan(55);
    expect((await ask()).said).toContain('is ERROR (The destination is full.)');
    replication.remove(account.files.arn);
    expect((await ask()).instant).toBeUndefined();
  });
});
