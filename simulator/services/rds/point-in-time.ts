import type {
  RestoreDBClusterToPointInTimeMessage,
  RestoreDBInstanceToPointInTimeMessage,
  Tag,
} from '@aws-sdk/client-rds';
import { AwsError, NotModelled, type Operation } from '../../world/region.ts';
import { refuseOthers } from '../parameters.ts';
import { clusterSnapshotOf } from './cluster-snapshots.ts';
import { describeCluster, restoreCluster } from './clusters.ts';
import { dataAsOf } from './data.ts';
import { describeInstance } from './describe.ts';
import { clusterOf, instanceOf, invalidCombination, invalidValue, wrongClusterState } from './refusals.ts';
import type { Replication } from './replication.ts';
import { clusterWindow, restorableWindow } from './restorable.ts';
import { restoreInstance } from './restore.ts';
import { snapshotOf } from './snapshots.ts';
import { backupsArn, type DbCluster, type DbInstance, type RdsState } from './state.ts';

type Window = { readonly earliest: number; readonly latest: number } | undefined;

const ofInstance = new Set([
  'SourceDBInstanceIdentifier',
  'SourceDbiResourceId',
  'SourceDBInstanceAutomatedBackupsArn',
  'TargetDBInstanceIdentifier',
  'RestoreTime',
  'UseLatestRestorableTime',
  'DBInstanceClass',
  'Port',
  'DBSubnetGroupName',
  'VpcSecurityGroupIds',
  'MultiAZ',
  'PubliclyAccessible',
  'StorageType',
  'OptionGroupName',
  'DBParameterGroupName',
  'CopyTagsToSnapshot',
  'DeletionProtection',
  'BackupRetentionPeriod',
  'Tags',
]);
const ofCluster = new Set([
  'SourceDBClusterIdentifier',
  'SourceDbClusterResourceId',
  'DBClusterIdentifier',
  'RestoreType',
  'RestoreToTime',
  'UseLatestRestorableTime',
  'Port',
  'DBSubnetGroupName',
  'VpcSecurityGroupIds',
  'DBClusterParameterGroupName',
  'CopyTagsToSnapshot',
  'DeletionProtection',
  'BackupRetentionPeriod',
  'Tags',
]);

/**
 * Recovery to an instant, beside the source. As RDS documents it, the new instance gets the default subnet group and
 * security group and no tags unless the call names some, and keeps the source's engine, master user and retention. Its
 * master password is the source's of today: which one was set at the instant is not modelled. The wording of refusals
 * about time is from memory.
 */
