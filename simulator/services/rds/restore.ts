import { draw, timing } from '../timing.ts';
import { createData, masterOf } from './data.ts';
import { groupMustExist } from './groups.ts';
import { becomeAvailable, newInstance } from './instances.ts';
import type { DbInstance, DbSnapshot, RdsState } from './state.ts';

/** What a restore may set: RestoreDBInstanceFromDBSnapshot's parameters, as far as they are modelled. */
export interface RestoreParameters {
  readonly identifier: string;
  readonly instanceClass?: string | undefined;
  readonly subnetGroup?: string | undefined;
  readonly securityGroupIds?: readonly string[] | undefined;
  readonly multiAz?: boolean | undefined;
  readonly publiclyAccessible?: boolean | undefined;
  readonly port?: number | undefined;
  readonly storageType?: string | undefined;
  readonly parameterGroup?: string | undefined;
  readonly optionGroup?: string | undefined;
  readonly copyTagsToSnapshot?: boolean | undefined;
  readonly deletionProtection?: boolean | undefined;
  readonly backupRetentionDays?: number | undefined;
}

/**
 * Restores a snapshot into a new instance. It keeps the source's retention of automated backups, its master user with
 * the password of the day of the snapshot, and the tags that AWS Backup kept; network and groups are its own.
 */
export function restoreInstance(
  state: RdsState,
  snapshot: DbSnapshot,
  parameters: RestoreParameters,
  tags: ReadonlyMap<string, string>,
  available: (instance: DbInstance) => void,
): DbInstance {
  const { region, chance } = state;
  groupMustExist(state, 'parameter', parameters.parameterGroup);
  groupMustExist(state, 'option', parameters.optionGroup);
  const instance = newInstance(state, {
    ...parameters,
    engine: snapshot.engine,
    engineVersion: snapshot.engineVersion,
    instanceClass: parameters.instanceClass ?? snapshot.instanceClass,
    allocatedStorage: snapshot.allocatedStorage,
    storageType: parameters.storageType ?? snapshot.storageType,
    masterUsername: snapshot.masterUsername,
    masterPassword: snapshot.masterPassword,
    databaseName: snapshot.databaseName,
    port: parameters.port ?? snapshot.port,
    storageEncrypted: snapshot.storageEncrypted,
    kmsKeyId: snapshot.kmsKeyId,
    backupRetentionDays: parameters.backupRetentionDays ?? snapshot.backupRetentionDays,
    tags,
  });
  region.world.after(draw(chance, timing.rds.creating), `RDS restored ${instance.identifier}`, async () => {
    const { dataName } = instance;
    if (dataName === undefined) throw new Error(`${instance.identifier} has no data, and its snapshot had.`);
    await createData(region, snapshot.engine, dataName, { version: snapshot.versionId }, masterOf(snapshot));
    instance.lazyUntil = region.world.now() + draw(chance, timing.rds.lazy);
    becomeAvailable(state, instance, () => available(instance));
  });
  return instance;
}
