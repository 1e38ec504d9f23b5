import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { list } from '../data/files/tree.ts';
import type { Region } from '../world/region.ts';

/** One attempt on recovery points. */
export interface Attempt {
  readonly operation: string;
  readonly on: string;
  readonly region: string;
  /** The error that it was refused with; null where it was done. */
  readonly refused: string | null;
}

/** Files below a path of a live file system, or all of them. */
export function filesBelow(region: Region, fileSystemId: string, path = ''): string[] {
  const root = region.account.data.files.directory(fileSystemId);
  const found = list(root).filter(({ type }) => type === 'file');
  return found.map((one) => one.path).filter((one) => path === '' || one === path || one.startsWith(`${path}/`));
}

/** Overwrites a file: zeros keep its name and size; what is encrypted gets the name of those who did it. */
export async function spoil(
  region: Region,
  fileSystemId: string,
  path: string,
  as: 'zeros' | 'encrypted',
): Promise<void> {
  const { files } = region.account.data;
  const now = region.world.now();
  const found = lstatSync(join(files.directory(fileSystemId), path), { throwIfNoEntry: false });
  if (found === undefined) return;
  const content =
    as === 'zeros'
      ? { base64: Buffer.alloc(found.size).toString('base64') }
      : { seed: `${fileSystemId} ${path}`, sizeBytes: found.size };
  await files.change(fileSystemId, { kind: 'write', path, ...content }, now);
  if (as === 'encrypted') await files.change(fileSystemId, { kind: 'rename', path, to: `${path}.locked` }, now);
}

/**
 * Tries with a stolen role what would take the recovery points of a Region away: to shorten lifecycles and to delete; where
 * it has the rights to, first to lift locks and policies. What the vaults' locks and policies deny is refused. What the role itself
 * may do is not looked at.
 */
export function attackPoints(
  region: Region,
  { role, rights }: { readonly role: string; readonly rights: 'points' | 'everything' },
  told: (attempt: Attempt) => void,
): Promise<void> {
  const roleArn = `arn:aws:iam::${region.account.id}:role/${role}`;
  const caller = { kind: 'operator', name: role, region: region.name, role: roleArn } as const;
  const attempt = async (operation: string, on: string, input: object): Promise<void> => {
    let refused: string | null = null;
    try {
      await region.request(caller, 'Backup', operation, input);
    } catch (error) {
      refused = (error as Error).name;
    }
    told({ operation, on, region: region.name, refused });
  };
  const all = async (): Promise<void> => {
    for (const name of [...region.services.Backup.state.vaults.keys()]) {
      const BackupVaultName = name;
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
      if (rights === 'everything') {
        await attempt('DeleteBackupVaultLockConfiguration', name, { BackupVaultName });
        await attempt('PutBackupVaultAccessPolicy', name, { BackupVaultName, Policy });
        await attempt('DeleteBackupVaultAccessPolicy', name, { BackupVaultName });
      }
      const points = region.services.Backup.truth().points.filter((one) => one.vault === name);
      for (const { arn: RecoveryPointArn, status } of points) {
        if (status !== 'COMPLETED') continue;
        const point = { BackupVaultName, RecoveryPointArn };
        await attempt('UpdateRecoveryPointLifecycle', RecoveryPointArn, {
          ...point,
          Lifecycle: { DeleteAfterDays: 1 },
        });
        await attempt('DeleteRecoveryPoint', RecoveryPointArn, point);
      }
    }
  };
  return all();
}
