import type { Kind } from './kind.ts';

// How long AWS takes in the worst ordinary case, for rules that have to hold before anything has run. AWS promises no
// times, so where its documentation names no bound the figure is an assumption, and says so.

/** A job on demand runs within an hour, says the AWS Backup developer guide. The median is a few minutes. */
export const startDelaySeconds = 60 * 60;

/** Assumed: an RDS snapshot takes 5 to 30 minutes. An EFS backup does 2,000 files or 400 MB a second, and is a delta. */
export const backupSeconds: Readonly<Record<Kind, number>> = { efs: 30 * 60, rds: 30 * 60, aurora: 30 * 60 };

/**
 * For how long a backup cannot start around weekly maintenance. AWS Backup starts none of an RDS instance in the hour
 * before its window and during it, and a window lasts 30 minutes unless somebody made it longer. Aurora is exempt, and
 * EFS has no such window (AWS Backup developer guide).
 */
export const maintenanceGapSeconds: Readonly<Record<Kind, number>> = { efs: 0, rds: 90 * 60, aurora: 0 };

/** Assumed for a copy to another Region, waiting for its turn included. A first copy of terabytes takes longer. */
export const copySeconds = 2 * 60 * 60;

/** Assumed for a restore, where the tier names no `rto`. */
export const restoreSeconds = 4 * 60 * 60;

/** Assumed for what a drill does besides the restore: its turn, reading all data for integrity, tear-down. */
export const drillBesidesRestoreSeconds = 2 * 60 * 60;

/** The kinds that have cold storage: of ours only EFS (AWS Backup feature table). */
export const hasColdStorage: Readonly<Record<Kind, boolean>> = { efs: true, rds: false, aurora: false };

/** What goes to cold storage stays there at least 90 days: DeleteAfterDays is at least MoveToColdStorageAfterDays + 90. */
export const leastColdDays = 90;
