import { draw, timing } from '../timing.ts';
import { keyTrouble } from './keys.ts';
import { kinds } from './kinds/index.ts';
import { enterLane, leaveLane } from './lanes.ts';
import { messages, sourceGone } from './messages.ts';
import { addPoint, completePoint, removePoint, versionIdFor } from './points.ts';
import { lockAllows } from './refusals.ts';
import { type BackupJob, type BackupState, struck } from './state.ts';

/**
 * Looks whether a job can start now. What can change until StartBy is waited for; what cannot fails the job.
 */
export async function tryToStart(state: BackupState, job: BackupJob): Promise<void> {
  if (job.state !== 'CREATED') return;
  const { region } = state;
  const { world } = region;
  const kind = kinds[job.type];
  const vault = state.vaults.get(job.vaultName);

  if (vault === undefined) {
    return end(state, job, 'FAILED', `Backup job failed because backup vault ${job.vaultArn} does not exist.`);
  }
  // A role's name has to contain the word, or AWS Backup lacks permissions (documented for backup jobs).
  if (!/AWSBackup|AwsBackup/.test(job.roleArn)) return end(state, job, 'FAILED', messages.denied);
  const resource = kind.find(region, job.resourceArn);
  if (resource === undefined) return end(state, job, 'FAILED', sourceGone(job.resourceArn));
  if (!lockAllows(vault, job.lifecycle)) return end(state, job, 'FAILED', messages.backupRetention);

  const locked = keyTrouble(region, {
    encrypted: kind.fullyManaged || resource.encrypted,
    keyArn: kind.fullyManaged ? vault.keyArn : resource.keyArn,
  });
  if (locked !== undefined) return end(state, job, 'FAILED', `Backup job failed. ${locked}`);

  const fault = struck(state, job);
  if (fault !== undefined && 'fails' in fault) return end(state, job, 'FAILED', fault.fails);
  const obstacle = kind.obstacle(region, job.resourceArn);
  if (fault !== undefined) return wait(state, job, fault.waits, messages.expired);
  const retry = draw(state.chance, timing.backup.retry);
  if (obstacle !== undefined) return wait(state, job, retry, obstacle);
  if (!enterLane(state, job.resourceArn, job.id)) return wait(state, job, retry, messages.sameResource);

  const versionId = versionIdFor(region, state.chance);
  // A resource's tags come along; those of the request win.
  const tags = new Map([...resource.tags, ...Object.entries(job.pointTags)]);
  const begun = await kind.begin(region, job.resourceArn, { arn: job.pointArn, versionId, tags });
  job.state = 'RUNNING';
  job.initiatedAt = world.now();
  job.expectedAt = world.now() + begun.milliseconds;
  job.encrypted = kind.fullyManaged || resource.encrypted;
  job.keyArn = kind.fullyManaged ? vault.keyArn : resource.keyArn;
  const point = addPoint(state, vault, begun, {
    arn: job.pointArn,
    type: job.type,
    resourceArn: job.resourceArn,
    resourceName: job.resourceName,
    createdAt: job.createdAt,
    initiatedAt: job.initiatedAt,
    roleArn: job.roleArn,
    encrypted: job.encrypted,
    keyArn: job.keyArn,
    versionId,
    sourceVaultArn: undefined,
    tags,
    lifecycle: job.lifecycle,
  });
  job.undo = async () => {
    begun.undo();
    await removePoint(state, point);
  };
  state.events.backupJob(job);

  if (job.expectedAt > job.mustEndBy) {
    world.at(job.mustEndBy, `backup job ${job.id} overruns its window`, () => abort(state, job, 'overrun'));
    return;
  }
  world.at(job.expectedAt, `backup job ${job.id} ends`, () => {
    if (job.state !== 'RUNNING') return undefined;
    if (kind.isDeleted?.(region, job.resourceArn) === true) return fail(state, job, sourceGone(job.resourceArn));
    begun.finish();
    completePoint(state, point);
    job.sizeBytes = begun.sizeBytes;
    return end(state, job, 'COMPLETED', undefined);
  });
}

/** A job cannot be ended as it began: what it had made is undone. */
async function fail(state: BackupState, job: BackupJob, why: string): Promise<void> {
  await job.undo?.();
  end(state, job, 'FAILED', why);
}

/** Tries again later, or lets the job expire when its start window is over by then. */
function wait(state: BackupState, job: BackupJob, milliseconds: number, why: string): void {
  const { world } = state.region;
  if (world.now() + milliseconds <= job.startBy) {
    world.after(milliseconds, `backup job ${job.id} tries again`, () => tryToStart(state, job));
    return;
  }
  world.at(job.startBy + timing.backup.expiredAfter, `backup job ${job.id} expires`, () => {
    if (job.state === 'CREATED') end(state, job, 'EXPIRED', why);
  });
}

/** Somebody stopped the job, or its completion window is over: what it had made is undone. */
export function abort(state: BackupState, job: BackupJob, why: 'stopped' | 'overrun'): void {
  if (job.state !== 'CREATED' && job.state !== 'RUNNING') return;
  job.state = 'ABORTING';
  state.events.backupJob(job);
  state.region.world.after(draw(state.chance, timing.backup.abort), `backup job ${job.id} is aborted`, async () => {
    await job.undo?.();
    end(state, job, 'ABORTED', why === 'stopped' ? messages.stopped : messages.expired);
  });
}

function end(
  state: BackupState,
  job: BackupJob,
  how: 'COMPLETED' | 'FAILED' | 'EXPIRED' | 'ABORTED',
  message: string | undefined,
): void {
  leaveLane(state, job.resourceArn, job.id);
  job.undo = undefined;
  job.state = how;
  job.message = message;
  job.completedAt = state.region.world.now();
  if (how === 'COMPLETED') state.backupJobs.completed(job);
  state.events.backupJob(job);
}
