import type { AwsCall } from '../runbook/aws.ts';
import type { Step } from '../runbook/runbook.ts';
import { refusalOf } from './operator.ts';
import { type Play, promotedOf, recoveredOf } from './play.ts';

/** What the AWS CLI calls a service, and what the simulated account does. */
const services: Readonly<Record<string, string>> = {
  rds: 'RDS',
  efs: 'EFS',
  backup: 'Backup',
  kms: 'KMS',
  ec2: 'EC2',
  cloudwatch: 'CloudWatch',
};

/** Calls for which the simulated account has nothing. Nothing that a scenario holds hangs on their answers. */
function notThere({ service, operation, input }: AwsCall): string | undefined {
  if (operation === 'PutBackupPolicy') return 'AWS Backup of the simulated account has no plan of its own to switch on';
  const metric = input.MetricName;
  if (service === 'cloudwatch' && (metric === 'DatabaseConnections' || metric === 'ClientConnections')) {
    return `CloudWatch of the simulated account counts no clients; the application itself is asked instead`;
  }
  return undefined;
}

export interface Answered {
  /** In a few words, for the story. */
  readonly words: string;
  readonly failed: boolean;
}

/** Makes the calls of a step as they are typed, with the words in capitals filled in from outputs. */
export async function makeCalls(play: Play, step: Step): Promise<readonly Answered[]> {
  const answers: Answered[] = [];
  for (const call of step.calls ?? []) answers.push(await makeCall(play, step, call));
  return answers;
}

async function makeCall(play: Play, step: Step, call: AwsCall): Promise<Answered> {
  const what = `${call.operation}${call.region === undefined ? '' : ` in ${call.region}`}`;
  const absent = notThere(call);
  if (absent !== undefined) return { words: `${what}: ${absent}.`, failed: false };
  const input = await filled(play, step, call.input);
  if (call.service === 'route53') {
    const { Changes } = (input as { ChangeBatch: { Changes: Change[] } }).ChangeBatch;
    const told = Changes.map(({ ResourceRecordSet: { Name, ResourceRecords } }) => {
      const value = ResourceRecords[0]?.Value ?? '';
      play.application.setRecord(Name, value);
      return `${Name} is now ${value}`;
    });
    return { words: `${told.join(', ')}.`, failed: false };
  }
  const service = services[call.service];
  if (service === undefined) throw new Error(`The scenarios do not know the service ${call.service}.`);
  try {
    const answer = await play.operator.ask(call.region ?? play.home, service, call.operation, input);
    return { words: `${what}: ${tell(play, step, call, answer)}`, failed: false };
  } catch (error) {
    return { words: `${what}: ${refusalOf(error)}`, failed: true };
  }
}

interface Change {
  readonly ResourceRecordSet: {
    readonly Name: string;
    readonly ResourceRecords: readonly { readonly Value: string }[];
  };
}

const placeholder = /\b(?:ENDPOINT|PATH|MASTER|[A-Z]{2,}(?:_[A-Z]+)+)\b/;

/** The input with every word in capitals replaced, as the page says where to read it. */
async function filled(play: Play, step: Step, input: Readonly<Record<string, unknown>>): Promise<object> {
  const known = await wordsOf(play, step);
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') return filledText(value, known);
    if (Array.isArray(value)) return value.map(fill);
    if (value instanceof Date || typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one)]));
  };
  return fill(input) as object;
}

/** @throws Error when a word in capitals is nowhere to be read */
export function filledText(text: string, known: Readonly<Record<string, string>>): string {
  const done = Object.entries(known).reduce((so, [word, value]) => so.replaceAll(word, value), text);
  const left = placeholder.exec(done.replaceAll(/[A-Z]{2,}_[A-Z_]+(?==)/g, ''));
  if (left !== null) throw new Error(`Nothing says what to write for ${left[0]} in: ${text}`);
  return done;
}

/** What the outputs give for the words in capitals, the longest first. */
export async function wordsOf(play: Play, step: Step): Promise<Readonly<Record<string, string>>> {
  const name = step.resource ?? '';
  const promoted = promotedOf(play, name);
  const output = recoveredOf(play, name)?.ended?.output as
    | { name: string; arn: string; endpoint: { address?: string; fileSystemId?: string; path?: string } }
    | undefined;
  const found: Record<string, string> = {};
  if (output !== undefined) {
    found.RECOVERED_NAME = output.name;
    found.RECOVERED_ARN = output.arn;
    const { address, fileSystemId, path } = output.endpoint;
    if (address !== undefined) found.ENDPOINT = address;
    if (fileSystemId !== undefined) {
      found.RECOVERED_FILE_SYSTEM_ID = fileSystemId;
      found.FILE_SYSTEM_ID = fileSystemId;
      found['/PATH'] = path ?? '';
    }
  } else if (promoted?.address !== undefined) {
    found.ENDPOINT = promoted.address;
    found.RECOVERED_NAME = promoted.id;
  }
  return found;
}

type Item = Readonly<Record<string, unknown>>;

/** What of an answer somebody reads. */
function tell(play: Play, step: Step, { operation, input, region }: AwsCall, answer: Item): string {
  const list = (member: string) => (answer[member] ?? []) as readonly Item[];
  switch (operation) {
    case 'DescribeDBInstances':
      return many(list('DBInstances'), (one) => {
        const source = one.ReadReplicaSourceDBInstanceIdentifier;
        return `${one.DBInstanceIdentifier} ${one.DBInstanceStatus}${source === undefined ? '' : ', a replica'}`;
      });
    case 'DescribeDBClusters':
      return many(list('DBClusters'), (one) => `${one.DBClusterIdentifier} ${one.Status}`);
    case 'DescribeFileSystems':
      return many(list('FileSystems'), (one) => `${one.Name ?? one.FileSystemId} ${one.LifeCycleState}`);
    case 'DescribeEvents':
      return many(list('Events'), (one) => `${one.SourceIdentifier}: ${one.Message}`);
    case 'DescribeKey': {
      const { KeyState, DeletionDate } = answer.KeyMetadata as Item;
      play.keys.set(region ?? '', String(KeyState));
      const until = DeletionDate instanceof Date ? `, deleted on ${DeletionDate.toISOString().slice(0, 10)}` : '';
      return `${KeyState}${until}`;
    }
    case 'GetMetricStatistics': {
      const points = [...list('Datapoints')].sort((one, other) => Number(one.Timestamp) - Number(other.Timestamp));
      const last = points.findLast(({ Timestamp }) => Number(Timestamp) <= play.failedAt);
      if (last === undefined) return 'nothing';
      if (input.MetricName === 'ReplicaLag') play.lags.set(step.resource ?? '', Number(last.Maximum));
      return `${last.Maximum} s, at ${(last.Timestamp as Date).toISOString().slice(11, 16)}`;
    }
    case 'ListRecoveryPointsByBackupVault':
      return `${list('RecoveryPoints').length} recovery points`;
    case 'DescribeDBInstanceAutomatedBackups':
      return many(list('DBInstanceAutomatedBackups'), (one) => `${one.DBInstanceIdentifier} ${one.Status}`);
    case 'DescribeAvailabilityZones':
      return many(list('AvailabilityZones'), (one) => `${one.ZoneName} is ${one.ZoneId}`);
    default:
      return 'done';
  }
}

function many(items: readonly Item[], words: (item: Item) => string): string {
  return items.length === 0 ? 'none' : items.map(words).join('; ');
}
