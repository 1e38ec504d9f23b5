import { type Grant, isRecovered, isScratch } from './function-role.ts';
import { arnOf as arn } from './trust.ts';

/** What more than one part of Lifeboat may do, each with its reason, and what it may be done to. */

export const ledger = arn('dynamodb', 'table/lifeboat-ledger');
/** Points carry the ARN of what is behind them: a snapshot that RDS holds, or AWS Backup's own. */
export const points = [
  arn('backup', 'recovery-point:*'),
  arn('rds', 'snapshot:awsbackup:*'),
  arn('rds', 'cluster-snapshot:awsbackup:*'),
];
export const databaseProbe = arn('lambda', 'function:lifeboat-probe-database');
export const fileProbe = arn('lambda', 'function:lifeboat-probe-files');
/** A version of the file probe is bound to the file system of one drill. */
export const fileProbeVersions = arn('lambda', 'function:lifeboat-probe-files:*');
export const scratchDatabases = arn('rds', 'db:lifeboat-scratch-*');
export const scratchClusters = arn('rds', 'cluster:lifeboat-scratch-*');
export const fileSystems = arn('elasticfilesystem', 'file-system/*');
export const accessPoints = arn('elasticfilesystem', 'access-point/*');
export const writesLedger: Grant = {
  because: 'reads and writes the ledger',
  actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem'],
  on: ledger,
};
export const knowsVaults: Grant = {
  because: 'knows which vaults there are, and how they are locked',
  actions: ['backup:ListBackupVaults'],
  on: '*',
};
export const readsPoints: Grant[] = [
  {
    because: 'reads recovery points, whoever made them: in every vault of the Region',
    actions: ['backup:ListRecoveryPointsByBackupVault'],
    on: arn('backup', 'backup-vault:*'),
  },
  knowsVaults,
  {
    because: 'reads the data instants of the snapshots behind them',
    actions: ['rds:DescribeDBSnapshots'],
    on: [arn('rds', 'db:*'), arn('rds', 'snapshot:*')],
  },
];
export const describesJobs: Grant = {
  because: 'asks AWS Backup how jobs go, which have no ARN to name',
  actions: ['backup:DescribeBackupJob', 'backup:DescribeCopyJob', 'backup:DescribeRestoreJob'],
  on: '*',
};
export const answersTasks: Grant = {
  because: 'answers the task that waits for a job; a token has no ARN, and only who holds it can answer',
  actions: ['states:SendTaskSuccess', 'states:SendTaskFailure'],
  on: '*',
};
export const passesBackupRole: Grant = {
  because: 'hands AWS Backup its role, and nobody else',
  actions: ['iam:PassRole'],
  on: { 'Fn::GetAtt': ['BackupRole', 'Arn'] },
  condition: { StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } },
};
export const readsEvidence: Grant[] = [
  {
    because: 'reads evidence and the measures of earlier drills',
    actions: ['s3:GetObject'],
    on: { 'Fn::Sub': '${EvidenceBucket.Arn}/*' },
  },
  {
    because: 'finds the heads of the chains; without this right what is missing looks like what is refused',
    actions: ['s3:ListBucket'],
    on: { 'Fn::GetAtt': ['EvidenceBucket', 'Arn'] },
  },
];
export const restoresPoints: Grant = {
  because: 'restores recovery points, whose ARNs differ by type',
  actions: ['backup:StartRestoreJob', 'backup:GetRecoveryPointRestoreMetadata'],
  on: points,
};
export const tagsFileSystemsMade: Grant = {
  because: 'tags what it creates, in the same call',
  actions: ['elasticfilesystem:TagResource'],
  on: fileSystems,
  condition: { StringEquals: { 'elasticfilesystem:CreateAction': 'CreateFileSystem' } },
};
export const tagsAccessPointsMade: Grant = {
  because: 'tags what it creates, in the same call',
  actions: ['elasticfilesystem:TagResource'],
  on: accessPoints,
  condition: { StringEquals: { 'elasticfilesystem:CreateAction': 'CreateAccessPoint' } },
};
export const looksAtNetworks: Grant = {
  because: 'EFS looks at the network before it makes a mount target; EC2 lets nobody describe less than all',
  actions: ['ec2:DescribeSubnets', 'ec2:DescribeSecurityGroups', 'ec2:DescribeNetworkInterfaces'],
  on: '*',
};
export const derivesPassword: Grant = {
  because: "derives a restored database's password",
  actions: ['kms:GenerateMac'],
  on: { 'Fn::GetAtt': ['ScratchPasswordKey', 'Arn'] },
};
/** RDS works for whoever makes a database under a customer's key. The key may be anybody's, so RDS is the bound. */
export const lendsKeysToRds: readonly Grant[] = [
  {
    because: 'RDS looks at the key of a database that it makes with the rights of whoever asked',
    actions: ['kms:DescribeKey'],
    on: arn('kms', 'key/*'),
    condition: { StringEquals: { 'kms:ViaService': { 'Fn::Sub': 'rds.${AWS::Region}.amazonaws.com' } } },
  },
  {
    because: 'RDS grants itself the key of a database that it makes, with the rights of whoever asked',
    actions: ['kms:CreateGrant'],
    on: arn('kms', 'key/*'),
    condition: {
      StringEquals: { 'kms:ViaService': { 'Fn::Sub': 'rds.${AWS::Region}.amazonaws.com' } },
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    },
  },
];
export const deletesScratch: Grant[] = [
  {
    because: 'looks for a restore that was started and that nobody could write down; jobs have no ARN to name',
    actions: ['backup:ListRestoreJobs'],
    on: '*',
  },
  {
    because: 'deletes databases that were born as scratch, by their name',
    actions: ['rds:DeleteDBInstance'],
    on: scratchDatabases,
  },
  {
    because: 'deletes clusters that were born as scratch, by their name; IAM wants that of a last snapshot too',
    actions: ['rds:DeleteDBCluster'],
    on: [scratchClusters, arn('rds', 'cluster-snapshot:lifeboat-scratch-*')],
  },
  {
    because: 'sees whether they are gone',
    actions: ['rds:DescribeDBInstances', 'rds:DescribeDBClusters'],
    on: [arn('rds', 'db:*'), arn('rds', 'cluster:*')],
  },
  {
    because: 'deletes file systems that were born as scratch, by the tag that only creation sets',
    actions: ['elasticfilesystem:DeleteFileSystem', 'elasticfilesystem:DeleteMountTarget'],
    on: fileSystems,
    condition: isScratch,
  },
  {
    because: 'a mount target goes with its network interface, which is in the scratch network and nowhere else',
    actions: ['ec2:DeleteNetworkInterface'],
    on: arn('ec2', 'network-interface/*'),
    condition: {
      ArnEquals: {
        'ec2:Vpc': { 'Fn::Sub': 'arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:vpc/${ScratchVpc}' },
      },
    },
  },
  {
    because:
      'takes the mount of the check off a recovered file system; outside of the scratch network the interface refuses',
    actions: ['elasticfilesystem:DeleteMountTarget'],
    on: fileSystems,
    condition: isRecovered,
  },
  {
    because: 'deletes the access points of scratch file systems',
    actions: ['elasticfilesystem:DeleteAccessPoint'],
    on: accessPoints,
    condition: isScratch,
  },
  {
    because: 'sees whether they are gone',
    actions: [
      'elasticfilesystem:DescribeFileSystems',
      'elasticfilesystem:DescribeMountTargets',
      'elasticfilesystem:DescribeAccessPoints',
    ],
    on: [fileSystems, accessPoints],
  },
  {
    because: "deletes a drill's version of the file probe",
    actions: ['lambda:DeleteFunction'],
    on: fileProbeVersions,
  },
  {
    because: "finds a drill's version of the file probe",
    actions: ['lambda:ListVersionsByFunction', 'lambda:GetFunctionConfiguration'],
    on: [fileProbe, fileProbeVersions],
  },
];
