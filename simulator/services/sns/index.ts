import { AwsError, type Call, NotModelled, type Operation, type Region, type Service } from '../../world/region.ts';
import { queueUrl } from '../delivery.ts';
import { refuseOthers } from '../parameters.ts';
import { refuseByKey } from './key.ts';
import { invalid, type PublishInput, textsOf } from './message.ts';

const protocols = ['email', 'email-json', 'http', 'https', 'lambda', 'sms', 'sqs'] as const;
export type Protocol = (typeof protocols)[number];

export interface SubscriptionDefinition {
  /** One of SNS's protocols; another one is refused. */
  readonly protocol: string;
  readonly endpoint: string;
  /** False while the owner of the address has not confirmed: it gets nothing. True unless told. */
  readonly confirmed?: boolean;
  readonly rawMessageDelivery?: boolean;
}

export interface TopicDefinition {
  readonly name: string;
  readonly displayName?: string;
  /** The key that encrypts what waits in it: an id, an ARN or an alias. Without one it is not encrypted. */
  readonly key?: string;
  readonly subscriptions?: readonly SubscriptionDefinition[];
}

/** One message to one subscription. */
export interface Delivery {
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly messageId: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly subject: string | undefined;
  /** The text for this protocol. */
  readonly message: string;
  /** When SNS accepted it, ISO 8601, virtual. */
  readonly at: string;
}

/** SNS in one Region: standard topics. What is accepted is delivered; e-mail and HTTPS go no further than this record. */
export interface SNS extends Service {
  /** Makes a topic, as a deployment does. Returns its ARN. */
  createTopic(definition: TopicDefinition): string;
  /** Adds a subscription to a topic; one of the same protocol and endpoint stays as it is. Returns its ARN. */
  subscribe(topicArn: string, definition: SubscriptionDefinition): string;
  /** Every delivery so far, in the order in which they were accepted. */
  deliveries(): readonly Delivery[];
}

interface Topic {
  readonly arn: string;
  readonly displayName: string;
  readonly key: string | undefined;
  readonly subscriptions: Subscription[];
}

interface Subscription extends SubscriptionDefinition {
  readonly protocol: Protocol;
  readonly arn: string;
}

const modelled = {
  Publish: new Set(['TopicArn', 'TargetArn', 'Message', 'Subject', 'MessageStructure', 'MessageAttributes']),
  ListSubscriptionsByTopic: new Set(['TopicArn', 'NextToken']),
  GetTopicAttributes: new Set(['TopicArn']),
};
/** Subscriptions on one page of ListSubscriptionsByTopic. */
const pageSize = 100;

