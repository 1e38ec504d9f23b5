import { StartBackupJobCommand } from '@aws-sdk/client-backup';
import * as z from 'zod/mini';
import { addFindings } from '../jobs/attempt.ts';
import { awaitJob, callbackRun, waitingOf } from '../jobs/await.ts';
import { attemptId } from '../ledger/attempt.ts';
import { text } from '../platform/door.ts';
import { lambda, work } from '../platform/lambda.ts';
import { required } from '../platform/seam.ts';
import { goOn } from './attempt.ts';
import { backupOrder } from './orders.ts';

/** Backs a resource up through AWS Backup; the execution waits until the job has ended. */
export const handler = lambda((seam) => {
  const waiting = waitingOf(seam);
  const vault = required(seam.environment, 'BACKUP_VAULT');
  const role = required(seam.environment, 'BACKUP_ROLE_ARN');

  return work(
    z.object({
      ...callbackRun,
      resource: text,
      tier: text,
      backup: backupOrder,
    }),
    async ({ resource, tier, backup: order, ...run }) => {
      await goOn(waiting, run, { resource, tier });
      const waited = await awaitJob(waiting, run, {
        name: 'backup',
        kind: 'backup',
        takesOverFrom: 0,
        start: async (IdempotencyToken) => {
          const { BackupJobId } = await waiting.backup.send(
            new StartBackupJobCommand({
              BackupVaultName: vault,
              ResourceArn: resource,
              IamRoleArn: role,
              IdempotencyToken,
              StartWindowMinutes: order.startWindowMinutes,
              CompleteWindowMinutes: order.completeWindowMinutes,
              Lifecycle: order.lifecycle,
              RecoveryPointTags: { 'lifeboat:backed-up-for-tier': tier },
            }),
          );
          if (BackupJobId === undefined) throw new Error('AWS Backup started a backup job and did not say which.');
          return BackupJobId;
        },
      });
      await addFindings(waiting.ledger, attemptId(run.execution, run.redriveCount), {
        findings: { backup: { job: waited.job, state: waited.state } },
      });
      return waited;
    },
  );
});
