import {
  type BackupClient,
  DescribeBackupVaultCommand,
  type DescribeBackupVaultOutput,
  paginateListBackupVaults,
} from '@aws-sdk/client-backup';
import { nameOf } from '../../functions/platform/errors.ts';

/** The rights that it takes to ask for a vault. */
export const vaultRights = ['backup:DescribeBackupVault', 'backup:ListBackupVaults'] as const;

/** A vault as AWS describes it; undefined when there is none. */
export async function describedVault(
  backup: BackupClient,
  name: string,
): Promise<DescribeBackupVaultOutput | undefined> {
  try {
    return await backup.send(new DescribeBackupVaultCommand({ BackupVaultName: name }));
  } catch (error) {
    // AWS Backup answers a vault that is not there like one that may not be seen: the list of all tells them apart.
    if (!['ResourceNotFoundException', 'AccessDeniedException'].includes(nameOf(error))) throw error;
    for await (const { BackupVaultList: all = [] } of paginateListBackupVaults({ client: backup }, {})) {
      if (all.some(({ BackupVaultName }) => BackupVaultName === name)) throw error;
    }
    return undefined;
  }
}
