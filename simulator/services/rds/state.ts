import type { Chance } from '../../world/chance.ts';
import type { Region } from '../../world/region.ts';
import type { Directory } from '../directory.ts';
import type { Happening } from './happenings.ts';

export type InstanceStatus =
  | 'creating'
  | 'available'
  | 'backing-up'
  | 'modifying'
  | 'resetting-master-credentials'
  | 'moving-to-vpc'
  | 'rebooting'
  | 'renaming'
  | 'stopped'
  | 'deleting'
  | 'incompatible-restore';

export interface DbInstance {
  /** A rename changes the three that are made of it. */
  identifier: string;
  readonly resourceId: string;
  arn: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly instanceClass: string;
  readonly allocatedStorage: number;
  readonly storageType: string;
  readonly masterUsername: string;
  readonly databaseName: string | undefined;
  readonly port: number;
  address: string;
  subnetGroup: string | undefined;
  multiAz: boolean;
  /** Where it runs, and where its standby does if it has one. */
  zone: string;
  standbyZone: string | undefined;
  readonly publiclyAccessible: boolean;
  readonly parameterGroup: string;
  readonly optionGroup: string;
  readonly storageEncrypted: boolean;
  readonly kmsKeyId: string | undefined;
  readonly backupWindow: string;
  readonly maintenanceWindow: string;
  readonly copyTagsToSnapshot: boolean;
  readonly caCertificate: string;
  readonly tags: Map<string, string>;
  /** The cluster that it is in: its data, its master and its backups are the cluster's. */
  readonly clusterIdentifier: string | undefined;
  /** Its name in the data plane; undefined for engines without data behind them. */
  readonly dataName: string | undefined;
  status: InstanceStatus;
  /** When it stopped to be `creating`. */
  createdAt: number | undefined;
  securityGroupIds: readonly string[];
  /** Groups that a change will put in the place of the others. */
  securityGroupsToCome: readonly string[] | undefined;
  backupRetentionDays: number;
  deletionProtection: boolean;
  /** In memory alone: no answer of an API holds it. */
  masterPassword: string;
  pending: { masterPassword?: string; backupRetentionDays?: number };
  /** When the oldest instant was that its automated backups reach, while its retention is not 0. */
  restorableFrom: number | undefined;
  /** Until then blocks may still be unread: `available` is not fast. */
  lazyUntil: number;
  /** Why its database takes no connections whatever its status says: its host or its zone is down. */
  down: string | undefined;
  deletedAt: number | undefined;
  /** Since when its point-in-time window takes nothing in any more, though backups are on. */
  windowStuckAt?: number | undefined;
}

export interface DbCluster {
  readonly identifier: string;
  readonly resourceId: string;
  readonly arn: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly masterUsername: string;
  readonly databaseName: string | undefined;
  readonly port: number;
  readonly address: string;
  readonly readerAddress: string;
  readonly subnetGroup: string | undefined;
  readonly parameterGroup: string;
  readonly storageEncrypted: boolean;
  readonly kmsKeyId: string | undefined;
  readonly backupWindow: string;
  readonly maintenanceWindow: string;
  readonly copyTagsToSnapshot: boolean;
  readonly tags: Map<string, string>;
  readonly dataName: string;
  status: InstanceStatus;
  createdAt: number | undefined;
  securityGroupIds: readonly string[];
  securityGroupsToCome: readonly string[] | undefined;
  /** At least 1: automated backups of Aurora cannot be turned off. */
  backupRetentionDays: number;
  deletionProtection: boolean;
  masterPassword: string;
  pending: { masterPassword?: string; backupRetentionDays?: number };
  lazyUntil: number;
  /** Clusters cloned from the same volume have the same. */
  cloneGroup: string | undefined;
  windowStuckAt?: number | undefined;
}

