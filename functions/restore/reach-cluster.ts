import {
  CreateDBInstanceCommand,
  type DBCluster,
  type DBInstance,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  ModifyDBClusterCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { type AcceptedRow, accepted, stepKey } from '../ledger/job.ts';
import { NotYet, nameOf } from '../platform/errors.ts';
import { required, type Seam } from '../platform/seam.ts';
import { clusterIsScratch, memberIsScratch, memberName, mustBeScratch, scratchName } from '../scratch/birth.ts';
import { register } from '../scratch/register.ts';
import { defaultDatabase, isSealed, mustBeUsable } from './database-state.ts';
import { addDrillFindings } from './findings.ts';
import { type ChosenClass, chosenClass, sourceClass } from './instance-class.ts';
import { passwordOf } from './password.ts';
import type { Reached } from './plan.ts';
import type { Reacher, Reaching } from './reacher.ts';
import { waitForRoom } from './room.ts';

/** Automated backups of Aurora cannot be turned off; a day is the least. */
const leastBackupDays = 1;

/**
 * Makes the one instance through which a restored cluster is read, and gives the cluster the drill's own password. Reads
 * PASSWORD_KEY_ID, SCRATCH_DB_SUBNET_GROUP and SCRATCH_SECURITY_GROUP_ID.
 */
export function clusterReacher(seam: Seam): Reacher {
  const rds = seam.client(RDSClient);
  const password = passwordOf(seam);
  const securityGroup = required(seam.environment, 'SCRATCH_SECURITY_GROUP_ID');
  const subnetGroup = required(seam.environment, 'SCRATCH_DB_SUBNET_GROUP');

  /** Registered before it is created, and found again by whoever asks twice. */
  const create = async ({ plan, attempt, execution, ledger }: Reaching, cluster: DBCluster, chosen: ChosenClass) => {
    const name = memberName(plan.drill);
    const { drill, goneBy } = plan;
    await register(
      ledger,
      { drill, resource: plan.resource, attempt, execution, what: 'cluster-instance', name, goneBy },
      seam.clock.now(),
    );
    try {
      await rds.send(
        new CreateDBInstanceCommand({
          DBInstanceIdentifier: name,
          DBClusterIdentifier: scratchName(drill),
          Engine: cluster.Engine,
          DBInstanceClass: chosen.instanceClass,
          DBSubnetGroupName: subnetGroup,
          PubliclyAccessible: false,
          AutoMinorVersionUpgrade: false,
          CopyTagsToSnapshot: false,
        }),
      );
    } catch (error) {
      if (nameOf(error) === 'InstanceQuotaExceededFault') {
        await waitForRoom({ ledger, clock: seam.clock, attempt }, { of: 'DB instances' });
      }
      if (!passing.includes(nameOf(error))) throw error;
      throw new NotYet(`RDS does not make an instance in ${scratchName(drill)} yet.`, { cause: error });
    }
    throw new NotYet(`RDS was told to make an instance in ${scratchName(drill)}.`);
  };

  return async (reaching): Promise<Reached> => {
    const { plan, attempt, ledger } = reaching;
    const { drill } = plan;
    const cluster = await describeCluster(rds, scratchName(drill));
    mustBeScratch(
      clusterIsScratch(
        { drill, name: scratchName(drill) },
        {
          identifier: cluster.DBClusterIdentifier,
          members: (cluster.DBClusterMembers ?? []).map(({ DBInstanceIdentifier: name = '' }) => name),
          replicatesFrom: cluster.ReplicationSourceIdentifier || undefined,
          isProtected: false,
        },
      ),
    );
    mustBeUsable('The restored cluster', cluster.Status);
    const instance = await describeInstance(rds, memberName(drill));
    if (instance === undefined) {
      const chosen = chosenClass(plan, await sourceClass(rds, plan, seam.environment.AWS_REGION));
      const { instanceClass, because } = chosen;
      await addDrillFindings(ledger, attempt, { restored: { instanceClass, instanceClassBecause: because } });
      return create(reaching, cluster, chosen);
    }
    mustBeScratch(
      memberIsScratch(
        { drill, name: memberName(drill) },
        { identifier: instance.DBInstanceIdentifier, cluster: instance.DBClusterIdentifier, isProtected: false },
      ),
    );
    mustBeUsable('The instance of the restored cluster', instance.DBInstanceStatus);

    const key = stepKey(attempt, 'scratch settings');
    if ((await ledger.get<AcceptedRow>(key)) === undefined) {
      await settle(rds, { name: scratchName(drill), password: await password(drill), securityGroup });
      await ledger.create<AcceptedRow>(accepted(key, seam.clock.now()));
      throw new NotYet('RDS was told the settings of the drill.');
    }
    const pending = pendingOf(cluster, securityGroup);
    if (pending !== undefined) throw new NotYet(`The restored cluster is ${cluster.Status}, and ${pending}.`);

    const { Endpoint: host, Port: port, Engine: engine, MasterUsername: user } = cluster;
    if (host === undefined || port === undefined || engine === undefined || user === undefined) {
      throw new NotYet('RDS does not tell the endpoint of the restored cluster yet.');
    }
    const parameterGroup = cluster.DBClusterParameterGroup;
    if (parameterGroup !== undefined) await addDrillFindings(ledger, attempt, { restored: { parameterGroup } });
    return {
      by: 'connection',
      host,
      port,
      user,
      // Aurora answers an empty text where no database was named.
      database: cluster.DatabaseName || defaultDatabase(engine),
      engine,
      engineVersion: cluster.EngineVersion ?? 'unknown',
      instanceClass: instance.DBInstanceClass ?? 'unknown',
      reachedAt: seam.clock.now().toISOString(),
    };
  };
}

/** Refusals of CreateDBInstance that pass: it is being made already, or its cluster is busy. */
const passing: readonly string[] = [
  'DBInstanceAlreadyExistsFault',
  'InvalidDBClusterStateFault',
  'InsufficientDBInstanceCapacityFault',
];

async function describeCluster(rds: RDSClient, name: string): Promise<DBCluster> {
  try {
    const { DBClusters } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: name }));
    const [found] = DBClusters ?? [];
    if (found !== undefined) return found;
  } catch (error) {
    if (nameOf(error) !== 'DBClusterNotFoundFault') throw error;
  }
  throw new NotYet(`RDS does not list the cluster ${name} yet.`);
}

