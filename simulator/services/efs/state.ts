import type { Chance } from '../../world/chance.ts';
import type { Region } from '../../world/region.ts';
import type { Directory } from '../directory.ts';

export interface FileSystem {
  readonly id: string;
  readonly arn: string;
  readonly creationToken: string;
  readonly createdAt: number;
  readonly performanceMode: string;
  readonly throughputMode: string;
  readonly encrypted: boolean;
  readonly kmsKeyId: string | undefined;
  readonly tags: Map<string, string>;
  state: 'creating' | 'available' | 'deleting';
  /** The bytes of its files as they were measured last, and what DescribeFileSystems tells meanwhile. */
  measured: { bytes: number; at: number };
  told: { bytes: number; at: number };
}

export interface MountTarget {
  readonly id: string;
  readonly fileSystemId: string;
  readonly subnetId: string;
  readonly ipAddress: string;
  readonly networkInterfaceId: string;
  readonly securityGroups: readonly string[];
  readonly vpcId: string;
  readonly availabilityZoneName: string;
  state: 'creating' | 'available' | 'deleting';
}

export interface AccessPoint {
  readonly id: string;
  readonly arn: string;
  readonly fileSystemId: string;
  readonly clientToken: string;
  readonly rootDirectory: {
    readonly path: string;
    readonly creationInfo: { OwnerUid: number; OwnerGid: number; Permissions: string } | undefined;
  };
  readonly posixUser: { Uid: number; Gid: number; SecondaryGids?: number[] } | undefined;
  readonly tags: Map<string, string>;
  state: 'creating' | 'available' | 'deleting';
}

export interface EfsState {
  readonly region: Region;
  readonly chance: Chance;
  readonly fileSystems: Directory<FileSystem>;
  readonly mountTargets: Map<string, MountTarget>;
  readonly accessPoints: Directory<AccessPoint>;
  /** The quota of file systems in the Region. */
  mostFileSystems: number;
}

/** `arn:aws:elasticfilesystem:REGION:ACCOUNT:` */
export function arnPrefix(region: Region): string {
  return `arn:aws:elasticfilesystem:${region.name}:${region.account.id}:`;
}

export function tagList(tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

export function tagMap(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Map<string, string> {
  return new Map((tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
}