/** A snapshot of a cluster. AWS tells no instant of its data but its own creation. */
export interface DbClusterSnapshot {
  readonly identifier: string;
  readonly arn: string;
  readonly sequence: number;
  readonly clusterIdentifier: string;
  readonly clusterResourceId: string;
  readonly clusterCreatedAt: number | undefined;
  readonly engine: string;
  readonly engineVersion: string;
  readonly masterUsername: string;
  readonly masterPassword: string;
  readonly databaseName: string | undefined;
  readonly port: number;
  readonly parameterGroup: string;
  readonly subnetGroup: string | undefined;
  readonly securityGroupIds: readonly string[];
  readonly storageEncrypted: boolean;
  readonly kmsKeyId: string | undefined;
  readonly backupRetentionDays: number;
  readonly copyTagsToSnapshot: boolean;
  readonly clusterTags: ReadonlyMap<string, string>;
  readonly tags: Map<string, string>;
  readonly versionId: string;
  readonly sourceArn: string | undefined;
  readonly databaseAt: number;
  status: 'creating' | 'available';
  createdAt: number | undefined;
}

export interface DbSnapshot {
  readonly identifier: string;
  readonly arn: string;
  readonly type: 'awsbackup' | 'manual' | 'automated';
  readonly sequence: number;
  readonly instanceIdentifier: string;
  readonly resourceId: string;
  readonly instanceCreatedAt: number | undefined;
  readonly engine: string;
  readonly engineVersion: string;
  readonly instanceClass: string;
  readonly allocatedStorage: number;
  readonly storageType: string;
  readonly masterUsername: string;
  readonly masterPassword: string;
  readonly databaseName: string | undefined;
  readonly port: number;
  readonly multiAz: boolean;
  readonly optionGroup: string;
  readonly parameterGroup: string;
  readonly storageEncrypted: boolean;
  readonly kmsKeyId: string | undefined;
  readonly backupRetentionDays: number;
  readonly copyTagsToSnapshot: boolean;
  readonly subnetGroup: string | undefined;
  /** The tags of the instance when the snapshot was taken. */
  readonly instanceTags: ReadonlyMap<string, string>;
  readonly tags: Map<string, string>;
  /** The data behind it, in the data plane. */
  readonly versionId: string;
  /** The last transaction in it. Copying keeps it. */
  readonly databaseAt: number;
  readonly originalCreatedAt: number;
  readonly sourceArn: string | undefined;
  readonly sourceRegion: string | undefined;
  status: 'creating' | 'available';
  /** When this very snapshot came to be: a copy has its own. */
  createdAt: number | undefined;
}

/** Automated backups that a deletion kept. */
export interface RetainedBackups {
  readonly instance: DbInstance;
  readonly latest: number;
}

export interface SubnetGroup {
  readonly name: string;
  readonly subnetIds: readonly string[];
  readonly vpcId: string | undefined;
}

export type GroupKind = 'parameter' | 'cluster parameter' | 'option';

export interface RdsState {
  readonly region: Region;
  readonly chance: Chance;
  readonly instances: Directory<DbInstance>;
  /** Grouped by `instance NAME` and `resource ID` of what they were taken from. */
  readonly snapshots: Directory<DbSnapshot>;
  readonly retained: RetainedBackups[];
  readonly clusters: Directory<DbCluster>;
  readonly clusterSnapshots: Directory<DbClusterSnapshot>;
  readonly subnetGroups: Map<string, SubnetGroup>;
  /** Parameter groups of instances and of clusters, and option groups, that somebody made. */
  readonly groups: Readonly<Record<GroupKind, Set<string>>>;
  /** What RDS tells of, in the order of time. */
  readonly happenings: Happening[];
  /** Counts what was made, so that lists have an order. */
  made: number;
  /** The quota of DB instances in the Region. */
  mostInstances: number;
}

/** `arn:aws:rds:REGION:ACCOUNT:` */
export function arnPrefix(region: Region): string {
  return `arn:aws:rds:${region.name}:${region.account.id}:`;
}

/** The ARN of an instance's automated backups in a Region: its own, or one that they are replicated to. */
export function backupsArn(region: Region, { resourceId }: DbInstance): string {
  return `${arnPrefix(region)}auto-backup:ab-${resourceId.slice(3).toLowerCase()}`;
}

export function tagList(tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}
