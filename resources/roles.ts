import type { Policy } from '../functions/policy/policy.ts';
import { drillGrants } from './drill-roles.ts';
import { functionRole, type Grant, kebab } from './function-role.ts';
import {
  answersTasks,
  deletesScratch,
  describesJobs,
  fileSystems,
  knowsVaults,
  ledger,
  passesBackupRole,
  points,
  readsEvidence,
  readsPoints,
  writesLedger,
} from './grants.ts';
import { machineRoles } from './machine-roles.ts';
import { recoverGrants } from './recover-roles.ts';
import { scheduleRole } from './schedule-role.ts';
import { copyRegions, type Part, peerOf, type Resources } from './stack.ts';
import { topicNames } from './subscriptions.ts';
import { arnOf as arn } from './trust.ts';
import { variantOf } from './variant.ts';

const vault = arn('backup', 'backup-vault:lifeboat');
const machines = arn('states', 'stateMachine:lifeboat-*');
const executions = arn('states', 'execution:lifeboat-*:*');
const removesRows: Grant = {
  because:
    'takes rows of the ledger away whose work is done: lanes, waits, scratch that is gone, deadlines that nobody asks for',
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
const listsJobs: Grant = {
  because: 'asks AWS Backup which jobs of a resource run, which have no ARN to name',
  actions: ['backup:ListBackupJobs', 'backup:ListCopyJobs'],
  on: '*',
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
    ...drillGrants(),
    ...recoverGrants(copyLedgers),
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
  'watch',
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
