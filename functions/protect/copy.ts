import { StartCopyJobCommand } from '@aws-sdk/client-backup';
import * as z from 'zod/mini';
import { addFindings } from '../jobs/attempt.ts';
import { awaitJob, callbackRun, waitingOf } from '../jobs/await.ts';
import { attemptId } from '../ledger/attempt.ts';
import { text } from '../platform/door.ts';
import { lambda, work } from '../platform/lambda.ts';
import { required } from '../platform/seam.ts';
import { goOn } from './attempt.ts';
import { copyOrder } from './orders.ts';

/** Copies one recovery point to one destination; the execution waits until the job has ended. */
export const handler = lambda((seam) => {
  const waiting = waitingOf(seam);
  const vault = required(seam.environment, 'BACKUP_VAULT');
  const role = required(seam.environment, 'BACKUP_ROLE_ARN');

  return work(
    z.object({
      ...callbackRun,
      // An execution that began before they were handed on goes on with the definition that it began with.
      resource: z.optional(text),
      tier: z.optional(text),
      recoveryPoint: text,
      copy: copyOrder,
    }),
    async ({ resource, tier, recoveryPoint, copy, ...run }) => {
      await goOn(waiting, run, { resource, tier });
      const waited = await awaitJob(waiting, run, {
        name: `copy to ${copy.to}`,
        kind: 'copy',
        takesOverFrom: 0,
        start: async (IdempotencyToken) => {
          const { CopyJobId } = await waiting.backup.send(
            new StartCopyJobCommand({
              RecoveryPointArn: recoveryPoint,
              SourceBackupVaultName: vault,
              DestinationBackupVaultArn: copy.vaultArn,
              IamRoleArn: role,
              IdempotencyToken,
              Lifecycle: copy.lifecycle,
            }),
          );
          if (CopyJobId === undefined) throw new Error('AWS Backup started a copy job and did not say which.');
          return CopyJobId;
        },
      });
      await addFindings(waiting.ledger, attemptId(run.execution, run.redriveCount), {
        findings: { [`copy to ${copy.to}`]: { job: waited.job, state: waited.state, of: recoveryPoint } },
      });
      return waited;
    },
  );
});
