import { type DBInstance, DeleteDBInstanceCommand, DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { describeJob } from '../jobs/describe.ts';
import { type StepRow, stepKey } from '../ledger/job.ts';
import { resourceKey } from '../ledger/resource.ts';
import type { ScratchRow } from '../ledger/scratch.ts';
import { nameOf } from '../platform/errors.ts';
import { databaseIsScratch, drillOfName, mustBeScratch, NotScratch } from './birth.ts';
import type { Removal, Remover, Wrecking } from './removal.ts';
import { restoreStep } from './restore-step.ts';

/** How long after its registration a restore that nobody knows the job of may still show up. An assumption. */
const mayShowUpForSeconds = 2 * 3600;

/** Deletes a scratch database without a final snapshot, and leaves no automated backup. */
export const removeDatabase: Remover = async (wrecking, row) => {
  if (drillOfName(row.name) !== row.drill) {
    throw new NotScratch(`Nothing was deleted: '${row.name}' is not the name of a database of drill ${row.drill}.`);
  }
  const first = await find(wrecking, row.name);
  if (first !== undefined) return remove(wrecking, row, first);
  const coming = await mayStillCome(wrecking, row);
  if (coming !== undefined) return coming;
  // The job has ended. It may have created the database after the first look, so only a second one is proof.
  const second = await find(wrecking, row.name);
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

/** A restore creates its database whenever it gets there, and cannot be cancelled. */
async function mayStillCome({ ledger, backup, clock }: Wrecking, row: ScratchRow): Promise<Removal | undefined> {
  const job = row.restoreJob ?? (await ledger.get<StepRow>(stepKey(row.attempt, restoreStep)))?.job;
  if (job === undefined) {
    const ageSeconds = (clock.now().getTime() - Date.parse(row.registeredAt)) / 1000;
    if (ageSeconds >= mayShowUpForSeconds) return undefined;
    return { is: 'may still come', because: `nobody knows whether a restore of ${row.name} was started` };
  }
  const { state } = await describeJob(backup, 'restore', job);
  return state === 'under way' ? { is: 'may still come', because: `restore job ${job} is still running` } : undefined;
}

async function find({ rds }: Wrecking, identifier: string): Promise<DBInstance | undefined> {
  try {
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }));
    return DBInstances?.[0];
  } catch (error) {
    if (nameOf(error) === 'DBInstanceNotFoundFault') return undefined;
    throw error;
  }
}
