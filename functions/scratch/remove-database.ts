import { type DBInstance, DeleteDBInstanceCommand, DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { resourceKey } from '../ledger/resource.ts';
import type { ScratchRow } from '../ledger/scratch.ts';
import { nameOf } from '../platform/errors.ts';
import { databaseIsScratch, drillOfName, mustBeScratch, NotScratch } from './birth.ts';
import { mayStillCome } from './late.ts';
import type { Removal, Remover, Wrecking } from './removal.ts';

/** Deletes a scratch database without a final snapshot, and leaves no automated backup. */
export const removeDatabase: Remover = async (wrecking, row) => {
  if (drillOfName(row.name) !== row.drill) {
    throw new NotScratch(`Nothing was deleted: '${row.name}' is not the name of a database of drill ${row.drill}.`);
  }
  const first = await findInstance(wrecking, row.name);
  if (first !== undefined) return remove(wrecking, row, first);
  const coming = await mayStillCome(wrecking, row);
  if (coming !== undefined) return coming;
  // The job has ended. It may have created the database after the first look, so only a second one is proof.
  const second = await findInstance(wrecking, row.name);
  return second === undefined ? { is: 'gone' } : remove(wrecking, row, second);
};

async function remove({ rds, ledger }: Wrecking, row: ScratchRow, found: DBInstance): Promise<Removal> {
  if (found.DBInstanceArn === undefined)
    throw new NotScratch(`Nothing was deleted: RDS does not tell the ARN of ${row.name}.`);
  mustBeScratch(
    databaseIsScratch(row, {
      identifier: found.DBInstanceIdentifier,
      cluster: found.DBClusterIdentifier,
      isProtected: (await ledger.get(resourceKey(found.DBInstanceArn))) !== undefined,
    }),
  );
  if (found.DBInstanceStatus === 'deleting') return { is: 'going', because: `RDS is deleting ${row.name}` };
  try {
    await rds.send(
      new DeleteDBInstanceCommand({
        DBInstanceIdentifier: row.name,
        SkipFinalSnapshot: true,
        DeleteAutomatedBackups: true,
      }),
    );
  } catch (error) {
    if (nameOf(error) === 'DBInstanceNotFoundFault') return { is: 'gone' };
    if (nameOf(error) !== 'InvalidDBInstanceStateFault') throw error;
    return { is: 'going', because: `RDS does not delete ${row.name} while it is ${found.DBInstanceStatus}` };
  }
  return { is: 'going', because: `RDS was told to delete ${row.name}` };
}

/** A DB instance by its name; undefined when RDS knows none. */
export async function findInstance({ rds }: Wrecking, identifier: string): Promise<DBInstance | undefined> {
  try {
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }));
    return DBInstances?.[0];
  } catch (error) {
    if (nameOf(error) === 'DBInstanceNotFoundFault') return undefined;
    throw error;
  }
}
