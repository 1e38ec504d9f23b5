import { BackupClient, paginateListBackupVaults } from '@aws-sdk/client-backup';
import { required, type Seam } from '../platform/seam.ts';
import { listedOnce } from './means.ts';

/** The vaults of this Region whose recovery points count. */
export interface VaultReader {
  /** Lifeboat's own first, whether or not it is there; then every other one that holds anything. */
  names(): Promise<string[]>;
  /** Lifeboat's own: what cannot be read from it is no answer while it is there. */
  readonly own: string;
  /** Whether AWS lists Lifeboat's own. Asking it itself does not tell: AWS Backup may deny what is not there. */
  ownIsThere(): Promise<boolean>;
}

/**
 * A recovery point counts whoever made it, so another backup plan's vault is read as well. Reads BACKUP_VAULT. A Region
 * has at most 300 vaults.
 */
export function vaultReader(seam: Seam): VaultReader {
  const own = required(seam.environment, 'BACKUP_VAULT');
  const client = seam.client(BackupClient);
  const listed = listedOnce(seam.clock, async () => {
    const others: string[] = [];
    let ownIsThere = false;
    for await (const page of paginateListBackupVaults({ client }, {})) {
      for (const { BackupVaultName: name, NumberOfRecoveryPoints: points } of page.BackupVaultList ?? []) {
        if (name === own) ownIsThere = true;
        else if (name !== undefined && points !== 0) others.push(name);
      }
    }
    return { names: [own, ...others.sort()], ownIsThere };
  });
  return {
    own,
    names: async () => (await listed()).names,
    ownIsThere: async () => (await listed()).ownIsThere,
  };
}
