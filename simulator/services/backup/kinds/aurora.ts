import { AwsError, NotModelled, type Region } from '../../../world/region.ts';
import type { DbClusterSnapshot } from '../../rds/index.ts';
import { draw, timing } from '../../timing.ts';
import type { Point } from '../state.ts';
import type { Kind } from './kind.ts';
import { checkKeys, listOfTexts, trueOrFalse, wholeNumber } from './metadata.ts';

/** Keys of a restore of Aurora, in camel case where those of RDS are in Pascal case. */
const modelled = [
  'dbClusterIdentifier',
  'engine',
  'engineVersion',
  'engineMode',
  'port',
  'dbSubnetGroupName',
  'vpcSecurityGroupIds',
  'dbClusterParameterGroupName',
  'copyTagsToSnapshot',
];
const others = [
  'availabilityZones',
  'backtrackWindow',
  'databaseName',
  'enableCloudwatchLogsExports',
  'enableIAMDatabaseAuthentication',
  'kmsKeyId',
  'optionGroupName',
  'scalingConfiguration',
  'restoreToTime',
  'UseLatestRestorableTime',
];

export const aurora: Kind = {
  type: 'Aurora',
  fullyManaged: false,
  cold: false,
  stoppable: false,
  tellsArn: false,

  find: (region, arn) => {
    const cluster = region.services.RDS.findCluster(arn);
    if (cluster?.arn !== arn) return undefined;
    const { tags, storageEncrypted: encrypted, kmsKeyId: keyArn, identifier } = cluster;
    return { name: identifier, tags, encrypted, keyArn };
  },

  // Maintenance windows do not hold up backups of Aurora (documented).
  obstacle: (region, arn) => {
    const cluster = region.services.RDS.findCluster(arn);
    return cluster?.status === 'available'
      ? undefined
      : `Backup job could not start because the cluster ${cluster?.identifier ?? arn} is not in available state.`;
  },

  pointArn: (region, job) =>
    `arn:aws:rds:${region.name}:${region.account.id}:cluster-snapshot:awsbackup:${job.by}-${job.id.toLowerCase()}`,

  begin: async (region, arn, { arn: pointArn, versionId, tags }) => {
    const { RDS } = region.services;
    const cluster = RDS.findCluster(arn);
    if (cluster === undefined) throw new Error(`The cluster ${arn} is gone.`);
    const identifier = snapshotOf(pointArn);
    const taken = await RDS.clusterSnapshots.take(cluster, { identifier, versionId, tags });
    return {
      holding: { type: 'Aurora', snapshotIdentifier: identifier },
      dataInstant: taken.snapshot.databaseAt,
      milliseconds: taken.milliseconds,
      sizeBytes: 0,
      finish: taken.finish,
      undo: () => {
        // Also an abandoned snapshot has to let go of its cluster.
        taken.finish();
        RDS.clusterSnapshots.remove(identifier);
      },
    };
  },

  copy: async (from, point, to, copyArn, versionId, vaultKey) => {
    const source = behind(from, point);
    if (source === undefined) throw new Error(`The snapshot behind ${point.arn} is gone.`);
    const chance = from.world.chance.fork(`aurora copy ${versionId}`);
    const { bytes } = await from.account.data.versions.copy(point.versionId, versionId);
    const identifier = snapshotOf(copyArn);
    const { clusterSnapshots } = to.services.RDS;
    const copy = clusterSnapshots.receive(source, { identifier, versionId, kmsKeyId: vaultKey });
    return {
      holding: { type: 'Aurora', snapshotIdentifier: identifier },
      dataInstant: point.dataInstant,
      // Copies of Aurora are always full (documented).
      milliseconds: draw(chance, timing.copy.overhead.Aurora) + Math.round((1000 * bytes) / timing.copy.bytesPerSecond),
      sizeBytes: 0,
      finish: () => clusterSnapshots.complete(copy),
      undo: () => clusterSnapshots.remove(identifier),
    };
  },

  forget: (region, point) => {
    if (point.holding.type === 'Aurora') region.services.RDS.clusterSnapshots.remove(point.holding.snapshotIdentifier);
  },

  /** It says nothing of the instances that the source had. */
  metadata: (region, point) => {
    const snapshot = behind(region, point);
    if (snapshot === undefined) return {};
    return {
      engine: snapshot.engine,
      engineVersion: snapshot.engineVersion,
      engineMode: 'provisioned',
      port: String(snapshot.port),
      copyTagsToSnapshot: String(snapshot.copyTagsToSnapshot),
      // The source's own: in another Region none of these need exist.
      dbClusterParameterGroupName: snapshot.parameterGroup,
      dbSubnetGroupName: snapshot.subnetGroup ?? 'default',
      vpcSecurityGroupIds: JSON.stringify(snapshot.securityGroupIds),
      ...(snapshot.kmsKeyId === undefined ? {} : { kmsKeyId: snapshot.kmsKeyId }),
    };
  },

  checkMetadata: (metadata) => {
    checkKeys(metadata, { known: [...modelled, ...others], required: ['dbClusterIdentifier', 'engine'] });
    parameters(metadata);
  },

  restore: (region, point, order, ended) => {
    const snapshot = behind(region, point);
    if (snapshot === undefined) return ended({ fails: `DBClusterSnapshot ${snapshotOf(point.arn)} not found.` });
    const odd = others.find((key) => order.metadata[key] !== undefined);
    if (odd !== undefined) throw new NotModelled(`${odd} in a restore of Aurora`);
    const chance = region.world.chance.fork(`aurora restore ${order.id}`);
    try {
      region.services.RDS.clusterSnapshots.restore(snapshot, parameters(order.metadata), (cluster) => {
        region.world.after(
          draw(chance, timing.restore.noticed),
          `AWS Backup saw ${cluster.identifier} available`,
          () => {
            ended({ createdResourceArn: cluster.arn });
          },
        );
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      ended({ fails: `${error.message} (Service: Rds, Status Code: ${error.status})` });
    }
  },
};

function parameters(metadata: Readonly<Record<string, string>>) {
  return {
    identifier: metadata.dbClusterIdentifier ?? '',
    engine: metadata.engine ?? '',
    engineVersion: metadata.engineVersion,
    port: wholeNumber(metadata, 'port'),
    subnetGroup: metadata.dbSubnetGroupName?.toLowerCase(),
    securityGroupIds: listOfTexts(metadata, 'vpcSecurityGroupIds'),
    parameterGroup: metadata.dbClusterParameterGroupName,
    copyTagsToSnapshot: trueOrFalse(metadata, 'copyTagsToSnapshot'),
  };
}

function behind(region: Region, point: Point): DbClusterSnapshot | undefined {
  return point.holding.type === 'Aurora'
    ? region.services.RDS.clusterSnapshots.find(point.holding.snapshotIdentifier)
    : undefined;
}

function snapshotOf(arn: string): string {
  return arn.slice(arn.indexOf(':cluster-snapshot:') + ':cluster-snapshot:'.length);
}
