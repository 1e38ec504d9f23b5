import type { CallEntry, TraceEntry } from '../../../simulator/world/trace.ts';
import type { Asked } from './tapped.ts';

type Input = Readonly<Record<string, unknown>>;
type Need = {
  readonly action: string;
  readonly resource: string;
  readonly context?: Asked['context'];
  readonly vault?: string;
};

/** What is known of the account from the calls so far: conditions ask for tags, and for what belongs to what. */
interface Known {
  readonly tags: Map<string, Record<string, string>>;
  readonly owner: Map<string, string>;
}

interface Call {
  readonly input: Input;
  readonly output: Input;
  readonly region: string;
  readonly account: string;
  readonly known: Known;
  arn(service: string, rest: string): string;
}

/** Turns calls into requests of IAM: each action with each resource, and all that AWS asks for besides. */
export function listener(): { hear(entry: TraceEntry): void; requests(): Asked[]; calls(): number } {
  const kept = new Map<string, Asked>();
  const known: Known = { tags: new Map(), owner: new Map() };
  let calls = 0;
  return {
    calls: () => calls,
    requests: () => [...kept.values()],
    hear: (entry) => {
      if (entry.kind !== 'call') return;
      learn(entry, known);
      const role = roleOf(entry);
      if (role === undefined) return;
      calls += 1;
      for (const need of needsOf(entry, known)) {
        // One of each shape is enough: names and ids of single resources differ.
        const shape = need.resource
          .replace(/[0-9a-f]{6,}|\d{5,}/g, '#')
          .replace(/(evidence|measures|seals|reports)\/.*/, '$1/');
        const key = [role, need.action, shape, Object.keys(need.context ?? {})].join(' ');
        if (kept.has(key)) continue;
        kept.set(key, { role, context: {}, ...need, by: `${entry.service}.${entry.operation}` });
      }
    },
  };
}

/** Whose rights decide. Operators have their own; a service that works for itself needs none of ours. */
function roleOf({ caller, region }: CallEntry): string | undefined {
  if (caller.kind === 'operator') return undefined;
  if (caller.role !== undefined) return caller.role.split('/').at(-1);
  if (caller.kind === 'service' && caller.name === 'scheduler.amazonaws.com') return `lifeboat-schedule-${region}`;
  if (caller.kind === 'service') return undefined;
  throw new Error(`${caller.kind} ${caller.name} calls without a role: its rights cannot be judged.`);
}

