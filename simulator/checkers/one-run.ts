import type { SimulatedAccount } from '../world/account.ts';
import { type CallEntry, hadEffect, type TraceEntry } from '../world/trace.ts';
import type { Checker } from './checker.ts';
import type { Leave } from './compare.ts';

/** Somebody else's job may begin between the look at the lane and the order. Milliseconds. */
const noticed = 10 * 60_000;

/**
 * One lane, one run, one job: Lifeboat orders no backup of a resource while another one is under way there, its own or anybody's,
 * starts one execution for each resource and scheduled time, and starts each job of a step once.
 */
export function oneRun({ listedBy = (_region, since) => since }: Pick<Leave, 'listedBy'> = {}): Checker {
  const invariant = 'one run for each firing, one job at a time';
  const violations: string[] = [];
  const firings = new Map<string, string>();
  /** Backup jobs that a function ordered, and restore jobs by what they restore into. */
  const ordered = new Map<string, string>();
  const restores = new Map<string, string>();
  const examined = { 'executions by schedule': 0, 'backups ordered': 0, 'restores ordered': 0 };
  let truth: SimulatedAccount | undefined;

  const seeStart = ({ at, region, input }: CallEntry) => {
    const { stateMachineArn, name, input: text = '{}' } = input as Record<'stateMachineArn' | 'name' | 'input', string>;
    const { resource, scheduledAt } = JSON.parse(text) as { readonly resource?: string; readonly scheduledAt?: string };
    if (resource === undefined || scheduledAt === undefined) return;
    examined['executions by schedule'] += 1;
    const key = `${stateMachineArn} ${resource} ${scheduledAt}`;
    const before = firings.get(key);
    if (before !== undefined && before !== name)
      violations.push(`${at} ${region}: ${name} is a second run for ${resource} and ${scheduledAt}, after ${before}`);
    firings.set(key, name);
  };

  const seeBackup = ({ at, region, input, output }: CallEntry) => {
    const { ResourceArn: resource = '', IdempotencyToken = '' } = input as Readonly<Partial<Record<string, string>>>;
    const { BackupJobId: id = '' } = (output ?? {}) as { readonly BackupJobId?: string };
    if (ordered.has(id)) return;
    examined['backups ordered'] += 1;
    const jobs = truth?.regions.find(({ name }) => name === region)?.services.Backup.truth().backupJobs ?? [];
    // A job that failed is ordered again without another look at the lane: AWS Backup itself keeps the two apart then.
    const isFirst = IdempotencyToken.endsWith('-1');
    const isOurs = (job: string) => ordered.get(job) === resource;
    const other = jobs.find(
      (job) =>
        job.id !== id &&
        job.resourceArn === resource &&
        (job.state === 'CREATED' || job.state === 'RUNNING') &&
        (isOurs(job.id) || (isFirst && listedBy(region, job.createdAt) < Date.parse(at) - noticed)),
    );
    if (other !== undefined)
      violations.push(`${at} the backup job ${id} of ${resource} is ordered while ${other.id} is under way`);
    ordered.set(id, resource);
  };

  const seeRestore = ({ at, region, input, output }: CallEntry) => {
    const { Metadata = {} } = input as { readonly Metadata?: Readonly<Record<string, string>> };
    const { RestoreJobId: id = '' } = (output ?? {}) as { readonly RestoreJobId?: string };
    const into = Metadata.DBInstanceIdentifier ?? Metadata.dbClusterIdentifier ?? Metadata['file-system-id'];
    if (into === undefined) return;
    examined['restores ordered'] += 1;
    const key = `${region} ${into}`;
    const before = restores.get(key);
    restores.set(key, id);
    if (before === undefined || before === id) return;
    const jobs = truth?.regions.find(({ name }) => name === region)?.services.Backup.truth().restoreJobs ?? [];
    const status = jobs.find((job) => job.id === before)?.status;
    if (status === 'PENDING' || status === 'RUNNING' || status === 'COMPLETED')
      violations.push(`${at} ${into} is restored into by ${id}, and ${before} has done so or is about to`);
  };

  return {
    invariant,
    operations: ['StartExecution', 'StartBackupJob', 'StartRestoreJob'],
    see: (entry: TraceEntry) => {
      if (entry.kind !== 'call' || entry.caller.kind !== 'function' || !hadEffect(entry)) return;
      if (entry.operation === 'StartExecution') seeStart(entry);
      if (entry.operation === 'StartBackupJob') seeBackup(entry);
      if (entry.operation === 'StartRestoreJob') seeRestore(entry);
    },
    look: (account) => {
      truth = account;
    },
    conclude: () => ({ invariant, examined, violations }),
  };
}
