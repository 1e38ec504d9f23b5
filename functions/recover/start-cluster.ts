import { BackupClient } from '@aws-sdk/client-backup';
import { RDSClient, RestoreDBClusterToPointInTimeCommand } from '@aws-sdk/client-rds';
import { recoveredTag } from '../account/tagged.ts';
import { nameOf } from '../platform/errors.ts';
import { required, type Seam } from '../platform/seam.ts';
import { Unreachable } from '../restore/errors.ts';
import { clusterSettings } from '../restore/restore-aurora.ts';
import { toldOf } from '../restore/restore-metadata.ts';
import { databaseQuotas, mustHaveRoom } from '../restore/room.ts';
import { startRestoreJob } from '../restore/start-job.ts';
import { announce } from './databases.ts';
import { asPlan } from './plan.ts';
import type { Starter } from './starter.ts';

/**
 * A cluster cannot change its network, so it is restored where it is to stay; what is checked is a clone of it. Reads
 * BACKUP_ROLE_ARN.
 */
export function clusterStarter(seam: Seam): Starter {
  const backup = seam.client(BackupClient);
  const rds = seam.client(RDSClient);
  const role = required(seam.environment, 'BACKUP_ROLE_ARN');

  return async ({ chosen, attempt, ledger }) => {
    const { way, name, settings } = chosen;
    const { securityGroups } = chosen.network;
    const subnetGroup = chosen.network.subnetGroup ?? '';
    const room = async () =>
      mustHaveRoom({ ledger, clock: seam.clock, attempt }, await databaseQuotas(rds, ['DBClusters', 'DBInstances']));
    if (way.by === 'window') {
      return {
        by: 'a call',
        call: async () => {
          await room();
          await announce(ledger, chosen);
          try {
            await rds.send(
              new RestoreDBClusterToPointInTimeCommand({
                DBClusterIdentifier: name,
                SourceDBClusterIdentifier: way.from.is === 'cluster' ? way.from.id : '',
                RestoreType: 'full-copy',
                RestoreToTime: new Date(way.instant),
                DBSubnetGroupName: subnetGroup,
                VpcSecurityGroupIds: securityGroups,
                ...(settings.parameterGroup !== null && { DBClusterParameterGroupName: settings.parameterGroup }),
                Tags: [{ Key: recoveredTag, Value: chosen.execution }],
              }),
            );
          } catch (error) {
            // Its twin, this call whose answer was lost, or somebody else's: `claim` tells them apart by the tag.
            if (nameOf(error) !== 'DBClusterAlreadyExistsFault') throw error;
          }
        },
      };
    }
    return {
      by: 'a job',
      start: async (token) => {
        await room();
        await announce(ledger, chosen);
        const { engine, engineVersion } = await toldOf(backup, asPlan(chosen));
        if (engine === undefined) {
          throw new Unreachable(`AWS Backup does not tell the engine of ${way.recoveryPoint}, and a restore needs it.`);
        }
        const network = { subnetGroup, securityGroup: '' };
        return startRestoreJob(backup, {
          recoveryPoint: way.recoveryPoint,
          role,
          token,
          type: 'Aurora',
          metadata: {
            ...clusterSettings(name, network, { engine, engineVersion }, settings),
            vpcSecurityGroupIds: JSON.stringify(securityGroups),
          },
        });
      },
    };
  };
}
