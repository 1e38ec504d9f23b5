import { BackupClient } from '@aws-sdk/client-backup';
import { RDSClient } from '@aws-sdk/client-rds';
import { required, type Seam } from '../platform/seam.ts';
import { scratchName } from '../scratch/birth.ts';
import { register } from '../scratch/register.ts';
import { Unreachable } from './errors.ts';
import type { Plan } from './plan.ts';
import { toldOf } from './restore-metadata.ts';
import type { Restorer } from './restorer.ts';
import { databaseQuotas, mustHaveRoom } from './room.ts';
import { startRestoreJob } from './start-job.ts';

/**
 * A cluster that is born with a scratch name, in the sealed subnets. AWS Backup restores it without an instance; the
 * reacher makes the one through which it is read. Reads BACKUP_ROLE_ARN, SCRATCH_DB_SUBNET_GROUP and
 * SCRATCH_SECURITY_GROUP_ID.
 */
export function clusterRestorer(seam: Seam): Restorer {
  const backup = seam.client(BackupClient);
  const rds = seam.client(RDSClient);
  const role = required(seam.environment, 'BACKUP_ROLE_ARN');
  const network = {
    subnetGroup: required(seam.environment, 'SCRATCH_DB_SUBNET_GROUP'),
    securityGroup: required(seam.environment, 'SCRATCH_SECURITY_GROUP_ID'),
  };

  return {
    what: 'cluster',
    prepare: async ({ plan, attempt, execution, ledger }) => {
      const { drill, goneBy } = plan;
      const name = scratchName(drill);
      await register(
        ledger,
        { drill, resource: plan.resource, attempt, execution, what: 'cluster', name, goneBy },
        seam.clock.now(),
      );
      return async (token) => {
        // A cluster without room for its instance is no use, so both are asked for before anything is restored.
        const quotas = await databaseQuotas(rds, ['DBClusters', 'DBInstances']);
        await mustHaveRoom({ ledger, clock: seam.clock, attempt }, quotas);
        const { engine, engineVersion } = await toldOf(backup, plan);
        if (engine === undefined) {
          throw new Unreachable(
            `AWS Backup does not tell the engine of ${plan.recoveryPoint}, and a restore needs it.`,
          );
        }
        return startRestoreJob(backup, {
          recoveryPoint: plan.recoveryPoint,
          role,
          token,
          type: 'Aurora',
          metadata: clusterSettings(name, network, { engine, engineVersion }, plan.settings),
        });
      };
    },
  };
}

/**
 * An allowlist: of what the recovery point says about its source, only engine and version are taken over. Without a
 * version RDS would take its default, which may be another than the data is used with.
 */
export function clusterSettings(
  name: string,
  network: { readonly subnetGroup: string; readonly securityGroup: string },
  source: { readonly engine: string; readonly engineVersion: string | undefined },
  settings?: Plan['settings'],
): Record<string, string> {
  const parameterGroup = settings?.parameterGroup;
  return {
    dbClusterIdentifier: name,
    engine: source.engine,
    ...(source.engineVersion !== undefined && { engineVersion: source.engineVersion }),
    ...(typeof parameterGroup === 'string' && { dbClusterParameterGroupName: parameterGroup }),
    dbSubnetGroupName: network.subnetGroup,
    vpcSecurityGroupIds: JSON.stringify([network.securityGroup]),
    copyTagsToSnapshot: 'false',
  };
}
