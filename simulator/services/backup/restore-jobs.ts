import type {
  DescribeRestoreJobInput,
  GetRestoreJobMetadataInput,
  ListRestoreJobsInput,
  StartRestoreJobInput,
} from '@aws-sdk/client-backup';
import { NotModelled, type Operation } from '../../world/region.ts';
import { draw, timing } from '../timing.ts';
import { keyTrouble } from './keys.ts';
import { kinds } from './kinds/index.ts';
import { asked, between, newestFirst } from './lists.ts';
import { invalidRequest, invalidValue, notFound } from './refusals.ts';
import { type BackupState, date, jobId, next, type Point, type RestoreJob, struck } from './state.ts';
import { once } from './tokens.ts';

export function restoreJobOperations(state: BackupState): Record<string, Operation> {
  const { region } = state;
  const { world } = region;

  const jobOf = (id: string | undefined): RestoreJob => {
    const job = state.restoreJobs.get(id ?? '');
    if (job === undefined) throw notFound(`Restore job ${id} does not exist.`);
    return job;
  };

  const start = (input: StartRestoreJobInput) => {
    const point = state.points.get(input.RecoveryPointArn ?? '');
    if (point === undefined) throw notFound(`Cannot find recovery point ${input.RecoveryPointArn} in ${region.name}.`);
    if (point.status !== 'COMPLETED') {
      throw invalidRequest(`Recovery point ${point.arn} is ${point.status}: only a completed one can be restored.`);
    }
    if (input.ResourceType !== undefined && input.ResourceType !== point.type) {
      throw invalidValue(`Recovery point ${point.arn} is of type ${point.type}, not ${input.ResourceType}.`);
    }
    const metadata = { ...(input.Metadata as Record<string, string>) };
    kinds[point.type].checkMetadata(metadata);
    const now = world.now();
    const job: RestoreJob = {
      kind: 'restore',
      id: jobId(state),
      sequence: next(state),
      roleArn: input.IamRoleArn,
      type: point.type,
      pointArn: point.arn,
      vaultArn: point.vault.arn,
      sourceResourceArn: point.resourceArn,
      pointCreatedAt: point.createdAt,
      metadata,
      copySourceTags: input.CopySourceTagsToRestoredResource ?? false,
      createdAt: now,
      completedAt: undefined,
      message: undefined,
      sizeBytes: point.sizeBytes,
      createdResourceArn: undefined,
      status: 'PENDING',
    };
    state.restoreJobs.set(job.id, job);
    state.events.restoreJob(job, 'CREATED');
    state.events.restoreJob(job);
    point.readers += 1;
    world.after(draw(state.chance, timing.restore.startDelay), `restore job ${job.id} starts`, () =>
      run(state, job, point),
    );
    return { RestoreJobId: job.id };
  };

  const describe = (job: RestoreJob) => ({
    AccountId: region.account.id,
    RestoreJobId: job.id,
    RecoveryPointArn: job.pointArn,
    SourceResourceArn: job.sourceResourceArn,
    BackupVaultArn: job.vaultArn,
    CreationDate: date(job.createdAt),
    ...(job.completedAt === undefined ? {} : { CompletionDate: date(job.completedAt) }),
    Status: job.status,
    ...(job.message === undefined ? {} : { StatusMessage: job.message }),
    PercentDone: job.status === 'COMPLETED' ? '100.00%' : '0.00%',
    BackupSizeInBytes: job.sizeBytes ?? 0,
    ...(job.roleArn === undefined ? {} : { IamRoleArn: job.roleArn }),
    ...(job.createdResourceArn === undefined ? {} : { CreatedResourceArn: job.createdResourceArn }),
    ResourceType: job.type,
    RecoveryPointCreationDate: date(job.pointCreatedAt),
    IsParent: false,
  });

  return {
    StartRestoreJob: (input: StartRestoreJobInput) => once(state, 'StartRestoreJob', input, () => start(input)),

    DescribeRestoreJob: (input: DescribeRestoreJobInput) => describe(jobOf(input.RestoreJobId)),

    GetRestoreJobMetadata: (input: GetRestoreJobMetadataInput) => {
      const job = jobOf(input.RestoreJobId);
      return { RestoreJobId: job.id, Metadata: { ...job.metadata } };
    },

    ListRestoreJobs: (input: ListRestoreJobsInput) => {
      if (input.ByParentJobId !== undefined) throw new NotModelled('parent jobs');
      const { items, next: token } = newestFirst(
        state.restoreJobs.values(),
        input.MaxResults,
        input.NextToken,
        (job) =>
          asked(input.ByStatus, job.status) &&
          asked(input.ByResourceType, job.type) &&
          // No restore testing plan exists here, so none made any of the jobs.
          input.ByRestoreTestingPlanArn === undefined &&
          (input.ByAccountId === undefined || input.ByAccountId === '*' || input.ByAccountId === region.account.id) &&
          between(job.createdAt, input.ByCreatedAfter, input.ByCreatedBefore) &&
          between(job.completedAt, input.ByCompleteAfter, input.ByCompleteBefore),
      );
      return { ...token, RestoreJobs: items.map(describe) };
    },
  };
}

async function run(state: BackupState, job: RestoreJob, point: Point): Promise<void> {
  const { region } = state;
  const { world } = region;
  const end = (status: 'COMPLETED' | 'FAILED') => {
    point.readers -= 1;
    job.status = status;
    job.completedAt = world.now();
    state.events.restoreJob(job);
  };
  const fail = (message: string) => {
    job.message = message;
    end('FAILED');
  };

  if (job.status === 'PENDING') {
    job.status = 'RUNNING';
    state.events.restoreJob(job);
  }
  const fault = struck(state, job);
  if (fault !== undefined && 'fails' in fault) return fail(fault.fails);
  if (fault !== undefined) {
    world.after(fault.waits, `restore job ${job.id} goes on`, () => run(state, job, point));
    return;
  }
  const locked = keyTrouble(region, point);
  if (locked !== undefined) return fail(locked);
  job.readFrom = world.now();
  const order = { metadata: job.metadata, copySourceTags: job.copySourceTags, id: job.id };
  await kinds[point.type].restore(region, point, order, (outcome) => {
    if ('fails' in outcome) return fail(outcome.fails);
    job.createdResourceArn = outcome.createdResourceArn;
    point.lastRestoredAt = world.now();
    end('COMPLETED');
  });
}
