import { type CallEntry, hadEffect, type TraceEntry } from '../world/trace.ts';
import type { Checker } from './checker.ts';
import type { Leave } from './compare.ts';
import { recordOf } from './record.ts';

/** What takes a point away, or lets go of it. Nothing in Lifeboat has a reason to. */
const takesAway = new Set(['DeleteRecoveryPoint', 'DisassociateRecoveryPoint', 'DeleteBackupVault']);

interface Newest {
  readonly instant: number;
  readonly arn: string;
  readonly region: string;
}

/**
 * Invariant 4, the last good recovery point survives: a resource whose newest good point is gone from the whole account
 * has a newer one, and where it is drilled its last proven data is there until newer data is proven. Points expire by the
 * lifecycles that Lifeboat gave them, so an expiry counts as its deed: it orders none that is shorter than the policy says, and
 * what it keeps because it is proven lives longer than what it was made of. What somebody else deleted or damaged does not, nor
 * what expires in another plan's vault unproven, or in a Region that is gone, or of a resource that is retired.
 */
export function lastGoodPoint(
  /** For how many days the policy keeps a point of a resource in the vaults of a Region; undefined where nobody says. */
  keepDays: (region: string, resource: string) => number | undefined = () => undefined,
  { goneFrom }: Pick<Leave, 'goneFrom'> = {},
): Checker {
  const damaged = new Set<string>();
  const takenByOthers = new Set<string>();
  /** When the lifecycle ends a point, as the last look saw it. Milliseconds since 1970. */
  const ends = new Map<string, number>();
  /** Points whose lives another plan decides upon. */
  const ofOthers = new Set<string>();
  const retired = new Set<string>();
  /** Whose point it is, by its ARN. */
  const resources = new Map<string, string>();
  const newest = new Map<string, Newest>();
  /** The newest proof by Region and resource, and the point it was of. */
  const proven = new Map<string, { readonly instant: number; readonly point: string }>();
  /** By which points the last look found data, by Region, resource and instant. */
  let heldBy = new Map<string, string[]>();
  const lost = new Set<string>();
  const violations: string[] = [];
  const pointsSeen = new Set<string>();
  let proofs = 0;
  let looks = 0;

  const isGone = (region: string, now: number) => now >= (goneFrom?.(region) ?? Number.POSITIVE_INFINITY);
  const hasExpired = (arn: string, now: number) => (ends.get(arn) ?? Number.POSITIVE_INFINITY) <= now;
  const byOthers = (arn: string) => takenByOthers.has(arn) || damaged.has(arn);

  const seeDeed = (entry: CallEntry) => {
    const { RecoveryPointArn: arn = '', BackupVaultName: vault } = entry.input as Record<string, string | undefined>;
    const what = arn === '' ? `the vault ${vault}` : arn;
    if (takesAway.has(entry.operation)) {
      if (entry.caller.kind !== 'function') takenByOthers.add(arn);
      else violations.push(`${entry.at} ${entry.caller.name} calls ${entry.operation} on ${what}`);
    }
    if (entry.operation !== 'UpdateRecoveryPointLifecycle') return;
    if (entry.caller.kind !== 'function') {
      takenByOthers.add(arn);
      return;
    }
    const { CalculatedLifecycle } = (entry.output ?? {}) as { CalculatedLifecycle?: { DeleteAt?: Date } };
    const until = CalculatedLifecycle?.DeleteAt?.getTime() ?? Number.POSITIVE_INFINITY;
    if (until < (ends.get(arn) ?? 0)) violations.push(`${entry.at} ${entry.caller.name} shortens the life of ${arn}`);
  };

  const seeOrder = ({ at, caller, region, operation, input }: CallEntry) => {
    const order = input as {
      readonly ResourceArn?: string;
      readonly RecoveryPointArn?: string;
      readonly DestinationBackupVaultArn?: string;
      readonly Lifecycle?: { readonly DeleteAfterDays?: number };
    };
    const days = order.Lifecycle?.DeleteAfterDays;
    if (days === undefined || caller.kind !== 'function') return;
    const { RecoveryPointArn: source = '', DestinationBackupVaultArn: to } = order;
    const where = to?.split(':')[3] ?? region;
    const resource = order.ResourceArn ?? resources.get(source) ?? '';
    const asked = keepDays(where, resource);
    if (asked !== undefined && days < asked)
      violations.push(
        `${at} ${caller.name} orders ${operation} of ${resource} for ${days} days, and the policy keeps ${asked}`,
      );
    if (to?.endsWith('-proven') && Date.parse(at) + days * 86_400_000 < (ends.get(source) ?? 0))
      violations.push(`${at} ${caller.name} keeps ${source} for ${days} days, which is less than it has anyway`);
  };

  return {
    invariant: '4 the last good recovery point survives',
    operations: ['StartBackupJob', 'StartCopyJob', ...takesAway, 'UpdateRecoveryPointLifecycle', 'PutObject'],
    see: (entry: TraceEntry) => {
      if (entry.kind === 'world' && entry.what === 'damaged a copy')
        damaged.add((entry.detail as { point: string }).point);
      if (entry.kind === 'world' && entry.what === 'somebody deleted a point')
        takenByOthers.add((entry.detail as { point: string }).point);
      if (entry.kind === 'world' && entry.what === 'retired')
        retired.add((entry.detail as { resource: string }).resource);
      if (entry.kind === 'call' && entry.service === 'Backup' && hadEffect(entry)) {
        seeDeed(entry);
        if (entry.operation === 'StartBackupJob' || entry.operation === 'StartCopyJob') seeOrder(entry);
      }
      const record = recordOf(entry);
      if (record?.workflow !== 'drill' || record.verdict !== 'PASS' || record.instant === undefined) return;
      proofs += 1;
      const key = `${record.region} ${record.resource}`;
      if (record.instant >= (proven.get(key)?.instant ?? 0)) {
        proven.set(key, { instant: record.instant, point: record.point ?? '' });
      }
    },
    look: (account, now) => {
      looks += 1;
      const good = new Map<string, Newest>();
      const there = new Map<string, string[]>();
      for (const region of account.regions) {
        if (isGone(region.name, now)) continue;
        for (const point of region.services.Backup.truth().points) {
          const { arn, resourceArn: resource, knownInstant: instant } = point;
          resources.set(arn, resource);
          pointsSeen.add(`${region.name} ${arn}`);
          if (point.deleteAt !== undefined) ends.set(arn, point.deleteAt);
          if (!point.vault.startsWith('lifeboat')) ofOthers.add(arn);
          if (point.status !== 'COMPLETED' || damaged.has(arn)) continue;
          const name = `${region.name} ${resource} ${instant}`;
          there.set(name, [...(there.get(name) ?? []), arn]);
          if (instant >= (good.get(resource)?.instant ?? 0)) good.set(resource, { instant, arn, region: region.name });
        }
      }
      for (const [resource, before] of newest) {
        if ((good.get(resource)?.instant ?? 0) >= before.instant || byOthers(before.arn)) continue;
        const isLetGo = ofOthers.has(before.arn) || retired.has(resource);
        if (isGone(before.region, now) || (isLetGo && hasExpired(before.arn, now))) continue;
        violations.push(`${iso(now)} ${resource}: its newest good point ${before.arn} is gone, and none is newer`);
      }
      // Told once: from now on the newest of what is left has to survive.
      newest.clear();
      for (const [resource, found] of good) newest.set(resource, found);
      for (const [key, { instant, point }] of proven) {
        const [region = '', resource = ''] = key.split(' ');
        if (isGone(region, now)) continue;
        const name = `${key} ${instant}`;
        if (there.has(name) || lost.has(name)) continue;
        lost.add(name);
        // It may have been kept as another point than the one that was drilled.
        if ((heldBy.get(name) ?? [point]).some(byOthers)) continue;
        if (retired.has(resource) && hasExpired(point, now)) continue;
        violations.push(
          `${iso(now)} ${key}: the last proven data, of ${iso(instant)}, is gone, and nothing newer is proven`,
        );
      }
      heldBy = there;
    },
    conclude: () => ({
      invariant: '4 the last good recovery point survives',
      examined: { 'recovery points': pointsSeen.size, proofs, 'proven now': proven.size, looks },
      violations,
    }),
  };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
