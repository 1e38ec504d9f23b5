import { AwsError, type Operation, type Region, type Service } from '../../world/region.ts';
import type { Datapoint } from '../cloudwatch/alarm.ts';
import { refuseOthers } from '../parameters.ts';

export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** ISO 8601, virtual. */
  readonly at: string;
}

/** SQS in one Region, as far as dead letters go: services send, the world reads, operators purge, nobody receives. */
export interface SQS extends Service {
  /** Makes a standard queue, as a deployment does. */
  createQueue(definition: { readonly name: string }): { readonly url: string; readonly arn: string };
  /** What lies in a queue, oldest first. `queue` is a name, an ARN or a URL. */
  messages(queue: string): readonly QueueMessage[];
  /**
   * What SQS puts as ApproximateNumberOfMessagesVisible: how many lay there at the end of the time. Nothing for a queue
   * that is not there, or that is empty and that nobody has used for six hours.
   */
  visible(queue: string, from: number, to: number): Datapoint | undefined;
}

interface Kept extends QueueMessage {
  readonly sentAt: number;
  /** When it was purged. */
  goneAt: number;
}

/** A queue counts as active, and so has metrics, for this long after it was used. From the developer guide. */
const activeFor = 6 * 3_600_000;

interface SendInput {
  readonly QueueUrl: string;
  readonly MessageBody: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly DataType: string; readonly StringValue?: string }>>;
}

const modelled = new Set(['QueueUrl', 'MessageBody', 'MessageAttributes']);
/** A message with its attributes, bytes: 1 MiB since August 2025. */
const largestMessage = 1_048_576;

export function createSQS(region: Region): SQS {
  const { world, account } = region;
  const chance = world.chance.fork(`sqs ${region.name}`);
  const queues = new Map<string, Kept[]>();
  const urlOf = (name: string) => `https://sqs.${region.name}.amazonaws.com/${account.id}/${name}`;
  const arnOf = (name: string) => `arn:aws:sqs:${region.name}:${account.id}:${name}`;

  const find = (given: string): Kept[] | undefined =>
    [...queues].find(([name]) => given === name || given === urlOf(name) || given === arnOf(name))?.[1];
  const queueOf = (given: string): Kept[] => {
    const found = find(given);
    if (found !== undefined) return found;
    throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  };

  const send = (input: SendInput): object => {
    refuseOthers('SQS.SendMessage', input, modelled);
    const queue = queueOf(input.QueueUrl);
    const attributes = Object.entries(input.MessageAttributes ?? {}).map(
      ([name, { StringValue = '' }]) => [name, StringValue] as const,
    );
    const size = attributes.reduce((sum, [name, value]) => sum + bytes(name) + bytes(value), bytes(input.MessageBody));
    if (input.MessageBody === '') {
      throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
    }
    if (size > largestMessage) {
      throw new AwsError(
        'InvalidParameterValue',
        `One or more parameters are invalid. Reason: Message must be shorter than ${largestMessage} bytes.`,
      );
    }
    const id = chance.uuid();
    queue.push({
      id,
      body: input.MessageBody,
      attributes: Object.fromEntries(attributes),
      at: new Date(world.now()).toISOString(),
      sentAt: world.now(),
      goneAt: Number.POSITIVE_INFINITY,
    });
    return { MessageId: id };
  };

  const purge = (input: { readonly QueueUrl: string }): object => {
    refuseOthers('SQS.PurgeQueue', input, new Set(['QueueUrl']));
    for (const message of queueOf(input.QueueUrl)) message.goneAt = Math.min(message.goneAt, world.now());
    return {};
  };

  const visible: SQS['visible'] = (given, _from, to) => {
    const queue = find(given) ?? [];
    const lying = queue.filter(({ sentAt, goneAt }) => sentAt < to && goneAt >= to).length;
    const used = queue.some(({ sentAt, goneAt }) =>
      [sentAt, goneAt].some((instant) => instant < to && instant >= to - activeFor),
    );
    return lying === 0 && !used ? undefined : { sum: lying, count: 1, minimum: lying, maximum: lying };
  };

  return {
    operations: { SendMessage: send, PurgeQueue: purge } satisfies Record<string, Operation>,
    createQueue: ({ name }) => {
      if (!queues.has(name)) queues.set(name, []);
      return { url: urlOf(name), arn: arnOf(name) };
    },
    messages: (queue) =>
      queueOf(queue)
        .filter(({ goneAt }) => goneAt > world.now())
        .map(({ id, body, attributes, at }) => ({ id, body, attributes, at })),
    visible,
  };
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
