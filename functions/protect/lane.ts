import { type BackupClient, paginateListBackupJobs, paginateListCopyJobs } from '@aws-sdk/client-backup';
import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { type LaneRow, laneKey } from '../ledger/lane.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { nameOf } from '../platform/errors.ts';
import type { Busy } from './turn.ts';

/**
 * Takes the lane of a resource for an execution; answers the other protect that holds it, if one does. A lane whose
 * holder has ended is taken over: whoever should have released it did not come to it.
 */
export async function takeLane(
  parts: { ledger: Ledger; sfn: SFNClient },
  lane: { resource: string; execution: string; now: string },
): Promise<Busy | undefined> {
  const key = laneKey(lane.resource);
  const row = { ...key, resource: lane.resource, execution: lane.execution, takenAt: lane.now };
  for (let tries = 0; tries < 5; tries += 1) {
    const held = await parts.ledger.get<LaneRow>(key);
    if (held?.execution === lane.execution) return undefined;
    if (held === undefined) {
      if (await parts.ledger.create<LaneRow>(row)) return undefined;
    } else {
      if (await isRunning(parts.sfn, held.execution)) {
        return { by: 'another protect', id: held.execution, since: held.takenAt };
      }
      if (await parts.ledger.replace<LaneRow>({ ...row, version: held.version })) return undefined;
    }
  }
  throw new Error(`The lane of ${lane.resource} changed under every one of five looks.`);
}

/** Gives the lane up, if this execution holds it. */
export async function leaveLane(ledger: Ledger, resource: string, execution: string): Promise<void> {
  const held = await ledger.get<LaneRow>(laneKey(resource));
  if (held?.execution === execution) await ledger.remove(held);
}

async function isRunning(sfn: SFNClient, execution: string): Promise<boolean> {
  try {
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn: execution }));
    return status === 'RUNNING' || status === 'PENDING_REDRIVE';
  } catch (error) {
    if (nameOf(error) === 'ExecutionDoesNotExist') return false;
    throw error;
  }
}

/** A backup or copy job that AWS Backup runs, or will run, for this resource; whoever started it. */
export async function runningJob(backup: BackupClient, resource: string): Promise<Busy | undefined> {
  for (const ByState of ['RUNNING', 'PENDING', 'CREATED'] as const) {
    for await (const page of paginateListBackupJobs({ client: backup }, { ByResourceArn: resource, ByState })) {
      const [job] = page.BackupJobs ?? [];
      if (job?.BackupJobId !== undefined) return busy('a backup job', job.BackupJobId, job.CreationDate);
    }
  }
  for (const ByState of ['RUNNING', 'CREATED'] as const) {
    for await (const page of paginateListCopyJobs({ client: backup }, { ByResourceArn: resource, ByState })) {
      const [job] = page.CopyJobs ?? [];
      if (job?.CopyJobId !== undefined) return busy('a copy job', job.CopyJobId, job.CreationDate);
    }
  }
  return undefined;
}

function busy(by: Busy['by'], id: string, since: Date | undefined): Busy {
  return { by, id, since: since?.toISOString() ?? 'an unknown time' };
}
