import { AwsError, NotModelled, type Region } from '../../../world/region.ts';
import type { DbSnapshot } from '../../rds/index.ts';
import { inOrBefore } from '../../rds/windows.ts';
import { draw, timing } from '../../timing.ts';
import { messages } from '../messages.ts';
import type { Point } from '../state.ts';
import type { Kind } from './kind.ts';
import { checkKeys, listOfTexts, trueOrFalse, wholeNumber } from './metadata.ts';

/** What GetRecoveryPointRestoreMetadata tells and a restore does not set: taken back without effect. */
const informational = ['EngineVersion', 'Engine', 'KmsKeyId', 'Encrypted', 'vpcId', 'AllocatedStorage'];
const settable = [
  'DBInstanceIdentifier',
  'DBInstanceClass',
  'DBSubnetGroupName',
  'VpcSecurityGroupIds',
  'MultiAZ',
  'PubliclyAccessible',
  'Port',
  'AvailabilityZone',
  'OptionGroupName',
  'DBParameterGroupName',
  'StorageType',
  'CopyTagsToSnapshot',
  'DeletionProtection',
];
const known = [...settable, ...informational];

export const rds: Kind = {
  type: 'RDS',
  fullyManaged: false,
  cold: false,
  stoppable: false,
  tellsArn: false,

  find: (region, arn) => {
    const instance = region.services.RDS.find(arn);
    if (instance?.arn !== arn) return undefined;
    if (instance.dataName === undefined) throw new NotModelled(`backups of the engine ${instance.engine}`);
    const { tags, storageEncrypted: encrypted, kmsKeyId: keyArn, identifier } = instance;
    return { name: identifier, tags, encrypted, keyArn };
  },

  obstacle: (region, arn) => {
    const instance = region.services.RDS.find(arn);
    if (instance?.status !== 'available') {
      return `Backup job could not start because the instance ${instance?.identifier ?? arn} is not in available state.`;
    }
    return inOrBefore(instance.maintenanceWindow, region.world.now(), timing.rds.beforeMaintenance)
      ? messages.maintenance
      : undefined;
  },

  pointArn: (region, job) => `arn:aws:rds:${region.name}:${region.account.id}:snapshot:${snapshotName(job.by, job.id)}`,

  begin: async (region, arn, { arn: pointArn, versionId, tags }) => {
    const { RDS } = region.services;
    const instance = RDS.find(arn);
    if (instance === undefined) throw new Error(`The instance ${arn} is gone.`);
    const identifier = snapshotOf(pointArn);
    const ready = RDS.snapshots.freshAutomated(instance);
    if (ready !== undefined) {
      // RDS has a snapshot already: AWS Backup copies that one, however much was written since.
      await region.account.data.versions.copy(ready.versionId, versionId);
      const copy = RDS.snapshots.receive(ready, {
        identifier,
        versionId,
        kmsKeyId: ready.kmsKeyId,
        sourceRegion: undefined,
        tags,
      });
      const chance = region.world.chance.fork(`rds backup ${versionId}`);
      return {
        holding: { type: 'RDS', snapshotIdentifier: identifier },
        dataInstant: copy.databaseAt,
        milliseconds: draw(chance, timing.rds.snapshot),
        sizeBytes: 0,
        finish: () => RDS.snapshots.complete(copy),
        undo: () => RDS.snapshots.remove(identifier),
      };
    }
    const { snapshot, milliseconds, finish } = await RDS.snapshots.take(instance, { identifier, versionId, tags });
    return {
      holding: { type: 'RDS', snapshotIdentifier: identifier },
      dataInstant: snapshot.databaseAt,
      milliseconds,
      sizeBytes: 0,
      finish,
      undo: () => {
        // Also an abandoned snapshot has to let go of its instance.
        finish();
        RDS.snapshots.remove(identifier);
      },
    };
  },

  copy: async (from, point, to, copyArn, versionId, vaultKey) => {
    const source = behind(from, point);
    if (source === undefined) throw new Error(`The snapshot behind ${point.arn} is gone.`);
    const chance = from.world.chance.fork(`rds copy ${versionId}`);
    const { bytes } = await from.account.data.versions.copy(point.versionId, versionId);
    const identifier = snapshotOf(copyArn);
    const { snapshots } = to.services.RDS;
    const copy = snapshots.receive(source, {
      identifier,
      versionId,
      kmsKeyId: vaultKey,
      sourceRegion: from.name === to.name ? undefined : from.name,
      tags: source.tags,
    });
    return {
      holding: { type: 'RDS', snapshotIdentifier: identifier },
      dataInstant: point.dataInstant,
      milliseconds: draw(chance, timing.copy.overhead.RDS) + Math.round((1000 * bytes) / timing.copy.bytesPerSecond),
      sizeBytes: 0,
      finish: () => snapshots.complete(copy),
      undo: () => snapshots.remove(identifier),
    };
  },

  forget: (region, point) => {
    if (point.holding.type === 'RDS') region.services.RDS.snapshots.remove(point.holding.snapshotIdentifier);
  },

  metadata: (region, point) => {
    const snapshot = behind(region, point);
    if (snapshot === undefined) return {};
    return {
      AllocatedStorage: String(snapshot.allocatedStorage),
      CopyTagsToSnapshot: String(snapshot.copyTagsToSnapshot),
      DBInstanceClass: snapshot.instanceClass,
      // The source's own: in another Region none of these need exist.
      DBSubnetGroupName: snapshot.subnetGroup ?? 'default',
      DBParameterGroupName: snapshot.parameterGroup,
      OptionGroupName: snapshot.optionGroup,
      Encrypted: String(snapshot.storageEncrypted),
      ...(snapshot.kmsKeyId === undefined ? {} : { KmsKeyId: snapshot.kmsKeyId }),
      Engine: snapshot.engine,
      EngineVersion: snapshot.engineVersion,
      MultiAZ: String(snapshot.multiAz),
      Port: String(snapshot.port),
      PubliclyAccessible: 'false',
      StorageType: snapshot.storageType,
    };
  },

  checkMetadata: (metadata) => {
    checkKeys(metadata, { known, required: ['DBInstanceIdentifier'] });
    parameters(metadata);
  },

  restore: (region, point, order, ended) => {
    const snapshot = behind(region, point);
    if (snapshot === undefined) return ended({ fails: `DBSnapshot ${snapshotOf(point.arn)} not found.` });
    if (order.metadata.AvailabilityZone !== undefined) throw new NotModelled('AvailabilityZone in a restore of RDS');
    const chance = region.world.chance.fork(`rds restore ${order.id}`);
    try {
      // The tags of the day of the backup come along whether or not anybody asks for them.
      region.services.RDS.snapshots.restore(snapshot, parameters(order.metadata), snapshot.instanceTags, (instance) => {
        region.world.after(
          draw(chance, timing.restore.noticed),
          `AWS Backup saw ${instance.identifier} available`,
          () => {
            ended({ createdResourceArn: instance.arn });
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
    identifier: metadata.DBInstanceIdentifier ?? '',
    instanceClass: metadata.DBInstanceClass,
    subnetGroup: metadata.DBSubnetGroupName?.toLowerCase(),
    securityGroupIds: listOfTexts(metadata, 'VpcSecurityGroupIds'),
    multiAz: trueOrFalse(metadata, 'MultiAZ'),
    publiclyAccessible: trueOrFalse(metadata, 'PubliclyAccessible'),
    port: wholeNumber(metadata, 'Port'),
    storageType: metadata.StorageType,
    parameterGroup: metadata.DBParameterGroupName,
    optionGroup: metadata.OptionGroupName,
    copyTagsToSnapshot: trueOrFalse(metadata, 'CopyTagsToSnapshot'),
    deletionProtection: trueOrFalse(metadata, 'DeletionProtection'),
  };
}

function behind(region: Region, point: Point): DbSnapshot | undefined {
  return point.holding.type === 'RDS'
    ? region.services.RDS.snapshots.find(point.holding.snapshotIdentifier)
    : undefined;
}

function snapshotName(by: 'job' | 'copyjob', id: string): string {
  return `awsbackup:${by}-${id.toLowerCase()}`;
}

function snapshotOf(arn: string): string {
  return arn.slice(arn.indexOf(':snapshot:') + ':snapshot:'.length);
}
