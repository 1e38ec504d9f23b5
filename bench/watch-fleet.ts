import { type DeadlineRow, deadlineKey, type Objective, ordinaryShard } from '../functions/ledger/deadline.ts';
import { ledgerOf } from '../functions/ledger/ledger.ts';
import { type ResourceRow, resourceKey } from '../functions/ledger/resource.ts';
import { deadlineOf } from '../functions/objectives/standing.ts';
import { expectChecks } from '../functions/watch/check-look.ts';
import { accountId, type OneRegion, regionName } from './one-region.ts';

const hours = 3_600;
const bounds: readonly (readonly [Objective, number])[] = [
  ['rpo', 9 * hours],
  ['proof', 48 * hours],
];

export function nameOf(index: number): string {
  return `arn:aws:elasticfilesystem:${regionName}:${accountId}:file-system/fs-${index.toString(16).padStart(17, '0')}`;
}

/** Puts resources into a ledger, each with the objectives of a tier that drills at home; all hold, and none is due. */
export async function healthyFleet({ seam, world }: OneRegion, resources: number): Promise<void> {
  const ledger = ledgerOf(seam);
  const firstSeenAt = new Date(world.now()).toISOString();
  for (let index = 0; index < resources; index += 1) {
    const resource = nameOf(index);
    await ledger.create<ResourceRow>({
      ...resourceKey(resource),
      resource,
      kind: 'efs',
      name: resource.slice(-20),
      tier: 'gold',
      firstSeenAt,
    });
    for (const [objective, boundSeconds] of bounds) {
      const from = deadlineOf({ firstSeenAt, boundSeconds });
      await ledger.create<DeadlineRow>({
        ...deadlineKey(resource, objective),
        resource,
        objective,
        firstSeenAt,
        boundSeconds,
        ...from,
        dueShard: ordinaryShard,
        dueAt: from.deadline,
      });
    }
  }
  await expectChecks(ledger, new Date(world.now()));
}
