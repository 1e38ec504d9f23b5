import { paginateDescribeFileSystems } from '@aws-sdk/client-efs';
import { paginateDescribeDBClusters, paginateDescribeDBInstances } from '@aws-sdk/client-rds';
import { scratchTag } from '../account/tagged.ts';
import { type ScratchRow, scratchKey } from '../ledger/scratch.ts';
import { drillOfMember, drillOfName, isDrillId, scratchName } from './birth.ts';
import type { Wrecking } from './removal.ts';
import { versionsOf } from './remove-probe-version.ts';

/** Scratch that its birth mark gives away: which drill made it, and what it is called. */
export type Stray = Pick<ScratchRow, 'drill' | 'what' | 'name'> & { readonly id?: string };

/** Everything in this Region that was born as scratch, whether it is registered or not, and how much was looked at. */
export async function bornAsScratch(wrecking: Wrecking): Promise<{ strays: Stray[]; lookedAt: number }> {
  const strays: Stray[] = [];
  let lookedAt = 0;
  for await (const page of paginateDescribeDBInstances({ client: wrecking.rds }, {})) {
    for (const { DBInstanceIdentifier: name = '', DBClusterIdentifier: cluster } of page.DBInstances ?? []) {
      lookedAt += 1;
      const drill = drillOfName(name);
      if (drill !== undefined && cluster === undefined) strays.push({ drill, what: 'database', name });
      const ofCluster = drillOfMember(name);
      if (ofCluster !== undefined && cluster === scratchName(ofCluster)) {
        strays.push({ drill: ofCluster, what: 'cluster-instance', name });
      }
    }
  }
  for await (const page of paginateDescribeDBClusters({ client: wrecking.rds }, {})) {
    for (const { DBClusterIdentifier: name = '' } of page.DBClusters ?? []) {
      lookedAt += 1;
      const drill = drillOfName(name);
      if (drill !== undefined) strays.push({ drill, what: 'cluster', name });
    }
  }
  for await (const page of paginateDescribeFileSystems({ client: wrecking.efs }, {})) {
    for (const { FileSystemId: id, CreationToken: token, Tags } of page.FileSystems ?? []) {
      lookedAt += 1;
      const drill = Tags?.find(({ Key }) => Key === scratchTag)?.Value;
      if (id !== undefined && drill !== undefined && drill === token && isDrillId(drill)) {
        strays.push({ drill, what: 'file-system', name: drill, id });
      }
    }
  }
  for (const { Version: id, Description } of await versionsOf(wrecking)) {
    lookedAt += 1;
    const drill = drillOfName(Description ?? '');
    if (id !== undefined && drill !== undefined)
      strays.push({ drill, what: 'probe-version', name: wrecking.probe, id });
  }
  return { strays, lookedAt };
}

/** What stands in the row of a stray, whose drill nobody can ask. */
export const noAttempt = 'unknown';

/** The row for a stray: it belongs to no attempt, and is due at once. */
export function adopted({ drill, what, name, id }: Stray, now: Date) {
  return {
    ...scratchKey(drill, what),
    drill,
    what,
    name,
    ...(id !== undefined && { id }),
    attempt: noAttempt,
    execution: noAttempt,
    registeredAt: now.toISOString(),
    goneBy: now.toISOString(),
  };
}
