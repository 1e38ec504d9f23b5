import type { Region } from '../../world/region.ts';
import { draw, timing } from '../timing.ts';
import { kinds } from './kinds/index.ts';
import type { Begun } from './kinds/kind.ts';
import { isHeld } from './legal-holds.ts';
import { type BackupState, type Lifecycle, next, type Point, type ResourceType, type Vault } from './state.ts';

const day = 86_400_000;

/** A name for the data of a new point, one of its own in the whole account. */
export function versionIdFor(region: Region, chance: { uuid(): string }): string {
  return `point-${region.name}-${chance.uuid()}`;
}

/** Puts a point that is still `CREATING` into a vault. */
export function addPoint(
  state: BackupState,
  vault: Vault,
  begun: Begun,
  own: {
    readonly arn: string;
    readonly type: ResourceType;
    readonly resourceArn: string;
    readonly resourceName: string | undefined;
    readonly createdAt: number;
    readonly initiatedAt: number | undefined;
    readonly roleArn: string;
    readonly encrypted: boolean;
    readonly keyArn: string | undefined;
    readonly versionId: string;
    readonly sourceVaultArn: string | undefined;
    readonly tags: ReadonlyMap<string, string>;
    readonly lifecycle: Lifecycle;
  },
): Point {
  const point: Point = {
    ...own,
    vault,
    sequence: next(state),
    dataInstant: begun.dataInstant,
    holding: begun.holding,
    sizeBytes: begun.sizeBytes,
    tags: new Map(own.tags),
    status: 'CREATING',
    completedAt: undefined,
    lastRestoredAt: undefined,
    readers: 0,
    cancelExpiry: () => {},
  };
  vault.points.add(point.arn, point);
  state.points.add(point.arn, point);
  return point;
}

export function completePoint(state: BackupState, point: Point): void {
  point.status = 'COMPLETED';
  point.completedAt = state.region.world.now();
  scheduleExpiry(state, point);
  state.region.world.trace.note('a recovery point can be restored', {
    region: state.region.name,
    point: point.arn,
    resource: point.resourceArn,
    instant: knownInstant(point),
  });
  state.events.point(point);
}

/**
 * The latest instant that the APIs let anybody know to be in a point, in whole milliseconds as they tell it: for RDS
 * that of the snapshot, for EFS the point's creation date, which is up to a start delay before the data instant.
 */
export function knownInstant(point: Point): number {
  return Math.floor(point.type === 'RDS' ? point.dataInstant : point.createdAt);
}

export function deleteAt(point: Point): number | undefined {
  const days = point.lifecycle.DeleteAfterDays;
  return days === undefined || days < 0 ? undefined : point.createdAt + days * day;
}

export function coldAt(point: Point): number | undefined {
  const days = point.lifecycle.MoveToColdStorageAfterDays;
  return days === undefined ? undefined : point.createdAt + days * day;
}

export function storageClass(point: Point, now: number): 'WARM' | 'COLD' {
  const cold = coldAt(point);
  return cold !== undefined && now >= cold ? 'COLD' : 'WARM';
}

/** The lifecycle ends a point at random within eight hours after its time. */
export function scheduleExpiry(state: BackupState, point: Point): void {
  point.cancelExpiry();
  point.cancelExpiry = () => {};
  const end = deleteAt(point);
  if (end === undefined) return;
  const { world } = state.region;
  const expire = (): void => {
    if (point.status !== 'COMPLETED') return;
    if (point.readers > 0 || isHeld(state, point)) {
      point.cancelExpiry = world.after(timing.backup.inUse, `${point.arn} expires later`, expire);
      return;
    }
    beginDeletion(state, point);
  };
  const instant = Math.max(end, world.now()) + draw(state.chance, timing.backup.expiry);
  point.cancelExpiry = world.at(instant, `${point.arn} expires`, expire);
}

export function beginDeletion(state: BackupState, point: Point): void {
  point.cancelExpiry();
  point.status = 'DELETING';
  state.region.world.trace.note('a recovery point is deleted', { region: state.region.name, point: point.arn });
  state.events.point(point);
  state.region.world.after(draw(state.chance, timing.backup.deletion), `AWS Backup deleted ${point.arn}`, () =>
    removePoint(state, point),
  );
}

/** The point is gone, and so are its data and what its service showed of it. */
export async function removePoint(state: BackupState, point: Point): Promise<void> {
  point.cancelExpiry();
  point.vault.points.remove(point.arn);
  state.points.remove(point.arn);
  kinds[point.type].forget(state.region, point);
  await state.region.account.data.versions.discard(point.versionId);
}
