import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { ResourceSpec } from '../../../simulator/scenarios/account-file.ts';
import { filesHeld, filesSeen, loginOf, tablesHeld, tablesSeen } from '../../../simulator/scenarios/application.ts';
import type { Failure } from '../../../simulator/scenarios/failures.ts';
import { networkIn } from '../../../simulator/scenarios/network.ts';
import { leaveFor, scheduleFailure } from '../../../simulator/scenarios/play-failure.ts';
import { away, home, hour, minute, type Production, production, start } from './production.ts';

jest.setTimeout(60_000);
let open: Production | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

/** An account with one database and one file system, as the account file's would stand there, and a vault. */
async function account(options: { multiAz?: boolean; without?: 'shop' | 'mail' } = {}) {
  const made = production();
  open = made;
  const region = made.account.region(home);
  const { subnetIds, subnetGroup, databaseGroup, fileGroup } = networkIn(home);
  const resources = new Map<string, ResourceSpec>();
  const none = { tags: {}, workload: [] };
  const { KMS, Backup, RDS, EFS } = region.services;
  const { arn: encryptionKeyArn } = KMS.createKey({ spec: 'SYMMETRIC_DEFAULT', alias: 'alias/vault' });
  Backup.createVault({ name: 'points', encryptionKeyArn });
  if (options.without !== 'shop') {
    const shop = await made.now(() =>
      RDS.addDatabase({
        identifier: 'shop',
        databaseName: 'orders',
        subnetGroup,
        securityGroupIds: [databaseGroup],
        multiAz: options.multiAz ?? false,
        maintenanceWindow: 'sun:03:00-sun:03:30',
        sql: ['create table orders (id int); insert into orders select generate_series(1, 9)'],
      }),
    );
    resources.set(shop.arn, { kind: 'rds', name: 'shop', database: 'orders', sql: [], ...none });
  }
  let mail = '';
  if (options.without !== 'mail') {
    const fileSystem = await made.now(() =>
      EFS.addFileSystem({ name: 'mail', network: { subnetIds, securityGroups: [fileGroup] } }),
    );
    mail = fileSystem.id;
    for (const name of ['a', 'b', 'c']) {
      const file = { kind: 'write', path: `in/${name}.txt`, text: `letter ${name}` } as const;
      await made.now(() => made.data.files.change(mail, file, start));
    }
    resources.set(fileSystem.arn, { kind: 'efs', name: 'mail', directory: '', ...none });
  }
  const stage = { account: made.account, home: region, start, resources };
  const backUp = async (name: string): Promise<string> => {
    const ResourceArn = [...resources].find(([, spec]) => spec.name === name)?.[0];
    const IamRoleArn = `arn:aws:iam::123456789012:role/AWSBackup`;
    await made.call('Backup', 'StartBackupJob', { BackupVaultName: 'points', ResourceArn, IamRoleArn });
    await made.run(2 * hour);
    return region.services.Backup.truth().points.at(-1)?.arn ?? '';
  };
  const shopSeen = () =>
    made.now(() => {
      const { address = '', port = 0 } = RDS.find('shop') ?? {};
      return tablesSeen(region, { address, port }, loginOf(region, 'shop'));
    });
  const shown = async () =>
    (
      await made.call<{ DBInstances: { DBInstanceStatus: string; AvailabilityZone: string }[] }>(
        'RDS',
        'DescribeDBInstances',
        { DBInstanceIdentifier: 'shop' },
      )
    ).DBInstances[0];
  const told = async () =>
    (
      await made.call<{ Events: { Message: string }[] }>('RDS', 'DescribeEvents', {
        SourceIdentifier: 'shop',
        SourceType: 'db-instance',
      })
    ).Events.map(({ Message }) => Message);
  const play = (failure: Failure) => scheduleFailure(stage, failure);
  return { ...made, region, mail, stage, play, backUp, shopSeen, shown, told };
}

describe('a host that dies', () => {
  test('is failed over from within two minutes where there is a standby, which RDS shows and tells', async () => {
    const { play, run, shopSeen, shown, told } = await account({ multiAz: true, without: 'mail' });
    const before = await shown();
    const rows = await shopSeen();
    play({ do: 'fail instance', at: hour, of: 'shop', forGood: false });
    await run(hour + 1000);
    await expect(shopSeen()).rejects.toThrow('ETIMEDOUT');
    expect((await shown())?.DBInstanceStatus).toBe('rebooting');
    await run(2 * minute);
    expect(await shopSeen()).toEqual(rows);
    expect(await shown()).toMatchObject({ DBInstanceStatus: 'available' });
    expect((await shown())?.AvailabilityZone).not.toBe(before?.AvailabilityZone);
    expect(await told()).toEqual([
      'Multi-AZ instance failover started.',
      'Multi-AZ instance failover completed',
      'DB instance restarted',
    ]);
  });

  test('is replaced later where there is no standby', async () => {
    const { play, run, shopSeen, told } = await account({ without: 'mail' });
    play({ do: 'fail instance', at: 0, of: 'shop', forGood: false });
    await run(3 * minute);
    await expect(shopSeen()).rejects.toThrow('ETIMEDOUT');
    await run(15 * minute);
    expect((await shopSeen())['public.orders']?.rows).toBe(9);
    expect(await told()).toContain('Recovery of the DB instance is complete.');
  });
});

