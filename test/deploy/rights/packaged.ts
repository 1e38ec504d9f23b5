import type { Template } from '../../../cli/package.ts';
import { resolve, type Scope } from '../../../simulator/world/deploy/intrinsics.ts';
import type { Properties } from '../../../simulator/world/deploy/template.ts';
import type { Tapped } from './tapped.ts';

export const account = '123456789012';

/** A packaged template as it would stand in an account: every name and ARN in it is written out. */
export function standing(template: Template, region: string): Tapped['stacks'][number] {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  const properties = (logicalId: string) => template.Resources[logicalId]?.Properties ?? {};
  const named = (logicalId: string, name: string) => String(resolve(properties(logicalId)[name] ?? logicalId, scope));
  const arns: Readonly<Record<string, (id: string) => string>> = {
    'AWS::Backup::BackupVault': (id) => arn('backup', `backup-vault:${named(id, 'BackupVaultName')}`),
    'AWS::CloudWatch::Alarm': (id) => arn('cloudwatch', `alarm:${named(id, 'AlarmName')}`),
    'AWS::DynamoDB::Table': (id) => arn('dynamodb', `table/${named(id, 'TableName')}`),
    'AWS::IAM::Role': (id) => `arn:aws:iam::${account}:role/${named(id, 'RoleName')}`,
    'AWS::KMS::Key': (id) => arn('kms', `key/${id}`),
    'AWS::Lambda::Function': (id) => arn('lambda', `function:${named(id, 'FunctionName')}`),
    'AWS::Logs::LogGroup': (id) => arn('logs', `log-group:${named(id, 'LogGroupName')}:*`),
    'AWS::S3::Bucket': (id) => `arn:aws:s3:::${ids['AWS::S3::Bucket']?.(id)}`,
    'AWS::SNS::Topic': (id) => arn('sns', named(id, 'TopicName')),
    'AWS::SQS::Queue': (id) => arn('sqs', named(id, 'QueueName')),
    'AWS::StepFunctions::StateMachine': (id) => arn('states', `stateMachine:${named(id, 'StateMachineName')}`),
  };
  /** What Ref gives, where it is not the logical id. */
  const ids: Readonly<Record<string, (id: string) => string>> = {
    'AWS::Backup::BackupVault': (id) => named(id, 'BackupVaultName'),
    'AWS::DynamoDB::Table': (id) => named(id, 'TableName'),
    'AWS::IAM::Role': (id) => named(id, 'RoleName'),
    'AWS::KMS::Alias': (id) => named(id, 'AliasName'),
    'AWS::S3::Bucket': (id) => named(id, 'BucketName').toLowerCase(),
    'AWS::SNS::Topic': (id) => arns['AWS::SNS::Topic']?.(id) ?? id,
    'AWS::SQS::Queue': (id) => `https://sqs.${region}.amazonaws.com/${account}/${named(id, 'QueueName')}`,
  };
  const typeOf = (logicalId: string) => template.Resources[logicalId]?.Type ?? '';
  const idOf = (logicalId: string) => ids[typeOf(logicalId)]?.(logicalId) ?? logicalId;
  const arnOf = (logicalId: string) => arns[typeOf(logicalId)]?.(logicalId) ?? idOf(logicalId);
  const scope: Scope = {
    template: template as Scope['template'],
    parameters: {},
    region,
    account,
    stackName: 'lifeboat',
    ref: idOf,
    attribute: (logicalId, name) => (/^(Arn|BackupVaultArn|TopicArn)$/.test(name) ? arnOf(logicalId) : idOf(logicalId)),
  };
  return {
    region,
    resources: Object.entries(template.Resources).map(([logicalId, { Type, Properties = {} }]) => ({
      logicalId,
      type: Type,
      id: idOf(logicalId),
      arn: arnOf(logicalId),
      properties: resolve(Properties, scope) as Properties,
    })),
  };
}
