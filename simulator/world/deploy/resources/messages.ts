import type { SubscriptionDefinition } from '../../../services/sns/index.ts';
import { NotModelled } from '../../region.ts';
import type { Kind } from '../kind.ts';
import type { PropertyReader } from '../properties.ts';

const policy: Kind = {
  make: ({ properties, logicalId }) => {
    properties.without('PolicyDocument', 'Topics', 'Queues');
    return { id: logicalId, attributes: {} };
  },
  changes: 'no effect',
  remove: () => {},
};

export const messageKinds: Readonly<Record<string, Kind>> = {
  'AWS::SNS::Topic': {
    make: ({ region, properties, generatedName }) => {
      properties.without('Tags', 'SignatureVersion', 'TracingConfig');
      if (properties.flag('FifoTopic')) throw new NotModelled('FIFO topics');
      const name = properties.optionalText('TopicName') ?? generatedName();
      const displayName = properties.optionalText('DisplayName');
      const key = properties.optionalText('KmsMasterKeyId');
      const topic = region.services.SNS.createTopic({
        name,
        ...(displayName !== undefined && { displayName }),
        ...(key !== undefined && { key }),
        subscriptions: properties.all('Subscription').map(subscriptionOf),
      });
      return { id: topic, attributes: { TopicArn: topic, TopicName: name } };
    },
  },
  'AWS::SNS::Subscription': {
    make: ({ region, properties }) => {
      const topic = properties.text('TopicArn');
      return { id: region.services.SNS.subscribe(topic, subscriptionOf(properties)), attributes: {} };
    },
  },
  // Amazon Q is no part of the simulated account: what is published for it goes no further than its topic.
  'AWS::Chatbot::SlackChannelConfiguration': {
    make: ({ properties, logicalId }) => {
      properties.withoutAny();
      return { id: logicalId, attributes: {} };
    },
    changes: 'no effect',
    remove: () => {},
  },
  'AWS::SNS::TopicPolicy': policy,
  'AWS::SQS::QueuePolicy': policy,
  'AWS::SQS::Queue': {
    make: ({ region, properties, generatedName }) => {
      properties.without('MessageRetentionPeriod', 'SqsManagedSseEnabled', 'KmsMasterKeyId', 'Tags');
      if (properties.flag('FifoQueue')) throw new NotModelled('FIFO queues');
      const name = properties.optionalText('QueueName') ?? generatedName();
      const { url, arn } = region.services.SQS.createQueue({ name });
      return { id: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
    },
    changes: 'no effect',
  },
};

/** As if the owner of every address had confirmed the subscription before the story begins. */
function subscriptionOf(properties: PropertyReader): SubscriptionDefinition {
  return {
    protocol: properties.text('Protocol'),
    endpoint: properties.text('Endpoint'),
    rawMessageDelivery: properties.flag('RawMessageDelivery'),
  };
}
