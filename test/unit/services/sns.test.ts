import { describe, expect, test } from '@jest/globals';
import { createKMS } from '../../../simulator/services/kms/index.ts';
import { createSNS } from '../../../simulator/services/sns/index.ts';
import { createSQS } from '../../../simulator/services/sqs/index.ts';
import type { Caller } from '../../../simulator/world/region.ts';
import { call, refusal, regionAlone } from './alone.ts';

function topic() {
  const region = regionAlone((alone) => ({ SNS: createSNS(alone), SQS: createSQS(alone) }));
  const arn = region.services.SNS.createTopic({
    name: 'page',
    subscriptions: [
      { protocol: 'email', endpoint: 'oncall@example.com' },
      { protocol: 'https', endpoint: 'https://pager.example.com/' },
      { protocol: 'email', endpoint: 'new@example.com', confirmed: false },
    ],
  });
  const publish = (input: object) => call(region, 'SNS', 'Publish', { TopicArn: arn, ...input });
  return { region, arn, publish, deliveries: () => region.services.SNS.deliveries() };
}

describe('what is published', () => {
  test('reaches every confirmed subscription, with subject and time', () => {
    const { publish, deliveries } = topic();
    const { MessageId } = publish({ Message: 'The database is lost.', Subject: 'Lifeboat' });
    expect(deliveries()).toHaveLength(2);
    expect(deliveries()[0]).toMatchObject({
      messageId: MessageId,
      protocol: 'email',
      endpoint: 'oncall@example.com',
      subject: 'Lifeboat',
      message: 'The database is lost.',
      at: '2026-01-05T00:00:00.000Z',
    });
  });

  test('can have a text for each protocol', () => {
    const { publish, deliveries } = topic();
    publish({ MessageStructure: 'json', Message: JSON.stringify({ default: 'short', https: '{"long":true}' }) });
    expect(deliveries().map(({ protocol, message }) => [protocol, message])).toEqual([
      ['email', 'short'],
      ['https', '{"long":true}'],
    ]);
  });

  test('lies in a queue in its envelope', async () => {
    const { region, arn, publish } = topic();
    const queue = region.services.SQS.createQueue({ name: 'pages' });
    region.services.SNS.subscribe(arn, { protocol: 'sqs', endpoint: queue.arn });
    publish({ Message: 'hello' });
    await region.world.run(region.world.now());
    const [message] = region.services.SQS.messages('pages');
    expect(JSON.parse(message?.body ?? '')).toMatchObject({ Type: 'Notification', TopicArn: arn, Message: 'hello' });
  });
});

describe('a topic under a key', () => {
  const under = (key: (made: string) => string) => {
    const region = regionAlone((alone) => ({ KMS: createKMS(alone), SNS: createSNS(alone) }));
    const { KMS, SNS } = region.services;
    const { keyId } = KMS.createKey({ spec: 'SYMMETRIC_DEFAULT', alias: 'alias/topics' });
    const subscriptions = [{ protocol: 'email', endpoint: 'oncall@example.com' }];
    const TopicArn = SNS.createTopic({ name: 'page', key: key(keyId), subscriptions });
    const publish = (caller?: Caller) =>
      refusal(() => call(region, 'SNS', 'Publish', { TopicArn, Message: 'The database is lost.' }, caller));
    return { KMS, SNS, TopicArn, region, publish };
  };

  test.each(['an id', 'an alias'])('takes no message while its key is disabled or pending deletion (%s)', (how) => {
    const { KMS, SNS, publish } = under((made) => (how === 'an id' ? made : 'alias/topics'));
    KMS.setState('alias/topics', 'Disabled');
    expect(publish()).toMatch(/^KMSDisabledException: .* is disabled/);
    KMS.setState('alias/topics', 'PendingDeletion');
    expect(publish()).toMatch(/^KMSInvalidStateException: .* is pending deletion/);
    expect(SNS.deliveries()).toEqual([]);
    KMS.setState('alias/topics', 'Enabled');
    expect(publish()).toBe('It was not refused.');
    expect(SNS.deliveries()).toHaveLength(1);
  });

  test('says which, and takes no message when it is not there', () => {
    const { region, TopicArn, publish } = under(() => 'alias/of-nobody');
    expect(call(region, 'SNS', 'GetTopicAttributes', { TopicArn })).toMatchObject({
      Attributes: { KmsMasterKeyId: 'alias/of-nobody' },
    });
    expect(publish()).toMatch(/^KMSNotFoundException: /);
  });

  test.each(['cloudwatch.amazonaws.com', 'events.amazonaws.com'])(
    'that AWS manages for SNS is told nothing by %s, and by people it is',
    (name) => {
      const { publish } = under(() => 'alias/aws/sns');
      expect(publish({ kind: 'service', name, region: 'eu-central-1' })).toMatch(/^KMSAccessDeniedException: /);
      expect(publish()).toBe('It was not refused.');
    },
  );
});

