import { type Grant, isRecovered } from './function-role.ts';
import {
  accessPoints,
  answersTasks,
  databaseProbe,
  deletesScratch,
  derivesPassword,
  describesJobs,
  fileProbe,
  fileProbeVersions,
  fileSystems,
  lendsKeysToRds,
  looksAtNetworks,
  passesBackupRole,
  points,
  readsEvidence,
  readsPoints,
  restoresPoints,
  scratchClusters,
  scratchDatabases,
  tagsAccessPointsMade,
  tagsFileSystemsMade,
  writesLedger,
} from './grants.ts';
import { arnOf as arn } from './trust.ts';

/** A recovery makes no database whose name does not say so, and so may change no other. */
const recoveredDatabases = arn('rds', 'db:*recovered*');
const recoveredClusters = arn('rds', 'cluster:*recovered*');
const scratchGroup = arn('rds', 'subgrp:lifeboat-scratch');
const anyGroup = arn('rds', 'subgrp:*');

const seesDatabases: Grant = {
  because: 'sees how databases and clusters are',
  actions: ['rds:DescribeDBInstances', 'rds:DescribeDBClusters'],
  on: [arn('rds', 'db:*'), arn('rds', 'cluster:*')],
};
const seesFileSystems: Grant = {
  because: 'sees how file systems and their mounts are',
  actions: ['elasticfilesystem:DescribeFileSystems', 'elasticfilesystem:DescribeMountTargets'],
  on: fileSystems,
};
const mountsRecovered: readonly Grant[] = [
  {
    because: 'mounts the file systems that a recovery made',
    actions: ['elasticfilesystem:CreateMountTarget'],
    on: fileSystems,
    condition: isRecovered,
  },
  {
    because: 'a mount target is a network interface, in the subnet that the operator asked for',
    actions: ['ec2:CreateNetworkInterface'],
    on: [arn('ec2', 'network-interface/*'), arn('ec2', 'subnet/*'), arn('ec2', 'security-group/*')],
  },
  looksAtNetworks,
];
const retagsRecovered: Grant = {
  because: 'takes the tags off that a restore copied from the original, and says who recovered it',
  actions: ['rds:AddTagsToResource', 'rds:RemoveTagsFromResource'],
  on: [recoveredDatabases, recoveredClusters],
};
const makesClusterInstances: Grant = {
  because: 'makes the instance through which a recovered cluster is used',
  actions: ['rds:CreateDBInstance'],
  on: [recoveredDatabases, recoveredClusters, anyGroup, arn('rds', 'pg:*'), arn('rds', 'og:default:*')],
};
const seesQuotas: Grant = {
  because: 'sees whether the quotas of RDS have room for what it makes; they have no ARN',
  actions: ['rds:DescribeAccountAttributes'],
  on: '*',
};
const tagsDatabasesMade: Grant = {
  because: 'tags what it makes, in the same call',
  actions: ['rds:AddTagsToResource'],
  on: [recoveredDatabases, recoveredClusters],
};

