import type { DescribeCopyJobInput, ListCopyJobsInput, StartCopyJobInput } from '@aws-sdk/client-backup';
import { NotModelled, type Operation } from '../../world/region.ts';
import { draw, timing } from '../timing.ts';
import { tryToCopy } from './copy-run.ts';
import { kinds } from './kinds/index.ts';
import { asked, between, newestFirst } from './lists.ts';
import { messageCategory } from './messages.ts';
import { storageClass } from './points.ts';
import { invalidRequest, lifecycleOf, notFound, pointOf, vaultOf } from './refusals.ts';
import { type BackupState, type CopyJob, date, jobId, next } from './state.ts';
import { once } from './tokens.ts';
import { readVaultArn } from './vaults.ts';

export function copyJobOperations(state: BackupState): Record<string, Operation> {
  const { region } = state;
  const { world } = region;

  const start = (input: StartCopyJobInput) => {
    const vault = vaultOf(state, input.SourceBackupVaultName);
    const point = pointOf(vault, input.RecoveryPointArn);
    const destination = readVaultArn(input.DestinationBackupVaultArn ?? '');
    if (destination.account !== region.account.id) throw new NotModelled('copies to another account');
    if (point.status !== 'COMPLETED') {
      throw invalidRequest(`Recovery point ${point.arn} is ${point.status}: only a completed one can be copied.`);
    }
    if (storageClass(point, world.now()) === 'COLD')
      throw invalidRequest('A recovery point in cold storage cannot be copied.');
    if (input.DestinationBackupVaultArn === vault.arn)
      throw invalidRequest('The destination is the vault that holds the point.');
    const kind = kinds[point.type];
    const asked = state.shared.lifecycle(lifecycleOf(input.Lifecycle, { cold: kind.cold, copy: true }));
    const now = world.now();
    const job: CopyJob = {
      kind: 'copy',
      id: jobId(state),
      sequence: next(state),
      roleArn: state.shared.text(input.IamRoleArn ?? ''),
      type: point.type,
      resourceArn: point.resourceArn,
      resourceName: point.resourceName,
      sourceVaultArn: vault.arn,
      sourcePointArn: point.arn,
      destinationVaultArn: state.shared.text(input.DestinationBackupVaultArn ?? ''),
      destinationRegion: state.shared.text(destination.region),
      // Without a lifecycle of its own, and with -1, a copy ends when its source does.
      lifecycle: input.Lifecycle === undefined || asked.DeleteAfterDays === -1 ? point.lifecycle : asked,
      createdAt: now,
      completedAt: undefined,
      message: undefined,
      sizeBytes: undefined,
      destinationPointArn: undefined,
      state: 'CREATED',
    };
    state.copyJobs.add(job.id, job);
    state.events.copyJob(job);
    world.after(draw(state.chance, timing.copy.startDelay), `copy job ${job.id} may start`, () =>
      tryToCopy(state, job),
    );
    return { CopyJobId: job.id, CreationDate: date(now), IsParent: false };
  };

  const describe = (job: CopyJob) => {
    const category = messageCategory(job.state, job.message);
    return {
      AccountId: region.account.id,
      CopyJobId: job.id,
      SourceBackupVaultArn: job.sourceVaultArn,
      SourceRecoveryPointArn: job.sourcePointArn,
      DestinationBackupVaultArn: job.destinationVaultArn,
      DestinationVaultType: 'BACKUP_VAULT',
      ...(job.destinationPointArn === undefined ? {} : { DestinationRecoveryPointArn: job.destinationPointArn }),
      DestinationRecoveryPointLifecycle: job.lifecycle,
      ResourceArn: job.resourceArn,
      ...(job.resourceName === undefined ? {} : { ResourceName: job.resourceName }),
      ResourceType: job.type,
      CreationDate: date(job.createdAt),
      ...(job.completedAt === undefined ? {} : { CompletionDate: date(job.completedAt) }),
      State: job.state,
      ...(job.message === undefined ? {} : { StatusMessage: job.message }),
      ...(category === undefined ? {} : { MessageCategory: category }),
      ...(job.sizeBytes === undefined ? {} : { BackupSizeInBytes: job.sizeBytes }),
      IamRoleArn: job.roleArn,
      IsParent: false,
    };
  };

  return {
    StartCopyJob: (input: StartCopyJobInput) => once(state, 'StartCopyJob', input, () => start(input)),

    DescribeCopyJob: (input: DescribeCopyJobInput) => {
      const job = state.copyJobs.get(input.CopyJobId ?? '');
      if (job === undefined) throw notFound(`Copy job ${input.CopyJobId} does not exist.`);
      return { CopyJob: describe(job) };
    },

    ListCopyJobs: (input: ListCopyJobsInput) => {
      if (input.ByParentJobId !== undefined) throw new NotModelled('parent jobs');
      const since = world.now() - timing.backup.listed;
      const { items, next: token } = newestFirst(
        state.copyJobs.of(input.ByResourceArn, asked(input.ByState, 'COMPLETED')),
        input.MaxResults,
        input.NextToken,
        (job) =>
          job.createdAt >= since &&
          asked(input.ByState, job.state) &&
          asked(input.ByResourceType, job.type) &&
          asked(input.ByDestinationVaultArn, job.destinationVaultArn) &&
          asked(input.BySourceRecoveryPointArn, job.sourcePointArn) &&
          (input.ByAccountId === undefined || input.ByAccountId === '*' || input.ByAccountId === region.account.id) &&
          (input.ByMessageCategory === undefined ||
            input.ByMessageCategory === messageCategory(job.state, job.message)) &&
          between(job.createdAt, input.ByCreatedAfter, input.ByCreatedBefore) &&
          between(job.completedAt, input.ByCompleteAfter, input.ByCompleteBefore),
      );
      return { ...token, CopyJobs: items.map(describe) };
    },
  };
}
