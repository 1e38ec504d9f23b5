import { NotModelled } from '../../world/region.ts';
import { draw, timing } from '../timing.ts';
import { snapshotData } from './data.ts';
import { arnPrefix, type DbInstance, type DbSnapshot, type RdsState } from './state.ts';
import { nextDaily } from './windows.ts';

const day = 24 * 3_600_000;

/** Manual snapshots count to a quota of 100; those of AWS Backup do not. */
export function manualSnapshots(state: RdsState): number {
  return [...state.snapshots.values()].filter((snapshot) => snapshot.type === 'manual').length;
}

/**
 * Begins a snapshot: the data of this instant is in it. The answer says how long it will stay `creating`; the caller
 * calls `finish` then.
 */
export async function takeSnapshot(
  state: RdsState,
  instance: DbInstance,
  options: {
    readonly identifier: string;
    readonly type: DbSnapshot['type'];
    readonly versionId: string;
    /** Its own tags; left out, they are the instance's where the instance copies them. */
    readonly tags?: ReadonlyMap<string, string>;
  },
): Promise<{ snapshot: DbSnapshot; milliseconds: number; finish: () => void }> {
  const { region } = state;
  if (instance.dataName === undefined) throw new NotModelled(`data behind the engine ${instance.engine}`);
  const now = region.world.now();
  const tags = options.tags ?? (instance.copyTagsToSnapshot ? instance.tags : []);
  const snapshot = recorded(state, instance, {
    ...options,
    tags: new Map(tags),
    databaseAt: now,
    originalCreatedAt: now,
  });
  await snapshotData(region, instance.engine, instance.dataName, options.versionId);
  const span = options.type === 'automated' ? timing.rds.automatedSnapshot : timing.rds.snapshot;
  if (instance.status === 'available') instance.status = 'backing-up';
  return {
    snapshot,
    milliseconds: draw(state.chance, span),
    finish: () => {
      snapshot.status = 'available';
      snapshot.createdAt = region.world.now();
      if (instance.status === 'backing-up') instance.status = 'available';
    },
  };
}

function recorded(state: RdsState, instance: DbInstance, own: Parameters<typeof snapshotOf>[2]): DbSnapshot {
  const snapshot = snapshotOf(state, instance, own);
  state.snapshots.set(snapshot.identifier, snapshot);
  return snapshot;
}

/** What a snapshot says of its instance; nobody is shown this one until it is kept among the snapshots. */
export function snapshotOf(
  state: RdsState,
  instance: DbInstance,
  own: Pick<DbSnapshot, 'identifier' | 'type' | 'versionId' | 'tags' | 'databaseAt' | 'originalCreatedAt'>,
): DbSnapshot {
  state.made += 1;
  const snapshot: DbSnapshot = {
    ...own,
    arn: `${arnPrefix(state.region)}snapshot:${own.identifier}`,
    sequence: state.made,
    instanceIdentifier: instance.identifier,
    resourceId: instance.resourceId,
    instanceCreatedAt: instance.createdAt,
    engine: instance.engine,
    engineVersion: instance.engineVersion,
    instanceClass: instance.instanceClass,
    allocatedStorage: instance.allocatedStorage,
    storageType: instance.storageType,
    masterUsername: instance.masterUsername,
    masterPassword: instance.masterPassword,
    databaseName: instance.databaseName,
    port: instance.port,
    multiAz: instance.multiAz,
    optionGroup: instance.optionGroup,
    parameterGroup: instance.parameterGroup,
    storageEncrypted: instance.storageEncrypted,
    kmsKeyId: instance.kmsKeyId,
    backupRetentionDays: instance.backupRetentionDays,
    copyTagsToSnapshot: instance.copyTagsToSnapshot,
    subnetGroup: instance.subnetGroup,
    instanceTags: new Map(instance.tags),
    sourceArn: undefined,
    sourceRegion: undefined,
    status: 'creating',
    createdAt: undefined,
  };
  return snapshot;
}

/** Records a copy of a snapshot, of this Region or another. Its data has been copied to `versionId`. */
export function copiedSnapshot(
  state: RdsState,
  source: DbSnapshot,
  own: Pick<DbSnapshot, 'identifier' | 'versionId' | 'kmsKeyId'> & {
    readonly sourceRegion: string | undefined;
    readonly tags: ReadonlyMap<string, string>;
  },
): DbSnapshot {
  state.made += 1;
  const snapshot: DbSnapshot = {
    ...source,
    identifier: own.identifier,
    versionId: own.versionId,
    arn: `${arnPrefix(state.region)}snapshot:${own.identifier}`,
    type: 'awsbackup',
    sequence: state.made,
    kmsKeyId: source.storageEncrypted ? own.kmsKeyId : undefined,
    tags: new Map(own.tags),
    sourceArn: source.arn,
    sourceRegion: own.sourceRegion,
    status: 'creating',
    createdAt: undefined,
  };
  state.snapshots.set(snapshot.identifier, snapshot);
  return snapshot;
}

/** From now on RDS takes an automated snapshot every day in the instance's backup window, and keeps it as long as it must. */
export function takeDailySnapshots(state: RdsState, instance: DbInstance): void {
  const { world } = state.region;
  world.at(nextDaily(instance.backupWindow, world.now()), `the backup window of ${instance.identifier}`, async () => {
    if (state.instances.get(instance.identifier) !== instance) return;
    takeDailySnapshots(state, instance);
    if (instance.status !== 'available' || instance.backupRetentionDays === 0) return;
    const stamp = new Date(world.now()).toISOString().slice(0, 16).replace(/[T:]/g, '-');
    const identifier = `rds:${instance.identifier}-${stamp}`;
    const versionId = `${state.region.name}-automated-${state.chance.uuid()}`;
    const { snapshot, milliseconds, finish } = await takeSnapshot(state, instance, {
      identifier,
      type: 'automated',
      versionId,
    });
    world.after(milliseconds, `RDS took ${identifier}`, finish);
    world.after(instance.backupRetentionDays * day, `${identifier} ends`, async () => {
      if (!state.snapshots.delete(snapshot.identifier)) return;
      await state.region.account.data.versions.discard(snapshot.versionId);
    });
  });
}

/** The automated snapshot that AWS Backup would rather copy than take its own: the newest, while it is fresh. */
export function freshAutomated(state: RdsState, instance: DbInstance): DbSnapshot | undefined {
  const now = state.region.world.now();
  return [...state.snapshots.of(`resource ${instance.resourceId}`)]
    .filter(
      (one) =>
        one.type === 'automated' && one.status === 'available' && now - one.databaseAt <= timing.rds.automatedIsFresh,
    )
    .at(-1);
}