test.each<[string, object, string]>([
  ['a message over 256 KB', { Message: 'x'.repeat(262_145) }, 'Invalid parameter: Message too long'],
  ['no message', { Message: '' }, 'Invalid parameter: Empty message'],
  ['a subject of 100 characters', { Message: 'm', Subject: 'x'.repeat(100) }, 'Invalid parameter: Subject'],
  ['a subject of two lines', { Message: 'm', Subject: 'one\ntwo' }, 'Invalid parameter: Subject'],
  ['an empty subject', { Message: 'm', Subject: '' }, 'Invalid parameter: Subject'],
  [
    'JSON that is none',
    { Message: '{', MessageStructure: 'json' },
    'Invalid parameter: Message Structure - JSON message body failed to parse',
  ],
  [
    'JSON without a default',
    { Message: '{"email":"x"}', MessageStructure: 'json' },
    'Invalid parameter: Message Structure - No default entry in JSON message body',
  ],
  [
    'a topic of another Region',
    { Message: 'm', TopicArn: 'arn:aws:sns:eu-west-1:111122223333:page' },
    'Invalid parameter: TopicArn',
  ],
])('%s is refused and reaches nobody', (_, input, message) => {
  const { publish, deliveries } = topic();
  expect(refusal(() => publish(input))).toBe(`InvalidParameterException: ${message}`);
  expect(deliveries()).toEqual([]);
});

test('256 KB and 99 characters are taken', () => {
  const { publish, deliveries } = topic();
  publish({ Message: 'x'.repeat(262_144), Subject: 'x'.repeat(99) });
  expect(deliveries()).toHaveLength(2);
});

test('a topic that does not exist is not found', () => {
  const { publish, arn } = topic();
  expect(refusal(() => publish({ Message: 'm', TopicArn: `${arn}s` }))).toBe('NotFoundException: Topic does not exist');
});

test('a topic tells its subscriptions, and who has not confirmed', () => {
  const { region, arn } = topic();
  const { Subscriptions } = call(region, 'SNS', 'ListSubscriptionsByTopic', { TopicArn: arn });
  expect((Subscriptions as { SubscriptionArn: string }[]).map(({ SubscriptionArn }) => SubscriptionArn)).toEqual([
    expect.stringContaining(`${arn}:`),
    expect.stringContaining(`${arn}:`),
    'PendingConfirmation',
  ]);
  expect(call(region, 'SNS', 'GetTopicAttributes', { TopicArn: arn })).toMatchObject({
    Attributes: { SubscriptionsConfirmed: '2', SubscriptionsPending: '1' },
  });
});

test('a queue keeps what it is sent, and a queue that does not exist takes nothing', () => {
  const { region } = topic();
  const { url } = region.services.SQS.createQueue({ name: 'dead' });
  const MessageAttributes = { ERROR_CODE: { DataType: 'String', StringValue: 'AccessDenied' } };
  call(region, 'SQS', 'SendMessage', { QueueUrl: url, MessageBody: '{}', MessageAttributes });
  expect(region.services.SQS.messages('dead')).toMatchObject([
    { body: '{}', attributes: { ERROR_CODE: 'AccessDenied' } },
  ]);
  const lost = () => call(region, 'SQS', 'SendMessage', { QueueUrl: `${url}x`, MessageBody: '{}' });
  expect(refusal(lost)).toContain('QueueDoesNotExist');
});
