import { BackupClient, DescribeRecoveryPointCommand } from '@aws-sdk/client-backup';
import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribeFileSystemsCommand,
  DescribeMountTargetSecurityGroupsCommand,
  EFSClient,
  paginateDescribeFileSystems,
  paginateDescribeMountTargets,
} from '@aws-sdk/client-efs';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  type DBCluster,
  type DBInstance,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBSubnetGroupsCommand,
  paginateDescribeDBInstanceAutomatedBackups,
  RDSClient,
} from '@aws-sdk/client-rds';
import { readArn } from '../account/resource.ts';
import { nameOf } from '../platform/errors.ts';
import { required, type Seam } from '../platform/seam.ts';
import type { Kind } from '../policy/kind.ts';
import type { Window } from './choice.ts';
import type { Found, Network, OriginalNetwork } from './network.ts';

/** What a recovery has to know of this Region before it creates anything. Nothing here changes anything. */
export interface Look {
  /** The network of the original, where it stands in this Region and is there. */
  originalNetwork(resource: string): Promise<OriginalNetwork | undefined>;
  window(resource: string): Promise<Window | undefined>;
  /** What has the name already; undefined when nothing has. */
  holderOf(kind: Kind, name: string): Promise<string | undefined>;
  /** Why the point's or the resource's key cannot be used; undefined when it can, or there is none. */
  keyTrouble(of: { recoveryPoint: string; vault: string } | { resource: string }): Promise<string | undefined>;
  network(kind: Kind, chosen: Network): Promise<Found>;
}

/** Reads AWS_REGION and SCRATCH_SUBNET_IDS. */
export function lookOf(seam: Seam): Look {
  const backup = seam.client(BackupClient);
  const rds = seam.client(RDSClient);
  const efs = seam.client(EFSClient);
  const ec2 = seam.client(EC2Client);
  const kms = seam.client(KMSClient);
  const region = required(seam.environment, 'AWS_REGION');
  const sealedSubnet = required(seam.environment, 'SCRATCH_SUBNET_IDS').split(',')[0] ?? '';

  const instance = async (name: string): Promise<DBInstance | undefined> => {
    const answer = await unlessMissing(rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name })));
    return answer?.DBInstances?.[0];
  };
  const cluster = async (name: string): Promise<DBCluster | undefined> => {
    const answer = await unlessMissing(rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: name })));
    return answer?.DBClusters?.[0];
  };
  /** The original, if it stands in this Region. */
  const here = (resource: string) => {
    const found = readArn(resource);
    return found?.region === region ? found : undefined;
  };

  const networks: Readonly<Record<Kind, (id: string) => Promise<OriginalNetwork | undefined>>> = {
    rds: async (id) => {
      const found = await instance(id);
      return found === undefined ? undefined : databaseNetwork(found.DBSubnetGroup?.DBSubnetGroupName, found);
    },
    aurora: async (id) => {
      const found = await cluster(id);
      return found === undefined ? undefined : databaseNetwork(found.DBSubnetGroup, found);
    },
    efs: async (id) => {
      const subnets: string[] = [];
      let target: string | undefined;
      try {
        for await (const page of paginateDescribeMountTargets({ client: efs }, { FileSystemId: id })) {
          for (const { SubnetId, MountTargetId } of page.MountTargets ?? []) {
            if (SubnetId !== undefined) subnets.push(SubnetId);
            target ??= MountTargetId;
          }
        }
      } catch (error) {
        if (nameOf(error) !== 'FileSystemNotFound') throw error;
      }
      if (target === undefined) return undefined;
      const { SecurityGroups } = await efs.send(
        new DescribeMountTargetSecurityGroupsCommand({ MountTargetId: target }),
      );
      return { subnetGroup: null, subnets, securityGroups: SecurityGroups ?? [] };
    },
  };

  const windows: Readonly<Record<Kind, (resource: string) => Promise<Window | undefined>>> = {
    efs: async () => undefined,
    rds: async (resource) => {
      const id = here(resource)?.id;
      // Who was deleted and recovered under the same name has several: the one that reaches furthest counts.
      let furthest: Window | undefined;
      for await (const page of paginateDescribeDBInstanceAutomatedBackups({ client: rds }, {})) {
        for (const kept of page.DBInstanceAutomatedBackups ?? []) {
          const { EarliestTime, LatestTime } = kept.RestoreWindow ?? {};
          const status = kept.Status?.toLowerCase() ?? '';
          if (kept.DBInstanceArn !== resource || !restorable.includes(status)) continue;
          if (EarliestTime === undefined || LatestTime === undefined) continue;
          const arn = kept.DBInstanceAutomatedBackupsArn;
          const from =
            status === 'active' && id !== undefined
              ? ({ is: 'instance', id } as const)
              : arn === undefined
                ? undefined
                : ({ is: 'automated backups', arn } as const);
          const latest = LatestTime.toISOString();
          if (from === undefined || (furthest !== undefined && furthest.latest >= latest)) continue;
          furthest = { earliest: EarliestTime.toISOString(), latest, from };
        }
      }
      return furthest;
    },
    aurora: async (resource) => {
      const id = here(resource)?.id;
      const found = id === undefined ? undefined : await cluster(id);
      const { EarliestRestorableTime: earliest, LatestRestorableTime: latest, Engine: engine } = found ?? {};
      if (id === undefined || earliest === undefined || latest === undefined || engine === undefined) return undefined;
      return { earliest: earliest.toISOString(), latest: latest.toISOString(), from: { is: 'cluster', id, engine } };
    },
  };

  const keyOf = async (resource: string): Promise<string | undefined> => {
    const found = here(resource);
    if (found === undefined) return undefined;
    if (found.kind === 'rds') return (await instance(found.id))?.KmsKeyId;
    if (found.kind === 'aurora') return (await cluster(found.id))?.KmsKeyId;
    const answer = await unlessMissing(efs.send(new DescribeFileSystemsCommand({ FileSystemId: found.id })));
    return answer?.FileSystems?.[0]?.KmsKeyId;
  };

  return {
    originalNetwork: async (resource) => {
      const found = here(resource);
      return found === undefined ? undefined : networks[found.kind](found.id);
    },
    window: (resource) => windows[readArn(resource)?.kind ?? 'efs'](resource),
    holderOf: async (kind, name) => {
      if (kind === 'efs') {
        for await (const page of paginateDescribeFileSystems({ client: efs }, {})) {
          const taken = page.FileSystems?.find(({ Name }) => Name === name);
          if (taken !== undefined) return `the file system ${taken.FileSystemId}`;
        }
        return undefined;
      }
      // Instances and clusters are looked for alike: a cluster's instance is named after it.
      if ((await instance(name)) !== undefined || (await instance(`${name}-1`)) !== undefined) return 'a DB instance';
      return (await cluster(name)) === undefined ? undefined : 'a DB cluster';
    },
    keyTrouble: async (of) => {
      const key =
        'resource' in of
          ? await keyOf(of.resource)
          : (
              await backup.send(
                new DescribeRecoveryPointCommand({
                  BackupVaultName: of.vault,
                  RecoveryPointArn: of.recoveryPoint,
                }),
              )
            ).EncryptionKeyArn;
      if (key === undefined || key === '') return undefined;
      try {
        const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: key }));
        return KeyMetadata?.KeyState === 'Enabled'
          ? undefined
          : `its key ${key} is ${KeyMetadata?.KeyState ?? 'in no known state'}`;
      } catch (error) {
        if (nameOf(error) === 'NotFoundException') return `its key ${key} does not exist any more`;
        // A key of somebody else may hide its state from us; the restore itself will tell.
        if (nameOf(error) === 'AccessDeniedException') return undefined;
        throw error;
      }
    },
    network: async (kind, { subnetGroup, subnets, securityGroups }) => {
      const [told, groups, sealed] = await Promise.all([
        kind === 'efs' ? Promise.all(subnets.map((id) => subnet(ec2, id))) : undefined,
        Promise.all(securityGroups.map((id) => groupVpc(ec2, id))),
        subnet(ec2, sealedSubnet),
      ]);
      const group =
        subnetGroup === null
          ? []
          : [{ what: `DB subnet group ${subnetGroup}`, vpc: await subnetGroupVpc(rds, subnetGroup) }];
      return {
        vpcs: [
          ...group,
          ...(told ?? []).map((one, index) => ({ what: `subnet ${subnets[index]}`, vpc: one?.vpc })),
          ...groups.map((vpc, index) => ({ what: `security group ${securityGroups[index]}`, vpc })),
        ],
        zones: (told ?? []).map((one, index) => ({ subnet: subnets[index] ?? '', zone: one?.zone })),
        sealedVpc: sealed?.vpc,
      };
    },
  };
}

