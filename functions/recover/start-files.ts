import { BackupClient } from '@aws-sdk/client-backup';
import { CreateFileSystemCommand, EFSClient, type FileSystemDescription } from '@aws-sdk/client-efs';
import { recoveredTag } from '../account/tagged.ts';
import { NotYet, nameOf } from '../platform/errors.ts';
import { required, type Seam } from '../platform/seam.ts';
import { Unreachable } from '../restore/errors.ts';
import { waitForRoom } from '../restore/room.ts';
import { startRestoreJob } from '../restore/start-job.ts';
import { findFileSystem, mustBeOurs } from './file-system.ts';
import type { Recovery } from './plan.ts';
import type { Starter } from './starter.ts';

/**
 * A file system of our own, tagged when it is created, into which AWS Backup restores all, or the paths that were named.
 * Nobody mounts it until it was checked. Reads BACKUP_ROLE_ARN.
 */
export function fileStarter(seam: Seam): Starter {
  const backup = seam.client(BackupClient);
  const efs = seam.client(EFSClient);
  const role = required(seam.environment, 'BACKUP_ROLE_ARN');

  return async ({ chosen, attempt, ledger }) => {
    const { way, paths } = chosen;
    if (way.by !== 'point') throw new Unreachable('EFS keeps no point-in-time window.');
    const found = (await findFileSystem(efs, chosen)) ?? (await create(efs, chosen));
    if (found === 'no room') return waitForRoom({ ledger, clock: seam.clock, attempt }, { of: 'file systems' });
    const { id } = mustBeOurs(found, chosen);
    return {
      by: 'a job',
      start: (token) =>
        startRestoreJob(backup, {
          recoveryPoint: way.recoveryPoint,
          role,
          token,
          type: 'EFS',
          // An allowlist. With newFileSystem false AWS Backup restores into the file system that is named.
          metadata: {
            'file-system-id': id,
            newFileSystem: 'false',
            Encrypted: 'true',
            ...(paths !== null && { ItemsToRestore: JSON.stringify(paths.map((path) => `/${path}`)) }),
          },
        }),
    };
  };
}

async function create(efs: EFSClient, { id, name, execution }: Recovery): Promise<FileSystemDescription | 'no room'> {
  const Tags = [
    { Key: recoveredTag, Value: execution },
    { Key: 'Name', Value: name },
  ];
  try {
    return await efs.send(new CreateFileSystemCommand({ CreationToken: id, Encrypted: true, Tags }));
  } catch (error) {
    if (nameOf(error) === 'FileSystemLimitExceeded') return 'no room';
    if (nameOf(error) !== 'FileSystemAlreadyExists') throw error;
    throw new NotYet(`EFS has the file system of ${execution} and does not list it yet.`, { cause: error });
  }
}
