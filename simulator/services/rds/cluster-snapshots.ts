import type { DBClusterSnapshot } from '@aws-sdk/client-rds';
import { draw, timing } from '../timing.ts';
import { snapshotData } from './data.ts';
import { arnPrefix, type DbCluster, type DbClusterSnapshot, type RdsState, tagList } from './state.ts';

/** What a snapshot says of its cluster; nobody is shown this one until it is kept among the snapshots. */
export function clusterSnapshotOf(
  state: RdsState,
  cluster: DbCluster,
  own: { readonly identifier: string; readonly versionId: string; readonly tags: ReadonlyMap<string, string> },
): DbClusterSnapshot {
  const { region } = state;
  state.made += 1;
  return {
    ...own,
    tags: new Map(own.tags),
    arn: `${arnPrefix(region)}cluster-snapshot:${own.identifier}`,
    sequence: state.made,
    clusterIdentifier: cluster.identifier,
    clusterResourceId: cluster.resourceId,
    clusterCreatedAt: cluster.createdAt,
    engine: cluster.engine,
    engineVersion: cluster.engineVersion,
    masterUsername: cluster.masterUsername,
    masterPassword: cluster.masterPassword,
    databaseName: cluster.databaseName,
    port: cluster.port,
    parameterGroup: cluster.parameterGroup,
    subnetGroup: cluster.subnetGroup,
    securityGroupIds: cluster.securityGroupIds,
    storageEncrypted: cluster.storageEncrypted,
    kmsKeyId: cluster.kmsKeyId,
    backupRetentionDays: cluster.backupRetentionDays,
    copyTagsToSnapshot: cluster.copyTagsToSnapshot,
    clusterTags: new Map(cluster.tags),
    sourceArn: undefined,
    databaseAt: region.world.now(),
    status: 'creating',
    createdAt: undefined,
  };
}

/** Begins a snapshot of a cluster: the data of this instant is in it. The caller calls `finish` when its time is over. */
export async function takeClusterSnapshot(
  state: RdsState,
  cluster: DbCluster,
  own: { readonly identifier: string; readonly versionId: string; readonly tags: ReadonlyMap<string, string> },
): Promise<{ snapshot: DbClusterSnapshot; milliseconds: number; finish: () => void }> {
  const { region } = state;
  const snapshot = clusterSnapshotOf(state, cluster, own);
  state.clusterSnapshots.set(snapshot.identifier, snapshot);
  await snapshotData(region, cluster.engine, cluster.dataName, own.versionId);
  if (cluster.status === 'available') cluster.status = 'backing-up';
  return {
    snapshot,
    milliseconds: draw(state.chance, timing.rds.snapshot),
    finish: () => {
      snapshot.status = 'available';
      snapshot.createdAt = region.world.now();
      if (cluster.status === 'backing-up') cluster.status = 'available';
    },
  };
}

/** Records a copy of a cluster's snapshot, of this Region or another. Its data has been copied to `versionId`. */
export function copiedClusterSnapshot(
  state: RdsState,
  source: DbClusterSnapshot,
  own: Pick<DbClusterSnapshot, 'identifier' | 'versionId' | 'kmsKeyId'>,
): DbClusterSnapshot {
  state.made += 1;
  const snapshot: DbClusterSnapshot = {
    ...source,
    identifier: own.identifier,
    versionId: own.versionId,
    arn: `${arnPrefix(state.region)}cluster-snapshot:${own.identifier}`,
    sequence: state.made,
    kmsKeyId: source.storageEncrypted ? own.kmsKeyId : undefined,
    tags: new Map(source.tags),
    sourceArn: source.arn,
    status: 'creating',
    createdAt: undefined,
  };
  state.clusterSnapshots.set(snapshot.identifier, snapshot);
  return snapshot;
}

export function describeClusterSnapshot(snapshot: DbClusterSnapshot): DBClusterSnapshot {
  return {
    DBClusterSnapshotIdentifier: snapshot.identifier,
    DBClusterSnapshotArn: snapshot.arn,
    DBClusterIdentifier: snapshot.clusterIdentifier,
    DbClusterResourceId: snapshot.clusterResourceId,
    ...(snapshot.createdAt === undefined ? {} : { SnapshotCreateTime: new Date(snapshot.createdAt) }),
    ...(snapshot.clusterCreatedAt === undefined ? {} : { ClusterCreateTime: new Date(snapshot.clusterCreatedAt) }),
    Engine: snapshot.engine,
    EngineVersion: snapshot.engineVersion,
    EngineMode: 'provisioned',
    MasterUsername: snapshot.masterUsername,
    Port: snapshot.port,
    Status: snapshot.status,
    SnapshotType: 'awsbackup',
    PercentProgress: snapshot.status === 'available' ? 100 : 0,
    StorageEncrypted: snapshot.storageEncrypted,
    ...(snapshot.kmsKeyId === undefined ? {} : { KmsKeyId: snapshot.kmsKeyId }),
    ...(snapshot.sourceArn === undefined ? {} : { SourceDBClusterSnapshotArn: snapshot.sourceArn }),
    TagList: tagList(snapshot.tags),
  };
}