async function describeInstance(rds: RDSClient, name: string): Promise<DBInstance | undefined> {
  try {
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
    return DBInstances?.[0];
  } catch (error) {
    if (nameOf(error) !== 'DBInstanceNotFoundFault') throw error;
    return undefined;
  }
}

async function settle(
  rds: RDSClient,
  { name, password, securityGroup }: { name: string; password: string; securityGroup: string },
): Promise<void> {
  try {
    await rds.send(
      new ModifyDBClusterCommand({
        DBClusterIdentifier: name,
        MasterUserPassword: password,
        BackupRetentionPeriod: leastBackupDays,
        VpcSecurityGroupIds: [securityGroup],
        ApplyImmediately: true,
      }),
    );
  } catch (error) {
    if (nameOf(error) !== 'InvalidDBClusterStateFault' && nameOf(error) !== 'InvalidDBInstanceStateFault') throw error;
    throw new NotYet('RDS does not take the settings of the drill in the state that the cluster is in.', {
      cause: error,
    });
  }
}

/** Which of the drill's settings does not hold yet. */
function pendingOf(found: DBCluster, securityGroup: string): string | undefined {
  if (found.PendingModifiedValues?.MasterUserPassword !== undefined) return 'its password is being set';
  if ((found.BackupRetentionPeriod ?? leastBackupDays) !== leastBackupDays) {
    return 'its automated backups are being cut to a day';
  }
  return isSealed(found.VpcSecurityGroups, securityGroup) ? undefined : 'its security group is being set';
}
