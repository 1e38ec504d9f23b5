import { machineLink } from '../../functions/alert/console.ts';
import { partitionOf } from '../../functions/policy/place.ts';
import { type AwsCall, quoted, typed } from './aws.ts';
import type { AccountResource, Context, Replica, Resource } from './context.ts';
import type { MachineName, Step } from './runbook.ts';

type About = Pick<Step, 'when' | 'resource'>;

/** Somebody has to decide. The words begin with If and say what else. */
export function decide(says: string, about: About = {}): Step {
  return { kind: 'decide', says, ...about };
}

export function wait(says: string, about: About = {}): Step {
  return { kind: 'wait', says, ...about };
}

export function check(says: string, call?: AwsCall | readonly AwsCall[], about: About = {}): Step {
  return asked('check', says, call, about);
}

export function look(says: string, call?: AwsCall | readonly AwsCall[], about: About = {}): Step {
  return asked('look', says, call, about);
}

/** Changes something, by exactly these calls. */
export function run(says: string, call: AwsCall | readonly AwsCall[], about: About = {}): Step {
  return asked('command', says, call, about);
}

/** Changes something by words that are more than a call, such as a pipe or a command of this repository. */
export function type(says: string, command: string, about: About & { region?: string } = {}): Step {
  return { kind: 'command', says, command, ...about };
}

function asked(kind: Step['kind'], says: string, call: AwsCall | readonly AwsCall[] | undefined, about: About): Step {
  const calls = call === undefined ? [] : Array.isArray(call) ? (call as readonly AwsCall[]) : [call as AwsCall];
  const region = calls.find((one) => one.region !== undefined)?.region;
  return {
    kind,
    says,
    ...(region !== undefined && { region }),
    ...(calls.length > 0 && { command: calls.map(typed).join('\n'), calls }),
    ...about,
  };
}

/** Starts one of Lifeboat's machines: by the console's page, or by the command; the input is the same. */
export function start(
  context: Context,
  machine: MachineName,
  region: string,
  input: Readonly<Record<string, unknown>>,
  says: string,
  about: About & { account?: string } = {},
): Step {
  const { account = context.account.id, ...rest } = about;
  const place = { partition: partitionOf(region), account, region };
  const arn = `arn:${place.partition}:states:${region}:${account}:stateMachine:lifeboat-${machine}`;
  const words = ['aws stepfunctions start-execution --region', region, '--state-machine-arn', arn, '--input'];
  return {
    kind: 'start',
    says,
    region,
    machine,
    input,
    link: machineLink(place, machine),
    command: [...words, quoted(JSON.stringify(input))].join(' '),
    ...rest,
  };
}

/** How a resource is named in an input: as short as it is clear. */
export function inputName({ account }: Context, { id, name, arn }: AccountResource): string {
  const short = id ?? name;
  const shared = account.resources.filter((one) => (one.id ?? one.name) === short).length > 1;
  return shared ? (arn ?? short) : short;
}

/** The ARN that the other machines ask for. A file system whose id nobody told is for the reader to fill in. */
export function arnInput({ account, policy }: Context, { arn }: AccountResource): string {
  const region = policy.home;
  return arn ?? `arn:${partitionOf(region)}:elasticfilesystem:${region}:${account.id}:file-system/FILE_SYSTEM_ID`;
}

/** How its state looks from outside. */
export function stateCall(resource: Resource, region: string): AwsCall {
  const { kind, name, id = name } = resource;
  if (kind === 'rds') {
    return {
      service: 'rds',
      operation: 'DescribeDBInstances',
      input: { DBInstanceIdentifier: id },
      region,
      query: 'DBInstances[].[DBInstanceStatus,MultiAZ,AvailabilityZone,LatestRestorableTime]',
    };
  }
  if (kind === 'aurora') {
    return {
      service: 'rds',
      operation: 'DescribeDBClusters',
      input: { DBClusterIdentifier: id },
      region,
      query: 'DBClusters[].[Status,LatestRestorableTime,DBClusterMembers[].[DBInstanceIdentifier,IsClusterWriter][]][]',
    };
  }
  return {
    service: 'efs',
    operation: 'DescribeFileSystems',
    input: resource.id === undefined ? {} : { FileSystemId: resource.id },
    region,
    query: `FileSystems[${resource.id === undefined ? `?Name=='${name}'` : ''}].[FileSystemId,LifeCycleState,AvailabilityZoneName,SizeInBytes.Value]`,
  };
}

const quarterHour = 15 * 60_000;

/** How many clients were connected in the quarter of an hour before. */
export function clientsCall(context: Context, resource: Resource, region: string): AwsCall {
  const { kind, name, id = name } = resource;
  const of = {
    rds: ['AWS/RDS', 'DatabaseConnections', 'DBInstanceIdentifier'],
    aurora: ['AWS/RDS', 'DatabaseConnections', 'DBClusterIdentifier'],
    efs: ['AWS/EFS', 'ClientConnections', 'FileSystemId'],
  }[kind];
  return metricCall(context, region, {
    Namespace: of[0] ?? '',
    MetricName: of[1] ?? '',
    Dimensions: [{ Name: of[2] ?? '', Value: kind === 'efs' ? (resource.id ?? 'FILE_SYSTEM_ID') : id }],
    statistic: kind === 'efs' ? 'Sum' : 'Maximum',
  });
}

/** How far a replica is behind. EFS says until when it has replicated. */
export function lagCall(context: Context, { kind }: Resource, { region, id }: Replica): AwsCall {
  if (kind === 'efs') {
    return {
      service: 'efs',
      operation: 'DescribeReplicationConfigurations',
      input: { FileSystemId: id },
      region,
      query: 'Replications[].Destinations[].[Region,Status,LastReplicatedTimestamp]',
    };
  }
  const [MetricName, Name] =
    kind === 'aurora'
      ? ['AuroraGlobalDBReplicationLag', 'DBClusterIdentifier']
      : ['ReplicaLag', 'DBInstanceIdentifier'];
  return metricCall(context, region, {
    Namespace: 'AWS/RDS',
    MetricName: MetricName ?? '',
    Dimensions: [{ Name: Name ?? '', Value: id }],
    statistic: 'Maximum',
  });
}

function metricCall(
  { at }: Context,
  region: string,
  metric: {
    Namespace: string;
    MetricName: string;
    Dimensions: readonly { Name: string; Value: string }[];
    statistic: string;
  },
): AwsCall {
  const end = Date.parse(at);
  const { statistic, ...names } = metric;
  return {
    service: 'cloudwatch',
    operation: 'GetMetricStatistics',
    input: {
      ...names,
      StartTime: new Date(end - quarterHour),
      EndTime: new Date(end + quarterHour),
      Period: 60,
      Statistics: [statistic],
    },
    region,
    query: `sort_by(Datapoints,&Timestamp)[].[Timestamp,${statistic}]`,
  };
}

/** A day of quiet from then on, in the form that lifeboat-silence documents. */
export function silentUntil(at: string): string {
  return `${new Date(Date.parse(at) + 86_400_000).toISOString().slice(0, 16)}Z`;
}
