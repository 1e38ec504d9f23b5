import { causeOf } from '../account/cause.ts';
import type { JobKind } from '../ledger/job.ts';

export { causeOf };

const finalNames: Readonly<Record<JobKind, string>> = {
  backup: 'BackupJobFailed',
  copy: 'CopyJobFailed',
  restore: 'RestoreJobFailed',
};

/**
 * The error that a waiting task fails with when its job failed; its cause is AWS's own words. `JobFailedForNow` is one
 * that the state machine retries after a while.
 */
export function failureName(kind: JobKind, message: string): string {
  return causeOf(message).passes ? 'JobFailedForNow' : finalNames[kind];
}
