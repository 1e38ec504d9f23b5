import { AwsError, type Operation, type Region, type Service } from '../../world/region.ts';
import { refuseOthers } from '../parameters.ts';

export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** ISO 8601, virtual. */
  readonly at: string;
}

/** SQS in one Region, as far as dead letters go: services send, the world reads, nobody receives. */
export interface SQS extends Service {
  /** Makes a standard queue, as a deployment does. */
  createQueue(definition: { readonly name: string }): { readonly url: string; readonly arn: string };
  /** What lies in a queue, oldest first. `queue` is a name, an ARN or a URL. */
  messages(queue: string): readonly QueueMessage[];
}

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
  const queues = new Map<string, QueueMessage[]>();
  const urlOf = (name: string) => `https://sqs.${region.name}.amazonaws.com/${account.id}/${name}`;
  const arnOf = (name: string) => `arn:aws:sqs:${region.name}:${account.id}:${name}`;

  const queueOf = (given: string): QueueMessage[] => {
    const found = [...queues].find(([name]) => given === name || given === urlOf(name) || given === arnOf(name));
    if (found !== undefined) return found[1];
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
    });
    return { MessageId: id };
  };

  return {
    operations: { SendMessage: send } satisfies Record<string, Operation>,
    createQueue: ({ name }) => {
      if (!queues.has(name)) queues.set(name, []);
      return { url: urlOf(name), arn: arnOf(name) };
    },
    messages: (queue) => [...queueOf(queue)],
  };
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
