import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { type LaneRow, laneKey } from '../ledger/lane.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { nameOf } from '../platform/errors.ts';
import type { Busy } from './turn.ts';

export { runningJob } from '../jobs/running.ts';

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
