import { type BackupClient, GetRecoveryPointRestoreMetadataCommand } from '@aws-sdk/client-backup';
import type { Plan } from './plan.ts';

/** What AWS Backup knows of the source of a point, by its own names. Each restorer takes what is on its allowlist. */
export async function toldOf(
  backup: BackupClient,
  { vault, recoveryPoint }: Pick<Plan, 'vault' | 'recoveryPoint'>,
): Promise<Readonly<Record<string, string | undefined>>> {
  const { RestoreMetadata } = await backup.send(
    new GetRecoveryPointRestoreMetadataCommand({ BackupVaultName: vault, RecoveryPointArn: recoveryPoint }),
  );
  return RestoreMetadata ?? {};
}
