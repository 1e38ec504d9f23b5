import type { AtticMap } from '../../world/attic-map.ts';
import type { Chance } from '../../world/chance.ts';
import type { Series } from '../../world/days-ahead.ts';
import type { Region } from '../../world/region.ts';
import type { Events } from './events.ts';
import type { Jobs } from './jobs.ts';
import type { Register } from './register.ts';
import type { Shared } from './shared.ts';
import type { Begun } from './tokens.ts';

/** The types of resource that are modelled, as AWS Backup names them. */
export type ResourceType = 'EFS' | 'RDS' | 'Aurora';

export interface Lifecycle {
  readonly MoveToColdStorageAfterDays?: number;
  readonly DeleteAfterDays?: number;
}

export interface VaultLock {
  readonly minDays: number | undefined;
  readonly maxDays: number | undefined;
  /** When the lock can no longer be changed; undefined in governance mode. */
  readonly fixedFrom: number | undefined;
}

export interface Vault {
  readonly name: string;
  readonly arn: string;
  readonly keyArn: string;
  readonly createdAt: number;
  readonly creatorRequestId: string | undefined;
  tags: ReadonlyMap<string, string>;
  readonly points: Register<Point>;
  accessPolicy: string | undefined;
  lock: VaultLock | undefined;
}

/** What a point holds, by type: enough to copy and restore it. */
export type Holding =
  | {
      readonly type: 'EFS';
      readonly fileSystemId: string;
      readonly encrypted: boolean;
      readonly performanceMode: string;
      readonly files: number;
      readonly bytes: number;
    }
  | { readonly type: 'RDS' | 'Aurora'; readonly snapshotIdentifier: string };

export interface Point {
  readonly arn: string;
  readonly vault: Vault;
  readonly sequence: number;
  readonly type: ResourceType;
  readonly resourceArn: string;
  readonly resourceName: string | undefined;
  /** The backup job's creation; a copy keeps its source's. Lifecycles count from it. */
  readonly createdAt: number;
  /** When the backup began to run; unknown for a copy. */
  readonly initiatedAt: number | undefined;
  /** The moment whose data is in it. The simulation's own knowledge: no answer holds it. */
  readonly dataInstant: number;
  readonly roleArn: string;
  readonly encrypted: boolean;
  readonly keyArn: string | undefined;
  readonly holding: Holding;
  /** The data behind it, in the data plane. */
  readonly versionId: string;
  readonly sourceVaultArn: string | undefined;
  /** Shared by points whose tags are equal. */
  tags: ReadonlyMap<string, string>;
  readonly sizeBytes: number;
  status: 'CREATING' | 'COMPLETED' | 'DELETING';
  completedAt: number | undefined;
  lastRestoredAt: number | undefined;
  lifecycle: Lifecycle;
  /** Copies and restores that read it now. */
  readers: number;
  /** When its lifecycle will end it, if anything does. */
  expiresAt: number | undefined;
}

interface Job {
  readonly id: string;
  readonly sequence: number;
  readonly roleArn: string | undefined;
  readonly createdAt: number;
  completedAt: number | undefined;
  message: string | undefined;
  sizeBytes: number | undefined;
}

export interface BackupJob extends Job {
  readonly kind: 'backup';
  readonly vaultName: string;
  readonly vaultArn: string;
  readonly roleArn: string;
  readonly type: ResourceType;
  readonly resourceArn: string;
  readonly resourceName: string | undefined;
  readonly pointArn: string;
  readonly pointTags: Readonly<Record<string, string>>;
  readonly lifecycle: Lifecycle;
  readonly startBy: number;
  readonly mustEndBy: number;
  state: 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'EXPIRED' | 'ABORTING' | 'ABORTED';
  initiatedAt: number | undefined;
  expectedAt: number | undefined;
  encrypted: boolean;
  keyArn: string | undefined;
  /** What of the half-made point has to be undone when the job is stopped. */
  undo: (() => Promise<void>) | undefined;
}

export interface CopyJob extends Job {
  readonly kind: 'copy';
  readonly roleArn: string;
  readonly type: ResourceType;
  readonly resourceArn: string;
  readonly resourceName: string | undefined;
  readonly sourceVaultArn: string;
  readonly sourcePointArn: string;
  readonly destinationVaultArn: string;
  readonly destinationRegion: string;
  readonly lifecycle: Lifecycle;
  /** Set when it is COMPLETED. */
  destinationPointArn: string | undefined;
  state: 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED';
}

export interface RestoreJob extends Job {
  /** When it began to read its point; later than its start, where it had to wait. For those who know more than AWS tells. */
  readFrom?: number;
  readonly kind: 'restore';
  readonly type: ResourceType;
  readonly pointArn: string;
  readonly vaultArn: string;
  readonly sourceResourceArn: string;
  readonly pointCreatedAt: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly copySourceTags: boolean;
  createdResourceArn: string | undefined;
  status: 'PENDING' | 'RUNNING' | 'COMPLETED' | 'ABORTED' | 'FAILED';
}

/** What goes wrong with a job, decided when it is about to run: the message it fails with, or how long it waits on. */
export type JobFault = (
  job: BackupJob | CopyJob | RestoreJob,
  region: string,
) => { readonly fails: string } | { readonly waits: number } | undefined;

/** Points of these vaults that were created in this span are kept. Milliseconds since 1970. */
export interface LegalHold {
  readonly vaults: ReadonlySet<string>;
  readonly from: number;
  readonly until: number;
}

export interface BackupState {
  readonly region: Region;
  readonly chance: Chance;
  readonly events: Events;
  readonly vaults: Map<string, Vault>;
  readonly points: Register<Point>;
  /** What the lifecycles of the points end. */
  readonly expiries: Series;
  readonly backupJobs: Jobs<BackupJob>;
  readonly copyJobs: Jobs<CopyJob>;
  readonly restoreJobs: Map<string, RestoreJob>;
  /** The running backup or copy job of each resource: one at a time. */
  readonly lanes: Map<string, string>;
  /** What idempotency tokens began, by operation and token. */
  readonly tokens: AtticMap<Begun>;
  /** Copies of this Region's points that run now. */
  readonly copying: Set<CopyJob>;
  readonly shared: Shared;
  readonly faults: JobFault[];
  readonly legalHolds: LegalHold[];
  /** Counts what was made, so that lists have an order. */
  made: number;
}

export function arnPrefix(region: Region): string {
  return `arn:aws:backup:${region.name}:${region.account.id}:`;
}

/** Backup job and other ids are UUIDs in capitals. */
export function jobId(state: BackupState): string {
  return state.chance.uuid().toUpperCase();
}

export function next(state: BackupState): number {
  state.made += 1;
  return state.made;
}

export function date(instant: number): Date {
  return new Date(instant);
}

/** What struck a job that is about to run, if anything does. */
export function struck(
  state: BackupState,
  job: BackupJob | CopyJob | RestoreJob,
): { readonly fails: string } | { readonly waits: number } | undefined {
  for (const fault of state.faults) {
    const outcome = fault(job, state.region.name);
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}
