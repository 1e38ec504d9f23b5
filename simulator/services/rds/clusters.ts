import type { DBCluster } from '@aws-sdk/client-rds';
import { AwsError, NotModelled } from '../../world/region.ts';
import { draw, timing } from '../timing.ts';
import { createData, hasData, masterOf } from './data.ts';
import { groupMustExist } from './groups.ts';
import { addressLabel, defaultPort, defaultSecurityGroup, releaseOf } from './instances.ts';
import { mustBeInVpc } from './networks.ts';
import { checkIdentifier } from './refusals.ts';
import { clusterWindow } from './restorable.ts';
import { arnPrefix, type DbCluster, type DbClusterSnapshot, type DbInstance, type RdsState, tagList } from './state.ts';
import { drawBackupWindow, drawMaintenanceWindow } from './windows.ts';

/** Clusters of one Region (documented, adjustable). */
export const mostClusters = 40;

/** What a new cluster is to be; what is left out is as RDS chooses it. */
export interface ClusterOptions {
  readonly identifier: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly masterUsername: string;
  readonly masterPassword: string;
  readonly databaseName?: string | undefined;
  readonly port?: number | undefined;
  readonly subnetGroup?: string | undefined;
  readonly securityGroupIds?: readonly string[] | undefined;
  readonly parameterGroup?: string | undefined;
  readonly storageEncrypted?: boolean | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly backupRetentionDays?: number | undefined;
  readonly copyTagsToSnapshot?: boolean | undefined;
  readonly deletionProtection?: boolean | undefined;
  readonly tags: ReadonlyMap<string, string>;
}

/** Makes a cluster that is still `creating`, without instances. Its data and its further life are the caller's. */
export function newCluster(state: RdsState, options: ClusterOptions): DbCluster {
  const { region, chance } = state;
  if (!options.engine.startsWith('aurora-') || !hasData(options.engine)) {
    throw new NotModelled(`clusters of the engine ${options.engine}`);
  }
  checkIdentifier(options.identifier);
  const identifier = options.identifier.toLowerCase();
  if (state.clusters.has(identifier)) {
    throw new AwsError('DBClusterAlreadyExistsFault', 'DB Cluster already exists', 400);
  }
  if (state.clusters.size >= mostClusters) {
    throw new AwsError('DBClusterQuotaExceededFault', 'DB Cluster quota exceeded', 403);
  }
  const { subnetGroup } = options;
  if (subnetGroup !== undefined && subnetGroup !== 'default' && !state.subnetGroups.has(subnetGroup)) {
    throw new AwsError('DBSubnetGroupNotFoundFault', `DB subnet group '${subnetGroup}' does not exist.`, 404);
  }
  mustBeInVpc(state, options.securityGroupIds ?? [], state.subnetGroups.get(subnetGroup ?? '')?.vpcId);
  const resourceId = `cluster-${chance.hex(26).toUpperCase()}`;
  const domain = `${addressLabel(state)}.${region.name}.rds.amazonaws.com`;
  const cluster: DbCluster = {
    identifier,
    resourceId,
    arn: `${arnPrefix(region)}cluster:${identifier}`,
    engine: options.engine,
    engineVersion: options.engineVersion,
    masterUsername: options.masterUsername,
    databaseName: options.databaseName,
    port: options.port ?? defaultPort[options.engine] ?? 3306,
    address: `${identifier}.cluster-${domain}`,
    readerAddress: `${identifier}.cluster-ro-${domain}`,
    subnetGroup,
    parameterGroup:
      options.parameterGroup ?? `default.${options.engine}${releaseOf(options.engine, options.engineVersion)}`,
    storageEncrypted: options.storageEncrypted ?? false,
    kmsKeyId:
      options.storageEncrypted === true
        ? (options.kmsKeyId ?? `arn:aws:kms:${region.name}:${region.account.id}:alias/aws/rds`)
        : undefined,
    backupWindow: drawBackupWindow(chance),
    maintenanceWindow: drawMaintenanceWindow(chance),
    copyTagsToSnapshot: options.copyTagsToSnapshot ?? false,
    tags: new Map(options.tags),
    dataName: `${region.name}/${identifier}#${resourceId}`,
    status: 'creating',
    createdAt: undefined,
    securityGroupIds: options.securityGroupIds ?? [defaultSecurityGroup(state)],
    securityGroupsToCome: undefined,
    backupRetentionDays: options.backupRetentionDays ?? 1,
    deletionProtection: options.deletionProtection ?? false,
    masterPassword: options.masterPassword,
    pending: {},
    lazyUntil: 0,
    cloneGroup: undefined,
  };
  state.clusters.set(identifier, cluster);
  return cluster;
}

/** The instances of a cluster, the writer first. */
export function membersOf(state: RdsState, cluster: DbCluster): DbInstance[] {
  return [...state.instances.values()].filter(({ clusterIdentifier }) => clusterIdentifier === cluster.identifier);
}

