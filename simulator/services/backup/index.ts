import { AtticMap } from '../../world/attic-map.ts';
import type { Region, Service } from '../../world/region.ts';
import { backupJobOperations } from './backup-jobs.ts';
import { copyJobOperations } from './copy-jobs.ts';
import { eventsOf } from './events.ts';
import { jobs } from './jobs.ts';
import { legalHoldOperations } from './legal-holds.ts';
import { pointOperations } from './point-operations.ts';
import { deleteAt, expiriesOf, knownInstant } from './points.ts';
import { register } from './register.ts';
import { restoreJobOperations } from './restore-jobs.ts';
import { type OptIns, optIns, settingOperations } from './settings.ts';
import { sharedThings } from './shared.ts';
import type { BackupJob, BackupState, CopyJob, JobFault, Point, ResourceType, RestoreJob } from './state.ts';
import { tagOperations } from './tags.ts';
import { addVault, vaultOperations } from './vaults.ts';

export type { BackupJob, CopyJob, JobFault, RestoreJob } from './state.ts';

/** What is true of one recovery point, whatever the APIs say of it. Instants are milliseconds since 1970. */
export interface PointTruth {
  readonly arn: string;
  readonly resourceArn: string;
  readonly type: ResourceType;
  readonly vault: string;
  readonly status: Point['status'];
  /** The data behind it: for the data plane's `versions`, to read or to damage. */
  readonly versionId: string;
  /** The moment whose data it holds. */
  readonly dataInstant: number;
  /**
   * The latest instant that the APIs let anybody know to be in it: for RDS that of the snapshot, for EFS the point's
   * creation date, which is up to a start delay before the data instant.
   */
  readonly knownInstant: number;
  /** The date that AWS Backup tells: of the job's creation, also for copies. */
  readonly createdAt: number;
  readonly completedAt: number | undefined;
  readonly deleteAt: number | undefined;
  readonly copyOfVault: string | undefined;
}

/** For those who judge the simulated account: a copy of what is so now. */
export interface BackupTruth {
  readonly points: readonly PointTruth[];
  readonly backupJobs: readonly Readonly<BackupJob>[];
  readonly copyJobs: readonly Readonly<CopyJob>[];
  readonly restoreJobs: readonly Readonly<RestoreJob>[];
}

/** AWS Backup in one Region. */
export interface Backup extends Service {
  /** Makes a vault, as the template does. Refuses as CreateBackupVault does. */
  createVault(definition: {
    readonly name: string;
    readonly encryptionKeyArn?: string;
    /** JSON. */
    readonly accessPolicy?: string;
    readonly tags?: Readonly<Record<string, string>>;
  }): void;
  truth(): BackupTruth;
  /** From now on every job that is about to run is shown to this fault. The first that answers decides. */
  addFault(fault: JobFault): void;
  /** What an operator may change: the types that the Region is opted in to. */
  readonly optedIn: OptIns;
  /** For AWS Backup in another Region, whose copies arrive here. */
  readonly state: BackupState;
}

export function createBackup(region: Region): Backup {
  const state: BackupState = {
    region,
    chance: region.world.chance.fork(`backup ${region.name}`),
    events: eventsOf(region),
    vaults: new Map(),
    points: register(),
    expiries: expiriesOf(() => state),
    backupJobs: jobs(region.world.attic),
    copyJobs: jobs(region.world.attic),
    restoreJobs: new Map(),
    lanes: new Map(),
    tokens: new AtticMap(region.world.attic),
    copying: new Set(),
    shared: sharedThings(),
    faults: [],
    legalHolds: [],
    made: 0,
  };

  const optedIn = optIns();
  return {
    operations: {
      ...settingOperations(optedIn),
      ...vaultOperations(state),
      ...backupJobOperations(state),
      ...copyJobOperations(state),
      ...restoreJobOperations(state),
      ...pointOperations(state),
      ...tagOperations(state),
      ...legalHoldOperations(state),
    },
    createVault: ({ name, encryptionKeyArn, accessPolicy, tags }) => {
      const vault = addVault(state, {
        BackupVaultName: name,
        EncryptionKeyArn: encryptionKeyArn,
        BackupVaultTags: tags,
      });
      vault.accessPolicy = accessPolicy;
    },
    truth: () => ({
      points: [...state.points.of(undefined)].map((point) => ({
        arn: point.arn,
        resourceArn: point.resourceArn,
        type: point.type,
        vault: point.vault.name,
        status: point.status,
        versionId: point.versionId,
        dataInstant: Math.floor(point.dataInstant),
        knownInstant: knownInstant(point),
        createdAt: point.createdAt,
        completedAt: point.completedAt,
        deleteAt: deleteAt(point),
        copyOfVault: point.sourceVaultArn,
      })),
      get backupJobs() {
        return [...state.backupJobs.of(undefined)].map((job) => ({ ...job }));
      },
      get copyJobs() {
        return [...state.copyJobs.of(undefined)].map((job) => ({ ...job }));
      },
      get restoreJobs() {
        return [...state.restoreJobs.values()].map((job) => ({ ...job }));
      },
    }),
    addFault: (fault) => {
      state.faults.push(fault);
    },
    optedIn,
    state,
  };
}
