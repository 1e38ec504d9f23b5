import {
  type DBCluster,
  type DBInstance,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  DescribeDBClustersCommand,
} from '@aws-sdk/client-rds';
import { resourceKey } from '../ledger/resource.ts';
import type { ScratchRow } from '../ledger/scratch.ts';
import { nameOf } from '../platform/errors.ts';
import { clusterIsScratch, memberIsScratch, memberName, mustBeScratch, NotScratch, scratchName } from './birth.ts';
import { mayStillCome } from './late.ts';
import type { Removal, Remover, Wrecking } from './removal.ts';
import { findInstance } from './remove-database.ts';

/**
 * Deletes a scratch cluster: the instance in it first, since RDS refuses the cluster while one is there. No final
 * snapshot, and no automated backup stays.
 */
export const removeCluster: Remover = async (wrecking, row) => {
  if (row.name !== scratchName(row.drill)) {
    throw new NotScratch(`Nothing was deleted: '${row.name}' is not the name of a cluster of drill ${row.drill}.`);
  }
  const first = await findCluster(wrecking, row.name);
  if (first !== undefined) return remove(wrecking, row, first);
  const coming = await mayStillCome(wrecking, row);
  if (coming !== undefined) return coming;
  // The job has ended. It may have created the cluster after the first look, so only a second one is proof.
  const second = await findCluster(wrecking, row.name);
  return second === undefined ? { is: 'gone' } : remove(wrecking, row, second);
};

/** Deletes the instance that a drill made in its scratch cluster. */
export const removeClusterInstance: Remover = async (wrecking, row) => {
  if (row.name !== memberName(row.drill)) {
    throw new NotScratch(
      `Nothing was deleted: '${row.name}' is not the name of an instance in a cluster of drill ${row.drill}.`,
    );
  }
  const found = await findInstance(wrecking, row.name);
  return found === undefined ? { is: 'gone' } : removeMember(wrecking, row, found);
};

async function remove(wrecking: Wrecking, row: ScratchRow, found: DBCluster): Promise<Removal> {
  const { rds, ledger } = wrecking;
  const { DBClusterArn: arn, Status: status } = found;
  if (arn === undefined) throw new NotScratch(`Nothing was deleted: RDS does not tell the ARN of ${row.name}.`);
  mustBeScratch(
    clusterIsScratch(row, {
      identifier: found.DBClusterIdentifier,
      members: (found.DBClusterMembers ?? []).map(({ DBInstanceIdentifier: name = 'without a name' }) => name),
      replicatesFrom: found.ReplicationSourceIdentifier || found.GlobalClusterIdentifier || undefined,
      isProtected: (await ledger.get(resourceKey(arn))) !== undefined,
    }),
  );
  if (status === 'deleting') return { is: 'going', because: `RDS is deleting ${row.name}` };
  // Also one whose row was struck off before RDS listed it: it keeps its cluster from going. RDS takes the cluster's
  // deletion once the instance is being deleted, so one sweep is enough to set both going.
  const member = await findInstance(wrecking, memberName(row.drill));
  if (member !== undefined && member.DBInstanceStatus !== 'deleting') {
    const removal = await removeMember(wrecking, { ...row, name: memberName(row.drill) }, member);
    return removal.is === 'gone' ? { is: 'going', because: `${row.name} has no instance any more` } : removal;
  }
  try {
    await rds.send(
      new DeleteDBClusterCommand({
        DBClusterIdentifier: row.name,
        SkipFinalSnapshot: true,
        DeleteAutomatedBackups: true,
      }),
    );
  } catch (error) {
    if (nameOf(error) === 'DBClusterNotFoundFault') return { is: 'gone' };
    if (nameOf(error) !== 'InvalidDBClusterStateFault') throw error;
    return { is: 'going', because: `RDS does not delete ${row.name} while it is ${status}` };
  }
  return { is: 'going', because: `RDS was told to delete ${row.name}` };
}

async function removeMember({ rds, ledger }: Wrecking, row: ScratchRow, found: DBInstance): Promise<Removal> {
  const { DBInstanceArn: arn, DBInstanceStatus: status } = found;
  if (arn === undefined) throw new NotScratch(`Nothing was deleted: RDS does not tell the ARN of ${row.name}.`);
  const cluster = arn.replace(/:db:[^:]*$/, `:cluster:${scratchName(row.drill)}`);
  const rows = await Promise.all([arn, cluster].map((one) => ledger.get(resourceKey(one))));
  mustBeScratch(
    memberIsScratch(row, {
      identifier: found.DBInstanceIdentifier,
      cluster: found.DBClusterIdentifier,
      isProtected: rows.some((one) => one !== undefined),
    }),
  );
  if (status === 'deleting') return { is: 'going', because: `RDS is deleting ${row.name}` };
  try {
    // The data is the cluster's, and so are its backups: nothing is kept of an instance in it.
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: row.name, SkipFinalSnapshot: true }));
  } catch (error) {
    if (nameOf(error) === 'DBInstanceNotFoundFault') return { is: 'gone' };
    if (nameOf(error) !== 'InvalidDBInstanceStateFault' && nameOf(error) !== 'InvalidDBClusterStateFault') throw error;
    return { is: 'going', because: `RDS does not delete ${row.name} while it is ${status}` };
  }
  return { is: 'going', because: `RDS was told to delete ${row.name}` };
}

async function findCluster({ rds }: Wrecking, identifier: string): Promise<DBCluster | undefined> {
  try {
    const { DBClusters } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: identifier }));
    return DBClusters?.[0];
  } catch (error) {
    if (nameOf(error) === 'DBClusterNotFoundFault') return undefined;
    throw error;
  }
}