/** The states in which RDS restores from automated backups; `retained` are those of an instance that is deleted. */
const restorable: readonly string[] = ['active', 'retained', 'replicating'];

function databaseNetwork(
  subnetGroup: string | undefined,
  { VpcSecurityGroups: groups }: Pick<DBInstance, 'VpcSecurityGroups'>,
): OriginalNetwork {
  return {
    subnetGroup: subnetGroup ?? null,
    securityGroups: (groups ?? []).flatMap(({ VpcSecurityGroupId: id }) => (id === undefined ? [] : [id])),
    subnets: [],
  };
}

async function subnet(ec2: EC2Client, id: string): Promise<{ vpc?: string; zone?: string } | undefined> {
  const answer = await unlessMissing(ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] })));
  const { VpcId: vpc, AvailabilityZone: zone } = answer?.Subnets?.[0] ?? {};
  return { ...(vpc !== undefined && { vpc }), ...(zone !== undefined && { zone }) };
}

async function groupVpc(ec2: EC2Client, id: string): Promise<string | undefined> {
  const answer = await unlessMissing(ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] })));
  return answer?.SecurityGroups?.[0]?.VpcId;
}

async function subnetGroupVpc(rds: RDSClient, name: string): Promise<string | undefined> {
  const answer = await unlessMissing(rds.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: name })));
  return answer?.DBSubnetGroups?.[0]?.VpcId;
}

const missing: readonly string[] = [
  'DBInstanceNotFoundFault',
  'DBInstanceNotFound',
  'DBClusterNotFoundFault',
  'DBSubnetGroupNotFoundFault',
  'FileSystemNotFound',
  'InvalidSubnetID.NotFound',
  'InvalidSubnetID.Malformed',
  'InvalidSubnetId.Malformed',
  'InvalidGroup.NotFound',
  'InvalidGroupId.Malformed',
];

async function unlessMissing<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (missing.includes(nameOf(error))) return undefined;
    throw error;
  }
}
