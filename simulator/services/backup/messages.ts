/**
 * What AWS Backup says of a job, under `MessageCategory`. The values are a subset of the documented ones; whatever
 * is not known falls where AWS itself lets it fall.
 */
export function messageCategory(state: string, message: string | undefined): string | undefined {
  if (message === undefined) return state === 'COMPLETED' ? 'SUCCESS' : undefined;
  if (/access denied|not authorized|permission/i.test(message)) return 'AccessDenied';
  if (
    /running job for the same resource|too many copy jobs|maintenance window|backup window|not in (the )?available state/i.test(
      message,
    )
  ) {
    return 'ResourceBusy';
  }
  if (/invalid|not within the range/i.test(message)) return 'InvalidParameters';
  return 'MISCELLANEOUS';
}

/** Of a job whose source is not there, before or while it is read. That it then fails, and leaves no point, is an assumption. */
export function sourceGone(resourceArn: string): string {
  return `Backup job failed because the resource ${resourceArn} does not exist.`;
}

export const messages = {
  sameResource: 'Backup job failed because there was a running job for the same resource.',
  tooManyCopies: 'There are too many copy jobs running for resource.',
  expired: 'Backup job expired before completion.',
  stopped: 'Backup job was stopped by user.',
  denied: 'Access Denied trying to call AWS Backup service',
  copyRetention:
    'Copy job failed. The retention specified in the job is not within the range specified for the target Backup Vault.',
  backupRetention:
    'Backup job failed. The retention specified in the job is not within the range specified for the target Backup Vault.',
  maintenance:
    'Backup job could not start because it is either inside or too close to the weekly maintenance window configured in RDS instance.',
} as const;