export function createSNS(region: Region): SNS {
  const { world, account } = region;
  const chance = world.chance.fork(`sns ${region.name}`);
  const caller = { kind: 'service', name: 'sns.amazonaws.com', region: region.name } as const;
  const topics = new Map<string, Topic>();
  const deliveries: Delivery[] = [];

  /** A topic can be used in its own Region only; an ARN of another one is an invalid parameter there. */
  const topicOf = (arn: string | undefined): Topic => {
    const [start, , service, place] = (arn ?? '').split(':');
    if (arn === undefined || start !== 'arn' || service !== 'sns' || place !== region.name) throw invalid('TopicArn');
    const topic = topics.get(arn);
    if (topic === undefined) throw new AwsError('NotFoundException', 'Topic does not exist', 404);
    return topic;
  };

  const publish = (input: PublishInput, { caller: publisher }: Call): object => {
    refuseOthers('SNS.Publish', input, modelled.Publish);
    if (input.TopicArn !== undefined && input.TargetArn !== undefined)
      throw invalid('Both TopicArn and TargetArn given');
    const topic = topicOf(input.TopicArn ?? input.TargetArn);
    const texts = textsOf(input);
    refuseByKey(region, publisher, topic.key);
    const messageId = chance.uuid();
    const at = new Date(world.now()).toISOString();
    for (const subscription of topic.subscriptions) {
      if (subscription.confirmed === false) continue;
      const { protocol, endpoint, arn: subscriptionArn } = subscription;
      const message = texts[protocol] ?? texts.default;
      const delivery = {
        topicArn: topic.arn,
        subscriptionArn,
        messageId,
        protocol,
        endpoint,
        subject: input.Subject,
        message,
        at,
      };
      deliveries.push(delivery);
      hand(subscription, delivery, input);
    }
    return { MessageId: messageId };
  };

  /** Functions and queues of the account get the message itself. */
  const hand = (subscription: Subscription, delivery: Delivery, input: PublishInput): void => {
    if (delivery.protocol === 'sqs') {
      const [, , , place, owner, name] = delivery.endpoint.split(':');
      request('SQS', 'SendMessage', {
        QueueUrl: queueUrl(place, owner, name),
        MessageBody: subscription.rawMessageDelivery === true ? delivery.message : JSON.stringify(envelope(delivery)),
      });
    } else if (delivery.protocol === 'lambda') {
      const record = {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: delivery.subscriptionArn,
        Sns: { ...envelope(delivery), MessageAttributes: attributesOf(input) },
      };
      request('Lambda', 'Invoke', {
        FunctionName: delivery.endpoint,
        InvocationType: 'Event',
        Payload: Buffer.from(JSON.stringify({ Records: [record] })),
      });
    }
  };

  const request = (service: string, operation: string, input: object): void => {
    region.request(caller, service, operation, input).catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error;
      world.trace.note('A message was not delivered', { region: region.name, service, error: error.name });
    });
  };

  const subscribe: SNS['subscribe'] = (topicArn, definition) => {
    const { subscriptions } = topicOf(topicArn);
    const protocol = protocols.find((known) => known === definition.protocol);
    if (protocol === undefined) throw new NotModelled(`subscriptions of the protocol ${definition.protocol}`);
    const same = subscriptions.find((known) => known.protocol === protocol && known.endpoint === definition.endpoint);
    const subscription = same ?? { ...definition, protocol, arn: `${topicArn}:${chance.uuid()}` };
    if (same === undefined) subscriptions.push(subscription);
    return subscription.arn;
  };

  const listSubscriptions = (input: { readonly TopicArn: string; readonly NextToken?: string }): object => {
    refuseOthers('SNS.ListSubscriptionsByTopic', input, modelled.ListSubscriptionsByTopic);
    const topic = topicOf(input.TopicArn);
    const from = Number(input.NextToken ?? 0);
    if (!Number.isInteger(from) || from < 0) throw invalid('NextToken');
    const end = from + pageSize;
    return {
      Subscriptions: topic.subscriptions.slice(from, end).map((subscription) => ({
        SubscriptionArn: subscription.confirmed === false ? 'PendingConfirmation' : subscription.arn,
        Owner: account.id,
        Protocol: subscription.protocol,
        Endpoint: subscription.endpoint,
        TopicArn: topic.arn,
      })),
      ...(end < topic.subscriptions.length ? { NextToken: String(end) } : {}),
    };
  };

  const getAttributes = (input: { readonly TopicArn: string }): object => {
    refuseOthers('SNS.GetTopicAttributes', input, modelled.GetTopicAttributes);
    const topic = topicOf(input.TopicArn);
    const pending = topic.subscriptions.filter(({ confirmed }) => confirmed === false).length;
    return {
      Attributes: {
        TopicArn: topic.arn,
        Owner: account.id,
        DisplayName: topic.displayName,
        SubscriptionsConfirmed: String(topic.subscriptions.length - pending),
        SubscriptionsPending: String(pending),
        SubscriptionsDeleted: '0',
        ...(topic.key !== undefined && { KmsMasterKeyId: topic.key }),
      },
    };
  };

  return {
    operations: {
      Publish: publish,
      ListSubscriptionsByTopic: listSubscriptions,
      GetTopicAttributes: getAttributes,
    } satisfies Record<string, Operation>,
    createTopic: ({ name, displayName = '', key, subscriptions = [] }) => {
      const arn = `arn:aws:sns:${region.name}:${account.id}:${name}`;
      topics.set(arn, topics.get(arn) ?? { arn, displayName, key, subscriptions: [] });
      for (const subscription of subscriptions) subscribe(arn, subscription);
      return arn;
    },
    subscribe,
    deliveries: () => [...deliveries],
  };
}

function envelope(delivery: Delivery): object {
  return {
    Type: 'Notification',
    MessageId: delivery.messageId,
    TopicArn: delivery.topicArn,
    ...(delivery.subject === undefined ? {} : { Subject: delivery.subject }),
    Message: delivery.message,
    Timestamp: delivery.at,
  };
}

function attributesOf(input: PublishInput): object {
  return Object.fromEntries(
    Object.entries(input.MessageAttributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? Buffer.from(BinaryValue ?? []).toString('base64') },
    ]),
  );
}
