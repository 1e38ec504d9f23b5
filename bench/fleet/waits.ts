import type { Region } from '../../simulator/world/region.ts';

export type JobKind = 'backup' | 'copy' | 'restore';

/** How long the jobs of AWS Backup took, from their creation to their end, and how often a loop would have asked. */
export type Waited = Readonly<Record<JobKind, { jobs: number; seconds: number; polls: number }>>;

/** So long a polling loop waits before each question. */
export const pollSeconds = 60;

/** What was waited for in a run: every job that came to an end. */
export function waitsOf(regions: readonly Region[]): Waited {
  const waited = {
    backup: { jobs: 0, seconds: 0, polls: 0 },
    copy: { jobs: 0, seconds: 0, polls: 0 },
    restore: { jobs: 0, seconds: 0, polls: 0 },
  };
  for (const { services } of regions) {
    const { backupJobs, copyJobs, restoreJobs } = services.Backup.state;
    for (const jobs of [backupJobs.of(undefined), copyJobs.of(undefined), restoreJobs.values()]) {
      for (const { kind, createdAt, completedAt } of jobs) {
        if (completedAt === undefined) continue;
        const seconds = (completedAt - createdAt) / 1000;
        waited[kind].jobs += 1;
        waited[kind].seconds += seconds;
        waited[kind].polls += pollsOf(seconds);
      }
    }
  }
  return waited;
}

/** It waits, asks, and goes on until the answer is that the job has ended. */
export function pollsOf(seconds: number): number {
  return Math.max(1, Math.ceil(seconds / pollSeconds));
}