describe('a host that dies for good', () => {
  test('is not replaced, and its point-in-time window holds no more than it had sent away', async () => {
    const { play, run, shopSeen, region, call } = await account({ without: 'mail' });
    const window = async () => {
      const input = { DBInstanceIdentifier: 'shop' };
      const told = await call<{ DBInstances: { LatestRestorableTime: Date }[] }>('RDS', 'DescribeDBInstances', input);
      return told.DBInstances[0]?.LatestRestorableTime.getTime();
    };
    play({ do: 'fail instance', at: hour, of: 'shop', forGood: true });
    await run(hour);
    const before = await window();
    await run(5 * hour);
    await expect(shopSeen()).rejects.toThrow('ETIMEDOUT');
    expect(await window()).toBe(before);
    expect(region.services.RDS.find('shop')?.status).toBe('rebooting');
  });

  test('one that comes back sends away what it had not', async () => {
    const { play, run, call } = await account({ without: 'mail' });
    play({ do: 'fail instance', at: 0, of: 'shop', forGood: false });
    await run(hour);
    const told = await call<{ DBInstances: { LatestRestorableTime: Date }[] }>('RDS', 'DescribeDBInstances', {});
    expect(told.DBInstances[0]?.LatestRestorableTime.getTime()).toBeGreaterThan(start + 50 * minute);
  });
});

describe('what an operator does afterwards', () => {
  test('an instance that is renamed has the address of its new name, and the same data', async () => {
    const { run, region, now, call, shopSeen } = await account({ without: 'mail' });
    const rows = await shopSeen();
    const rename = { DBInstanceIdentifier: 'shop', NewDBInstanceIdentifier: 'Store' };
    await expect(call('RDS', 'ModifyDBInstance', rename)).rejects.toThrow('maintenance window');
    await call('RDS', 'ModifyDBInstance', { ...rename, ApplyImmediately: true });
    await run(hour);
    expect(region.services.RDS.find('shop')).toBeUndefined();
    const { address = '', port = 0, arn } = region.services.RDS.find('store') ?? {};
    expect([address.split('.')[0], arn]).toEqual(['store', 'arn:aws:rds:eu-central-1:123456789012:db:store']);
    expect(await now(() => tablesSeen(region, { address, port }, loginOf(region, 'store')))).toEqual(rows);
  });

  test('points under a legal hold are deleted by nobody', async () => {
    const { call, backUp, region } = await account({ without: 'shop' });
    const point = await backUp('mail');
    const at = { BackupVaultName: 'points', RecoveryPointArn: point };
    const DateRange = { FromDate: new Date(start - hour), ToDate: new Date(start + 24 * hour) };
    const hold = (VaultNames: string[]) =>
      call('Backup', 'CreateLegalHold', {
        Title: 'incident',
        Description: 'nothing expires',
        RecoveryPointSelection: { VaultNames, DateRange },
      });
    await hold(['points']);
    await expect(call('Backup', 'DeleteRecoveryPoint', at)).rejects.toThrow('legal hold');
    expect(region.services.Backup.truth().points.map(({ status }) => status)).toEqual(['COMPLETED']);
  });

  test('one that is of other vaults holds nothing', async () => {
    const { call, backUp } = await account({ without: 'shop' });
    const point = await backUp('mail');
    const DateRange = { FromDate: new Date(start - hour), ToDate: new Date(start + 24 * hour) };
    const selection = { RecoveryPointSelection: { VaultNames: ['others'], DateRange } };
    await call('Backup', 'CreateLegalHold', { Title: 'incident', Description: 'of others', ...selection });
    await call('Backup', 'DeleteRecoveryPoint', { BackupVaultName: 'points', RecoveryPointArn: point });
  });

  test('zones are told by the ids that AWS Health speaks of', async () => {
    const { call } = await account({ without: 'shop' });
    const told = await call<{ AvailabilityZones: { ZoneName: string; ZoneId: string }[] }>(
      'EC2',
      'DescribeAvailabilityZones',
      {},
    );
    expect(told.AvailabilityZones.map(({ ZoneName, ZoneId }) => `${ZoneName} ${ZoneId}`)).toEqual([
      'eu-central-1a euc1-az1',
      'eu-central-1b euc1-az2',
      'eu-central-1c euc1-az3',
    ]);
  });
});