export function pointInTimeOperations(state: RdsState, replication: () => Replication): Record<string, Operation> {
  const { region } = state;
  const { world } = region;

  const sourceOf = (input: RestoreDBInstanceToPointInTimeMessage): { instance: DbInstance; window: Window } => {
    const { SourceDBInstanceIdentifier: name, SourceDbiResourceId: id } = input;
    const { SourceDBInstanceAutomatedBackupsArn: arn } = input;
    if ([name, id, arn].filter((one) => one !== undefined).length !== 1) {
      throw invalidCombination(
        'Exactly one of SourceDBInstanceIdentifier, SourceDbiResourceId and SourceDBInstanceAutomatedBackupsArn must be given.',
      );
    }
    const now = world.now();
    const live = (instance: DbInstance) => {
      if (instance.clusterIdentifier !== undefined) {
        throw invalidCombination(`${instance.identifier} is in a cluster: restore the cluster to an instant.`);
      }
      return { instance, window: restorableWindow(instance, now) };
    };
    if (name !== undefined) return live(instanceOf(state, name.slice(name.lastIndexOf(':') + 1)));
    const isIt = (one: DbInstance) => one.resourceId === id || backupsArn(region, one) === arn;
    const own = [...state.instances.values()].find(isIt);
    if (own !== undefined) return live(own);
    const retained = state.retained.find(({ instance }) => isIt(instance));
    if (retained !== undefined) {
      return { instance: retained.instance, window: restorableWindow(retained.instance, retained.latest) };
    }
    const replicated = replication().backupsOf(arn ?? '');
    if (replicated !== undefined) return { instance: replicated.source, window: replicated.window };
    throw new AwsError(
      'DBInstanceAutomatedBackupNotFoundFault',
      `Automated backup with ${id === undefined ? `ARN ${arn}` : `resource ID ${id}`} not found.`,
      404,
    );
  };

  /** The instant that is asked for, milliseconds since 1970. */
  const instantOf = (of: string, window: Window, time: Date | undefined, latest: boolean, member: string): number => {
    if (latest === (time !== undefined)) {
      throw invalidCombination(`Give either ${member} or UseLatestRestorableTime, and not both.`);
    }
    if (window === undefined) {
      throw new AwsError('PointInTimeRestoreNotEnabledFault', `${of} has no automated backups to restore from.`, 400);
    }
    if (time === undefined) return window.latest;
    // RDS takes whole seconds.
    const instant = Math.floor(new Date(time).getTime() / 1000) * 1000;
    if (Number.isNaN(instant)) throw invalidValue(`${member} is not an instant.`);
    const iso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z');
    if (instant > window.latest) {
      throw invalidValue(
        `The specified instance cannot be restored to a time later than ${iso(window.latest)}, its latest restorable time.`,
      );
    }
    if (instant < Math.floor(window.earliest / 1000) * 1000) {
      throw invalidValue(
        `The specified instance cannot be restored to a time earlier than ${iso(window.earliest)}, its earliest restorable time.`,
      );
    }
    return instant;
  };

  const discard = (versionId: string) =>
    world.after(0, `${versionId} is not needed any more`, async () => {
      await region.account.data.versions.discard(versionId);
    });

  return {
    RestoreDBInstanceToPointInTime: async (input: RestoreDBInstanceToPointInTimeMessage) => {
      refuseOthers('RDS.RestoreDBInstanceToPointInTime', input, ofInstance);
      const { instance, window } = sourceOf(input);
      const { RestoreTime: time, UseLatestRestorableTime: latest = false } = input;
      const instant = instantOf(instance.identifier, window, time, latest, 'RestoreTime');
      if (instance.dataName === undefined) throw new NotModelled(`data behind the engine ${instance.engine}`);
      mustDecrypt(state, instance.kmsKeyId);
      const versionId = `${region.name}-as-of-${state.chance.uuid()}`;
      const source = snapshotOf(state, instance, {
        identifier: versionId,
        type: 'automated',
        versionId,
        tags: new Map(),
        databaseAt: instant,
        originalCreatedAt: instant,
      });
      const made = restoreInstance(
        state,
        source,
        {
          identifier: input.TargetDBInstanceIdentifier ?? '',
          instanceClass: input.DBInstanceClass,
          subnetGroup: input.DBSubnetGroupName?.toLowerCase(),
          securityGroupIds: input.VpcSecurityGroupIds,
          multiAz: input.MultiAZ,
          publiclyAccessible: input.PubliclyAccessible,
          port: input.Port,
          storageType: input.StorageType,
          optionGroup: input.OptionGroupName,
          parameterGroup: input.DBParameterGroupName,
          copyTagsToSnapshot: input.CopyTagsToSnapshot ?? instance.copyTagsToSnapshot,
          deletionProtection: input.DeletionProtection,
          backupRetentionDays: input.BackupRetentionPeriod,
        },
        tagsOf(input.Tags),
        () => discard(versionId),
      );
      await dataAsOf(region, instance.engine, instance.dataName, instant, versionId);
      return { DBInstance: describeInstance(state, made) };
    },

    RestoreDBClusterToPointInTime: async (input: RestoreDBClusterToPointInTimeMessage) => {
      refuseOthers('RDS.RestoreDBClusterToPointInTime', input, ofCluster);
      const { RestoreType: type = 'full-copy', RestoreToTime: time, UseLatestRestorableTime: latest = false } = input;
      if (type !== 'full-copy' && type !== 'copy-on-write') {
        throw invalidValue(`Invalid restore type: ${type}. Valid values are full-copy and copy-on-write.`);
      }
      const source = clusterSource(input);
      const isClone = type === 'copy-on-write';
      if (isClone && time !== undefined) {
        throw invalidCombination('RestoreToTime cannot be given where RestoreType is copy-on-write.');
      }
      if (isClone && source.status !== 'available') {
        throw wrongClusterState(`DB cluster ${source.identifier} is not in available state: it is ${source.status}.`);
      }
      const window = clusterWindow(source, world.now());
      // A clone shares the volume as it is now; a full copy reads backups.
      const instant = isClone ? world.now() : instantOf(source.identifier, window, time, latest, 'RestoreToTime');
      if (isClone && !latest) throw invalidCombination('A clone needs UseLatestRestorableTime.');
      mustDecrypt(state, source.kmsKeyId);
      const versionId = `${region.name}-as-of-${state.chance.uuid()}`;
      const snapshot = {
        ...clusterSnapshotOf(state, source, { identifier: versionId, versionId, tags: new Map() }),
        clusterTags: tagsOf(input.Tags),
      };
      const made = restoreCluster(
        state,
        snapshot,
        {
          identifier: input.DBClusterIdentifier ?? '',
          engine: source.engine,
          port: input.Port,
          subnetGroup: input.DBSubnetGroupName?.toLowerCase(),
          securityGroupIds: input.VpcSecurityGroupIds,
          parameterGroup: input.DBClusterParameterGroupName,
          copyTagsToSnapshot: input.CopyTagsToSnapshot,
          deletionProtection: input.DeletionProtection,
          backupRetentionDays: input.BackupRetentionPeriod,
        },
        () => discard(versionId),
      );
      if (isClone) {
        source.cloneGroup ??= state.chance.uuid();
        made.cloneGroup = source.cloneGroup;
      }
      await dataAsOf(region, source.engine, source.dataName, instant, versionId);
      return { DBCluster: describeCluster(state, made) };
    },
  };

  function clusterSource(input: RestoreDBClusterToPointInTimeMessage): DbCluster {
    const { SourceDBClusterIdentifier: name, SourceDbClusterResourceId: id } = input;
    if ((name === undefined) === (id === undefined)) {
      throw invalidCombination('Give either SourceDBClusterIdentifier or SourceDbClusterResourceId.');
    }
    if (name !== undefined) return clusterOf(state, name.slice(name.lastIndexOf(':') + 1));
    const found = [...state.clusters.values()].find(({ resourceId }) => resourceId === id);
    if (found !== undefined) return found;
    throw new AwsError(
      'DBClusterAutomatedBackupNotFoundFault',
      `Automated backup with resource ID ${id} not found.`,
      404,
    );
  }
}

/** Refuses what needs a key that nobody may use now. */
export function mustDecrypt({ region }: RdsState, keyArn: string | undefined): void {
  const state = keyArn === undefined ? undefined : region.services.KMS.stateOf(keyArn);
  if (state === undefined || state === 'Enabled') return;
  throw new AwsError(
    'KMSKeyNotAccessibleFault',
    `The specified KMS key [${keyArn}] does not exist, is not enabled or you do not have permissions to access it.`,
    400,
  );
}

function tagsOf(tags: readonly Tag[] | undefined): Map<string, string> {
  return new Map((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}
