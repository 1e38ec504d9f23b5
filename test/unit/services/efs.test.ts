import { describe, expect, test } from '@jest/globals';
import { backupAccount, home, hour, minute, refusal, role } from './backup-account.ts';

interface FileSystem {
  FileSystemId: string;
  FileSystemArn: string;
  LifeCycleState: string;
  SizeInBytes: { Value: number };
}

async function scratch() {
  const account = backupAccount();
  const made = await account.call<FileSystem>('EFS', 'CreateFileSystem', {
    CreationToken: 'drill 1',
    Encrypted: true,
    Tags: [{ Key: 'lifeboat:scratch', Value: 'd1' }],
  });
  return { ...account, made, id: made.FileSystemId };
}

describe('a file system', () => {
  test('is creating first, then available, and the same token makes no second', async () => {
    const account = await scratch();
    expect(account.made.LifeCycleState).toBe('creating');
    const early = account.call('EFS', 'CreateMountTarget', { FileSystemId: account.id, SubnetId: 'subnet-1' });
    expect((await refusal(early)).name).toBe('IncorrectFileSystemLifeCycleState');
    await account.run(minute);
    const { FileSystems } = await account.call<{ FileSystems: FileSystem[] }>('EFS', 'DescribeFileSystems', {
      CreationToken: 'drill 1',
    });
    expect(FileSystems).toMatchObject([{ FileSystemId: account.id, LifeCycleState: 'available', Encrypted: true }]);
    await expect(account.call('EFS', 'CreateFileSystem', { CreationToken: 'drill 1' })).rejects.toMatchObject({
      name: 'FileSystemAlreadyExists',
      status: 409,
      members: { FileSystemId: account.id },
    });
  });

  test('cannot be deleted while it has a mount target, not even one that is going', async () => {
    const account = await scratch();
    await account.run(minute);
    const target = await account.call<{ MountTargetId: string; LifeCycleState: string }>('EFS', 'CreateMountTarget', {
      FileSystemId: account.id,
      SubnetId: 'subnet-1',
      SecurityGroups: ['sg-1'],
    });
    expect(target.LifeCycleState).toBe('creating');
    // Another subnet of the same zone is as good as the same subnet.
    const twice = account.call('EFS', 'CreateMountTarget', { FileSystemId: account.id, SubnetId: 'subnet-2' });
    expect((await refusal(twice)).name).toBe('MountTargetConflict');
    const nowhere = account.call('EFS', 'CreateMountTarget', { FileSystemId: account.id, SubnetId: 'subnet-9' });
    expect((await refusal(nowhere)).name).toBe('SubnetNotFound');
    await account.run(2 * minute);
    expect(account.account.region(home).services.EFS.mountTargets(account.id)).toMatchObject([{ state: 'available' }]);
    const remove = () => account.call('EFS', 'DeleteFileSystem', { FileSystemId: account.id });
    expect((await refusal(remove())).name).toBe('FileSystemInUse');
    await account.call('EFS', 'DeleteMountTarget', { MountTargetId: target.MountTargetId });
    expect((await refusal(remove())).name).toBe('FileSystemInUse');
    await account.run(minute);
    await remove();
    await account.run(minute);
    const gone = await refusal(account.call('EFS', 'DescribeFileSystems', { FileSystemId: account.id }));
    expect(gone.name).toBe('FileSystemNotFound');
    expect(account.data.live.has(account.id)).toBe(false);
  });

  test('tells its size an hour late', async () => {
    const account = backupAccount();
    const files = await account.account
      .region(home)
      .services.EFS.addFileSystem({ name: 'mail', directory: 'x'.repeat(5000) });
    const size = async () => {
      const { FileSystems } = await account.call<{ FileSystems: FileSystem[] }>('EFS', 'DescribeFileSystems', {
        FileSystemId: files.id,
      });
      return FileSystems[0]?.SizeInBytes.Value;
    };
    await account.call('Backup', 'StartBackupJob', {
      BackupVaultName: 'lifeboat',
      ResourceArn: files.arn,
      IamRoleArn: role,
    });
    await account.run(50 * minute);
    expect(await size()).toBe(6144);
    await account.run(2 * hour);
    expect(await size()).toBe(6144 + 5000);
  });

  test('is known by tags, which access points have too', async () => {
    const account = await scratch();
    await account.run(minute);
    const point = await account.call<{ AccessPointArn: string; AccessPointId: string }>('EFS', 'CreateAccessPoint', {
      ClientToken: 'drill 1',
      FileSystemId: account.id,
      PosixUser: { Uid: 0, Gid: 0 },
      RootDirectory: { Path: '/' },
    });
    const again = account.call('EFS', 'CreateAccessPoint', { ClientToken: 'drill 1', FileSystemId: account.id });
    expect((await refusal(again)).name).toBe('AccessPointAlreadyExists');
    await account.call('EFS', 'TagResource', { ResourceId: point.AccessPointId, Tags: [{ Key: 'a', Value: 'b' }] });
    const { EFS } = account.account.region(home).services;
    expect(EFS.tagged()).toEqual([
      { arn: account.made.FileSystemArn, tags: { 'lifeboat:scratch': 'd1' } },
      { arn: point.AccessPointArn, tags: { a: 'b' } },
    ]);
    expect(EFS.accessPoint(point.AccessPointArn)).toMatchObject({
      fileSystemId: account.id,
      rootDirectory: { path: '/' },
    });
    await account.call('EFS', 'UntagResource', { ResourceId: account.id, TagKeys: ['lifeboat:scratch'] });
    expect(await account.call('EFS', 'ListTagsForResource', { ResourceId: account.id })).toEqual({ Tags: [] });
    await account.call('EFS', 'DeleteAccessPoint', { AccessPointId: point.AccessPointId });
    await account.run(minute);
    const { AccessPoints } = await account.call<{ AccessPoints: object[] }>('EFS', 'DescribeAccessPoints', {
      FileSystemId: account.id,
    });
    expect(AccessPoints).toEqual([]);
  });
});
