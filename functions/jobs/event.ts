import type { JobKind } from '../ledger/job.ts';

/** What a job event of AWS Backup says that is of use: which job. Its state is a hint and never the truth. */
export type JobEvent =
  | { readonly is: 'a job'; readonly kind: JobKind; readonly job: string; readonly hint: string }
  | { readonly is: 'nothing'; readonly because: string };

const kinds: Readonly<Record<string, { readonly kind: JobKind; readonly id: string }>> = {
  'Backup Job State Change': { kind: 'backup', id: 'backupJobId' },
  'Copy Job State Change': { kind: 'copy', id: 'copyJobId' },
  'Restore Job State Change': { kind: 'restore', id: 'restoreJobId' },
};

/**
 * Reads a job event. The state stands under `state` or `status`, whatever the kind; some samples of AWS lack the job's
 * id; numbers may be strings. A job that has not ended is nothing to act on.
 */
export function readJobEvent(event: {
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
}): JobEvent {
  const type = event['detail-type'];
  const known = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  if (known === undefined) return { is: 'nothing', because: `"${type.slice(0, 100)}" is no job event` };
  const job = event.detail[known.id];
  if (typeof job !== 'string' || !/^[\w-]{1,100}$/.test(job)) {
    return { is: 'nothing', because: `the event names no ${known.id}` };
  }
  const said = event.detail.state ?? event.detail.status;
  const hint = typeof said === 'string' ? said.toUpperCase() : 'UNKNOWN';
  if (['CREATED', 'PENDING', 'RUNNING'].includes(hint)) return { is: 'nothing', because: `the job is ${hint}` };
  return { is: 'a job', kind: known.kind, job, hint };
}