/** What a restore may set: RestoreDBClusterFromSnapshot's parameters, as far as they are modelled. */
export interface ClusterRestoreParameters {
  readonly identifier: string;
  readonly engine: string;
  readonly engineVersion?: string | undefined;
  readonly port?: number | undefined;
  readonly subnetGroup?: string | undefined;
  readonly securityGroupIds?: readonly string[] | undefined;
  readonly parameterGroup?: string | undefined;
  readonly copyTagsToSnapshot?: boolean | undefined;
  readonly deletionProtection?: boolean | undefined;
  readonly backupRetentionDays?: number | undefined;
}

/** Restores a snapshot into a new cluster without instances: its master and retention are the source's. */
export function restoreCluster(
  state: RdsState,
  snapshot: DbClusterSnapshot,
  parameters: ClusterRestoreParameters,
  available: (cluster: DbCluster) => void,
): DbCluster {
  const { region, chance } = state;
  if (parameters.engine !== snapshot.engine) {
    throw new AwsError(
      'InvalidParameterCombination',
      `The snapshot is of the engine ${snapshot.engine}, not ${parameters.engine}.`,
      400,
    );
  }
  if (parameters.engineVersion !== undefined && parameters.engineVersion !== snapshot.engineVersion) {
    throw new NotModelled(`a restore of ${snapshot.engine} ${snapshot.engineVersion} as ${parameters.engineVersion}`);
  }
  groupMustExist(state, 'cluster parameter', parameters.parameterGroup);
  const cluster = newCluster(state, {
    ...parameters,
    engineVersion: snapshot.engineVersion,
    masterUsername: snapshot.masterUsername,
    masterPassword: snapshot.masterPassword,
    databaseName: snapshot.databaseName,
    port: parameters.port ?? snapshot.port,
    storageEncrypted: snapshot.storageEncrypted,
    kmsKeyId: snapshot.kmsKeyId,
    backupRetentionDays: parameters.backupRetentionDays ?? snapshot.backupRetentionDays,
    tags: snapshot.clusterTags,
  });
  region.world.after(draw(chance, timing.rds.clusterCreating), `RDS restored ${cluster.identifier}`, async () => {
    await createData(
      region,
      cluster.engine,
      cluster.dataName,
      { version: snapshot.versionId },
      masterOf({ ...cluster, masterPassword: snapshot.masterPassword }),
    );
    cluster.createdAt = region.world.now();
    cluster.lazyUntil = region.world.now() + draw(chance, timing.rds.lazy);
    cluster.status = 'available';
    available(cluster);
  });
  return cluster;
}

export function describeCluster(state: RdsState, cluster: DbCluster): DBCluster {
  const { pending, createdAt } = cluster;
  const window = clusterWindow(cluster, state.region.world.now());
  return {
    DBClusterIdentifier: cluster.identifier,
    DBClusterArn: cluster.arn,
    DbClusterResourceId: cluster.resourceId,
    Status: cluster.status,
    Engine: cluster.engine,
    EngineVersion: cluster.engineVersion,
    EngineMode: 'provisioned',
    MasterUsername: cluster.masterUsername,
    ...(cluster.databaseName === undefined ? {} : { DatabaseName: cluster.databaseName }),
    Endpoint: cluster.address,
    ReaderEndpoint: cluster.readerAddress,
    Port: cluster.port,
    BackupRetentionPeriod: cluster.backupRetentionDays,
    PreferredBackupWindow: cluster.backupWindow,
    PreferredMaintenanceWindow: cluster.maintenanceWindow,
    DBClusterParameterGroup: cluster.parameterGroup,
    DBSubnetGroup: cluster.subnetGroup ?? 'default',
    DBClusterMembers: membersOf(state, cluster).map(({ identifier }, index) => ({
      DBInstanceIdentifier: identifier,
      IsClusterWriter: index === 0,
      DBClusterParameterGroupStatus: 'in-sync',
      PromotionTier: 1,
    })),
    VpcSecurityGroups: [
      ...cluster.securityGroupIds.map((id) => ({
        VpcSecurityGroupId: id,
        Status: cluster.securityGroupsToCome?.includes(id) === false ? 'removing' : 'active',
      })),
      ...(cluster.securityGroupsToCome ?? [])
        .filter((id) => !cluster.securityGroupIds.includes(id))
        .map((id) => ({ VpcSecurityGroupId: id, Status: 'adding' })),
    ],
    PendingModifiedValues: {
      ...(pending.masterPassword === undefined ? {} : { MasterUserPassword: '****' }),
      ...(pending.backupRetentionDays === undefined ? {} : { BackupRetentionPeriod: pending.backupRetentionDays }),
    },
    ...(createdAt === undefined ? {} : { ClusterCreateTime: new Date(createdAt) }),
    StorageEncrypted: cluster.storageEncrypted,
    ...(cluster.kmsKeyId === undefined ? {} : { KmsKeyId: cluster.kmsKeyId }),
    CopyTagsToSnapshot: cluster.copyTagsToSnapshot,
    DeletionProtection: cluster.deletionProtection,
    IAMDatabaseAuthenticationEnabled: false,
    ReadReplicaIdentifiers: [],
    MultiAZ: false,
    ...(window === undefined
      ? {}
      : {
          EarliestRestorableTime: new Date(window.earliest),
          LatestRestorableTime: new Date(window.latest),
        }),
    ...(cluster.cloneGroup === undefined ? {} : { CloneGroupId: cluster.cloneGroup }),
    TagList: tagList(cluster.tags),
  };
}
