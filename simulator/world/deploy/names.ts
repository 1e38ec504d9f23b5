import { AwsError, type Region } from '../region.ts';
import type { Properties } from './template.ts';

/** The property by which each type of resource is named, where a name can be had once in its Region. */
const nameOf: Readonly<Record<string, string>> = {
  'AWS::Backup::BackupVault': 'BackupVaultName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::RDS::DBSubnetGroup': 'DBSubnetGroupName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::Scheduler::ScheduleGroup': 'Name',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
};

/** Names of these are had once in the whole account. */
const ofTheAccount: ReadonlySet<string> = new Set([
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Role',
  'AWS::S3::Bucket',
]);

/** The property that names a resource of this type; undefined where CloudFormation always makes up a name. */
export function nameProperty(type: string): string | undefined {
  return nameOf[type];
}

/** A resource by the name that its template gives it. */
export interface Named {
  readonly logicalId: string;
  readonly type: string;
  readonly name: string;
}

export function namedOf(logicalId: string, type: string, properties: Properties): Named | undefined {
  const property = nameOf[type];
  const name = property === undefined ? undefined : properties[property];
  return typeof name === 'string' ? { logicalId, type, name } : undefined;
}

/** What stands of a stack. */
export interface Standing {
  readonly region: Region;
  readonly stackName: string;
  readonly named: readonly Named[];
}

/**
 * Refuses a stack that would make something by a name that another stack has, or another resource of its own. CloudFormation
 * finds that out when it comes to the resource, and takes back what it has made until then; here nothing is begun. What
 * CloudFormation leaves then is what is to be retained and has no name of its own: a key that nothing uses.
 */
export function refuseTakenNames(
  of: { readonly region: Region; readonly stackName: string; readonly wanted: readonly Named[] },
  standing: readonly Standing[],
): void {
  for (const { logicalId, type, name } of of.wanted) {
    for (const { region, stackName, named } of standing) {
      if (region !== of.region && !ofTheAccount.has(type)) continue;
      const isOwn = region === of.region && stackName === of.stackName;
      const taken = named.find(
        (other) => other.type === type && other.name === name && !(isOwn && other.logicalId === logicalId),
      );
      if (taken === undefined) continue;
      const arn = `arn:aws:cloudformation:${region.name}:${region.account.id}:stack/${stackName}`;
      throw new AwsError('AlreadyExistsException', `${name} already exists in stack ${arn}`);
    }
  }
}
