import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { NotDelivered, publisher } from '../../../functions/alert/publish.ts';
import type { Seam } from '../../../functions/platform/seam.ts';
import { account, copyRegion, home } from '../watch-world.ts';
import { pageAlert } from './alerts.ts';

const sns = mockClient(SNSClient);
beforeEach(() => {
  sns.reset();
});

const topic = (name: string, region = home) => `arn:aws:sns:${region}:${account}:lifeboat-${name}`;
const now = '2026-03-02T12:00:41.000Z';
const seamWith = (more: Record<string, string> = {}) =>
  ({
    environment: {
      PAGE_TOPIC_ARN: topic('page'),
      NOTICE_TOPIC_ARN: topic('notices'),
      PAGERDUTY_TOPIC_ARN: '',
      CHAT_TOPIC_ARN: '',
      PEER_REGION: '',
      ...more,
    },
    clock: { now: () => new Date(now) },
    client: (Client: new (configuration: object) => unknown, options?: { region: string }) =>
      new Client({ region: options?.region ?? home, maxAttempts: 1 }),
  }) as unknown as Seam;
const every = { PAGERDUTY_TOPIC_ARN: topic('pagerduty'), CHAT_TOPIC_ARN: topic('chat'), PEER_REGION: copyRegion };
const sentTo = () => sns.commandCalls(PublishCommand).map(({ args }) => args[0].input.TopicArn);
const notice = () => pageAlert({ severity: 'notice' });

describe('a message', () => {
  beforeEach(() => {
    sns.on(PublishCommand).resolves({ MessageId: '1' });
  });

  test('goes to the topic of its severity, as text for people and as JSON for programs', async () => {
    const publish = publisher(seamWith());
    await publish(pageAlert());
    await publish(notice());
    const [page, other] = sns.commandCalls(PublishCommand).map(({ args }) => args[0].input);
    expect(page).toMatchObject({ TopicArn: topic('page'), MessageStructure: 'json' });
    expect(other).toMatchObject({ TopicArn: topic('notices') });
    const shapes = JSON.parse(page?.Message ?? '{}') as Record<string, string>;
    expect(shapes.default).toMatch(/^orders: copies too old/);
    expect(JSON.parse(shapes.https ?? '{}')).toMatchObject({ version: 1, kind: 'copy_rpo', phase: 'opened' });
    expect(sns.commandCalls(PublishCommand)).toHaveLength(2);
  });

  test('goes to pagers and chat where the policy names them, and only pages to pagers', async () => {
    const publish = publisher(seamWith(every));
    expect(await publish(pageAlert())).toEqual([
      { channel: 'people', region: home, at: now, messageId: '1' },
      { channel: 'pagerduty', region: home, at: now, messageId: '1' },
      { channel: 'chat', region: home, at: now, messageId: '1' },
    ]);
    await publish(notice());
    expect(sentTo()).toEqual([topic('page'), topic('pagerduty'), topic('chat'), topic('notices'), topic('chat')]);
  });

  test('is not sent again to a topic that has it', async () => {
    await publisher(seamWith(every))(pageAlert(), { had: ['people', 'chat'] });
    expect(sentTo()).toEqual([topic('pagerduty')]);
  });
});

describe('what SNS refuses', () => {
  const refuse = (...topics: string[]) => {
    sns.on(PublishCommand).resolves({ MessageId: '1' });
    for (const TopicArn of topics) sns.on(PublishCommand, { TopicArn }).rejects(new Error('InternalError'));
  };
  const caught = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error: unknown) => error,
    );

  test('is an error that says what was accepted, so that the rest is tried again', async () => {
    refuse(topic('pagerduty'));
    const error = await caught(publisher(seamWith(every))(pageAlert()));
    expect(error).toBeInstanceOf(NotDelivered);
    expect(error).toMatchObject({
      name: 'NotDelivered',
      message: 'SNS did not accept the message for pagerduty: Error: InternalError',
      receipts: [{ channel: 'people' }, { channel: 'chat' }],
    });
  });

  test('at the first time is not sent elsewhere: most refusals pass', async () => {
    refuse(topic('page'));
    expect(await caught(publisher(seamWith({ PEER_REGION: copyRegion }))(pageAlert()))).toBeInstanceOf(NotDelivered);
    expect(sentTo()).toEqual([topic('page')]);
  });

  test('again goes through the topic of the peer Region, and the receipt says so', async () => {
    refuse(topic('page'));
    const publish = publisher(seamWith({ PEER_REGION: copyRegion }));
    expect(await publish(pageAlert(), { insist: true })).toMatchObject([{ channel: 'people', region: copyRegion }]);
    expect(sentTo()).toEqual([topic('page'), topic('page', copyRegion)]);
  });

  test('in both Regions, or where there is no other, stays an error', async () => {
    refuse(topic('page'), topic('page', copyRegion));
    for (const PEER_REGION of [copyRegion, '']) {
      const publish = publisher(seamWith({ PEER_REGION }));
      expect(await caught(publish(pageAlert(), { insist: true }))).toMatchObject({ receipts: [] });
    }
  });
});
