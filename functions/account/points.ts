import {
  BackupClient,
  paginateListRecoveryPointsByBackupVault,
  type RecoveryPointByBackupVault,
} from '@aws-sdk/client-backup';
import { paginateDescribeDBSnapshots, RDSClient } from '@aws-sdk/client-rds';
import { nameOf } from '../platform/errors.ts';
import type { Seam } from '../platform/seam.ts';
import type { Kind } from '../policy/kind.ts';
import { readArn } from './resource.ts';
import { vaultReader } from './vaults.ts';

/** One recovery point of a resource in a vault of this Region, as AWS tells it now. */
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

/** Reads the recovery points of one resource in this Region, whoever made them. */
export interface PointReader {
  /**
   * Every point in every vault, the newest data instant first. Fails when any page fails: a short list would read as the
   * truth. A vault of somebody else whose policy lets Lifeboat read nothing counts as empty: what nobody may see, nobody
   * could restore. So does Lifeboat's own when AWS says that there is none: it is deleted only when it is empty.
   */
  of(resource: string): Promise<RecoveryPoint[]>;
}

/** Reads BACKUP_VAULT. One call for each vault that holds anything, and one for the snapshots of an RDS instance. */
export function pointReader(seam: Seam): PointReader {
  const vaults = vaultReader(seam);
  const backup = seam.client(BackupClient);
  const rds = seam.client(RDSClient);

  /**
   * By the identifier, which a copy in another Region keeps. An instance that has it now and one that had it before both
   * answer: points are found by the ARNs of their snapshots.
   */
  const snapshotInstants = async (instance: string): Promise<Map<string, Date>> => {
    const instants = new Map<string, Date>();
    const asked = { SnapshotType: 'awsbackup', Filters: [{ Name: 'db-instance-id', Values: [instance] }] };
    for await (const page of paginateDescribeDBSnapshots({ client: rds }, asked)) {
      for (const snapshot of page.DBSnapshots ?? []) {
        const instant = snapshot.SnapshotDatabaseTime ?? snapshot.OriginalSnapshotCreateTime;
        if (snapshot.DBSnapshotArn !== undefined && instant !== undefined)
          instants.set(snapshot.DBSnapshotArn, instant);
      }
    }
    return instants;
  };

  const inVault = async (vault: string, resource: string): Promise<Listed[]> => {
    const listed: Listed[] = [];
    const asked = { BackupVaultName: vault, ByResourceArn: resource };
    try {
      for await (const page of paginateListRecoveryPointsByBackupVault({ client: backup }, asked)) {
        for (const point of page.RecoveryPoints ?? []) listed.push({ point, vault });
      }
    } catch (error) {
      // Somebody else's vault may be closed to us, or just gone; our own may only be gone.
      if (closed.includes(nameOf(error)) && (vault !== vaults.own || !(await vaults.ownIsThere()))) return [];
      throw error;
    }
    return listed;
  };

  return {
    of: async (resource) => {
      const name = readArn(resource);
      if (name === undefined) throw new Error(`${resource} is no file system, database instance or cluster.`);
      const { kind, id } = name;
      const listed: Listed[] = [];
      for (const vault of await vaults.names()) listed.push(...(await inVault(vault, resource)));
      const instants = kind === 'rds' && listed.length > 0 ? await snapshotInstants(id) : new Map<string, Date>();
      return listed.map(({ point, vault }) => recoveryPoint(point, kind, resource, vault, instants)).sort(newestFirst);
    },
  };
}

function newestFirst(one: RecoveryPoint, other: RecoveryPoint): number {
  if (one.instant === other.instant) return one.arn.localeCompare(other.arn);
  return one.instant < other.instant ? 1 : -1;
}

interface Listed {
  readonly point: RecoveryPointByBackupVault;
  readonly vault: string;
}

const closed: readonly string[] = ['AccessDeniedException', 'ResourceNotFoundException'];

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
  const createdAt = created.toISOString();
  return {
    arn,
    resource,
    kind,
    vault,
    createdAt,
    instant: instant === undefined || instant === created ? createdAt : instant.toISOString(),
    ...(lifecycle?.DeleteAt !== undefined && { expiresAt: lifecycle.DeleteAt.toISOString() }),
    usability,
  };
}

/** The newest point that can be restored, or why there is none. */
export function newestUsable(points: readonly RecoveryPoint[]): RecoveryPoint | undefined {
  return points.find((point) => point.usability.usable);
}
