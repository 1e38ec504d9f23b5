import type { BackupState } from './state.ts';

/**
 * AWS Backup runs one backup or copy of a resource at a time, in each Region. Answers whether the job has the resource
 * now; it keeps it until it leaves.
 */
export function enterLane(state: BackupState, resourceArn: string, job: string): boolean {
  const holder = state.lanes.get(resourceArn);
  if (holder !== undefined && holder !== job) return false;
  state.lanes.set(resourceArn, job);
  return true;
}

export function leaveLane(state: BackupState, resourceArn: string, job: string): void {
  if (state.lanes.get(resourceArn) === job) state.lanes.delete(resourceArn);
}
