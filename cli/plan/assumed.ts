import type { Kind } from '../../functions/policy/kind.ts';
import type { PlannedResource } from './account.ts';

// How long and how large things are in the ordinary case, for sums over a whole fleet. What has to hold for one resource
// in the worst ordinary case is in functions/policy/assumed.ts.

/** What a resource is taken to be where nobody says. */
export const assumedGigabytes: Readonly<Record<Kind, number>> = { efs: 100, rds: 100, aurora: 100 };
export const assumedChangePerDay = 0.03;
export const assumedClass: Readonly<Record<'rds' | 'aurora', string>> = {
  rds: 'db.m6g.large',
  aurora: 'db.t4g.medium',
};
/** Assumed: the mean file of a file system, when nobody counts them. */
const assumedFileMegabytes = 1;

/** Assumed: the median wait of a job on demand until it starts. The bound is an hour. */
export const usualStartSeconds = 5 * 60;
/** Assumed: an RDS or Aurora snapshot takes 5 to 30 minutes. */
const snapshotSeconds = 15 * 60;
/** Assumed: what a copy takes besides its bytes, and how fast its bytes go. */
const copyOverheadSeconds = 10 * 60;
const copyMegabytesEachSecond = 100;
/** Assumed: until a restored database is available. It loads its blocks later, when they are read. */
const databaseRestoreSeconds = 30 * 60;
/** Assumed: how fast a drill reads all tables for their integrity, and what else it does: reach, assert, tear down. */
const readMegabytesEachSecond = 100;
const drillOverheadSeconds = 20 * 60;
/** Assumed: pointing the file probe at a file system and publishing a version of it. One drill at a time does that. */
export const probeLaneSeconds = 2 * 60;

export function gigabytesOf(resource: PlannedResource & { kind: Kind }): number {
  return resource.gigabytes ?? assumedGigabytes[resource.kind];
}

export function changePerDayOf(resource: PlannedResource): number {
  return resource.changePerDay ?? assumedChangePerDay;
}

function filesOf(resource: PlannedResource & { kind: Kind }): number {
  return resource.files ?? (gigabytesOf(resource) * 1000) / assumedFileMegabytes;
}

/** What one backup has new, in GB. */
export function deltaGigabytes(resource: PlannedResource & { kind: Kind }, everySeconds: number): number {
  return gigabytesOf(resource) * Math.min(1, (changePerDayOf(resource) * everySeconds) / 86_400);
}

/** AWS Backup goes through all files of a file system, 2,000 a second, and writes 400 MB a second of what is new. */
export function backupSecondsOf(resource: PlannedResource & { kind: Kind }, everySeconds: number): number {
  if (resource.kind !== 'efs') return snapshotSeconds;
  const megabytes = deltaGigabytes(resource, everySeconds) * 1000;
  return Math.max(5 * 60, filesOf(resource) / 2000, megabytes / 400);
}

/** What one copy carries over, in GB. A copy of an Aurora cluster is always a full one (AWS Backup developer guide). */
export function copiedGigabytes(resource: PlannedResource & { kind: Kind }, everySeconds: number): number {
  return resource.kind === 'aurora' ? gigabytesOf(resource) : deltaGigabytes(resource, everySeconds);
}

export function copySecondsOf(resource: PlannedResource & { kind: Kind }, everySeconds: number): number {
  return copyOverheadSeconds + (copiedGigabytes(resource, everySeconds) * 1000) / copyMegabytesEachSecond;
}

/** A restore of files does 1,500 files or 200 MB a second, whichever is slower. */
export function restoreSecondsOf(resource: PlannedResource & { kind: Kind }): number {
  if (resource.kind !== 'efs') return databaseRestoreSeconds;
  return Math.max(5 * 60, filesOf(resource) / 1500, (gigabytesOf(resource) * 1000) / 200);
}

/** From the first call of a drill until its scratch is gone. */
export function drillSecondsOf(resource: PlannedResource & { kind: Kind }): number {
  const reads = (gigabytesOf(resource) * 1000) / readMegabytesEachSecond;
  return restoreSecondsOf(resource) + reads + drillOverheadSeconds;
}

/** The assumptions in words, for the foot of a plan. */
export const assumptions: readonly string[] = [
  'a job starts after 5 minutes, a snapshot takes 15, EFS backs up 2,000 files a second and restores 1,500',
  'copies take 10 minutes and 100 MB a second; copies of Aurora are always full ones',
  'a database is restored in 30 minutes, and a drill reads 100 MB a second and has 20 minutes to do besides',
  'of a resource that says nothing: 100 GB, 3 % of it new each day, files of 1 MB',
];
