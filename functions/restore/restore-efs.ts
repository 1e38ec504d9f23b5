import { BackupClient } from '@aws-sdk/client-backup';
import {
  CreateFileSystemCommand,
  CreateMountTargetCommand,
  DescribeFileSystemsCommand,
  EFSClient,
  type FileSystemDescription,
  paginateDescribeMountTargets,
} from '@aws-sdk/client-efs';
import { NotYet, nameOf } from '../platform/errors.ts';
import { required, type Seam } from '../platform/seam.ts';
import { birthTags, fileSystemIsScratch, mustBeScratch } from '../scratch/birth.ts';
import { note, register } from '../scratch/register.ts';
import type { Restorer } from './restorer.ts';
import { waitForRoom } from './room.ts';
import { startRestoreJob } from './start-job.ts';

/**
 * A file system of our own, tagged when it is created, with mount targets in the sealed subnets: its id is known before
 * AWS Backup restores into it. Reads BACKUP_ROLE_ARN, SCRATCH_SUBNET_IDS and SCRATCH_SECURITY_GROUP_ID.
 */
export function fileSystemRestorer(seam: Seam): Restorer {
  const backup = seam.client(BackupClient);
  const efs = seam.client(EFSClient);
  const role = required(seam.environment, 'BACKUP_ROLE_ARN');
  const subnets = required(seam.environment, 'SCRATCH_SUBNET_IDS').split(',');
  const securityGroup = required(seam.environment, 'SCRATCH_SECURITY_GROUP_ID');

  return {
    what: 'file-system',
    prepare: async ({ plan, attempt, execution, ledger }) => {
      const { drill, goneBy } = plan;
      const row = await register(
        ledger,
        { drill, resource: plan.resource, attempt, execution, what: 'file-system', name: drill, goneBy },
        seam.clock.now(),
      );
      const fileSystem = (await find(efs, drill)) ?? (await create(efs, drill));
      // The restore needs no room of its own, so the refusal of our own call is seen before any restore begins.
      if (fileSystem === 'no room') {
        return waitForRoom({ ledger, clock: seam.clock, attempt }, { of: 'file systems' });
      }
      const id = fileSystem.FileSystemId;
      mustBeScratch(
        fileSystemIsScratch(row, {
          id,
          creationToken: fileSystem.CreationToken,
          tags: Object.fromEntries((fileSystem.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
          isProtected: false,
        }),
      );
      if (id === undefined) throw new Error('EFS created a file system and did not say which.');
      await note(ledger, { drill, what: 'file-system' }, { id });
      if (fileSystem.LifeCycleState !== 'available')
        throw new NotYet(`The file system ${id} is ${fileSystem.LifeCycleState}.`);
      await mountIn(efs, id, subnets, [securityGroup]);
      return (token) =>
        startRestoreJob(backup, {
          recoveryPoint: plan.recoveryPoint,
          role,
          token,
          type: 'EFS',
          // An allowlist. With newFileSystem false AWS Backup restores into the file system that is named.
          metadata: { 'file-system-id': id, newFileSystem: 'false', Encrypted: 'true' },
        });
    },
  };
}

async function find(efs: EFSClient, drill: string): Promise<FileSystemDescription | undefined> {
  const { FileSystems } = await efs.send(new DescribeFileSystemsCommand({ CreationToken: drill }));
  return FileSystems?.[0];
}

async function create(efs: EFSClient, drill: string): Promise<FileSystemDescription | 'no room'> {
  try {
    return await efs.send(
      new CreateFileSystemCommand({ CreationToken: drill, Encrypted: true, Tags: birthTags(drill) }),
    );
  } catch (error) {
    if (nameOf(error) === 'FileSystemLimitExceeded') return 'no room';
    if (nameOf(error) !== 'FileSystemAlreadyExists') throw error;
    throw new NotYet(`EFS has the file system of drill ${drill} and does not list it yet.`, { cause: error });
  }
}

/** One mount target in each subnet that has none. They become available after a minute or two. */
export async function mountIn(
  efs: EFSClient,
  id: string,
  subnets: readonly string[],
  securityGroups: readonly string[],
): Promise<void> {
  const mounted = new Set<string>();
  for await (const page of paginateDescribeMountTargets({ client: efs }, { FileSystemId: id })) {
    for (const { SubnetId } of page.MountTargets ?? []) if (SubnetId !== undefined) mounted.add(SubnetId);
  }
  for (const SubnetId of subnets) {
    if (mounted.has(SubnetId)) continue;
    try {
      await efs.send(new CreateMountTargetCommand({ FileSystemId: id, SubnetId, SecurityGroups: [...securityGroups] }));
    } catch (error) {
      if (nameOf(error) !== 'MountTargetConflict') throw error;
    }
  }
}
