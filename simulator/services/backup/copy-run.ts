import { flat } from '../flat.ts';
import { draw, timing } from '../timing.ts';
import { keyTrouble } from './keys.ts';
import { kinds } from './kinds/index.ts';
import { enterLane, leaveLane } from './lanes.ts';
import { messages } from './messages.ts';
import { addPoint, completePoint, versionIdFor } from './points.ts';
import { lockAllows } from './refusals.ts';
import { type BackupState, type CopyJob, struck } from './state.ts';
import { readVaultArn } from './vaults.ts';

/** Looks whether a copy can start now, and runs it. It is called and told of in the source's Region alone. */
export async function tryToCopy(state: BackupState, job: CopyJob): Promise<void> {
  if (job.state !== 'CREATED') return;
  const { region } = state;
  const { world } = region;
  const kind = kinds[job.type];
  const there = region.account.region(job.destinationRegion).services.Backup.state;
  const vault = there.vaults.get(readVaultArn(job.destinationVaultArn).name);
  const point = state.points.get(job.sourcePointArn);

  if (vault === undefined) {
    return end(state, job, 'FAILED', `Copy job failed because backup vault ${job.destinationVaultArn} does not exist.`);
  }
  if (point === undefined || point.status !== 'COMPLETED') {
    return end(state, job, 'FAILED', `Cannot find recovery point ${job.sourcePointArn}.`);
  }
  if (!lockAllows(vault, job.lifecycle)) return end(state, job, 'FAILED', messages.copyRetention);
  const locked =
    keyTrouble(region, point) ?? keyTrouble(there.region, { encrypted: point.encrypted, keyArn: vault.keyArn });
  if (locked !== undefined) return end(state, job, 'FAILED', `Copy job failed. ${locked}`);
  const fault = struck(state, job);
  if (fault !== undefined && 'fails' in fault) return end(state, job, 'FAILED', fault.fails);

  const again = (milliseconds: number) => {
    world.after(milliseconds, `copy job ${job.id} tries again`, () => tryToCopy(state, job));
  };
  if (fault !== undefined) return again(fault.waits);
  if (runningInto(state, job) >= timing.copy.concurrent[job.type]) return again(draw(state.chance, timing.copy.retry));
  if (!enterLane(state, job.resourceArn, job.id)) {
    if (world.now() - job.createdAt >= timing.copy.patience) return end(state, job, 'FAILED', messages.tooManyCopies);
    return again(draw(state.chance, timing.copy.retry));
  }

  const versionId = versionIdFor(there.region, state.chance);
  const arn = flat(kind.pointArn(there.region, { id: job.id, by: 'copyjob' }, state.chance.uuid()));
  const begun = await kind.copy(region, point, there.region, arn, versionId, vault.keyArn);
  point.readers += 1;
  job.state = 'RUNNING';
  state.copying.add(job);
  job.sizeBytes = begun.sizeBytes;
  const copy = addPoint(there, vault, begun, {
    arn,
    type: job.type,
    resourceArn: job.resourceArn,
    resourceName: job.resourceName,
    createdAt: point.createdAt,
    initiatedAt: undefined,
    roleArn: job.roleArn,
    encrypted: point.encrypted,
    keyArn: point.encrypted ? vault.keyArn : undefined,
    versionId,
    sourceVaultArn: job.sourceVaultArn,
    tags: point.tags,
    lifecycle: job.lifecycle,
  });
  state.events.copyJob(job);
  world.after(begun.milliseconds, `copy job ${job.id} ends`, () => {
    point.readers -= 1;
    begun.finish();
    completePoint(there, copy);
    job.destinationPointArn = arn;
    end(state, job, 'COMPLETED', undefined);
  });
}

/** How many copies of this type run into the destination Region, from all Regions. */
function runningInto(state: BackupState, job: CopyJob): number {
  let count = 0;
  for (const region of state.region.account.regions) {
    for (const other of region.services.Backup.state.copying) {
      if (other.destinationRegion === job.destinationRegion && other.type === job.type) count += 1;
    }
  }
  return count;
}

function end(state: BackupState, job: CopyJob, how: 'COMPLETED' | 'FAILED', message: string | undefined): void {
  leaveLane(state, job.resourceArn, job.id);
  state.copying.delete(job);
  job.state = how;
  job.message = message;
  job.completedAt = state.region.world.now();
  if (how === 'COMPLETED') state.copyJobs.completed(job);
  state.events.copyJob(job);
}
