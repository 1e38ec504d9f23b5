import type { Policy } from '../functions/policy/policy.ts';
import { copyRegions, type Part, type Resources } from './stack.ts';

/** One reason for one right. */
interface Grant {
  readonly because: string;
  readonly actions: readonly string[];
  readonly on: unknown;
  readonly condition?: Readonly<Record<string, unknown>>;
}

const arn = (service: string, rest: string, region = '${AWS::Region}') => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:${region}:\${AWS::AccountId}:${rest}`,
});
const ledger = [arn('dynamodb', 'table/lifeboat-ledger'), arn('dynamodb', 'table/lifeboat-ledger/index/*')];
const vault = arn('backup', 'backup-vault:lifeboat');
const evidence = [{ 'Fn::GetAtt': ['EvidenceBucket', 'Arn'] }, { 'Fn::Sub': '${EvidenceBucket.Arn}/*' }];
const machines = arn('states', 'stateMachine:lifeboat-*');
const executions = arn('states', 'execution:lifeboat-*:*');
const probes = [arn('lambda', 'function:lifeboat-probe-*'), arn('lambda', 'function:lifeboat-probe-*:*')];
const scratchDatabases = arn('rds', 'db:lifeboat-scratch-*');
const scratchClusters = arn('rds', 'cluster:lifeboat-scratch-*');
const fileSystems = arn('elasticfilesystem', 'file-system/*');
const accessPoints = arn('elasticfilesystem', 'access-point/*');
/** Born as scratch, and no protected resource, even if somebody put the tag of scratch on one. */
const isScratch = {
  Null: { 'aws:ResourceTag/lifeboat:scratch': 'false', 'aws:ResourceTag/lifeboat:tier': 'true' },
};

const writesLedger: Grant = {
  because: 'reads and writes the ledger',
  actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
  on: ledger,
};
const readsTags: Grant = {
  because: 'finds resources by their tags; the service offers no narrower resource',
  actions: ['tag:GetResources'],
  on: '*',
};
const readsPoints: Grant[] = [
  {
    because: 'reads recovery points, whoever made them: in every vault of the Region',
    actions: ['backup:ListRecoveryPointsByBackupVault'],
    on: arn('backup', 'backup-vault:*'),
  },
  { because: 'knows which vaults there are', actions: ['backup:ListBackupVaults'], on: '*' },
  {
    because: 'reads the data instants of the snapshots behind them',
    actions: ['rds:DescribeDBSnapshots'],
    on: arn('rds', '*'),
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
const readsPipeline: Grant[] = [
  {
    because: 'sees whether its vault, its lock and its policy are as they were',
    actions: ['backup:DescribeBackupVault', 'backup:GetBackupVaultAccessPolicy'],
    on: vault,
  },
  {
    because: 'sees whether AWS Backup may still assume its role',
    actions: ['iam:GetRole'],
    on: { 'Fn::GetAtt': ['BackupRole', 'Arn'] },
  },
  { because: 'sees whether its keys can be used', actions: ['kms:DescribeKey'], on: arn('kms', 'key/*') },
  {
    because: 'sees whether anybody confirmed that they want to be told',
    actions: ['sns:ListSubscriptionsByTopic'],
    on: [{ Ref: 'PageTopic' }, { Ref: 'NoticeTopic' }],
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
  because: 'answers the task that waits for a job; a token has no ARN',
  actions: ['states:SendTaskSuccess', 'states:SendTaskFailure'],
  on: machines,
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
const publishes: Grant = {
  because: 'pages and notifies, through the peer Region where SNS does not take it here',
  actions: ['sns:Publish'],
  on: ['page', 'notices', 'pagerduty', 'chat'].map((name) => arn('sns', `lifeboat-${name}`, '*')),
};
const writesEvidence: Grant = {
  because: 'adds evidence and reads the head of its chains',
  actions: ['s3:PutObject', 's3:GetObject', 's3:ListBucket'],
  on: evidence,
};
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
const deletesScratch: Grant[] = [
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
    actions: ['lambda:DeleteFunction', 'lambda:ListVersionsByFunction', 'lambda:GetFunctionConfiguration'],
    on: probes,
  },
];

/** The rights of each function, by its key in serverless.yml. A function has these and those to write its own log. */
function grants(policy: Policy): Record<string, readonly Grant[]> {
  const copyLedgers = copyRegions(policy).map((region) => arn('dynamodb', 'table/lifeboat-ledger', region));
  return {
    protectBegin: [writesLedger, readsTags, ...readsPoints, listsJobs, readsExecutions],
    protectBackUp: [
      writesLedger,
      describesJobs,
      answersTasks,
      passesBackupRole,
      {
        because: 'starts backup jobs into the vault',
        actions: ['backup:StartBackupJob', 'backup:TagResource'],
        on: '*',
      },
    ],
    protectCopy: [
      writesLedger,
      describesJobs,
      answersTasks,
      passesBackupRole,
      {
        because: 'starts copy jobs of recovery points, whose ARNs differ by type',
        actions: ['backup:StartCopyJob'],
        on: '*',
      },
    ],
    fleetDispatch: [
      writesLedger,
      readsTags,
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
        on: '*',
      },
      {
        because: 'sees whether the quotas of RDS have room for what it restores; they have no ARN',
        actions: ['rds:DescribeAccountAttributes'],
        on: '*',
      },
      {
        because: 'creates scratch file systems, tagged at creation and only then',
        actions: [
          'elasticfilesystem:CreateFileSystem',
          'elasticfilesystem:CreateMountTarget',
          'elasticfilesystem:DescribeFileSystems',
          'elasticfilesystem:DescribeMountTargets',
        ],
        on: fileSystems,
      },
      {
        because: 'tags what it creates, in the same call',
        actions: ['elasticfilesystem:TagResource'],
        on: fileSystems,
        condition: { StringEquals: { 'elasticfilesystem:CreateAction': 'CreateFileSystem' } },
      },
      {
        because: 'a mount target is a network interface in a scratch subnet',
        actions: [
          'ec2:CreateNetworkInterface',
          'ec2:DescribeSubnets',
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeNetworkInterfaces',
        ],
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
        on: [scratchDatabases, scratchClusters, arn('rds', 'subgrp:lifeboat-scratch'), arn('rds', 'pg:*')],
      },
      {
        because: 'sees when they are reachable',
        actions: ['rds:DescribeDBInstances', 'rds:DescribeDBClusters'],
        on: [arn('rds', 'db:*'), arn('rds', 'cluster:*')],
      },
      {
        because: 'makes scratch file systems reachable',
        actions: [
          'elasticfilesystem:CreateAccessPoint',
          'elasticfilesystem:DescribeAccessPoints',
          'elasticfilesystem:DescribeMountTargets',
        ],
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
        on: probes,
      },
      {
        because: 'has the new version prove that it sees the scratch file system',
        actions: ['lambda:InvokeFunction'],
        on: probes,
      },
    ],
    drillCheck: [
      writesLedger,
      derivesPassword,
      writesEvidence,
      { because: 'asks the probes', actions: ['lambda:InvokeFunction'], on: probes },
    ],
    drillJudge: [writesLedger, writesEvidence],
    drillTearDown: [writesLedger, describesJobs, ...deletesScratch],
    resume: [writesLedger, describesJobs, answersTasks, ...readsPoints],
    conclude: [writesLedger, readsExecutions, writesEvidence, publishes],
    watch: [writesLedger, ...readsPoints, ...readsMeans, writesEvidence, publishes, beats],
    check: [writesLedger, ...readsPipeline, writesEvidence, publishes],
    allWell: [writesLedger, ...readsPoints, ...readsMeans, writesEvidence, publishes],
    reconcile: [
      writesLedger,
      readsTags,
      ...readsPoints,
      readsExecutions,
      {
        because: 'finds the executions whose end no event told',
        actions: ['states:ListExecutions'],
        on: machines,
      },
      writesEvidence,
      publishes,
      ...(copyLedgers.length === 0
        ? []
        : [
            {
              because: 'writes the roster of every copy Region',
              actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem'],
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
        on: '*',
      },
      {
        because:
          'lets a kept point live longer; its ARN differs by type, and the policies of the vaults say in which one',
        actions: ['backup:UpdateRecoveryPointLifecycle'],
        on: '*',
      },
      writesEvidence,
      publishes,
    ],
    reportSeal: [writesLedger, writesEvidence, publishes],
    silence: [writesLedger, writesEvidence],
    sweep: [writesLedger, describesJobs, ...deletesScratch],
    probeDatabase: [],
    probeFiles: [],
  };
}

/** Lambda leaves their failed runs in a queue, with their own rights. The next round of the watch does what one did not. */
const leavingFailedRuns = ['resume', 'conclude', 'check', 'reconcile', 'sweep', 'keep', 'reportSeal', 'allWell'];
const onlyAtHome = ['protectBegin', 'protectBackUp', 'protectCopy'];
const inScratch = ['probeDatabase', 'probeFiles'];

/** One role for each function, with the reasons in the order of its statements, and the role of the schedules. */
export function roles(part: Part, policy: Policy): Resources {
  const made: Resources = { ScheduleRole: scheduleRole() };
  for (const [key, list] of Object.entries(grants(policy))) {
    if (part === 'copy' && onlyAtHome.includes(key)) continue;
    const name = key.replace(/^./, (letter) => letter.toUpperCase());
    const leaves = leavingFailedRuns.includes(key) ? [leavesFailedRuns] : [];
    made[`${name}Role`] = functionRole(key, [...list, ...leaves]);
  }
  return made;
}

function functionRole(key: string, list: readonly Grant[]): Resources[string] {
  const kebab = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const functionArn = arn('lambda', `function:lifeboat-${kebab}`);
  const statements = [
    {
      Sid: 'WritesItsOwnLog',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: arn('logs', `log-group:/aws/lambda/lifeboat-${kebab}:*`),
    },
    ...list.map(({ because, actions, on, condition }) => ({
      Sid: sid(because),
      Effect: 'Allow',
      Action: actions,
      Resource: on,
      ...(condition !== undefined && { Condition: condition }),
    })),
    ...(inScratch.includes(key) ? scratchNetwork(functionArn) : []),
  ];
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: { 'Fn::Sub': `lifeboat-${kebab}-\${AWS::Region}` },
      Description:
        `${list.map(({ because }) => because).join('; ') || 'reads restored data in the sealed network, and calls nothing'}`.slice(
          0,
          1000,
        ),
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'lambda.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
        ],
      },
      Policies: [{ PolicyName: 'work', PolicyDocument: { Version: '2012-10-17', Statement: merged(statements) } }],
    },
  };
}

/** What Lambda needs for a network interface and a mount, refused to the function's own code. */
function scratchNetwork(functionArn: unknown) {
  const actions = [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  return [
    { Sid: 'LambdaMakesItsNetworkInterface', Effect: 'Allow', Action: actions, Resource: '*' },
    {
      Sid: 'TheCodeItselfMakesNone',
      Effect: 'Deny',
      Action: actions,
      Resource: '*',
      Condition: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
    },
    {
      Sid: 'MountsScratchFileSystems',
      Effect: 'Allow',
      Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite', 'elasticfilesystem:ClientRootAccess'],
      Resource: fileSystems,
      Condition: isScratch,
    },
  ];
}

/** Statement ids must be unique within a policy: two rights for one reason get a number. */
function merged<Statement extends { Sid: string }>(statements: readonly Statement[]): Statement[] {
  const seen = new Map<string, number>();
  return statements.map((statement) => {
    const count = (seen.get(statement.Sid) ?? 0) + 1;
    seen.set(statement.Sid, count);
    return count === 1 ? statement : { ...statement, Sid: `${statement.Sid}${count}` };
  });
}

function sid(because: string): string {
  return because
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.replace(/^./, (letter) => letter.toUpperCase()))
    .join('')
    .slice(0, 100);
}

function scheduleRole(): Resources[string] {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: { 'Fn::Sub': 'lifeboat-schedule-${AWS::Region}' },
      Description: 'What EventBridge Scheduler may start.',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'scheduler.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
        ],
      },
      Policies: [
        {
          PolicyName: 'work',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Sid: 'StartsFleets',
                Effect: 'Allow',
                Action: 'states:StartExecution',
                Resource: arn('states', 'stateMachine:lifeboat-fleet'),
              },
              {
                Sid: 'StartsTheWatch',
                Effect: 'Allow',
                Action: 'lambda:InvokeFunction',
                Resource: [
                  arn('lambda', 'function:lifeboat-watch'),
                  arn('lambda', 'function:lifeboat-check'),
                  arn('lambda', 'function:lifeboat-reconcile'),
                  arn('lambda', 'function:lifeboat-sweep'),
                  arn('lambda', 'function:lifeboat-keep'),
                  arn('lambda', 'function:lifeboat-report-seal'),
                  arn('lambda', 'function:lifeboat-all-well'),
                ],
              },
              {
                Sid: 'KeepsWhatCouldNotBeStarted',
                Effect: 'Allow',
                Action: 'sqs:SendMessage',
                Resource: { 'Fn::GetAtt': ['ScheduleDeadLetters', 'Arn'] },
              },
            ],
          },
        },
      ],
    },
  };
}
