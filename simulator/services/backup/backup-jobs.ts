import type {
  DescribeBackupJobInput,
  ListBackupJobsInput,
  StartBackupJobInput,
  StopBackupJobInput,
} from '@aws-sdk/client-backup';
import { NotModelled, type Operation } from '../../world/region.ts';
import { flat } from '../flat.ts';
import { drawStartDelay, timing } from '../timing.ts';
import { abort, tryToStart } from './backup-run.ts';
import { kindOf, kinds } from './kinds/index.ts';
import { asked, between, newestFirst } from './lists.ts';
import { messageCategory } from './messages.ts';
import { invalidRequest, invalidValue, lifecycleOf, notFound, vaultOf } from './refusals.ts';
import { type BackupJob, type BackupState, date, jobId, next } from './state.ts';
import { once } from './tokens.ts';

const minute = 60_000;
const mostTags = 50;

export function backupJobOperations(state: BackupState): Record<string, Operation> {
  const { region } = state;
  const { world } = region;

  const jobOf = (id: string | undefined): BackupJob => {
    const job = state.backupJobs.get(id ?? '');
    if (job === undefined) throw notFound(`Backup job ${id} does not exist.`);
    return job;
  };

  const start = (input: StartBackupJobInput) => {
    if (input.Index !== undefined) throw new NotModelled("StartBackupJob's Index");
    if (input.BackupOptions !== undefined) throw new NotModelled("StartBackupJob's BackupOptions");
    if (input.LogicallyAirGappedBackupVaultArn !== undefined) throw new NotModelled('logically air-gapped vaults');
    const vault = vaultOf(state, input.BackupVaultName);
    const resourceArn = state.shared.text(input.ResourceArn ?? '');
    const kind = kindOf(resourceArn);
    const resource = kind.find(region, resourceArn);
    if (resource === undefined) throw notFound(`The resource ${resourceArn} does not exist.`);
    const startWindow = minutes('StartWindowMinutes', input.StartWindowMinutes) ?? timing.backup.startWindow;
    const completeWindow =
      minutes('CompleteWindowMinutes', input.CompleteWindowMinutes) ?? timing.backup.completeWindow;
    if (completeWindow <= startWindow && input.CompleteWindowMinutes !== undefined) {
      throw invalidValue('CompleteWindowMinutes must be more than StartWindowMinutes.');
    }
    const pointTags = input.RecoveryPointTags ?? {};
    if (Object.keys(pointTags).length > mostTags) throw invalidValue(`More than ${mostTags} tags specified`);
    const now = world.now();
    const id = jobId(state);
    const job: BackupJob = {
      kind: 'backup',
      id,
      sequence: next(state),
      vaultName: vault.name,
      vaultArn: vault.arn,
      roleArn: state.shared.text(input.IamRoleArn ?? ''),
      type: kind.type,
      resourceArn,
      resourceName: resource.name,
      pointArn: flat(kind.pointArn(region, { id, by: 'job' }, state.chance.uuid())),
      pointTags,
      lifecycle: state.shared.lifecycle(lifecycleOf(input.Lifecycle, { cold: kind.cold })),
      createdAt: now,
      startBy: now + startWindow,
      mustEndBy: now + completeWindow,
      state: 'CREATED',
      initiatedAt: undefined,
      expectedAt: undefined,
      completedAt: undefined,
      message: undefined,
      sizeBytes: undefined,
      encrypted: false,
      keyArn: undefined,
      undo: undefined,
    };
    state.backupJobs.add(id, job);
    state.events.backupJob(job);
    world.after(drawStartDelay(state.chance), `backup job ${id} may start`, () => tryToStart(state, job));
    return {
      BackupJobId: id,
      ...(kind.tellsArn ? { RecoveryPointArn: job.pointArn } : {}),
      CreationDate: date(now),
      IsParent: false,
    };
  };

  const describe = (job: BackupJob) => {
    const vault = state.vaults.get(job.vaultName);
    const category = messageCategory(job.state, job.message);
    const running = job.state === 'RUNNING' || job.state === 'COMPLETED';
    return {
      AccountId: region.account.id,
      BackupJobId: job.id,
      BackupVaultName: job.vaultName,
      BackupVaultArn: job.vaultArn,
      VaultType: 'BACKUP_VAULT',
      ...(vault?.lock === undefined ? {} : { VaultLockState: 'LOCKED' }),
      ...(running ? { RecoveryPointArn: job.pointArn } : {}),
      RecoveryPointLifecycle: job.lifecycle,
      ...(job.keyArn === undefined ? {} : { EncryptionKeyArn: job.keyArn }),
      IsEncrypted: job.encrypted,
      ResourceArn: job.resourceArn,
      ResourceType: job.type,
      ...(job.resourceName === undefined ? {} : { ResourceName: job.resourceName }),
      CreationDate: date(job.createdAt),
      ...(job.initiatedAt === undefined ? {} : { InitiationDate: date(job.initiatedAt) }),
      ...(job.state === 'RUNNING' && job.expectedAt !== undefined
        ? { ExpectedCompletionDate: date(job.expectedAt) }
        : {}),
      ...(job.completedAt === undefined ? {} : { CompletionDate: date(job.completedAt) }),
      StartBy: date(job.startBy),
      State: job.state,
      ...(job.message === undefined ? {} : { StatusMessage: job.message }),
      ...(category === undefined ? {} : { MessageCategory: category }),
      PercentDone: percentDone(job, world.now()),
      ...(job.sizeBytes === undefined ? {} : { BackupSizeInBytes: job.sizeBytes, BytesTransferred: job.sizeBytes }),
      IamRoleArn: job.roleArn,
      IsParent: false,
    };
  };

  return {
    StartBackupJob: (input: StartBackupJobInput) => once(state, 'StartBackupJob', input, () => start(input)),

    DescribeBackupJob: (input: DescribeBackupJobInput) => describe(jobOf(input.BackupJobId)),

    ListBackupJobs: (input: ListBackupJobsInput) => {
      if (input.ByParentJobId !== undefined) throw new NotModelled('parent jobs');
      const since = world.now() - timing.backup.listed;
      const { items, next: token } = newestFirst(
        state.backupJobs.of(input.ByResourceArn, asked(input.ByState, 'COMPLETED')),
        input.MaxResults,
        input.NextToken,
        (job) =>
          job.createdAt >= since &&
          asked(input.ByState, job.state) &&
          asked(input.ByBackupVaultName, job.vaultName) &&
          asked(input.ByResourceType, job.type) &&
          (input.ByAccountId === undefined || input.ByAccountId === '*' || input.ByAccountId === region.account.id) &&
          (input.ByMessageCategory === undefined ||
            input.ByMessageCategory === messageCategory(job.state, job.message)) &&
          between(job.createdAt, input.ByCreatedAfter, input.ByCreatedBefore) &&
          between(job.completedAt, input.ByCompleteAfter, input.ByCompleteBefore),
      );
      return { ...token, BackupJobs: items.map(describe) };
    },

    StopBackupJob: (input: StopBackupJobInput) => {
      const job = jobOf(input.BackupJobId);
      if (!kinds[job.type].stoppable) throw invalidRequest(`StopBackupJob is not supported for ${job.type}.`);
      if (job.state !== 'CREATED' && job.state !== 'RUNNING') {
        throw invalidRequest(`Backup job ${job.id} is ${job.state} and cannot be stopped.`);
      }
      abort(state, job, 'stopped');
      return {};
    },
  };
}

function minutes(member: string, value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value < 60) throw invalidValue(`${member} must be at least 60, and is ${value}.`);
  return value * minute;
}

function percentDone(job: BackupJob, now: number): string {
  if (job.state === 'COMPLETED') return '100.0';
  if (job.state !== 'RUNNING' || job.initiatedAt === undefined || job.expectedAt === undefined) return '0.0';
  return Math.min(99, (100 * (now - job.initiatedAt)) / Math.max(1, job.expectedAt - job.initiatedAt)).toFixed(1);
}
