import type { Policy, Receiver } from '../functions/policy/policy.ts';
import type { Resources } from './stack.ts';

const topics = { page: 'PageTopic', notices: 'NoticeTopic' } as const;

/** One subscription for each receiver that policy.yml names. */
export function subscriptions(policy: Policy): Resources {
  const made: Resources = {};
  for (const name of ['page', 'notices'] as const) {
    policy.alerts[name].forEach((receiver, index) => {
      const logicalId = `${topics[name]}Subscription${index + 1}`;
      made[logicalId] = {
        Type: 'AWS::SNS::Subscription',
        Properties: { TopicArn: { Ref: topics[name] }, Protocol: protocolOf(receiver), Endpoint: receiver.to },
      };
    });
  }
  return made;
}

/** Another topic is fed through a queue or function of its owner: SNS does not subscribe a topic to a topic. */
function protocolOf(receiver: Receiver): string {
  if (receiver.via === 'topic') {
    throw new Error(
      `alerts: ${receiver.to} is a topic. Topics of your own are not supported yet: write an e-mail or an https address.`,
    );
  }
  return receiver.via;
}