function learn({ service, operation, input, output, error }: CallEntry, { tags, owner }: Known): void {
  if (error !== undefined || service !== 'EFS') return;
  const asked = input as Input;
  const answer = (output ?? {}) as Input;
  const given = Object.fromEntries(
    ((asked.Tags ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
  );
  if (operation === 'CreateFileSystem') tags.set(String(answer.FileSystemId), given);
  if (operation === 'CreateAccessPoint') {
    tags.set(String(answer.AccessPointId), given);
    owner.set(String(answer.AccessPointId), String(asked.FileSystemId));
  }
  if (operation === 'CreateMountTarget') owner.set(String(answer.MountTargetId), String(asked.FileSystemId));
}

function needsOf(entry: CallEntry, known: Known): Need[] {
  const { service, operation, region } = entry;
  const account = /:(\d{12}):/.exec(entry.caller.role ?? '')?.[1] ?? accountIn(entry.input) ?? '';
  const call: Call = {
    input: entry.input as Input,
    output: (entry.output ?? {}) as Input,
    region,
    account,
    known,
    arn: (name, rest) => `arn:aws:${name}:${region}:${account}:${rest}`,
  };
  const needs = table[`${service}.${operation}`];
  if (needs === undefined) {
    throw new Error(
      `${entry.caller.name} calls ${service}.${operation}, and test/deploy/rights/requests.ts does not know which rights that takes. Add a line to its table: the action, its resource, and what AWS asks for besides (see the Service Authorization Reference).`,
    );
  }
  return needs(call);
}

function accountIn(input: unknown): string | undefined {
  return /:(\d{12}):/.exec(JSON.stringify(input, (_, value) => (value instanceof Uint8Array ? '' : value)))?.[1];
}

const everything = (action: string) => (): Need[] => [{ action, resource: '*' }];
const on =
  (action: string, resource: (call: Call) => string) =>
  (call: Call): Need[] => [{ action, resource: resource(call) }];
const text = (value: unknown, otherwise = 'any') => (typeof value === 'string' && value !== '' ? value : otherwise);

const tableArn = (call: Call, name: unknown) => call.arn('dynamodb', `table/${text(name)}`);
const row = (operation: string) => on(`dynamodb:${operation}`, (call) => tableArn(call, call.input.TableName));
const machine = (action: string) => on(`states:${action}`, ({ input }) => text(input.stateMachineArn));
const vault = (action: string) =>
  on(`backup:${action}`, (call) => call.arn('backup', `backup-vault:${text(call.input.BackupVaultName)}`));
const point =
  (action: string) =>
  ({ input }: Call): Need[] => {
    const vault = input.BackupVaultName ?? input.SourceBackupVaultName;
    const asked = { action: `backup:${action}`, resource: text(input.RecoveryPointArn) };
    return [typeof vault === 'string' ? { ...asked, vault } : asked];
  };
const rds = (action: string, kind: string, name: string) =>
  on(`rds:${action}`, (call) => call.arn('rds', `${kind}:${text(call.input[name])}`));

/** AWS Backup works with a role that it is handed. */
function passesRole({ input }: Call): Need {
  const resource = text(input.IamRoleArn);
  return { action: 'iam:PassRole', resource, context: { 'iam:PassedToService': 'backup.amazonaws.com' } };
}

/** A new point is known by what will be behind it. */
function pointOf(call: Call): string {
  const resource = text(call.input.ResourceArn);
  if (resource.includes(':cluster:')) return call.arn('rds', 'cluster-snapshot:awsbackup:job-1');
  return resource.includes(':db:')
    ? call.arn('rds', 'snapshot:awsbackup:job-1')
    : call.arn('backup', 'recovery-point:1');
}

const fileSystem = (call: Call, id: unknown) =>
  call.arn('elasticfilesystem', `file-system/${text(id).split('/').at(-1)}`);
const accessPoint = (call: Call, id: unknown) =>
  call.arn('elasticfilesystem', `access-point/${text(id).split('/').at(-1)}`);
function tagged({ known }: Call, id: unknown): Asked['context'] {
  const tags = known.tags.get(text(id).split('/').at(-1) ?? '') ?? {};
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
}
function requestTags({ input }: Call): Record<string, string | string[]> {
  const tags = (input.Tags ?? []) as { Key: string; Value: string }[];
  return {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
    'aws:TagKeys': tags.map(({ Key }) => Key),
  };
}

function functionArn(call: Call): string {
  const name = text(call.input.FunctionName).replace(/^arn:aws:lambda:[^:]*:\d*:function:/, '');
  const qualifier = call.input.Qualifier === undefined ? '' : `:${text(call.input.Qualifier)}`;
  return call.arn('lambda', `function:${name}${qualifier}`);
}
const ofFunction = (action: string) => on(`lambda:${action}`, functionArn);

/** Parameter groups, subnet groups and what else a database is made with: each is a resource of the request. */
function madeWith(call: Call, action: string, kinds: Readonly<Record<string, string>>): Need[] {
  return Object.entries(kinds).flatMap(([name, kind]) => {
    const value = call.input[name];
    if (typeof value !== 'string') return [];
    return [
      { action: `rds:${action}`, resource: value.startsWith('arn:') ? value : call.arn('rds', `${kind}:${value}`) },
    ];
  });
}
/** RDS works for whoever makes a database under a customer's key: it grants itself the key with the caller's rights. */
function usesKey(call: Call): Need[] {
  const resource = call.arn('kms', 'key/of-a-customer');
  const viaRds = { 'kms:ViaService': `rds.${call.region}.amazonaws.com` };
  return [
    { action: 'kms:DescribeKey', resource, context: viaRds },
    { action: 'kms:CreateGrant', resource, context: { ...viaRds, 'kms:GrantIsForAWSResource': 'true' } },
  ];
}
const instanceParts = {
  DBInstanceIdentifier: 'db',
  DBClusterIdentifier: 'cluster',
  DBSubnetGroupName: 'subgrp',
  DBParameterGroupName: 'pg',
  OptionGroupName: 'og',
};
const clusterParts = {
  DBClusterIdentifier: 'cluster',
  DBSubnetGroupName: 'subgrp',
  DBClusterParameterGroupName: 'cluster-pg',
  OptionGroupName: 'og',
};
const pitrParts = {
  ...instanceParts,
  SourceDBInstanceIdentifier: 'db',
  TargetDBInstanceIdentifier: 'db',
  SourceDBInstanceAutomatedBackupsArn: 'auto-backup',
};

/** By service and operation of the SDK. What AWS asks for besides the call itself stands beside it. */
const table: Readonly<Record<string, (call: Call) => Need[]>> = {
  'Backup.StartBackupJob': (call) => [
    ...vault('StartBackupJob')(call),
    passesRole(call),
    ...(call.input.RecoveryPointTags === undefined ? [] : [{ action: 'backup:TagResource', resource: pointOf(call) }]),
  ],
  'Backup.StartCopyJob': (call) => [...point('StartCopyJob')(call), passesRole(call)],
  'Backup.StartRestoreJob': (call) => [...point('StartRestoreJob')(call), passesRole(call)],
  'Backup.GetRecoveryPointRestoreMetadata': point('GetRecoveryPointRestoreMetadata'),
  'Backup.DescribeRecoveryPoint': point('DescribeRecoveryPoint'),
  'Backup.UpdateRecoveryPointLifecycle': point('UpdateRecoveryPointLifecycle'),
  'Backup.ListRecoveryPointsByBackupVault': vault('ListRecoveryPointsByBackupVault'),
  'Backup.DescribeBackupVault': vault('DescribeBackupVault'),
  'Backup.GetBackupVaultAccessPolicy': vault('GetBackupVaultAccessPolicy'),
  'Backup.ListBackupVaults': everything('backup:ListBackupVaults'),
  'Backup.DescribeBackupJob': everything('backup:DescribeBackupJob'),
  'Backup.DescribeCopyJob': everything('backup:DescribeCopyJob'),
  'Backup.DescribeRestoreJob': everything('backup:DescribeRestoreJob'),
  'Backup.ListBackupJobs': everything('backup:ListBackupJobs'),
  'Backup.ListCopyJobs': everything('backup:ListCopyJobs'),
  'Backup.ListRestoreJobs': everything('backup:ListRestoreJobs'),

  'CloudWatch.PutMetricData': ({ input }) => [
    { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': text(input.Namespace) } },
  ],
  'CloudWatch.GetMetricStatistics': everything('cloudwatch:GetMetricStatistics'),
  'CloudWatch.GetMetricData': everything('cloudwatch:GetMetricData'),

  'DynamoDB.GetItem': row('GetItem'),
  'DynamoDB.PutItem': row('PutItem'),
  'DynamoDB.UpdateItem': row('UpdateItem'),
  'DynamoDB.DeleteItem': row('DeleteItem'),
  'DynamoDB.Query': (call) => {
    const { TableName, IndexName } = call.input;
    const index = IndexName === undefined ? '' : `/index/${text(IndexName)}`;
    return [{ action: 'dynamodb:Query', resource: `${tableArn(call, TableName)}${index}` }];
  },

  'EC2.DescribeSubnets': everything('ec2:DescribeSubnets'),
  'EC2.DescribeSecurityGroups': everything('ec2:DescribeSecurityGroups'),
  'EC2.DescribeVpcs': everything('ec2:DescribeVpcs'),
  'EC2.DescribeNetworkInterfaces': everything('ec2:DescribeNetworkInterfaces'),

  'EFS.CreateFileSystem': (call) => [
    {
      action: 'elasticfilesystem:CreateFileSystem',
      resource: '*',
      context: { ...requestTags(call), 'elasticfilesystem:Encrypted': String(call.input.Encrypted === true) },
    },
    {
      action: 'elasticfilesystem:TagResource',
      resource: fileSystem(call, 'fs-new'),
      context: { ...requestTags(call), 'elasticfilesystem:CreateAction': 'CreateFileSystem' },
    },
    // A file system under a customer's key: EFS looks at the key with the caller's rights.
    ...(typeof call.input.KmsKeyId === 'string' ? [{ action: 'kms:DescribeKey', resource: call.input.KmsKeyId }] : []),
  ],
  'EFS.CreateMountTarget': (call) => {
    const {
      FileSystemId,
      SubnetId,
      SecurityGroups = [],
    } = call.input as { FileSystemId: string; SubnetId: string; SecurityGroups?: string[] };
    return [
      {
        action: 'elasticfilesystem:CreateMountTarget',
        resource: fileSystem(call, FileSystemId),
        context: tagged(call, FileSystemId),
      },
      ...['network-interface/eni-new', `subnet/${SubnetId}`, ...SecurityGroups.map((id) => `security-group/${id}`)].map(
        (rest) => ({
          action: 'ec2:CreateNetworkInterface',
          resource: call.arn('ec2', rest),
        }),
      ),
      { action: 'ec2:DescribeSubnets', resource: '*' },
      { action: 'ec2:DescribeNetworkInterfaces', resource: '*' },
      ...(SecurityGroups.length > 0 ? [{ action: 'ec2:DescribeSecurityGroups', resource: '*' }] : []),
    ];
  },
  'EFS.DeleteMountTarget': (call) => {
    const owner = call.known.owner.get(text(call.input.MountTargetId));
    return [
      {
        action: 'elasticfilesystem:DeleteMountTarget',
        resource: fileSystem(call, owner),
        context: tagged(call, owner),
      },
      {
        action: 'ec2:DeleteNetworkInterface',
        resource: call.arn('ec2', 'network-interface/eni-1'),
        context: { 'ec2:Vpc': 'the scratch network' },
      },
    ];
  },
  'EFS.DeleteFileSystem': (call) => [
    {
      action: 'elasticfilesystem:DeleteFileSystem',
      resource: fileSystem(call, call.input.FileSystemId),
      context: tagged(call, call.input.FileSystemId),
    },
  ],
  'EFS.DescribeFileSystems': on('elasticfilesystem:DescribeFileSystems', (call) =>
    fileSystem(call, call.input.FileSystemId),
  ),
  'EFS.DescribeMountTargets': on('elasticfilesystem:DescribeMountTargets', (call) =>
    call.input.AccessPointId === undefined
      ? fileSystem(call, call.input.FileSystemId ?? call.known.owner.get(text(call.input.MountTargetId)))
      : accessPoint(call, call.input.AccessPointId),
  ),
  'EFS.DescribeMountTargetSecurityGroups': on('elasticfilesystem:DescribeMountTargetSecurityGroups', (call) =>
    fileSystem(call, call.known.owner.get(text(call.input.MountTargetId))),
  ),
  'EFS.DescribeReplicationConfigurations': on('elasticfilesystem:DescribeReplicationConfigurations', (call) =>
    fileSystem(call, call.input.FileSystemId),
  ),
  'EFS.CreateAccessPoint': (call) => [
    {
      action: 'elasticfilesystem:CreateAccessPoint',
      resource: fileSystem(call, call.input.FileSystemId),
      context: { ...tagged(call, call.input.FileSystemId), ...requestTags(call) },
    },
    {
      action: 'elasticfilesystem:TagResource',
      resource: accessPoint(call, 'fsap-new'),
      context: { ...requestTags(call), 'elasticfilesystem:CreateAction': 'CreateAccessPoint' },
    },
  ],
  'EFS.DescribeAccessPoints': on('elasticfilesystem:DescribeAccessPoints', (call) =>
    call.input.AccessPointId === undefined
      ? fileSystem(call, call.input.FileSystemId)
      : accessPoint(call, call.input.AccessPointId),
  ),
  'EFS.DeleteAccessPoint': (call) => [
    {
      action: 'elasticfilesystem:DeleteAccessPoint',
      resource: accessPoint(call, call.input.AccessPointId),
      context: tagged(call, call.input.AccessPointId),
    },
  ],
  'EFS.TagResource': (call) => [
    {
      action: 'elasticfilesystem:TagResource',
      resource: fileSystem(call, call.input.ResourceId),
      context: { ...tagged(call, call.input.ResourceId), ...requestTags(call) },
    },
  ],
  'EFS.UntagResource': (call) => [
    {
      action: 'elasticfilesystem:UntagResource',
      resource: fileSystem(call, call.input.ResourceId),
      context: { ...tagged(call, call.input.ResourceId), 'aws:TagKeys': (call.input.TagKeys ?? []) as string[] },
    },
  ],

  'IAM.GetRole': on('iam:GetRole', ({ account, input }) => `arn:aws:iam::${account}:role/${text(input.RoleName)}`),

  'KMS.DescribeKey': on('kms:DescribeKey', (call) => keyArn(call)),
  'KMS.GenerateMac': on('kms:GenerateMac', (call) => keyArn(call)),

  'Lambda.Invoke': ofFunction('InvokeFunction'),
  'Lambda.GetFunctionConfiguration': ofFunction('GetFunctionConfiguration'),
  'Lambda.PublishVersion': ofFunction('PublishVersion'),
  'Lambda.ListVersionsByFunction': ofFunction('ListVersionsByFunction'),
  'Lambda.DeleteFunction': ofFunction('DeleteFunction'),
  'Lambda.UpdateFunctionConfiguration': (call) => [
    ...ofFunction('UpdateFunctionConfiguration')(call),
    // With a file system in its configuration Lambda looks for mount targets, with the caller's rights.
    ...((call.input.FileSystemConfigs ?? []) as { Arn: string }[]).map(({ Arn }) => ({
      action: 'elasticfilesystem:DescribeMountTargets',
      resource: fileSystem(call, call.known.owner.get(Arn.split('/').at(-1) ?? '')),
    })),
  ],

  'RDS.DescribeDBInstances': rds('DescribeDBInstances', 'db', 'DBInstanceIdentifier'),
  'RDS.DescribeDBClusters': rds('DescribeDBClusters', 'cluster', 'DBClusterIdentifier'),
  'RDS.DescribeDBSnapshots': (call) => [
    ...rds('DescribeDBSnapshots', 'snapshot', 'DBSnapshotIdentifier')(call),
    ...(call.input.DBInstanceIdentifier === undefined
      ? []
      : rds('DescribeDBSnapshots', 'db', 'DBInstanceIdentifier')(call)),
  ],
  'RDS.DescribeDBClusterSnapshots': rds(
    'DescribeDBClusterSnapshots',
    'cluster-snapshot',
    'DBClusterSnapshotIdentifier',
  ),
  'RDS.DescribeDBInstanceAutomatedBackups': on('rds:DescribeDBInstanceAutomatedBackups', (call) =>
    call.arn('rds', 'auto-backup:ab-any'),
  ),
  'RDS.DescribeDBSubnetGroups': rds('DescribeDBSubnetGroups', 'subgrp', 'DBSubnetGroupName'),
  'RDS.DescribeAccountAttributes': everything('rds:DescribeAccountAttributes'),
  'RDS.CreateDBInstance': (call) => [
    ...madeWith(call, 'CreateDBInstance', instanceParts),
    // RDS asks for the default groups where none is named.
    ...(call.input.DBParameterGroupName === undefined
      ? [{ action: 'rds:CreateDBInstance', resource: call.arn('rds', 'pg:default.postgres18') }]
      : []),
    ...(call.input.OptionGroupName === undefined
      ? [{ action: 'rds:CreateDBInstance', resource: call.arn('rds', 'og:default:postgres-18') }]
      : []),
    ...usesKey(call),
  ],
  'RDS.ModifyDBInstance': (call) => madeWith(call, 'ModifyDBInstance', instanceParts),
  'RDS.ModifyDBCluster': (call) => madeWith(call, 'ModifyDBCluster', clusterParts),
  'RDS.RestoreDBInstanceToPointInTime': (call) => [
    ...madeWith(call, 'RestoreDBInstanceToPointInTime', pitrParts),
    ...usesKey(call),
  ],
  'RDS.RestoreDBClusterToPointInTime': (call) => [
    ...madeWith(call, 'RestoreDBClusterToPointInTime', { ...clusterParts, SourceDBClusterIdentifier: 'cluster' }),
    ...usesKey(call),
  ],
  'RDS.AddTagsToResource': on('rds:AddTagsToResource', ({ input }) => text(input.ResourceName)),
  'RDS.RemoveTagsFromResource': on('rds:RemoveTagsFromResource', ({ input }) => text(input.ResourceName)),
  'RDS.ListTagsForResource': on('rds:ListTagsForResource', ({ input }) => text(input.ResourceName)),
  'RDS.DeleteDBInstance': rds('DeleteDBInstance', 'db', 'DBInstanceIdentifier'),
  'RDS.DeleteDBCluster': (call) => [
    ...rds('DeleteDBCluster', 'cluster', 'DBClusterIdentifier')(call),
    // IAM asks for the last snapshot too, whether or not there is to be one.
    ...rds('DeleteDBCluster', 'cluster-snapshot', 'DBClusterIdentifier')(call),
  ],

  'ResourceGroupsTaggingAPI.GetResources': everything('tag:GetResources'),

  'S3.PutObject': ({ input }) => [
    {
      action: 's3:PutObject',
      resource: `arn:aws:s3:::${text(input.Bucket)}/${text(input.Key)}`,
      context: input.IfNoneMatch === undefined ? {} : { 's3:if-none-match': text(input.IfNoneMatch) },
    },
  ],
  'S3.GetObject': on('s3:GetObject', ({ input }) => `arn:aws:s3:::${text(input.Bucket)}/${text(input.Key)}`),
  'S3.HeadObject': on('s3:GetObject', ({ input }) => `arn:aws:s3:::${text(input.Bucket)}/${text(input.Key)}`),
  'S3.ListObjectsV2': on('s3:ListBucket', ({ input }) => `arn:aws:s3:::${text(input.Bucket)}`),

  'SFN.StartExecution': machine('StartExecution'),
  'SFN.ListExecutions': machine('ListExecutions'),
  'SFN.DescribeExecution': on('states:DescribeExecution', ({ input }) => text(input.executionArn)),
  'SFN.SendTaskSuccess': everything('states:SendTaskSuccess'),
  'SFN.SendTaskFailure': everything('states:SendTaskFailure'),

  'SNS.Publish': ({ input, account }) => {
    const topic = text(input.TopicArn);
    const region = topic.split(':')[3] ?? '';
    const key = {
      resource: `arn:aws:kms:${region}:${account}:key/of-the-topics`,
      context: { 'kms:ResourceAliases': ['alias/lifeboat-topics'], 'kms:ViaService': `sns.${region}.amazonaws.com` },
    };
    return [
      { action: 'sns:Publish', resource: topic },
      { action: 'kms:GenerateDataKey', ...key },
      { action: 'kms:Decrypt', ...key },
    ];
  },
  'SNS.ListSubscriptionsByTopic': on('sns:ListSubscriptionsByTopic', ({ input }) => text(input.TopicArn)),

  'SQS.SendMessage': on('sqs:SendMessage', (call) =>
    call.arn('sqs', text(call.input.QueueUrl).split('/').at(-1) ?? ''),
  ),
};

function keyArn(call: Call): string {
  const id = text(call.input.KeyId);
  return id.startsWith('arn:') ? id : call.arn('kms', `key/${id}`);
}
