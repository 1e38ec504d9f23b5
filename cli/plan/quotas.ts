import { mostInFlight } from '../../functions/fleet/batch.ts';
import type { PlannedAccount } from './account.ts';

/** A limit of AWS, or one of our own. */
export interface Quota {
  readonly most: number;
  readonly words: string;
  readonly source: string;
  /** What somebody can do about it. */
  readonly mend: string;
}

const raise = (what: string) => `ask AWS for more ${what} in Service Quotas`;

/** AWS's defaults in a Region, by the names that an account file may raise. Sources: AWS Backup, RDS, EFS user guides. */
export const quotas = {
  backup_jobs: {
    most: 300,
    words: 'concurrent backups in the Region',
    source: "AWS Backup's status message 'maximum concurrent number of backups, which is 300'; no quota page names it",
    mend: 'ask AWS Support for more concurrent backup jobs, or back some tiers up less often',
  },
  rds_copies: {
    most: 20,
    words: 'concurrent cross-Region copies of RDS snapshots to one Region',
    source: 'RDS user guide, quotas',
    mend: `${raise('cross-Region snapshot copies')}, or copy less often`,
  },
  aurora_copies: {
    most: 5,
    words: 'concurrent cross-Region copies of Aurora snapshots to one Region',
    source: 'Aurora user guide, quotas',
    mend: `${raise('cross-Region cluster snapshot copies')}, or copy less often`,
  },
  efs_copies: {
    most: 100,
    words: 'concurrent copies of EFS to one Region',
    source: 'AWS Backup developer guide, quotas',
    mend: `${raise('concurrent copy jobs')}, or copy less often`,
  },
  db_instances: {
    most: 40,
    words: 'DB instances in the Region, shared by RDS, Aurora, DocumentDB and Neptune',
    source: 'RDS user guide, quotas',
    mend: `${raise('DB instances')} in the Region that drills, or drill less often`,
  },
  db_clusters: {
    most: 40,
    words: 'DB clusters in the Region',
    source: 'Aurora user guide, quotas',
    mend: `${raise('DB clusters')} in the Region that drills, or drill less often`,
  },
  file_systems: {
    most: 1000,
    words: 'EFS file systems in the Region',
    source: 'EFS user guide, quotas',
    mend: `${raise('file systems')}, or drill less often`,
  },
  mount_targets: {
    most: 1400,
    words: 'mount targets in one VPC',
    source: 'EFS user guide, quotas',
    mend: 'drill file systems less often',
  },
  points: {
    most: 1_000_000,
    words: 'recovery points in one vault',
    source: 'AWS Backup developer guide, quotas',
    mend: 'keep points for a shorter time, or back up less often',
  },
  start_executions: {
    most: 150,
    words: 'starts of executions a second (StartExecution outside the three largest Regions)',
    source: 'Step Functions developer guide, quotas',
    mend: raise('StartExecution requests'),
  },
  lambda_concurrency: {
    most: 1000,
    words: 'concurrent executions of Lambda',
    source: 'Lambda developer guide, quotas: new accounts have fewer',
    mend: 'ask AWS for 1,000 concurrent executions of Lambda in Service Quotas, before the first deployment',
  },
  start_backup_jobs: {
    most: 5,
    words: 'StartBackupJob calls a second',
    source: 'assumed: AWS publishes no rate for AWS Backup',
    mend: 'spread the tier over two with other intervals',
  },
} as const satisfies Record<string, Quota>;

export type QuotaName = keyof typeof quotas;

/** Limits of Lifeboat itself. */
export const ownLimits = {
  inFlight: {
    most: mostInFlight,
    words: 'executions of one workflow that a fleet lets run at one time',
    source: 'functions/fleet/batch.ts',
    mend: 'back up less often, or deploy a second Lifeboat for some tiers',
  },
  probeLane: {
    most: 1,
    words: 'file system that the file probe can be pointed at',
    source: 'functions/restore/probe-lane.ts',
    mend: 'drill file systems less often',
  },
} as const satisfies Record<string, Quota>;

/** The watch reserves one concurrent execution, and Lambda lets nobody reserve one of the last hundred. */
export const leastConcurrency = 101;

/** What may be used of a quota in a Region: all of it, less what is in use already. */
export function roomFor(account: PlannedAccount, region: string, name: QuotaName): { most: number; used: number } {
  const told = account.quotas[region]?.[name];
  return { most: told?.most ?? quotas[name].most, used: told?.used ?? 0 };
}
