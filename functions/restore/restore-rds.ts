import { BackupClient } from '@aws-sdk/client-backup';
import { RDSClient } from '@aws-sdk/client-rds';
import { required, type Seam } from '../platform/seam.ts';
import { scratchName } from '../scratch/birth.ts';
import { register } from '../scratch/register.ts';
import type { Plan } from './plan.ts';
import { toldOf } from './restore-metadata.ts';
import type { Restorer } from './restorer.ts';
import { databaseQuotas, mustHaveRoom } from './room.ts';
import { startRestoreJob } from './start-job.ts';

/**
 * A database that is born with a scratch name, in the sealed subnets. Reads BACKUP_ROLE_ARN, SCRATCH_DB_SUBNET_GROUP and
 * SCRATCH_SECURITY_GROUP_ID.
 */
export function databaseRestorer(seam: Seam): Restorer {
  const backup = seam.client(BackupClient);
  const rds = seam.client(RDSClient);
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
      await register(
        ledger,
        { drill, resource: plan.resource, attempt, execution, what: 'database', name, goneBy },
        seam.clock.now(),
      );
      return async (token) => {
        await mustHaveRoom({ ledger, clock: seam.clock, attempt }, await databaseQuotas(rds, ['DBInstances']));
        const told = await toldOf(backup, plan);
        return startRestoreJob(backup, {
          recoveryPoint: plan.recoveryPoint,
          role,
          token,
          type: 'RDS',
          metadata: restoreSettings(name, network, told.DBInstanceClass, plan.settings),
        });
      };
    },
  };
}

/**
 * An allowlist: of what the recovery point says about its source, only the instance class is taken over, and the policy
 * may name another. Subnets, groups, keys and zones of home mean something else here, or nothing.
 */
export function restoreSettings(
  name: string,
  network: { readonly subnetGroup: string; readonly securityGroup: string },
  sourceClass: string | undefined,
  settings?: Plan['settings'],
): Record<string, string> {
  const { instanceClass, parameterGroup, optionGroup } = settings ?? {};
  const ofDrill = instanceClass ?? sourceClass;
  return {
    DBInstanceIdentifier: name,
    ...(ofDrill !== undefined && { DBInstanceClass: ofDrill }),
    ...(typeof parameterGroup === 'string' && { DBParameterGroupName: parameterGroup }),
    ...(typeof optionGroup === 'string' && { OptionGroupName: optionGroup }),
    DBSubnetGroupName: network.subnetGroup,
    VpcSecurityGroupIds: JSON.stringify([network.securityGroup]),
    MultiAZ: 'false',
    PubliclyAccessible: 'false',
    CopyTagsToSnapshot: 'false',
    DeletionProtection: 'false',
  };
}