describe('a zone that is gone', () => {
  test('takes along what has no standby, until it is back', async () => {
    const { play, run, region, mail, now, shopSeen } = await account();
    const zone = region.services.RDS.find('shop')?.zone ?? '';
    play({ do: 'fail zone', at: 0, zone, in: null, forSeconds: 6 * 3600 });
    await run(5 * hour);
    await expect(shopSeen()).rejects.toThrow('ETIMEDOUT');
    // The mount targets of the other zones serve the same files.
    expect((await now(() => filesSeen(region, mail))).files).toBe(3);
    await run(hour + minute);
    expect((await shopSeen())['public.orders']?.rows).toBe(9);
    expect(() => play({ do: 'fail zone', at: 0, zone: 'z', in: null, forSeconds: null })).toThrow(
      'eu-central-1 has the zones a, b and c, and not z',
    );
  });
});

describe('a Region that is gone', () => {
  test('answers nobody, neither by its APIs nor by what stands in it, until it is back', async () => {
    const { play, run, region, mail, now, shopSeen } = await account();
    const failure = { do: 'fail region', at: hour, in: home, forSeconds: 7200 } as const;
    play(failure);
    const caller = { kind: 'operator', name: 'a test', region: away } as const;
    const heard: string[] = [];
    const ask = () =>
      now(() => {
        void region.request(caller, 'RDS', 'DescribeDBInstances', {}).then(
          () => heard.push('answered'),
          (error: Error) => heard.push(error.message),
        );
      });
    await run(hour + minute);
    await ask();
    await run(minute);
    await expect(shopSeen()).rejects.toThrow('ETIMEDOUT');
    await expect(now(() => filesSeen(region, mail))).rejects.toThrow('ETIMEDOUT');
    await run(2 * hour);
    await ask();
    await run(minute);
    expect(heard).toEqual(['Nobody answers in eu-central-1.', 'answered']);
    expect((await shopSeen())['public.orders']?.rows).toBe(9);
    const leave = leaveFor([failure], home, start);
    expect([leave.goneFrom?.(home), leave.goneFrom?.(away), leave.deafFrom]).toEqual([
      start + hour,
      undefined,
      start + hour,
    ]);
  });
});

describe('data that is spoiled', () => {
  test('stays as it was in the points of before, and an instant before it can be recovered', async () => {
    const { play, run, region, mail, now, call, backUp, shopSeen } = await account();
    const rows = await shopSeen();
    const [shopPoint, mailPoint] = [await backUp('shop'), await backUp('mail')];
    const files = await now(() => filesSeen(region, mail));
    play({ do: 'corrupt data', at: 5 * hour, of: 'shop', sql: 'delete from orders where id % 3 = 0', zero: null });
    play({ do: 'corrupt data', at: 5 * hour, of: 'mail', sql: null, zero: '/in/a.txt' });
    await run(3 * hour);
    expect((await shopSeen())['public.orders']?.rows).toBe(6);
    const spoiled = await now(() => filesSeen(region, mail));
    expect(spoiled.bytes).toBe(files.bytes);
    expect(Object.keys(files.byPath).filter((path) => files.byPath[path] !== spoiled.byPath[path])).toEqual([
      'in/a.txt',
    ]);
    expect(await now(() => tablesHeld(region, shopPoint))).toEqual(rows);
    expect(filesHeld(region, mailPoint)).toEqual(files);

    const Metadata = { 'file-system-id': mail, newFileSystem: 'false', ItemsToRestore: '["/in/a.txt"]' };
    await call('Backup', 'StartRestoreJob', { RecoveryPointArn: mailPoint, Metadata });
    await run(hour);
    const { byPath } = await now(() => filesSeen(region, mail));
    const under =
      Object.keys(byPath)
        .find((path) => path.startsWith('aws-backup-restore_'))
        ?.split('/')[0] ?? '';
    expect(await now(() => filesSeen(region, mail, { under }))).toEqual(filesHeld(region, mailPoint, ['in/a.txt']));
  });

  test('is encrypted over hours by ransomware, whose role the vault keeps from the points', async () => {
    const { play, run, region, mail, now, call, backUp, world } = await account({ without: 'shop' });
    const point = await backUp('mail');
    await call('Backup', 'PutBackupVaultAccessPolicy', {
      BackupVaultName: 'points',
      Policy: JSON.stringify({
        Statement: [{ Effect: 'Deny', Principal: '*', Action: 'backup:Delete*', Resource: '*' }],
      }),
    });
    await call('Backup', 'PutBackupVaultLockConfiguration', { BackupVaultName: 'points', MinRetentionDays: 1 });
    const ransomware = { do: 'ransomware', at: 3 * hour, of: 'mail', forSeconds: 3 * 3600, role: 'stolen' } as const;
    play({ ...ransomware, rights: 'points' });
    await run(hour + 90 * minute);
    const half = Object.keys((await now(() => filesSeen(region, mail))).byPath);
    expect(half.filter((path) => path.endsWith('.locked'))).toHaveLength(1);
    await run(2 * hour);
    const all = await now(() => filesSeen(region, mail));
    expect(Object.keys(all.byPath)).toEqual(['in/a.txt.locked', 'in/b.txt.locked', 'in/c.txt.locked']);
    const attempts = world.trace.entries
      .filter((one) => one.kind === 'world' && one.what === 'a stolen role tried')
      .map((one) => (one as unknown as { detail: { operation: string; refused: string | null } }).detail);
    expect(attempts.map(({ operation, refused }) => `${operation}: ${refused}`)).toEqual([
      'UpdateRecoveryPointLifecycle: InvalidRequestException',
      'DeleteRecoveryPoint: AccessDeniedException',
    ]);
    expect(Object.keys(filesHeld(region, point).byPath)).toEqual(['in/a.txt', 'in/b.txt', 'in/c.txt']);
  });
});

