import { type DBInstance, DescribeDBInstancesCommand, ModifyDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { type AcceptedRow, accepted, stepKey } from '../ledger/job.ts';
import { NotYet, nameOf } from '../platform/errors.ts';
import { required, type Seam } from '../platform/seam.ts';
import { databaseIsScratch, mustBeScratch, scratchName } from '../scratch/birth.ts';
import { defaultDatabase, isSealed, mustBeUsable } from './database-state.ts';
import { addDrillFindings } from './findings.ts';
import { passwordOf } from './password.ts';
import type { Reached } from './plan.ts';
import type { Reacher } from './reacher.ts';

/**
 * Gives a restored database the drill's own password, since the one in the backup is production's, and turns its
 * automated backups off, which it inherited. Reads PASSWORD_KEY_ID and SCRATCH_SECURITY_GROUP_ID.
 */
export function databaseReacher(seam: Seam): Reacher {
  const rds = seam.client(RDSClient);
  const password = passwordOf(seam);
  const securityGroup = required(seam.environment, 'SCRATCH_SECURITY_GROUP_ID');

  return async ({ plan, attempt, ledger }): Promise<Reached> => {
    const name = scratchName(plan.drill);
    const found = await describe(rds, name);
    mustBeScratch(
      databaseIsScratch(
        { drill: plan.drill, name },
        { identifier: found.DBInstanceIdentifier, cluster: found.DBClusterIdentifier, isProtected: false },
      ),
    );
    const status = found.DBInstanceStatus;
    mustBeUsable('The restored database', status);

    const key = stepKey(attempt, 'scratch settings');
    if ((await ledger.get<AcceptedRow>(key)) === undefined) {
      await settle(rds, { name, password: await password(plan.drill), securityGroup });
      await ledger.create<AcceptedRow>(accepted(key, seam.clock.now()));
      throw new NotYet('RDS was told the settings of the drill.');
    }
    const pending = pendingOf(found, securityGroup);
    if (pending !== undefined) throw new NotYet(`The restored database is ${status}, and ${pending}.`);

    const { Address: host, Port: port } = found.Endpoint ?? {};
    const { Engine: engine, MasterUsername: user } = found;
    if (host === undefined || port === undefined || engine === undefined || user === undefined) {
      throw new NotYet('RDS does not tell the endpoint of the restored database yet.');
    }
    const because =
      plan.settings?.instanceClass === found.DBInstanceClass
        ? "the policy's"
        : 'that of the source when it was backed up';
    await addDrillFindings(ledger, attempt, { restored: { instanceClassBecause: because, ...groupsOf(found) } });
    return {
      by: 'connection',
      host,
      port,
      user,
      database: found.DBName ?? defaultDatabase(engine),
      engine,
      engineVersion: found.EngineVersion ?? 'unknown',
      instanceClass: found.DBInstanceClass ?? 'unknown',
      reachedAt: seam.clock.now().toISOString(),
    };
  };
}

async function describe(rds: RDSClient, name: string): Promise<DBInstance> {
  try {
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
    const [found] = DBInstances ?? [];
    if (found !== undefined) return found;
  } catch (error) {
    if (nameOf(error) !== 'DBInstanceNotFoundFault') throw error;
  }
  throw new NotYet(`RDS does not list ${name} yet.`);
}

async function settle(
  rds: RDSClient,
  { name, password, securityGroup }: { name: string; password: string; securityGroup: string },
): Promise<void> {
  try {
    await rds.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: name,
        MasterUserPassword: password,
        BackupRetentionPeriod: 0,
        VpcSecurityGroupIds: [securityGroup],
        ApplyImmediately: true,
      }),
    );
  } catch (error) {
    if (nameOf(error) !== 'InvalidDBInstanceStateFault') throw error;
    throw new NotYet('RDS does not take the settings of the drill in the state that the database is in.', {
      cause: error,
    });
  }
}

/** Which of the drill's settings does not hold yet. */
function pendingOf(found: DBInstance, securityGroup: string): string | undefined {
  if (found.PendingModifiedValues?.MasterUserPassword !== undefined) return 'its password is being set';
  if (found.PendingModifiedValues?.BackupRetentionPeriod !== undefined)
    return 'its automated backups are being turned off';
  if ((found.BackupRetentionPeriod ?? 0) !== 0) return 'its automated backups are still on';
  return isSealed(found.VpcSecurityGroups, securityGroup) ? undefined : 'its security group is being set';
}

/** The groups it really got, for the evidence. */
function groupsOf(found: DBInstance): Record<string, string> {
  const parameterGroup = found.DBParameterGroups?.[0]?.DBParameterGroupName;
  const optionGroup = found.OptionGroupMemberships?.[0]?.OptionGroupName;
  return { ...(parameterGroup !== undefined && { parameterGroup }), ...(optionGroup !== undefined && { optionGroup }) };
}
