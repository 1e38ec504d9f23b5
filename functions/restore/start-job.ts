import { type BackupClient, StartRestoreJobCommand } from '@aws-sdk/client-backup';

/**
 * Starts a restore job and answers with its id. The same token gives the same job. What is restored never takes the tags
 * of its source over: they would make a protected resource of it.
 */
export async function startRestoreJob(
  backup: BackupClient,
  {
    recoveryPoint,
    role,
    token,
    type,
    metadata,
  }: {
    readonly recoveryPoint: string;
    readonly role: string;
    readonly token: string;
    readonly type: 'EFS' | 'RDS' | 'Aurora';
    readonly metadata: Record<string, string>;
  },
): Promise<string> {
  const { RestoreJobId } = await backup.send(
    new StartRestoreJobCommand({
      RecoveryPointArn: recoveryPoint,
      IamRoleArn: role,
      IdempotencyToken: token,
      ResourceType: type,
      CopySourceTagsToRestoredResource: false,
      Metadata: metadata,
    }),
  );
  if (RestoreJobId === undefined) throw new Error('AWS Backup started a restore job and did not say which.');
  return RestoreJobId;
}