describe('what somebody takes away', () => {
  test('is the instance with its automated backups, once nothing holds it up, and not its recovery points', async () => {
    const { play, run, region, now, call, backUp } = await account();
    const point = await backUp('shop');
    play({ do: 'delete resource', at: 3 * hour, of: 'shop', keepBackups: false });
    play({ do: 'delete resource', at: 3 * hour, of: 'mail', keepBackups: false });
    await run(3 * hour);
    expect(region.services.RDS.instances).toEqual([]);
    expect(region.services.EFS.fileSystems).toEqual([]);
    const { DBInstanceAutomatedBackups } = await call<{ DBInstanceAutomatedBackups: unknown[] }>(
      'RDS',
      'DescribeDBInstanceAutomatedBackups',
      {},
    );
    expect(DBInstanceAutomatedBackups).toEqual([]);
    expect((await now(() => tablesHeld(region, point)))['public.orders']?.rows).toBe(9);
  });

  test('is a recovery point, whose vault is locked before and after', async () => {
    const { play, run, region, call, backUp } = await account({ without: 'shop' });
    const older = await backUp('mail');
    await backUp('mail');
    await call('Backup', 'PutBackupVaultLockConfiguration', { BackupVaultName: 'points', MinRetentionDays: 3 });
    play({ do: 'delete points', at: 5 * hour, of: 'mail', in: null, newest: 1 });
    await run(3 * hour);
    expect(region.services.Backup.truth().points.map(({ arn }) => arn)).toEqual([older]);
    expect(region.services.Backup.state.vaults.get('points')?.lock?.minDays).toBe(3);
  });

  test('is a key, without which its points cannot be restored until it is given back', async () => {
    const { play, run, mail, call, backUp } = await account({ without: 'shop' });
    const RecoveryPointArn = await backUp('mail');
    const restore = async () => {
      const Metadata = { 'file-system-id': mail, newFileSystem: 'false' };
      const { RestoreJobId } = await call<{ RestoreJobId: string }>('Backup', 'StartRestoreJob', {
        RecoveryPointArn,
        Metadata,
      });
      await run(hour);
      return call<{ Status: string; StatusMessage?: string }>('Backup', 'DescribeRestoreJob', { RestoreJobId });
    };
    play({ do: 'delete key', at: 3 * hour, key: 'alias/vault', in: null });
    play({ do: 'give key back', at: 6 * hour, key: 'alias/vault', in: null });
    await run(2 * hour);
    expect(await restore()).toMatchObject({
      Status: 'FAILED',
      StatusMessage: expect.stringContaining('pending deletion'),
    });
    await run(2 * hour);
    expect(await restore()).toMatchObject({ Status: 'COMPLETED' });
    expect(() => play({ do: 'disable key', at: 0, key: 'alias/none', in: null })).toThrow('there is no key alias/none');
  });

  test('is the account: it refuses everything', async () => {
    const { play, run, region, now, shopSeen } = await account({ without: 'mail' });
    play({ do: 'lose account', at: hour });
    await run(2 * hour);
    const heard: string[] = [];
    const caller = { kind: 'operator', name: 'a test', region: home } as const;
    await now(() => {
      void region.request(caller, 'Backup', 'ListBackupVaults', {}).catch((error: Error) => heard.push(error.message));
    });
    await run(minute);
    expect(heard).toEqual(['The account 123456789012 is suspended.']);
    await expect(shopSeen()).rejects.toThrow('ETIMEDOUT');
  });
});
