import { type BackupClient, paginateListBackupJobs, paginateListCopyJobs } from '@aws-sdk/client-backup';

export interface RunningJob {
  readonly by: 'a backup job' | 'a copy job';
  readonly id: string;
  readonly since: string;
}

/** A backup or copy job that AWS Backup runs, or will run, for this resource; whoever started it. */
export async function runningJob(backup: BackupClient, resource: string): Promise<RunningJob | undefined> {
  for (const ByState of ['RUNNING', 'PENDING', 'CREATED'] as const) {
    for await (const page of paginateListBackupJobs({ client: backup }, { ByResourceArn: resource, ByState })) {
      const [job] = page.BackupJobs ?? [];
      if (job?.BackupJobId !== undefined) return running('a backup job', job.BackupJobId, job.CreationDate);
    }
  }
  for (const ByState of ['RUNNING', 'CREATED'] as const) {
    for await (const page of paginateListCopyJobs({ client: backup }, { ByResourceArn: resource, ByState })) {
      const [job] = page.CopyJobs ?? [];
      if (job?.CopyJobId !== undefined) return running('a copy job', job.CopyJobId, job.CreationDate);
    }
  }
  return undefined;
}

function running(by: RunningJob['by'], id: string, since: Date | undefined): RunningJob {
  return { by, id, since: since?.toISOString() ?? 'an unknown time' };
}
