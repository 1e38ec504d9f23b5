import type { BusEvent, Region } from '../../world/region.ts';
import { timing } from '../timing.ts';
import type { BackupJob, CopyJob, Point, RestoreJob, Vault } from './state.ts';

/** AWS Backup's events of one Region. They wait for the next five-minute tick, and come in no particular order. */
export interface Events {
  backupJob(job: BackupJob): void;
  copyJob(job: CopyJob): void;
  /** A restore job has an event CREATED that its Status never shows. */
  restoreJob(job: RestoreJob, created?: 'CREATED'): void;
  point(point: Point): void;
  vault(vault: Vault, state: 'CREATED' | 'MODIFIED' | 'DELETED'): void;
}

export function eventsOf(region: Region): Events {
  const { world } = region;
  const chance = world.chance.fork(`backup events ${region.name}`);
  const phase = chance.whole(0, timing.backup.eventTick - 1);
  let waiting: BusEvent[] = [];

  const emit = () => {
    const events = waiting;
    waiting = [];
    while (events.length > 0) {
      const [event] = events.splice(chance.whole(0, events.length - 1), 1);
      if (event !== undefined) region.emit(event);
    }
  };
  const add = (detailType: string, resources: readonly string[], detail: Record<string, unknown>) => {
    if (waiting.length === 0) {
      const now = world.now();
      const tick = timing.backup.eventTick;
      world.at(now + tick - ((now - phase) % tick), `AWS Backup emits events in ${region.name}`, emit);
    }
    waiting.push({ source: 'aws.backup', detailType, resources, detail: whole(detail) });
  };

  return {
    backupJob: (job) =>
      add('Backup Job State Change', job.state === 'COMPLETED' ? [job.pointArn] : [], backupDetail(job)),
    copyJob: (job) => add('Copy Job State Change', [job.sourcePointArn], copyDetail(job)),
    restoreJob: (job, created) => add('Restore Job State Change', [job.pointArn], restoreDetail(job, created)),
    point: (point) => add('Recovery Point State Change', [point.arn], pointDetail(point)),
    vault: (vault, state) =>
      add('Backup Vault State Change', [vault.arn], {
        backupVaultName: vault.name,
        state,
        isLocked: state === 'MODIFIED' ? String(vault.lock !== undefined) : undefined,
      }),
  };
}

/** The recovery point's ARN is not in the detail: only `resources` holds it, and only on COMPLETED. */
function backupDetail(job: BackupJob): Record<string, unknown> {
  if (job.state === 'CREATED') {
    return { backupJobId: job.id, state: job.state, creationDate: iso(job.createdAt) };
  }
  return {
    backupJobId: job.id,
    backupSizeInBytes: job.sizeBytes === undefined ? undefined : String(job.sizeBytes),
    backupVaultArn: job.vaultArn,
    backupVaultName: job.vaultName,
    bytesTransferred: String(job.state === 'COMPLETED' ? (job.sizeBytes ?? 0) : 0),
    creationDate: iso(job.createdAt),
    iamRoleArn: job.roleArn,
    resourceArn: job.resourceArn,
    resourceType: job.type,
    state: job.state,
    // A quoted string inside the string, as in every sample of the documentation.
    statusMessage: job.message === undefined ? undefined : JSON.stringify(job.message),
    completionDate: iso(job.completedAt),
    startBy: iso(job.startBy),
    expectedCompletionDate: job.state === 'RUNNING' ? american(job.expectedAt) : undefined,
    percentDone: job.state === 'COMPLETED' ? 100 : 0,
  };
}

/** While there is no copy, its ARN is an empty object. The event of a new job does not name the job. */
function copyDetail(job: CopyJob): Record<string, unknown> {
  if (job.state === 'CREATED') {
    return {
      creationDate: iso(job.createdAt),
      state: job.state,
      sourceBackupVaultArn: job.sourceVaultArn,
      destinationBackupVaultArn: job.destinationVaultArn,
    };
  }
  return {
    copyJobId: job.id,
    backupSizeInBytes: job.sizeBytes ?? 0,
    creationDate: iso(job.createdAt),
    iamRoleArn: job.roleArn,
    resourceArn: job.resourceArn,
    resourceType: job.type,
    sourceBackupVaultArn: job.sourceVaultArn,
    state: job.state,
    statusMessage: job.message,
    completionDate: iso(job.completedAt),
    destinationBackupVaultArn: job.destinationVaultArn,
    destinationRecoveryPointArn: job.destinationPointArn ?? {},
  };
}

/** `status`, and `state` in the first one; `percentDone` is 0 also at the end. */
function restoreDetail(job: RestoreJob, created: 'CREATED' | undefined): Record<string, unknown> {
  if (created !== undefined) return { restoreJobId: job.id, creationDate: iso(job.createdAt), state: created };
  const ended = job.status === 'COMPLETED';
  return {
    restoreJobId: job.id,
    backupVaultArn: ended ? job.vaultArn : undefined,
    recoveryPointArn: ended ? job.pointArn : undefined,
    sourceResourceArn: ended ? job.sourceResourceArn : undefined,
    backupSizeInBytes: String(job.sizeBytes ?? 0),
    creationDate: iso(job.createdAt),
    iamRoleArn: job.roleArn,
    percentDone: 0,
    resourceType: job.type,
    status: job.status,
    statusMessage: job.message,
    createdResourceArn: ended ? job.createdResourceArn : undefined,
    completionDate: ended ? iso(job.completedAt) : undefined,
  };
}

function pointDetail(point: Point): Record<string, unknown> {
  const { DeleteAfterDays: keep, MoveToColdStorageAfterDays: cold } = point.lifecycle;
  const after = (days: number | undefined) =>
    days === undefined ? undefined : iso(point.createdAt + days * 86_400_000);
  return {
    backupVaultName: point.vault.name,
    backupVaultArn: point.vault.arn,
    creationDate: iso(point.createdAt),
    iamRoleArn: point.roleArn,
    resourceType: point.type,
    resourceArn: point.resourceArn,
    status: point.status,
    isEncrypted: String(point.encrypted),
    storageClass: 'WARM',
    completionDate: iso(point.completedAt),
    lifecycle: whole({ deleteAfterDays: keep, moveToColdStorageAfterDays: cold }),
    calculatedLifeCycle: whole({ deleteAt: after(keep), moveToColdStorageAt: after(cold) }),
  };
}

function iso(instant: number | undefined): string | undefined {
  return instant === undefined ? undefined : new Date(instant).toISOString();
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Jul 15, 2020 9:39:07 PM`: AWS Backup writes an expected completion in the English of the US, UTC. */
function american(instant: number | undefined): string | undefined {
  if (instant === undefined) return undefined;
  const date = new Date(instant);
  const hour = date.getUTCHours();
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
  return `${day} ${hour % 12 || 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hour < 12 ? 'AM' : 'PM'}`;
}

function whole(detail: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(detail).filter(([, value]) => value !== undefined));
}
