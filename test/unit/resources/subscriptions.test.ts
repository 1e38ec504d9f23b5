import { describe, expect, test } from '@jest/globals';
import { peerOf } from '../../../resources/stack.ts';
import { shapedTopics, subscriptions } from '../../../resources/subscriptions.ts';
import { goodPolicy } from '../policy/policies.ts';

const named = goodPolicy({
  alerts: `alerts:
  page: [ oncall@example.com ]
  notices: [ team@example.com, "https://hooks.example.com/lifeboat" ]
  pagerduty: [ "https://events.pagerduty.com/integration/KEY/enqueue" ]
  chat: [ slack:T0123ABCD/C0123ABCD ]`,
});

describe('the topics of a stack', () => {
  test('are those for people alone where the policy names nobody else', () => {
    expect(Object.keys(subscriptions(goodPolicy(), 'home'))).toEqual([
      'PageTopicSubscription1',
      'NoticeTopicSubscription1',
    ]);
    expect(shapedTopics(goodPolicy())).toEqual({ pagerduty: '', chat: '' });
  });

  test('have one more for each shape that somebody reads, with its receivers, in every Region', () => {
    for (const part of ['home', 'copy'] as const) {
      const made = subscriptions(named, part);
      expect(made.PagerDutyTopic?.Properties).toMatchObject({ TopicName: 'lifeboat-pagerduty' });
      expect(made.PagerDutyTopicSubscription1?.Properties).toEqual({
        TopicArn: { Ref: 'PagerDutyTopic' },
        Protocol: 'https',
        Endpoint: 'https://events.pagerduty.com/integration/KEY/enqueue',
      });
      expect(made.ChatTopic?.Properties).toMatchObject({ TopicName: 'lifeboat-chat' });
    }
    expect(shapedTopics(named)).toEqual({ pagerduty: { Ref: 'PagerDutyTopic' }, chat: { Ref: 'ChatTopic' } });
  });

  test('reach a chat channel by one configuration, which home makes for the topics of all Regions', () => {
    expect(subscriptions(named, 'copy').ChatChannel1).toBeUndefined();
    expect(subscriptions(named, 'home').ChatChannel1?.Properties).toMatchObject({
      SlackWorkspaceId: 'T0123ABCD',
      SlackChannelId: 'C0123ABCD',
      SnsTopicArns: [
        { Ref: 'ChatTopic' },
        { 'Fn::Sub': 'arn:${AWS::Partition}:sns:eu-west-1:${AWS::AccountId}:lifeboat-chat' },
      ],
      GuardrailPolicies: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll' }],
    });
  });
});

describe('the Region that tells people when SNS does not take a message', () => {
  test('is the first copy Region for home, and home for every copy Region', () => {
    expect(peerOf(named, 'home')).toBe('eu-west-1');
    expect(peerOf(named, 'copy')).toBe('eu-central-1');
  });

  test('is none where nothing is copied', () => {
    const alone = goodPolicy({
      tiers: `  gold:
    backup: { every: 6 hours, keep: 14 days }
    objectives: { rpo: 9 hours }`,
    });
    expect(peerOf(alone, 'home')).toBe('');
  });
});
