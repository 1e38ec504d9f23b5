import type { Policy } from '../functions/policy/policy.ts';
import { functionRole, type Grant, isRecovered, isScratch, kebab } from './function-role.ts';
import { machineRoles } from './machine-roles.ts';
import { recoverGrants } from './recover-roles.ts';
import { scheduleRole } from './schedule-role.ts';
import { copyRegions, type Part, peerOf, type Resources } from './stack.ts';
import { topicNames } from './subscriptions.ts';
import { arnOf as arn } from './trust.ts';
import { variantOf } from './variant.ts';

const ledger = arn('dynamodb', 'table/lifeboat-ledger');
const vault = arn('backup', 'backup-vault:lifeboat');
/** Points carry the ARN of what is behind them: a snapshot that RDS holds, or AWS Backup's own. */
const points = [
  arn('backup', 'recovery-point:*'),
  arn('rds', 'snapshot:awsbackup:*'),
  arn('rds', 'cluster-snapshot:awsbackup:*'),
];
const machines = arn('states', 'stateMachine:lifeboat-*');
const executions = arn('states', 'execution:lifeboat-*:*');
const databaseProbe = arn('lambda', 'function:lifeboat-probe-database');
const fileProbe = arn('lambda', 'function:lifeboat-probe-files');
/** A version of the file probe is bound to the file system of one drill. */
const fileProbeVersions = arn('lambda', 'function:lifeboat-probe-files:*');
const scratchDatabases = arn('rds', 'db:lifeboat-scratch-*');
const scratchClusters = arn('rds', 'cluster:lifeboat-scratch-*');
const fileSystems = arn('elasticfilesystem', 'file-system/*');
const accessPoints = arn('elasticfilesystem', 'access-point/*');

