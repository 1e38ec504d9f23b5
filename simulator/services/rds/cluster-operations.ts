import type {
  CreateDBInstanceMessage,
  DeleteDBClusterMessage,
  DescribeDBClusterSnapshotsMessage,
  DescribeDBClustersMessage,
  ModifyDBClusterMessage,
} from '@aws-sdk/client-rds';
import { AwsError, NotModelled, type Operation } from '../../world/region.ts';
import { refuseOthers } from '../parameters.ts';
import { draw, timing } from '../timing.ts';
import { describeClusterSnapshot } from './cluster-snapshots.ts';
import { describeCluster, membersOf, mostClusters } from './clusters.ts';
import { destroyData, setPassword } from './data.ts';
import { describeInstance, filtered } from './describe.ts';
import { groupMustExist } from './groups.ts';
import { newInstance } from './instances.ts';
import { checkPassword } from './modify.ts';
import { page } from './pages.ts';
import { clusterOf, invalidCombination, invalidValue, wrongClusterState } from './refusals.ts';
import { arnPrefix, type DbCluster, type RdsState } from './state.ts';

const created = new Set([
  'DBInstanceIdentifier',
  'DBClusterIdentifier',
  'Engine',
  'EngineVersion',
  'DBInstanceClass',
  'DBSubnetGroupName',
  'DBParameterGroupName',
  'PubliclyAccessible',
  'AutoMinorVersionUpgrade',
  'CopyTagsToSnapshot',
  'Tags',
]);
/** An instance in a cluster has these of its cluster, and RDS refuses them for it. */
const ofCluster = [
  'MasterUsername',
  'MasterUserPassword',
  'BackupRetentionPeriod',
  'VpcSecurityGroupIds',
  'DBName',
  'StorageEncrypted',
  'KmsKeyId',
  'AllocatedStorage',
  'DeletionProtection',
] as const;
const modified = new Set([
  'DBClusterIdentifier',
  'ApplyImmediately',
  'MasterUserPassword',
  'VpcSecurityGroupIds',
  'BackupRetentionPeriod',
  'DeletionProtection',
]);