/** Recovering creates and changes what it names itself. Nothing here deletes anything but the scratch of its check. */
export function recoverGrants(copyLedgers: readonly unknown[]): Record<string, readonly Grant[]> {
  return {
    recoverChoose: [
      writesLedger,
      ...readsPoints,
      seesDatabases,
      seesFileSystems,
      ...(copyLedgers.length === 0
        ? []
        : [
            {
              because: 'reads what drills in the other Regions have proven',
              actions: ['dynamodb:GetItem'],
              on: copyLedgers,
            },
          ]),
      {
        because: 'sees which instants automated backups could bring back',
        actions: ['rds:DescribeDBInstanceAutomatedBackups'],
        on: [arn('rds', 'db:*'), arn('rds', 'auto-backup:*')],
      },
      {
        because: 'sees whether the network that was asked for is there',
        actions: ['rds:DescribeDBSubnetGroups'],
        on: anyGroup,
      },
      {
        because:
          'sees whether subnets and security groups are there, in one VPC; EC2 lets nobody describe less than all',
        actions: ['ec2:DescribeSubnets', 'ec2:DescribeSecurityGroups'],
        on: '*',
      },
      {
        because: "takes the original's security groups over",
        actions: ['elasticfilesystem:DescribeMountTargetSecurityGroups'],
        on: fileSystems,
      },
      {
        because: 'sees with which key a point is encrypted; its ARN differs by type',
        actions: ['backup:DescribeRecoveryPoint'],
        on: points,
      },
      { because: 'sees whether that key can be used', actions: ['kms:DescribeKey'], on: arn('kms', 'key/*') },
    ],
    recoverRestore: [
      writesLedger,
      describesJobs,
      answersTasks,
      passesBackupRole,
      {
        because: 'sees whether the file system that it made is there',
        actions: ['elasticfilesystem:DescribeFileSystems'],
        on: fileSystems,
      },
      seesQuotas,
      restoresPoints,
      {
        because:
          'brings an instance back as of an instant; its source may be any, and what is made is in the scratch network',
        actions: ['rds:RestoreDBInstanceToPointInTime'],
        on: [arn('rds', 'db:*'), arn('rds', 'auto-backup:*'), scratchGroup, arn('rds', 'pg:*'), arn('rds', 'og:*')],
      },
      {
        because: 'brings a cluster back as of an instant; its source may be any',
        actions: ['rds:RestoreDBClusterToPointInTime'],
        on: [arn('rds', 'cluster:*'), anyGroup, arn('rds', 'cluster-pg:*')],
      },
      ...lendsKeysToRds,
      tagsDatabasesMade,
      {
        because:
          'creates the file systems that it restores into, encrypted and tagged at creation; they have no ARN before',
        actions: ['elasticfilesystem:CreateFileSystem'],
        on: '*',
        condition: {
          Null: { 'aws:RequestTag/lifeboat:recovered': 'false' },
          Bool: { 'elasticfilesystem:Encrypted': 'true' },
        },
      },
      tagsFileSystemsMade,
    ],
    recoverReach: [
      writesLedger,
      derivesPassword,
      seesDatabases,
      seesFileSystems,
      retagsRecovered,
      makesClusterInstances,
      ...lendsKeysToRds,
      {
        because: 'sets the password of recovered databases',
        actions: ['rds:ModifyDBInstance'],
        on: recoveredDatabases,
      },
      { because: 'sets the password of scratch clusters', actions: ['rds:ModifyDBCluster'], on: scratchClusters },
      {
        because: 'clones recovered clusters into the scratch network',
        actions: ['rds:RestoreDBClusterToPointInTime'],
        on: [recoveredClusters, scratchClusters, scratchGroup, arn('rds', 'cluster-pg:*')],
      },
      {
        because: 'makes the instance that a clone is read through',
        actions: ['rds:CreateDBInstance'],
        on: [scratchDatabases, scratchClusters, scratchGroup, arn('rds', 'pg:*'), arn('rds', 'og:default:*')],
      },
      ...mountsRecovered,
      {
        because: 'makes a way into the file systems that a recovery made, and no other',
        actions: ['elasticfilesystem:CreateAccessPoint'],
        on: fileSystems,
        condition: isRecovered,
      },
      {
        because: 'sees whether it is there, and Lambda looks for it with this right when it takes the mount',
        actions: ['elasticfilesystem:DescribeAccessPoints'],
        on: [fileSystems, accessPoints],
      },
      tagsAccessPointsMade,
      {
        because: 'points the file probe at a recovered file system and publishes a version of it',
        actions: ['lambda:GetFunctionConfiguration', 'lambda:UpdateFunctionConfiguration', 'lambda:PublishVersion'],
        on: [fileProbe, fileProbeVersions],
      },
      {
        because: 'has the new version prove that it sees that file system',
        actions: ['lambda:InvokeFunction'],
        on: fileProbeVersions,
      },
    ],
    recoverCheck: [
      writesLedger,
      derivesPassword,
      ...readsEvidence,
      {
        because: 'keeps what was measured beside the evidence',
        actions: ['s3:PutObject'],
        on: { 'Fn::Sub': '${EvidenceBucket.Arn}/measures/*' },
      },
      { because: 'asks the probes', actions: ['lambda:InvokeFunction'], on: [databaseProbe, fileProbeVersions] },
    ],
    recoverJudge: [writesLedger, ...readsEvidence],
    recoverTearDown: [
      writesLedger,
      describesJobs,
      { because: 'has the probe take its notes away', actions: ['lambda:InvokeFunction'], on: fileProbeVersions },
      ...deletesScratch,
    ],
    recoverHandOver: [
      writesLedger,
      seesDatabases,
      seesFileSystems,
      retagsRecovered,
      makesClusterInstances,
      ...lendsKeysToRds,
      {
        because: 'moves recovered databases to where applications reach them, and protects them from deletion',
        actions: ['rds:ModifyDBInstance'],
        on: [recoveredDatabases, anyGroup],
      },
      { because: 'protects recovered clusters from deletion', actions: ['rds:ModifyDBCluster'], on: recoveredClusters },
      ...mountsRecovered,
    ],
  };
}
