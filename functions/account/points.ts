import {
  BackupClient,
  paginateListRecoveryPointsByBackupVault,
  type RecoveryPointByBackupVault,
} from '@aws-sdk/client-backup';
import { paginateDescribeDBSnapshots, RDSClient } from '@aws-sdk/client-rds';
import { required, type Seam } from '../platform/seam.ts';
import type { Kind } from '../policy/kind.ts';
import { readArn } from './resource.ts';

/** One recovery point of a resource in this Region's vault, as AWS tells it now. */
export interface RecoveryPoint {
  readonly arn: string;
  readonly resource: string;
  readonly kind: Kind;
  readonly vault: string;
  /** AWS Backup's creation date. A copy keeps the date of its source. ISO 8601. */
  readonly createdAt: string;
  /** The data instant: the moment whose data it holds. ISO 8601. */
  readonly instant: string;
  /** When its lifecycle deletes it; absent when it never does. ISO 8601. */
  readonly expiresAt?: string;
  readonly usability: Usability;
}

/** Whether a point can be restored now, and why. */
export type Usability =
  | { readonly usable: true; readonly because: string }
  | { readonly usable: false; readonly because: string };

/** The states in which AWS Backup restores a point. `CREATING` never counts, and neither does an unknown state. */
const usableStatuses: readonly string[] = ['COMPLETED', 'AVAILABLE'];

export function usabilityOf(status: string | undefined): Usability {
  return status !== undefined && usableStatuses.includes(status)
    ? { usable: true, because: `AWS Backup says ${status}` }
    : { usable: false, because: `AWS Backup says ${status ?? 'nothing of its state'}` };
}

/** Reads the recovery points of one resource in this Region's Lifeboat vault. */
export interface PointReader {
  /** Every point, the newest data instant first. Fails when any page fails: a short list would read as the truth. */
  of(resource: string): Promise<RecoveryPoint[]>;
}

/** Reads BACKUP_VAULT. */
export function pointReader(seam: Seam): PointReader {
  const vault = required(seam.environment, 'BACKUP_VAULT');
  const backup = seam.client(BackupClient);
  const rds = seam.client(RDSClient);

  const snapshotInstants = async (): Promise<Map<string, Date>> => {
    const instants = new Map<string, Date>();
    for await (const page of paginateDescribeDBSnapshots({ client: rds }, { SnapshotType: 'awsbackup' })) {
      for (const snapshot of page.DBSnapshots ?? []) {
        const instant = snapshot.SnapshotDatabaseTime ?? snapshot.OriginalSnapshotCreateTime;
        if (snapshot.DBSnapshotArn !== undefined && instant !== undefined)
          instants.set(snapshot.DBSnapshotArn, instant);
      }
    }
    return instants;
  };

  return {
    of: async (resource) => {
      const kind = readArn(resource)?.kind;
      if (kind === undefined) throw new Error(`${resource} is no file system, database instance or cluster.`);
      const listed: RecoveryPointByBackupVault[] = [];
      const pages = paginateListRecoveryPointsByBackupVault(
        { client: backup },
        { BackupVaultName: vault, ByResourceArn: resource },
      );
      for await (const page of pages) listed.push(...(page.RecoveryPoints ?? []));
      const instants = kind === 'rds' && listed.length > 0 ? await snapshotInstants() : new Map<string, Date>();
      return listed
        .map((point) => recoveryPoint(point, kind, resource, vault, instants))
        .sort((one, other) => other.instant.localeCompare(one.instant) || one.arn.localeCompare(other.arn));
    },
  };
}

/**
 * The data instant by kind: for RDS that of the snapshot behind the point, since AWS Backup may turn an older automated
 * snapshot into a point; for EFS the start of its backup and for Aurora its creation, which is the point's own date.
 * An RDS point whose snapshot cannot be found is not usable: nothing says how old its data is.
 */
function recoveryPoint(
  point: RecoveryPointByBackupVault,
  kind: Kind,
  resource: string,
  vault: string,
  instants: ReadonlyMap<string, Date>,
): RecoveryPoint {
  const { RecoveryPointArn: arn, CreationDate: created, CalculatedLifecycle: lifecycle } = point;
  if (arn === undefined || created === undefined) {
    throw new Error(`AWS Backup listed a recovery point of ${resource} without its ARN or date.`);
  }
  const instant = kind === 'rds' ? instants.get(arn) : created;
  const state = usabilityOf(point.Status);
  const usability: Usability =
    state.usable && instant === undefined ? { usable: false, because: 'the snapshot behind it was not found' } : state;
  return {
    arn,
    resource,
    kind,
    vault,
    createdAt: created.toISOString(),
    instant: (instant ?? created).toISOString(),
    ...(lifecycle?.DeleteAt !== undefined && { expiresAt: lifecycle.DeleteAt.toISOString() }),
    usability,
  };
}

/** The newest point that can be restored, or why there is none. */
export function newestUsable(points: readonly RecoveryPoint[]): RecoveryPoint | undefined {
  return points.find((point) => point.usability.usable);
}
