import type { JobKind } from '../ledger/job.ts';

/** Why a job failed, as far as AWS's words tell, and whether the same job may succeed later by itself. */
export interface Cause {
  readonly kind: 'busy' | 'internal' | 'permission' | 'key' | 'set-up' | 'missing' | 'expired' | 'quota' | 'unknown';
  readonly passes: boolean;
}

const patterns: readonly { readonly kind: Cause['kind']; readonly passes: boolean; readonly pattern: RegExp }[] = [
  { kind: 'busy', passes: true, pattern: /running job for the same resource|too many copy jobs running/i },
  {
    kind: 'busy',
    passes: true,
    pattern: /maintenance window|automated backup window|not in (the )?(available )?state/i,
  },
  { kind: 'quota', passes: true, pattern: /subscriber limit exceeded/i },
  { kind: 'permission', passes: false, pattern: /access denied|not authorized|cannot be assumed|permission/i },
  { kind: 'key', passes: false, pattern: /kms key|given key id/i },
  { kind: 'set-up', passes: false, pattern: /same organization|cross-account copy|retention specified|managed key/i },
  { kind: 'missing', passes: false, pattern: /does not exist|not found|cannot find|no longer available/i },
  { kind: 'expired', passes: true, pattern: /expired before completion/i },
  { kind: 'internal', passes: true, pattern: /internal error|fatal error|token expired/i },
];

/** Classifies a status message of AWS Backup; what no pattern knows is `unknown` and does not pass by itself. */
export function causeOf(message: string): Cause {
  const { kind, passes } = patterns.find(({ pattern }) => pattern.test(message)) ?? { kind: 'unknown', passes: false };
  return { kind, passes };
}

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
