import { BackupClient } from '@aws-sdk/client-backup';
import { RDSClient, RestoreDBInstanceToPointInTimeCommand } from '@aws-sdk/client-rds';
import { recoveredTag } from '../account/tagged.ts';
import { nameOf } from '../platform/errors.ts';
import { required, type Seam } from '../platform/seam.ts';
import { toldOf } from '../restore/restore-metadata.ts';
import { restoreSettings } from '../restore/restore-rds.ts';
import { databaseQuotas, mustHaveRoom } from '../restore/room.ts';
import { startRestoreJob } from '../restore/start-job.ts';
import { announce } from './databases.ts';
import { asPlan } from './plan.ts';
import type { Starter } from './starter.ts';

/**
 * An RDS instance is born under its own name in the sealed network, where it is checked; it is moved to where applications
 * reach it afterwards. Reads BACKUP_ROLE_ARN, SCRATCH_DB_SUBNET_GROUP and SCRATCH_SECURITY_GROUP_ID.
 */
export function instanceStarter(seam: Seam): Starter {
  const backup = seam.client(BackupClient);
  const rds = seam.client(RDSClient);
  const role = required(seam.environment, 'BACKUP_ROLE_ARN');
  const network = {
    subnetGroup: required(seam.environment, 'SCRATCH_DB_SUBNET_GROUP'),
    securityGroup: required(seam.environment, 'SCRATCH_SECURITY_GROUP_ID'),
  };

  return async ({ chosen, attempt, ledger }) => {
    const { way, name, settings } = chosen;
    const room = async () =>
      mustHaveRoom({ ledger, clock: seam.clock, attempt }, await databaseQuotas(rds, ['DBInstances']));
    if (way.by === 'window') {
      return {
        by: 'a call',
        call: async () => {
          await room();
          await announce(ledger, chosen);
          try {
            await rds.send(
              new RestoreDBInstanceToPointInTimeCommand({
                ...(way.from.is === 'automated backups'
                  ? { SourceDBInstanceAutomatedBackupsArn: way.from.arn }
                  : { SourceDBInstanceIdentifier: way.from.id }),
                TargetDBInstanceIdentifier: name,
                RestoreTime: new Date(way.instant),
                DBSubnetGroupName: network.subnetGroup,
                VpcSecurityGroupIds: [network.securityGroup],
                MultiAZ: false,
                PubliclyAccessible: false,
                ...(settings.parameterGroup !== null && { DBParameterGroupName: settings.parameterGroup }),
                ...(settings.optionGroup !== null && { OptionGroupName: settings.optionGroup }),
                Tags: [{ Key: recoveredTag, Value: chosen.execution }],
              }),
            );
          } catch (error) {
            // Its twin, this call whose answer was lost, or somebody else's: `claim` tells them apart by the tag.
            if (nameOf(error) !== 'DBInstanceAlreadyExistsFault') throw error;
          }
        },
      };
    }
    return {
      by: 'a job',
      start: async (token) => {
        await room();
        await announce(ledger, chosen);
        const told = await toldOf(backup, asPlan(chosen));
        return startRestoreJob(backup, {
          recoveryPoint: way.recoveryPoint,
          role,
          token,
          type: 'RDS',
          metadata: restoreSettings(name, network, told.DBInstanceClass, settings),
        });
      },
    };
  };
}