export function clusterOperations(state: RdsState): Record<string, Operation> {
  const { region, chance } = state;
  const { world } = region;

  /** Puts the cluster into a status for a while, then lets the change take effect. */
  const change = (cluster: DbCluster, status: DbCluster['status'], effect: () => void | Promise<void>) => {
    world.after(draw(chance, timing.rds.modifyBegins), `RDS begins to change ${cluster.identifier}`, () => {
      if (cluster.status === 'available') cluster.status = status;
      world.after(draw(chance, timing.rds.modifyTakes), `RDS changed ${cluster.identifier}`, async () => {
        if (cluster.status === 'deleting') return;
        await effect();
        if (cluster.status === status) cluster.status = 'available';
      });
    });
  };

  return {
    DescribeDBClusters: (input: DescribeDBClustersMessage) => {
      const byId = input.DBClusterIdentifier;
      const found =
        byId === undefined || byId === ''
          ? [...state.clusters.values()]
          : [clusterOf(state, byId.slice(byId.lastIndexOf(':') + 1))];
      const kept = filtered(found, input.Filters, {
        'db-cluster-id': (one) => [one.identifier, one.arn],
        'db-cluster-resource-id': (one) => [one.resourceId],
        engine: (one) => [one.engine],
      }).sort((one, other) => (one.identifier < other.identifier ? -1 : 1));
      const { items, marker } = page(kept, (one) => one.identifier, input.MaxRecords, input.Marker);
      return { ...marker, DBClusters: items.map((one) => describeCluster(state, one)) };
    },

    DescribeDBClusterSnapshots: (input: DescribeDBClusterSnapshotsMessage) => {
      if (input.IncludeShared === true || input.IncludePublic === true)
        throw new NotModelled('shared and public snapshots');
      const { DBClusterSnapshotIdentifier: named, DBClusterIdentifier: cluster, SnapshotType: type } = input;
      if (type !== undefined && !['automated', 'manual'].includes(type)) {
        throw invalidValue(`Invalid snapshot type: ${type}`);
      }
      let found = type === undefined ? [...state.clusterSnapshots.values()] : [];
      if (named !== undefined) {
        found = found.filter(({ identifier, arn }) => identifier === named || arn === named);
        if (found.length === 0) {
          throw new AwsError('DBClusterSnapshotNotFoundFault', `DBClusterSnapshot ${named} not found.`, 404);
        }
      }
      const kept = filtered(
        found.filter((one) => cluster === undefined || one.clusterIdentifier === cluster.toLowerCase()),
        input.Filters,
        {
          'db-cluster-id': (one) => [one.clusterIdentifier, `${arnPrefix(region)}cluster:${one.clusterIdentifier}`],
          'db-cluster-snapshot-id': (one) => [one.identifier],
          engine: (one) => [one.engine],
        },
      );
      const { items, marker } = page(kept, (one) => one.identifier, input.MaxRecords, input.Marker);
      return { ...marker, DBClusterSnapshots: items.map(describeClusterSnapshot) };
    },

    /** RDS counts what is used of its quotas; of them two are modelled. */
    DescribeAccountAttributes: () => ({
      AccountQuotas: [
        { AccountQuotaName: 'DBInstances', Used: state.instances.size, Max: state.mostInstances },
        { AccountQuotaName: 'DBClusters', Used: state.clusters.size, Max: mostClusters },
      ],
    }),

    CreateDBInstance: (input: CreateDBInstanceMessage) => {
      if (input.DBClusterIdentifier === undefined) throw new NotModelled('CreateDBInstance outside of a cluster');
      const refused = ofCluster.find((name) => input[name] !== undefined);
      if (refused !== undefined) {
        throw invalidCombination(
          `The requested DB Instance will be a member of a DB Cluster: ${refused} is the cluster's.`,
        );
      }
      refuseOthers('RDS.CreateDBInstance', input, created);
      const cluster = clusterOf(state, input.DBClusterIdentifier);
      if (cluster.status !== 'available' && cluster.status !== 'backing-up') {
        throw wrongClusterState(`DB cluster ${cluster.identifier} is not in available state: it is ${cluster.status}.`);
      }
      if (input.Engine !== cluster.engine) {
        throw invalidCombination(`The engine ${input.Engine} is not that of the cluster, ${cluster.engine}.`);
      }
      if (input.DBSubnetGroupName !== undefined && input.DBSubnetGroupName.toLowerCase() !== cluster.subnetGroup) {
        throw invalidCombination('The DB subnet group is not that of the cluster.');
      }
      const instanceClass = input.DBInstanceClass ?? '';
      if (instanceClass === 'db.serverless') throw new NotModelled('serverless instances');
      // Aurora has neither micro classes nor the general-purpose m family.
      if (!/^db\.[a-z0-9]+\.[a-z0-9]+$/.test(instanceClass) || /\.micro$|^db\.m/.test(instanceClass)) {
        throw invalidCombination(
          `RDS does not support creating a DB instance with the following combination: DBInstanceClass=${instanceClass}, Engine=${cluster.engine}.`,
        );
      }
      groupMustExist(state, 'parameter', input.DBParameterGroupName);
      const instance = newInstance(state, {
        identifier: input.DBInstanceIdentifier ?? '',
        cluster,
        engine: cluster.engine,
        engineVersion: cluster.engineVersion,
        instanceClass,
        storageType: 'aurora',
        allocatedStorage: 1,
        masterUsername: cluster.masterUsername,
        masterPassword: '',
        databaseName: cluster.databaseName,
        port: cluster.port,
        subnetGroup: cluster.subnetGroup,
        securityGroupIds: cluster.securityGroupIds,
        publiclyAccessible: input.PubliclyAccessible,
        parameterGroup: input.DBParameterGroupName,
        storageEncrypted: cluster.storageEncrypted,
        kmsKeyId: cluster.kmsKeyId,
        backupRetentionDays: cluster.backupRetentionDays,
        copyTagsToSnapshot: input.CopyTagsToSnapshot,
        tags: new Map((input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      });
      world.after(draw(chance, timing.rds.memberCreating), `RDS made ${instance.identifier}`, () => {
        if (instance.status !== 'creating') return;
        instance.createdAt = world.now();
        instance.status = 'available';
      });
      return { DBInstance: describeInstance(state, instance) };
    },

    ModifyDBCluster: (input: ModifyDBClusterMessage) => {
      refuseOthers('RDS.ModifyDBCluster', input, modified);
      const cluster = clusterOf(state, input.DBClusterIdentifier);
      if (cluster.status !== 'available') {
        throw wrongClusterState(`DB cluster ${cluster.identifier} is not in available state: it is ${cluster.status}.`);
      }
      const { MasterUserPassword: password, VpcSecurityGroupIds: groups, BackupRetentionPeriod: retention } = input;
      if (password !== undefined) checkPassword(password, cluster.engine);
      if (retention !== undefined && (retention < 1 || retention > 35)) {
        throw invalidValue(`Invalid backup retention period: ${retention}. Must be between 1 and 35.`);
      }
      if (groups?.length === 0) throw invalidValue('VpcSecurityGroupIds must name at least one group.');
      if (input.DeletionProtection !== undefined) cluster.deletionProtection = input.DeletionProtection;
      if (password !== undefined) {
        cluster.pending.masterPassword = password;
        change(cluster, 'resetting-master-credentials', async () => {
          const latest = cluster.pending.masterPassword;
          if (latest === undefined) return;
          await setPassword(region, cluster.engine, cluster.dataName, latest);
          cluster.masterPassword = latest;
          delete cluster.pending.masterPassword;
        });
      }
      if (groups !== undefined && groups.join() !== cluster.securityGroupIds.join()) {
        cluster.securityGroupsToCome = groups;
        change(cluster, 'modifying', () => {
          if (cluster.securityGroupsToCome === undefined) return;
          cluster.securityGroupIds = cluster.securityGroupsToCome;
          for (const member of membersOf(state, cluster)) member.securityGroupIds = cluster.securityGroupIds;
          cluster.securityGroupsToCome = undefined;
        });
      }
      if (retention !== undefined && retention !== cluster.backupRetentionDays) {
        cluster.pending.backupRetentionDays = retention;
        change(cluster, 'modifying', () => {
          cluster.backupRetentionDays = cluster.pending.backupRetentionDays ?? cluster.backupRetentionDays;
          delete cluster.pending.backupRetentionDays;
        });
      }
      return { DBCluster: describeCluster(state, cluster) };
    },

    DeleteDBCluster: (input: DeleteDBClusterMessage) => {
      const cluster = clusterOf(state, input.DBClusterIdentifier);
      const { SkipFinalSnapshot: skip = false, FinalDBSnapshotIdentifier: final } = input;
      if (skip === (final !== undefined)) {
        throw invalidCombination('FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.');
      }
      if (cluster.status === 'deleting') {
        throw wrongClusterState(`DB cluster ${cluster.identifier} is already being deleted.`);
      }
      if (cluster.deletionProtection) {
        throw invalidCombination('Cannot delete protected Cluster, please disable deletion protection and try again.');
      }
      if (cluster.status !== 'available') {
        throw wrongClusterState(`DB cluster ${cluster.identifier} is not in available state: it is ${cluster.status}.`);
      }
      if (membersOf(state, cluster).some(({ status }) => status !== 'deleting')) {
        throw wrongClusterState('Cluster cannot be deleted, it still contains DB instances in non-deleting state.');
      }
      if (final !== undefined) throw new NotModelled('the final snapshot of a cluster');
      if (input.DeleteAutomatedBackups === false) throw new NotModelled('automated backups that outlive their cluster');
      cluster.status = 'deleting';
      const gone = async (): Promise<void> => {
        if (membersOf(state, cluster).length > 0) {
          world.after(
            draw(chance, timing.rds.clusterDeleting),
            `RDS waits for instances of ${cluster.identifier}`,
            gone,
          );
          return;
        }
        state.clusters.delete(cluster.identifier);
        await destroyData(region, cluster.engine, cluster.dataName);
      };
      world.after(draw(chance, timing.rds.clusterDeleting), `RDS deleted ${cluster.identifier}`, gone);
      return { DBCluster: describeCluster(state, cluster) };
    },
  };
}