const writesLedger: Grant = {
  because: 'reads and writes the ledger',
  actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem'],
  on: ledger,
};
const removesRows: Grant = {
  because: 'takes rows of the ledger away whose work is done: lanes, waits, scratch that is gone',
  actions: ['dynamodb:DeleteItem'],
  on: ledger,
};
const findsDue: Grant = {
  because: 'finds in the ledger what is due',
  actions: ['dynamodb:Query'],
  on: arn('dynamodb', 'table/lifeboat-ledger/index/due'),
};
const readsTags: Grant = {
  because: 'finds resources by their tags; the service offers no narrower resource',
  actions: ['tag:GetResources'],
  on: '*',
};
const knowsVaults: Grant = {
  because: 'knows which vaults there are, and how they are locked',
  actions: ['backup:ListBackupVaults'],
  on: '*',
};
const readsPoints: Grant[] = [
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
const readsMeans: Grant[] = [
  {
    because: 'reads point-in-time windows, replicated automated backups and read replicas',
    actions: ['rds:DescribeDBInstances', 'rds:DescribeDBClusters', 'rds:DescribeDBInstanceAutomatedBackups'],
    on: [arn('rds', 'db:*'), arn('rds', 'cluster:*'), arn('rds', 'auto-backup:*')],
  },
  {
    because: 'reads how far the replication of file systems is',
    actions: ['elasticfilesystem:DescribeReplicationConfigurations'],
    on: fileSystems,
  },
  {
    because: 'reads how far read replicas lag; metrics have no ARN to name',
    actions: ['cloudwatch:GetMetricStatistics'],
    on: '*',
  },
];
const tellsDatabases: Grant = {
  because: 'tells RDS instances and Aurora clusters from what only looks like one',
  actions: ['rds:DescribeDBInstances', 'rds:DescribeDBClusters'],
  on: [arn('rds', 'db:*'), arn('rds', 'cluster:*')],
};
const readsPipeline = (policy: Policy): Grant[] => [
  {
    because: 'sees whether the policies of its vaults are as they were',
    actions: ['backup:GetBackupVaultAccessPolicy'],
    on: [vault, arn('backup', 'backup-vault:lifeboat-proven')],
  },
  knowsVaults,
  {
    because: 'sees whether AWS Backup may still assume its role',
    actions: ['iam:GetRole'],
    on: { 'Fn::GetAtt': ['BackupRole', 'Arn'] },
  },
  { because: 'sees whether its keys can be used', actions: ['kms:DescribeKey'], on: arn('kms', 'key/*') },
  {
    because: 'sees whether anybody confirmed that they want to be told',
    actions: ['sns:ListSubscriptionsByTopic'],
    on: [
      { Ref: 'PageTopic' },
      { Ref: 'NoticeTopic' },
      ...((policy.alerts.pagerduty ?? []).length === 0 ? [] : [{ Ref: 'PagerDutyTopic' }]),
    ],
  },
];
const describesJobs: Grant = {
  because: 'asks AWS Backup how jobs go, which have no ARN to name',
  actions: ['backup:DescribeBackupJob', 'backup:DescribeCopyJob', 'backup:DescribeRestoreJob'],
  on: '*',
};
const listsJobs: Grant = {
  because: 'asks AWS Backup which jobs of a resource run, which have no ARN to name',
  actions: ['backup:ListBackupJobs', 'backup:ListCopyJobs'],
  on: '*',
};
const answersTasks: Grant = {
  because: 'answers the task that waits for a job; a token has no ARN, and only who holds it can answer',
  actions: ['states:SendTaskSuccess', 'states:SendTaskFailure'],
  on: '*',
};
const passesBackupRole: Grant = {
  because: 'hands AWS Backup its role, and nobody else',
  actions: ['iam:PassRole'],
  on: { 'Fn::GetAtt': ['BackupRole', 'Arn'] },
  condition: { StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } },
};
const readsExecutions: Grant = {
  because: 'asks whether an execution still runs',
  actions: ['states:DescribeExecution'],
  on: executions,
};
const readsHolder: Grant = {
  because: 'a redrive asks whether the protect that holds the lane still runs',
  actions: ['states:DescribeExecution'],
  on: arn('states', 'execution:lifeboat-protect:*'),
};
/** To the topics that the policy makes, here and in the Region that stands in for this one. */
function publishes(policy: Policy, part: Part): Grant[] {
  const regions = ['${AWS::Region}', ...[peerOf(policy, part)].filter((region) => region !== '')];
  return [
    {
      because: 'pages and notifies, through the peer Region where SNS does not take it here',
      actions: ['sns:Publish'],
      on: regions.flatMap((region) => topicNames(policy).map((name) => arn('sns', name, region))),
    },
    {
      because: 'SNS encrypts what it is given with the key of the topics, which is known here by its alias alone',
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      on: regions.map((region) => arn('kms', 'key/*', region)),
      condition: {
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/lifeboat-topics' },
        StringLike: { 'kms:ViaService': 'sns.*.amazonaws.com' },
      },
    },
  ];
}
const readsEvidence: Grant[] = [
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
const writesEvidence: Grant[] = [
  ...readsEvidence,
  {
    because: 'adds evidence; the bucket refuses to replace what is there',
    actions: ['s3:PutObject'],
    on: { 'Fn::Sub': '${EvidenceBucket.Arn}/evidence/*' },
  },
];
/** The evidence bucket of each Region of the policy, by the name that every stack gives its own. */
function evidenceBuckets(policy: Policy): string[] {
  return [policy.home, ...copyRegions(policy)].map(
    (region) => `arn:\${AWS::Partition}:s3:::lifeboat-evidence-\${AWS::AccountId}-${region}`,
  );
}
const beats: Grant = {
  because: 'says in this Region and its peers that it lives; a metric has no ARN',
  actions: ['cloudwatch:PutMetricData'],
  on: '*',
  condition: { StringEquals: { 'cloudwatch:namespace': 'Lifeboat' } },
};
const leavesFailedRuns: Grant = {
  because: 'leaves what failed in every try where an alarm sees it',
  actions: ['sqs:SendMessage'],
  on: { 'Fn::GetAtt': ['FailedRuns', 'Arn'] },
};
const derivesPassword: Grant = {
  because: "derives a restored database's password",
  actions: ['kms:GenerateMac'],
  on: { 'Fn::GetAtt': ['ScratchPasswordKey', 'Arn'] },
};
/** RDS works for whoever makes a database under a customer's key. The key may be anybody's, so RDS is the bound. */
const lendsKeysToRds: readonly Grant[] = [
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
const deletesScratch: Grant[] = [
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

/** The rights of each function, by its key in serverless.yml. A function has these and those to write its own log. */
function grants(policy: Policy, part: Part): Record<string, readonly Grant[]> {
  const telling = publishes(policy, part);
  const copyLedgers = copyRegions(policy).map((region) => arn('dynamodb', 'table/lifeboat-ledger', region));
  return {
    protectBegin: [writesLedger, readsTags, ...readsPoints, listsJobs, readsExecutions],
    protectBackUp: [
      writesLedger,
      readsHolder,
      describesJobs,
      answersTasks,
      passesBackupRole,
      {
        because: 'starts backup jobs into the vault',
        actions: ['backup:StartBackupJob'],
        on: vault,
      },
      { because: 'tags the points it asks for', actions: ['backup:TagResource'], on: points },
    ],
    protectCopy: [
      writesLedger,
      readsHolder,
      describesJobs,
      answersTasks,
      passesBackupRole,
      {
        because: 'starts copy jobs of recovery points, whose ARNs differ by type',
        actions: ['backup:StartCopyJob'],
        on: points,
      },
    ],
    fleetDispatch: [
      writesLedger,
      readsTags,
      tellsDatabases,
      {
        because: 'starts the executions of the fleet and counts those in flight',
        actions: ['states:StartExecution', 'states:ListExecutions'],
        on: machines,
      },
    ],
    drillChoose: [writesLedger, ...readsPoints],
    drillRestore: [
      writesLedger,
      describesJobs,
      answersTasks,
      passesBackupRole,
      {
        because: 'restores recovery points, whose ARNs differ by type',
        actions: ['backup:StartRestoreJob', 'backup:GetRecoveryPointRestoreMetadata'],
        on: points,
      },
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
      {
        because: 'tags what it creates, in the same call',
        actions: ['elasticfilesystem:TagResource'],
        on: fileSystems,
        condition: { StringEquals: { 'elasticfilesystem:CreateAction': 'CreateFileSystem' } },
      },
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
      {
        because: 'EFS looks at the network before it makes a mount target; EC2 lets nobody describe less than all',
        actions: ['ec2:DescribeSubnets', 'ec2:DescribeSecurityGroups', 'ec2:DescribeNetworkInterfaces'],
        on: '*',
      },
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
      {
        because: 'tags what it creates, in the same call',
        actions: ['elasticfilesystem:TagResource'],
        on: accessPoints,
        condition: { StringEquals: { 'elasticfilesystem:CreateAction': 'CreateAccessPoint' } },
      },
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
    ...recoverGrants({
      points,
      copyLedgers,
      fileProbe,
      fileProbeVersions,
      databaseProbe,
      writesLedger,
      readsPoints,
      describesJobs,
      answersTasks,
      passesBackupRole,
      derivesPassword,
      readsEvidence,
      writesEvidence,
      lendsKeysToRds,
      deletesScratch,
    }),
    resume: [writesLedger, describesJobs, answersTasks, ...readsPoints],
    conclude: [writesLedger, readsExecutions, ...writesEvidence, ...telling],
    watch: [writesLedger, findsDue, ...readsPoints, ...readsMeans, ...writesEvidence, ...telling, beats],
    check: [writesLedger, ...readsPipeline(policy), ...writesEvidence, ...telling],
    allWell: [writesLedger, ...readsPoints, ...readsMeans, ...writesEvidence, ...telling],
    reconcile: [
      writesLedger,
      readsTags,
      tellsDatabases,
      ...readsPoints,
      readsExecutions,
      {
        because: 'finds the executions whose end no event told',
        actions: ['states:ListExecutions'],
        on: machines,
      },
      ...writesEvidence,
      ...telling,
      ...(copyLedgers.length === 0
        ? []
        : [
            {
              because: 'writes the roster of every copy Region, and tells it of silences and of their end',
              actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
              on: copyLedgers,
            },
          ]),
    ],
    keep: [
      writesLedger,
      ...readsPoints,
      describesJobs,
      listsJobs,
      passesBackupRole,
      {
        because: 'copies the last proven point, whose ARN differs by type',
        actions: ['backup:StartCopyJob'],
        on: points,
      },
      {
        because:
          'lets a kept point live longer; its ARN differs by type, and the policies of the vaults say in which one',
        actions: ['backup:UpdateRecoveryPointLifecycle'],
        on: points,
      },
      ...writesEvidence,
      ...telling,
    ],
    reportSeal: [
      writesLedger,
      ...readsEvidence,
      {
        because: 'adds the seal of a day; the bucket refuses to replace what is there',
        actions: ['s3:PutObject'],
        on: { 'Fn::Sub': '${EvidenceBucket.Arn}/seals/*' },
      },
      ...telling,
    ],
    report: [
      {
        because: 'reads from the ledger how everything stands, and changes nothing there',
        actions: ['dynamodb:GetItem', 'dynamodb:Query'],
        on: ledger,
      },
      ...writesEvidence,
      {
        because: 'adds the page of a day; the bucket refuses to replace what is there',
        actions: ['s3:PutObject'],
        on: { 'Fn::Sub': '${EvidenceBucket.Arn}/reports/*' },
      },
      {
        because: 'reads the evidence of the other Regions too, for a page that tells of all of them',
        actions: ['s3:GetObject'],
        on: evidenceBuckets(policy).map((bucket) => ({ 'Fn::Sub': `${bucket}/*` })),
      },
      {
        because: 'lists the evidence of the other Regions',
        actions: ['s3:ListBucket'],
        on: evidenceBuckets(policy).map((bucket) => ({ 'Fn::Sub': bucket })),
      },
    ],
    silence: [writesLedger, ...writesEvidence],
    sweep: [writesLedger, describesJobs, ...deletesScratch],
    probeDatabase: [],
    probeFiles: [],
  };
}

/** Everybody else can only add to the ledger and change it. */
const removingRows = [
  'protectBegin',
  'protectBackUp',
  'protectCopy',
  'drillRestore',
  'drillReach',
  'drillTearDown',
  'recoverRestore',
  'recoverReach',
  'recoverTearDown',
  'recoverHandOver',
  'resume',
  'conclude',
  'reconcile',
  'sweep',
];

/** Lambda leaves their failed runs in a queue, with their own rights. The next round of the watch does what one did not. */
const leavingFailedRuns = [
  'resume',
  'conclude',
  'check',
  'reconcile',
  'sweep',
  'keep',
  'report',
  'reportSeal',
  'allWell',
];
const onlyAtHome = ['protectBegin', 'protectBackUp', 'protectCopy'];

/** The functions of a stack by their names in AWS, sorted. */
export function functionNames(policy: Policy, part: Part): string[] {
  return grantsOf(policy, part)
    .map(([key]) => `lifeboat-${kebab(key)}`)
    .sort();
}

function grantsOf(policy: Policy, part: Part): [key: string, rights: readonly Grant[]][] {
  const makesBackups = variantOf(policy, part) === 'home';
  return Object.entries(grants(policy, part)).filter(([key]) => makesBackups || !onlyAtHome.includes(key));
}

/** One role for each function, with the reasons in the order of its statements, and the role of the schedules. */
export function roles(part: Part, policy: Policy): Resources {
  const made: Resources = { ScheduleRole: scheduleRole(), ...machineRoles(variantOf(policy, part)) };
  for (const [key, list] of grantsOf(policy, part)) {
    const name = key.replace(/^./, (letter) => letter.toUpperCase());
    const leaves = leavingFailedRuns.includes(key) ? [leavesFailedRuns] : [];
    const removes = removingRows.includes(key) ? [removesRows] : [];
    made[`${name}Role`] = functionRole(key, [...list, ...removes, ...leaves]);
  }
  return made;
}
