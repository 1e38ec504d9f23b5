import { type Grant, isScratch } from './function-role.ts';
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

/** A drill makes scratch, reaches it and takes it away again. What it did not make it may only read. */
export function drillGrants(): Record<string, readonly Grant[]> {
  return {
    drillChoose: [writesLedger, ...readsPoints],
    drillRestore: [
      writesLedger,
      describesJobs,
      answersTasks,
      passesBackupRole,
      restoresPoints,
      {
        because: 'sees whether the quotas of RDS have room for what it restores; they have no ARN',
        actions: ['rds:DescribeAccountAttributes'],
        on: '*',
      },
      {
        because:
          'creates scratch file systems, encrypted and tagged at creation; what is not there yet has no ARN to name',
        actions: ['elasticfilesystem:CreateFileSystem'],
        on: '*',
        condition: {
          Null: { 'aws:RequestTag/lifeboat:scratch': 'false' },
          Bool: { 'elasticfilesystem:Encrypted': 'true' },
        },
      },
      tagsFileSystemsMade,
      {
        because: 'makes scratch file systems reachable from the scratch network, and no other',
        actions: ['elasticfilesystem:CreateMountTarget'],
        on: fileSystems,
        condition: isScratch,
      },
      {
        because: 'sees whether they are there',
        actions: ['elasticfilesystem:DescribeFileSystems', 'elasticfilesystem:DescribeMountTargets'],
        on: fileSystems,
      },
      {
        because: 'a mount target is a network interface in a scratch subnet',
        actions: ['ec2:CreateNetworkInterface'],
        on: [
          arn('ec2', 'network-interface/*'),
          arn('ec2', 'subnet/${ScratchSubnetA}'),
          arn('ec2', 'subnet/${ScratchSubnetB}'),
          arn('ec2', 'security-group/${ScratchSecurityGroup.GroupId}'),
        ],
      },
      looksAtNetworks,
    ],
    drillReach: [
      writesLedger,
      derivesPassword,
      { because: 'sets the password of scratch databases', actions: ['rds:ModifyDBInstance'], on: scratchDatabases },
      { because: 'sets the password of scratch clusters', actions: ['rds:ModifyDBCluster'], on: scratchClusters },
      {
        because: 'makes the instance that a scratch cluster is read through',
        actions: ['rds:CreateDBInstance'],
        on: [
          scratchDatabases,
          scratchClusters,
          arn('rds', 'subgrp:lifeboat-scratch'),
          arn('rds', 'pg:*'),
          arn('rds', 'og:default:*'),
        ],
      },
      ...lendsKeysToRds,
      {
        because: 'sees when they are reachable',
        actions: ['rds:DescribeDBInstances', 'rds:DescribeDBClusters'],
        on: [arn('rds', 'db:*'), arn('rds', 'cluster:*')],
      },
      {
        because: 'makes a way into scratch file systems, and no other',
        actions: ['elasticfilesystem:CreateAccessPoint'],
        on: fileSystems,
        condition: isScratch,
      },
      {
        because: 'sees whether it is there, and Lambda looks for it with this right when it takes the mount',
        actions: ['elasticfilesystem:DescribeAccessPoints', 'elasticfilesystem:DescribeMountTargets'],
        on: [fileSystems, accessPoints],
      },
      tagsAccessPointsMade,
      {
        because: 'points the file probe at a scratch file system and publishes a version of it',
        actions: ['lambda:GetFunctionConfiguration', 'lambda:UpdateFunctionConfiguration', 'lambda:PublishVersion'],
        on: [fileProbe, fileProbeVersions],
      },
      {
        because: 'has the new version prove that it sees the scratch file system',
        actions: ['lambda:InvokeFunction'],
        on: fileProbeVersions,
      },
    ],
    drillCheck: [
      writesLedger,
      derivesPassword,
      ...readsEvidence,
      {
        because: 'keeps what a drill measured beside the evidence, to compare the next one with',
        actions: ['s3:PutObject'],
        on: { 'Fn::Sub': '${EvidenceBucket.Arn}/measures/*' },
      },
      {
        because: 'asks the probes',
        actions: ['lambda:InvokeFunction'],
        on: [databaseProbe, fileProbeVersions],
      },
    ],
    drillJudge: [writesLedger, ...readsEvidence],
    drillTearDown: [writesLedger, describesJobs, ...deletesScratch],
  };
}
