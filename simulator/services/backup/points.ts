import type { Series } from '../../world/days-ahead.ts';
import type { Region } from '../../world/region.ts';
import { flat } from '../flat.ts';
import { draw, timing } from '../timing.ts';
import { kinds } from './kinds/index.ts';
import type { Begun } from './kinds/kind.ts';
import { isHeld } from './legal-holds.ts';
import { type BackupState, type Lifecycle, next, type Point, type ResourceType, type Vault } from './state.ts';

const day = 86_400_000;

/** A name for the data of a new point, one of its own in the whole account. */
export function versionIdFor(region: Region, chance: { uuid(): string }): string {
  return flat(`point-${region.name}-${chance.uuid()}`);
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
  // Written member by member: of what is spread the engine keeps half apart, and there are very many of these.
  const point: Point = {
    arn: own.arn,
    vault,
    sequence: next(state),
    type: own.type,
    resourceArn: own.resourceArn,
    resourceName: own.resourceName,
    createdAt: own.createdAt,
    initiatedAt: own.initiatedAt,
    dataInstant: begun.dataInstant,
    roleArn: own.roleArn,
    encrypted: own.encrypted,
    keyArn: own.keyArn,
    holding: begun.holding,
    versionId: own.versionId,
    sourceVaultArn: own.sourceVaultArn,
    tags: state.shared.tags(own.tags),
    sizeBytes: begun.sizeBytes,
    lifecycle: own.lifecycle,
    status: 'CREATING',
    completedAt: undefined,
    lastRestoredAt: undefined,
    readers: 0,
    expiresAt: undefined,
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
  point.expiresAt = undefined;
  const end = deleteAt(point);
  if (end === undefined) return;
  expireAt(state, point, Math.max(end, state.region.world.now()) + draw(state.chance, timing.backup.expiry));
}

function expireAt(state: BackupState, point: Point, instant: number): void {
  point.expiresAt = instant;
  state.region.world.oneOf(state.expiries, point.arn, instant);
}

/** The points of a Region, each of which is looked at when its lifecycle would end it. */
export function expiriesOf(state: () => BackupState): Series {
  return {
    what: 'a recovery point expires',
    run: (arn) => {
      const { points, region } = state();
      const point = points.get(arn);
      if (point?.expiresAt !== region.world.now() || point.status !== 'COMPLETED') return;
      if (point.readers > 0 || isHeld(state(), point)) {
        expireAt(state(), point, region.world.now() + timing.backup.inUse);
      } else beginDeletion(state(), point);
    },
  };
}

export function beginDeletion(state: BackupState, point: Point): void {
  point.expiresAt = undefined;
  point.status = 'DELETING';
  state.region.world.trace.note('a recovery point is deleted', { region: state.region.name, point: point.arn });
  state.events.point(point);
  state.region.world.after(draw(state.chance, timing.backup.deletion), `AWS Backup deleted ${point.arn}`, () =>
    removePoint(state, point),
  );
}

/** The point is gone, and so are its data and what its service showed of it. */
export async function removePoint(state: BackupState, point: Point): Promise<void> {
  point.expiresAt = undefined;
  point.vault.points.remove(point.arn);
  state.points.remove(point.arn);
  kinds[point.type].forget(state.region, point);
  await state.region.account.data.versions.discard(point.versionId);
}
