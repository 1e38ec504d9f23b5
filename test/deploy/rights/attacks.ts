import { account } from './packaged.ts';
import type { Asked } from './tapped.ts';

export type Attack = Pick<Asked, 'action' | 'resource' | 'vault'> & { readonly context?: Asked['context'] };

/** Requests that none of our own roles may make, by what somebody would want with them. */
export function attacksIn(region: string, other: string): Readonly<Record<string, readonly Attack[]>> {
  const arn = (service: string, rest: string, where = region) => `arn:aws:${service}:${where}:${account}:${rest}`;
  const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
  const backupRole = role(`lifeboat-AWSBackup-${region}`);
  const bucket = `arn:aws:s3:::lifeboat-evidence-${account}-${region}`;
  const evidence = `${bucket}/evidence/${account}-${region}/orders/0000000001.json`;
  const [shop, books] = [arn('rds', 'db:shop'), arn('rds', 'cluster:books')];
  const mail = arn('elasticfilesystem', 'file-system/fs-0mail');
  const production = { 'aws:ResourceTag/lifeboat:tier': 'gold' };
  const disguised = { ...production, 'aws:ResourceTag/lifeboat:scratch': 'c0ffee' };
  const points = [
    arn('backup', 'recovery-point:1'),
    arn('rds', 'snapshot:awsbackup:job-1'),
    arn('rds', 'cluster-snapshot:awsbackup:job-1'),
  ];
  const vaults = ['lifeboat', 'lifeboat-proven'];
  const ofVaults = (action: string) =>
    vaults.map((name) => ({ action, resource: arn('backup', `backup-vault:${name}`), vault: name }));
  const ofPoints = (action: string, vault: string) => points.map((resource) => ({ action, resource, vault }));
  const [ledger, otherLedger] = [
    arn('dynamodb', 'table/lifeboat-ledger'),
    arn('dynamodb', 'table/lifeboat-ledger', other),
  ];
  const watch = arn('lambda', 'function:lifeboat-watch');
  const [databaseProbe, fileProbe] = [
    arn('lambda', 'function:lifeboat-probe-database'),
    arn('lambda', 'function:lifeboat-probe-files'),
  ];
  const keys = ['VaultKey', 'TopicKey', 'ScratchPasswordKey'].map((id) => arn('kms', `key/${id}`));
  const page = arn('sns', 'lifeboat-page');
  const on = (resource: string, ...actions: string[]) => actions.map((action) => ({ action, resource }));

  return {
    'delete a recovery point, or what is behind it': [
      ...vaults.flatMap((vault) => ofPoints('backup:DeleteRecoveryPoint', vault)),
      ...vaults.flatMap((vault) => ofPoints('backup:DisassociateRecoveryPoint', vault)),
      ...on(arn('rds', 'snapshot:awsbackup:job-1'), 'rds:DeleteDBSnapshot'),
      ...on(arn('rds', 'cluster-snapshot:awsbackup:job-1'), 'rds:DeleteDBClusterSnapshot'),
      ...on(arn('rds', 'auto-backup:ab-1'), 'rds:DeleteDBInstanceAutomatedBackup'),
    ],
    'shorten the life of a recovery point': [...ofPoints('backup:UpdateRecoveryPointLifecycle', 'lifeboat')],
    'take off a lock or a policy of a vault, or the vault': [
      ...ofVaults('backup:DeleteBackupVaultLockConfiguration'),
      ...ofVaults('backup:PutBackupVaultLockConfiguration'),
      ...ofVaults('backup:DeleteBackupVaultAccessPolicy'),
      ...ofVaults('backup:PutBackupVaultAccessPolicy'),
      ...ofVaults('backup:DeleteBackupVault'),
    ],
    'let backups stop': [
      { action: 'backup:UpdateRegionSettings', resource: '*' },
      { action: 'backup:UpdateGlobalSettings', resource: '*' },
      { action: 'backup:StopBackupJob', resource: '*' },
      ...on(arn('backup', 'backup-plan:somebodys'), 'backup:DeleteBackupPlan', 'backup:UpdateBackupPlan'),
    ],
    'carry a backup out of the account': [
      ...on(
        arn('rds', 'snapshot:awsbackup:job-1'),
        'rds:ModifyDBSnapshotAttribute',
        'rds:CopyDBSnapshot',
        'rds:StartExportTask',
      ),
      ...on(arn('rds', 'cluster-snapshot:awsbackup:job-1'), 'rds:ModifyDBClusterSnapshotAttribute'),
    ],
    'work with another role than its own': [
      {
        action: 'iam:PassRole',
        resource: role('administrator'),
        context: { 'iam:PassedToService': 'backup.amazonaws.com' },
      },
      {
        action: 'iam:PassRole',
        resource: role('administrator'),
        context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
      },
      { action: 'iam:PassRole', resource: backupRole, context: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
      { action: 'iam:PassRole', resource: backupRole, context: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      {
        action: 'iam:PassRole',
        resource: role(`lifeboat-keep-${region}`),
        context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
      },
      ...on(
        backupRole,
        'sts:AssumeRole',
        'iam:PutRolePolicy',
        'iam:AttachRolePolicy',
        'iam:UpdateAssumeRolePolicy',
        'iam:DeleteRole',
      ),
      ...on(role(`lifeboat-probe-files-${region}`), 'sts:AssumeRole', 'iam:PutRolePolicy'),
      ...on(role('new'), 'iam:CreateRole'),
    ],
    'read production, or what was restored of it': [
      { action: 'elasticfilesystem:ClientMount', resource: mail, context: production },
      { action: 'elasticfilesystem:ClientMount', resource: mail, context: disguised },
      { action: 'elasticfilesystem:CreateMountTarget', resource: mail, context: production },
      { action: 'elasticfilesystem:CreateAccessPoint', resource: mail, context: disguised },
      { action: 'elasticfilesystem:PutFileSystemPolicy', resource: mail, context: production },
      ...on(arn('rds-db', 'dbuser:db-1/master'), 'rds-db:connect'),
      ...on(shop, 'rds:DownloadDBLogFilePortion'),
      ...on(arn('logs', 'log-group:/aws/lambda/lifeboat-probe-database:log-stream:1'), 'logs:GetLogEvents'),
    ],
    'open the sealed network': [
      ...on(
        arn('ec2', 'vpc/ScratchVpc'),
        'ec2:AttachInternetGateway',
        'ec2:CreateVpcPeeringConnection',
        'ec2:CreateVpcEndpoint',
      ),
      ...on(arn('ec2', 'route-table/rtb-1'), 'ec2:CreateRoute'),
      ...on(
        arn('ec2', 'security-group/ScratchSecurityGroup'),
        'ec2:AuthorizeSecurityGroupIngress',
        'ec2:AuthorizeSecurityGroupEgress',
      ),
      ...on(
        arn('route53resolver', 'firewall-rule-group-association/1'),
        'route53resolver:DisassociateFirewallRuleGroup',
      ),
      ...on(arn('route53resolver', 'firewall-domain-list/1'), 'route53resolver:UpdateFirewallDomains'),
      ...on(arn('ec2', 'vpc-flow-log/fl-1'), 'ec2:DeleteFlowLogs'),
    ],
    'delete or change production': [
      ...on(shop, 'rds:DeleteDBInstance', 'rds:ModifyDBInstance', 'rds:StopDBInstance', 'rds:RebootDBInstance'),
      ...on(books, 'rds:DeleteDBCluster', 'rds:ModifyDBCluster', 'rds:StopDBCluster'),
      ...['DeleteFileSystem', 'DeleteMountTarget'].flatMap((action) =>
        [production, disguised].map((context) => ({ action: `elasticfilesystem:${action}`, resource: mail, context })),
      ),
      { action: 'elasticfilesystem:UpdateFileSystem', resource: mail, context: production },
      { action: 'elasticfilesystem:PutLifecycleConfiguration', resource: mail, context: production },
      {
        action: 'ec2:DeleteNetworkInterface',
        resource: arn('ec2', 'network-interface/eni-1'),
        context: { 'ec2:Vpc': arn('ec2', 'vpc/vpc-production'), 'lambda:SourceFunctionArn': databaseProbe },
      },
    ],
    'make scratch of production, or hide it from the watch': [
      {
        action: 'elasticfilesystem:TagResource',
        resource: mail,
        context: { ...production, 'aws:TagKeys': ['lifeboat:scratch'] },
      },
      {
        action: 'elasticfilesystem:UntagResource',
        resource: mail,
        context: { ...production, 'aws:TagKeys': ['lifeboat:tier'] },
      },
      ...on(shop, 'rds:AddTagsToResource', 'rds:RemoveTagsFromResource'),
      ...on(books, 'rds:AddTagsToResource', 'rds:RemoveTagsFromResource'),
      { action: 'tag:TagResources', resource: '*' },
      { action: 'tag:UntagResources', resource: '*' },
    ],
    'silence people': [
      ...on(page, 'sns:DeleteTopic', 'sns:SetTopicAttributes', 'sns:RemovePermission', 'sns:Subscribe'),
      { action: 'sns:Unsubscribe', resource: '*' },
      { action: 'sns:Publish', resource: page, context: { 'aws:SecureTransport': 'false' } },
      ...on(
        arn('cloudwatch', `alarm:lifeboat-no-heartbeat-from-${region}`),
        'cloudwatch:DisableAlarmActions',
        'cloudwatch:DeleteAlarms',
        'cloudwatch:PutMetricAlarm',
        'cloudwatch:SetAlarmState',
      ),
      { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': 'AWS/Lambda' } },
    ],
    'stop the watch': [
      ...on(
        watch,
        'lambda:DeleteFunction',
        'lambda:UpdateFunctionCode',
        'lambda:UpdateFunctionConfiguration',
        'lambda:PutFunctionConcurrency',
        'lambda:PutFunctionEventInvokeConfig',
      ),
      ...on(
        arn('scheduler', 'schedule/default/lifeboat-watch'),
        'scheduler:DeleteSchedule',
        'scheduler:UpdateSchedule',
      ),
      ...on(
        arn('events', 'rule/lifeboat-conclude-rule-1'),
        'events:DisableRule',
        'events:DeleteRule',
        'events:RemoveTargets',
        'events:PutRule',
      ),
      ...on(arn('states', 'stateMachine:lifeboat-protect'), 'states:DeleteStateMachine', 'states:UpdateStateMachine'),
      ...on(arn('states', 'execution:lifeboat-protect:1'), 'states:StopExecution'),
      ...on(arn('cloudformation', 'stack/lifeboat/1'), 'cloudformation:DeleteStack', 'cloudformation:UpdateStack'),
      ...on(
        arn('sqs', 'lifeboat-failed-runs'),
        'sqs:PurgeQueue',
        'sqs:DeleteQueue',
        'sqs:ReceiveMessage',
        'sqs:SetQueueAttributes',
      ),
    ],
    'use the probes for something else': [
      ...on(
        fileProbe,
        'lambda:InvokeFunction',
        'lambda:UpdateFunctionCode',
        'lambda:AddPermission',
        'lambda:CreateFunctionUrlConfig',
      ),
      ...on(
        databaseProbe,
        'lambda:UpdateFunctionCode',
        'lambda:UpdateFunctionConfiguration',
        'lambda:DeleteFunction',
        'lambda:AddPermission',
      ),
      ...on(fileProbe, 'lambda:DeleteFunction'),
    ],
    'edit evidence, or what guards it': [
      ...on(
        evidence,
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:PutObject',
        's3:PutObjectRetention',
        's3:PutObjectLegalHold',
        's3:PutObjectAcl',
        's3:BypassGovernanceRetention',
      ),
      ...on(`${bucket}/seals/${account}-${region}/2026-03-01.json`, 's3:PutObject'),
      {
        action: 's3:PutObject',
        resource: evidence,
        context: { 's3:if-none-match': '*', 'aws:SecureTransport': 'false' },
      },
      ...on(
        bucket,
        's3:PutBucketPolicy',
        's3:DeleteBucketPolicy',
        's3:DeleteBucket',
        's3:PutBucketVersioning',
        's3:PutLifecycleConfiguration',
        's3:PutBucketObjectLockConfiguration',
        's3:PutBucketPublicAccessBlock',
      ),
      ...on(arn('logs', 'log-group:/aws/lambda/lifeboat-conclude'), 'logs:DeleteLogGroup'),
    ],
    'break a key, or use it for something else': [
      ...keys.flatMap((key) => on(key, 'kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:PutKeyPolicy')),
      ...keys.flatMap((key) => on(key, 'kms:CreateGrant')),
      ...[
        { 'kms:ViaService': `rds.${region}.amazonaws.com`, 'kms:GrantIsForAWSResource': 'false' },
        { 'kms:ViaService': `ec2.${region}.amazonaws.com`, 'kms:GrantIsForAWSResource': 'true' },
        { 'kms:GrantIsForAWSResource': 'true' },
      ].map((context) => ({ action: 'kms:CreateGrant', resource: arn('kms', 'key/somebodys'), context })),
      ...on(keys[0] ?? '', 'kms:Decrypt', 'kms:DisableKeyRotation', 'kms:ReEncryptFrom'),
      { action: 'kms:Decrypt', resource: keys[1] ?? '', context: { 'kms:ResourceAliases': ['alias/lifeboat-topics'] } },
      ...on(arn('kms', 'alias/lifeboat-topics'), 'kms:UpdateAlias', 'kms:DeleteAlias'),
    ],
    'drop the ledger': [
      ...on(
        ledger,
        'dynamodb:DeleteTable',
        'dynamodb:UpdateTable',
        'dynamodb:UpdateContinuousBackups',
        'dynamodb:UpdateTimeToLive',
        'dynamodb:PartiQLDelete',
        'dynamodb:BatchWriteItem',
        'dynamodb:Scan',
      ),
      ...on(arn('dynamodb', 'table/somebodys'), 'dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:DeleteItem'),
      ...on(otherLedger, 'dynamodb:DeleteTable'),
    ],
  };
}

/** What only these may do. Each is a right that an attack would need, and shows that the court can say yes. */
export function onlyFor(region: string): readonly { readonly attack: Attack; readonly roles: readonly string[] }[] {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  const scratch = { 'aws:ResourceTag/lifeboat:scratch': 'c0ffee' };
  const teardown = ['DrillTearDownRole', 'RecoverTearDownRole', 'SweepRole'];
  return [
    { attack: { action: 'rds:DeleteDBInstance', resource: arn('rds', 'db:lifeboat-scratch-1') }, roles: teardown },
    {
      attack: {
        action: 'elasticfilesystem:DeleteFileSystem',
        resource: arn('elasticfilesystem', 'file-system/fs-1'),
        context: scratch,
      },
      roles: teardown,
    },
    {
      attack: {
        action: 'elasticfilesystem:ClientMount',
        resource: arn('elasticfilesystem', 'file-system/fs-1'),
        context: scratch,
      },
      roles: ['ProbeDatabaseRole', 'ProbeFilesRole'],
    },
    {
      attack: { action: 'lambda:InvokeFunction', resource: arn('lambda', 'function:lifeboat-probe-database') },
      roles: ['DrillCheckRole', 'RecoverCheckRole'],
    },
    {
      attack: { action: 'lambda:InvokeFunction', resource: arn('lambda', 'function:lifeboat-watch') },
      roles: ['ScheduleRole'],
    },
    {
      attack: { action: 'kms:GenerateMac', resource: arn('kms', 'key/ScratchPasswordKey') },
      roles: ['DrillCheckRole', 'DrillReachRole', 'RecoverCheckRole', 'RecoverReachRole'],
    },
    {
      // A recovered file system is reached from where its applications are. The code of a probe is refused it.
      attack: {
        action: 'ec2:CreateNetworkInterface',
        resource: arn('ec2', 'subnet/subnet-production'),
        context: { 'lambda:SourceFunctionArn': arn('lambda', 'function:lifeboat-probe-files') },
      },
      roles: ['RecoverHandOverRole', 'RecoverReachRole'],
    },
    {
      attack: {
        action: 'backup:UpdateRecoveryPointLifecycle',
        resource: arn('backup', 'recovery-point:1'),
        vault: 'lifeboat-proven',
      },
      roles: ['KeepRole'],
    },
    {
      attack: { action: 'backup:StartRestoreJob', resource: arn('rds', 'snapshot:awsbackup:job-1') },
      roles: ['DrillRestoreRole', 'RecoverRestoreRole'],
    },
    {
      attack: {
        action: 'iam:PassRole',
        resource: `arn:aws:iam::${account}:role/lifeboat-AWSBackup-${region}`,
        context: { 'iam:PassedToService': 'backup.amazonaws.com' },
      },
      roles: ['DrillRestoreRole', 'KeepRole', 'ProtectBackUpRole', 'ProtectCopyRole', 'RecoverRestoreRole'],
    },
    {
      attack: { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': 'Lifeboat' } },
      roles: ['WatchRole'],
    },
  ];
}
