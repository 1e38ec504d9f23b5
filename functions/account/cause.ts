/** What kind of trouble a status message of AWS Backup tells of. */
export type CauseKind =
  | 'permission'
  | 'key'
  | 'busy'
  | 'quota'
  | 'expiry'
  | 'missing'
  | 'set-up'
  | 'internal'
  | 'unknown';

/** Why a job failed, as far as AWS's words tell, and whether the same job may succeed later by itself. */
export interface Cause {
  readonly kind: CauseKind;
  readonly passes: boolean;
}

/**
 * The status messages that stand behind AWS Backup's `MessageCategory` (developer guide, backup dashboards) and those of
 * its event samples, the first that fits counts. What is about set-up comes before keys and permissions: its messages
 * speak of keys too, and granting rights would not help.
 */
const patterns: readonly (Cause & { readonly pattern: RegExp })[] = [
  { kind: 'busy', passes: true, pattern: /running job for the same resource|too many copy jobs running/i },
  {
    kind: 'busy',
    passes: true,
    pattern:
      /maintenance window|automated backup window|instance is not in state|not in (the )?(available )?state|not in available/i,
  },
  {
    kind: 'set-up',
    passes: false,
    pattern:
      /same organization|cross-account copy|retention specified|managed key|cannot be copied|option group|not opted|opt-in/i,
  },
  { kind: 'quota', passes: true, pattern: /subscriber limit exceeded/i },
  { kind: 'quota', passes: false, pattern: /more than 50 tags|quota|limit ?exceeded/i },
  {
    kind: 'key',
    passes: false,
    pattern: /kms key|given key id|key is (either )?disabled|pending deletion|KMSInvalidState/i,
  },
  {
    kind: 'permission',
    passes: false,
    pattern: /access ?denied|not authorized|cannot be assumed|(not have|missing|insufficient) permission|permission/i,
  },
  { kind: 'missing', passes: false, pattern: /does not exist|not found|cannot find|no longer available/i },
  { kind: 'expiry', passes: true, pattern: /expired before completion|job expired/i },
  { kind: 'internal', passes: true, pattern: /internal (error|failure)|fatal error|token expired/i },
];

/** Classifies a status message of AWS Backup; what no pattern knows is `unknown` and does not pass by itself. */
export function causeOf(message: string): Cause {
  const { kind, passes } = patterns.find(({ pattern }) => pattern.test(message)) ?? { kind: 'unknown', passes: false };
  return { kind, passes };
}
