import type { ChatChannel, Policy } from '../functions/policy/policy.ts';
import { copyRegions, type Part, type Resources } from './stack.ts';
import { trusts } from './trust.ts';

const topics = { page: 'PageTopic', notices: 'NoticeTopic', pagerduty: 'PagerDutyTopic' } as const;

/** The names of the topics that a stack has: two, and one for each shape that somebody reads. */
export function topicNames({ alerts: { pagerduty = [], chat = [] } }: Policy): string[] {
  const further = [...(pagerduty.length > 0 ? ['pagerduty'] : []), ...(chat.length > 0 ? ['chat'] : [])];
  return ['page', 'notices', ...further].map((name) => `lifeboat-${name}`);
}

/** What the functions are told of the topics: empty where the policy names nobody, and then there is no such topic. */
export function shapedTopics(policy: Policy): { pagerduty: unknown; chat: unknown } {
  const { pagerduty = [], chat = [] } = policy.alerts;
  return {
    pagerduty: pagerduty.length === 0 ? '' : { Ref: 'PagerDutyTopic' },
    chat: chat.length === 0 ? '' : { Ref: 'ChatTopic' },
  };
}

/** One subscription for each receiver that policy.yml names, and the topics for shapes that somebody reads. */
export function subscriptions(policy: Policy, part: Part): Resources {
  const made: Resources = {};
  const { pagerduty = [], chat = [] } = policy.alerts;
  if (pagerduty.length > 0) made.PagerDutyTopic = topic('lifeboat-pagerduty', 'Lifeboat pages as CloudWatch alarms');
  for (const name of ['page', 'notices', 'pagerduty'] as const) {
    (policy.alerts[name] ?? []).forEach((receiver, index) => {
      const logicalId = `${topics[name]}Subscription${index + 1}`;
      made[logicalId] = {
        Type: 'AWS::SNS::Subscription',
        Properties: { TopicArn: { Ref: topics[name] }, Protocol: receiver.via, Endpoint: receiver.to },
      };
    });
  }
  if (chat.length > 0) made.ChatTopic = topic('lifeboat-chat', 'Lifeboat for chat');
  return { ...made, ...(part === 'home' && chatChannels(chat, copyRegions(policy))) };
}

function topic(name: string, displayName: string): Resources[string] {
  return {
    Type: 'AWS::SNS::Topic',
    Properties: { TopicName: name, DisplayName: displayName, KmsMasterKeyId: { Ref: 'TopicKey' } },
  };
}

/**
 * Amazon Q has one configuration for a channel in the whole account, so the home stack makes it, for the topics of every
 * Region. Amazon Q subscribes itself. Its role may do nothing: it only shows messages.
 */
function chatChannels(channels: readonly ChatChannel[], copies: readonly string[]): Resources {
  if (channels.length === 0) return {};
  const made: Resources = {
    ChatRole: {
      Type: 'AWS::IAM::Role',
      Metadata: { Lifeboat: { For: 'the chat channels of Amazon Q', Rights: {} } },
      Properties: {
        RoleName: 'lifeboat-chat',
        Description: 'What may be done from the chat channels that Lifeboat writes to: nothing.',
        AssumeRolePolicyDocument: trusts('chatbot'),
      },
    },
  };
  channels.forEach(({ workspace, channel }, index) => {
    made[`ChatChannel${index + 1}`] = {
      Type: 'AWS::Chatbot::SlackChannelConfiguration',
      Properties: {
        ConfigurationName: `lifeboat-${channel}`,
        SlackWorkspaceId: workspace,
        SlackChannelId: channel,
        IamRoleArn: { 'Fn::GetAtt': ['ChatRole', 'Arn'] },
        GuardrailPolicies: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll' }],
        SnsTopicArns: [
          { Ref: 'ChatTopic' },
          ...copies.map((region) => ({
            'Fn::Sub': `arn:\${AWS::Partition}:sns:${region}:\${AWS::AccountId}:lifeboat-chat`,
          })),
        ],
      },
    };
  });
  return made;
}
