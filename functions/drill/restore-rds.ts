import { BackupClient, GetRecoveryPointRestoreMetadataCommand, StartRestoreJobCommand } from '@aws-sdk/client-backup';
import { required, type Seam } from '../platform/seam.ts';
import { scratchName } from '../scratch/birth.ts';
import { register } from '../scratch/register.ts';
import type { Restorer } from './restorer.ts';

/**
 * A database that is born with a scratch name, in the sealed subnets. Reads BACKUP_ROLE_ARN, SCRATCH_DB_SUBNET_GROUP and
 * SCRATCH_SECURITY_GROUP_ID.
 */
export function databaseRestorer(seam: Seam): Restorer {
  const backup = seam.client(BackupClient);
  const role = required(seam.environment, 'BACKUP_ROLE_ARN');
  const network = {
    subnetGroup: required(seam.environment, 'SCRATCH_DB_SUBNET_GROUP'),
    securityGroup: required(seam.environment, 'SCRATCH_SECURITY_GROUP_ID'),
  };

  return {
    what: 'database',
    prepare: async ({ plan, attempt, execution, ledger }) => {
      const { drill, goneBy } = plan;
      const name = scratchName(drill);
      await register(ledger, { drill, attempt, execution, what: 'database', name, goneBy }, seam.clock.now());
      return async (IdempotencyToken) => {
        const { RestoreMetadata: told } = await backup.send(
          new GetRecoveryPointRestoreMetadataCommand({
            BackupVaultName: plan.vault,
            RecoveryPointArn: plan.recoveryPoint,
          }),
        );
        const { RestoreJobId } = await backup.send(
          new StartRestoreJobCommand({
            RecoveryPointArn: plan.recoveryPoint,
            IamRoleArn: role,
            IdempotencyToken,
            ResourceType: 'RDS',
            CopySourceTagsToRestoredResource: false,
            Metadata: restoreSettings(name, network, told?.DBInstanceClass),
          }),
        );
        if (RestoreJobId === undefined) throw new Error('AWS Backup started a restore job and did not say which.');
        return RestoreJobId;
      };
    },
  };
}

/**
 * An allowlist: of what the recovery point says about its source, only the instance class is taken over. Subnets,
 * security groups, keys and zones of home mean something else here, or nothing.
 */
export function restoreSettings(
  name: string,
  network: { readonly subnetGroup: string; readonly securityGroup: string },
  sourceClass: string | undefined,
): Record<string, string> {
  return {
    DBInstanceIdentifier: name,
    ...(sourceClass !== undefined && { DBInstanceClass: sourceClass }),
    DBSubnetGroupName: network.subnetGroup,
    VpcSecurityGroupIds: JSON.stringify([network.securityGroup]),
    MultiAZ: 'false',
    PubliclyAccessible: 'false',
    CopyTagsToSnapshot: 'false',
    DeletionProtection: 'false',
  };
}
