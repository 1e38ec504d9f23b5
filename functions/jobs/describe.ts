import {
  type BackupClient,
  DescribeBackupJobCommand,
  DescribeCopyJobCommand,
  DescribeRestoreJobCommand,
} from '@aws-sdk/client-backup';
import type { JobKind } from '../ledger/job.ts';
import { nameOf } from '../platform/errors.ts';

/** A job as AWS Backup tells it now. Times are ISO 8601. */
export type Job =
  | { readonly state: 'under way'; readonly awsState: string }
  | {
      readonly state: 'done';
      readonly awsState: string;
      readonly startedAt: string;
      readonly completedAt: string;
      /** The recovery point that a backup or copy made. */
      readonly recoveryPoint?: string;
      /** What a restore created. */
      readonly createdResource?: string;
      /** AWS's words about a job that was completed with issues. */
      readonly issues?: string;
    }
  | { readonly state: 'failed'; readonly awsState: string; readonly message: string };

interface Told {
  readonly state: string | undefined;
  readonly message: string | undefined;
  readonly category: string | undefined;
  readonly created: Date | undefined;
  readonly completed: Date | undefined;
  readonly recoveryPoint?: string | undefined;
  readonly createdResource?: string | undefined;
}

const underWay: readonly string[] = ['CREATED', 'PENDING', 'RUNNING', 'ABORTING', 'COMPLETING', 'FAILING'];
const failed: readonly string[] = ['FAILED', 'EXPIRED', 'ABORTED', 'PARTIAL'];

/**
 * Asks AWS Backup for a job: the truth, where an event is only a hint. A state that is not known here is an error, never
 * a success. `PARTIAL` is a failure: part of the data is missing.
 */
export async function describeJob(backup: BackupClient, kind: JobKind, job: string): Promise<Job> {
  const told = await tellers[kind](backup, job);
  const { state } = told;
  if (state !== undefined && underWay.includes(state)) return { state: 'under way', awsState: state };
  if (state !== undefined && failed.includes(state)) {
    return { state: 'failed', awsState: state, message: told.message ?? 'AWS Backup gave no message.' };
  }
  if (state !== 'COMPLETED')
    throw new Error(`AWS Backup answered an unknown state of the ${kind} job ${job}: ${state}.`);
  if (told.created === undefined || told.completed === undefined) {
    throw new Error(`AWS Backup says that the ${kind} job ${job} is completed, but not when.`);
  }
  const hasIssues = told.category !== undefined && told.category.toUpperCase() !== 'SUCCESS';
  const issues = hasIssues ? (told.message ?? `AWS Backup says ${told.category} and no more`) : undefined;
  return {
    state: 'done',
    awsState: state,
    startedAt: told.created.toISOString(),
    completedAt: told.completed.toISOString(),
    ...(told.recoveryPoint !== undefined && { recoveryPoint: told.recoveryPoint }),
    ...(told.createdResource !== undefined && { createdResource: told.createdResource }),
    ...(issues !== undefined && { issues }),
  };
}

/** The same of a job of long ago: undefined when AWS Backup knows it no more. It lists those of the last 30 days. */
export async function rememberedJob(backup: BackupClient, kind: JobKind, job: string): Promise<Job | undefined> {
  try {
    return await describeJob(backup, kind, job);
  } catch (error) {
    if (nameOf(error) === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** Backup and copy jobs have a `State`, restore jobs a `Status`. */
const tellers: Readonly<Record<JobKind, (backup: BackupClient, job: string) => Promise<Told>>> = {
  backup: async (backup, job) => {
    const told = await backup.send(new DescribeBackupJobCommand({ BackupJobId: job }));
    return {
      state: told.State,
      message: told.StatusMessage,
      category: told.MessageCategory,
      created: told.CreationDate,
      completed: told.CompletionDate,
      recoveryPoint: told.RecoveryPointArn,
    };
  },
  copy: async (backup, job) => {
    const { CopyJob: told } = await backup.send(new DescribeCopyJobCommand({ CopyJobId: job }));
    return {
      state: told?.State,
      message: told?.StatusMessage,
      category: told?.MessageCategory,
      created: told?.CreationDate,
      completed: told?.CompletionDate,
      recoveryPoint: told?.DestinationRecoveryPointArn,
    };
  },
  restore: async (backup, job) => {
    const told = await backup.send(new DescribeRestoreJobCommand({ RestoreJobId: job }));
    return {
      state: told.Status,
      message: told.StatusMessage,
      category: undefined,
      created: told.CreationDate,
      completed: told.CompletionDate,
      createdResource: told.CreatedResourceArn,
    };
  },
};
