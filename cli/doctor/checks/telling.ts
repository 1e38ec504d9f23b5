import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { paginateListSubscriptionsByTopic, SNSClient, type Subscription } from '@aws-sdk/client-sns';
import { subscriptionTrouble } from '../../../functions/watch/check-rules.ts';
import type { Check, Trouble } from '../check.ts';
import { deployWords, revertWords } from '../deployed.ts';

const topics = [
  ['PAGE_TOPIC_ARN', 'page'],
  ['NOTICE_TOPIC_ARN', 'notices'],
  ['PAGERDUTY_TOPIC_ARN', 'pagerduty'],
] as const;

/** Whether whoever is to be told has confirmed, and is still subscribed. */
export const subscriptions: Check = {
  name: 'subscriptions',
  rights: ['sns:ListSubscriptionsByTopic', 'lambda:GetFunctionConfiguration'],
  ask: async ({ policy, region, part, client, deployed }) => {
    const sns = client(SNSClient, { region });
    const troubles: Trouble[] = [];
    for (const [variable, field] of topics) {
      if (field === 'pagerduty' && (policy.alerts.pagerduty ?? []).length === 0) continue;
      const topic = await deployed.variable('lifeboat-check', variable);
      const found: Subscription[] = [];
      for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topic }))
        found.push(...(page.Subscriptions ?? []));
      const name = topic.slice(topic.lastIndexOf(':') + 1);
      const trouble = subscriptionTrouble(found);
      if (trouble !== undefined) {
        const mend = found.length === 0 ? revertWords(region) : 'open the message that AWS sent there, and confirm';
        troubles.push({ field: `alerts.${field}`, words: `the topic ${name} ${trouble}`, mend });
      }
      const missing = (policy.alerts[field] ?? []).filter(({ to }) => !found.some(({ Endpoint }) => Endpoint === to));
      if (found.length > 0 && missing.length > 0) {
        troubles.push({
          field: `alerts.${field}`,
          words: `the topic ${name} does not tell ${missing.map(({ to }) => to).join(', ')}`,
          mend: `${deployWords(policy, region, part)}, or if somebody took it away by hand: ${revertWords(region)}`,
        });
      }
    }
    return troubles;
  },
};

/** What CloudWatch says already: an alarm of ours that is on, or that has nothing to look at. */
export const alarmStates: Check = {
  name: 'alarms',
  rights: ['cloudwatch:DescribeAlarms'],
  ask: async ({ region, client }) => {
    const cloudwatch = client(CloudWatchClient, { region });
    const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'lifeboat' }));
    if (MetricAlarms.length === 0) {
      const words = `no alarm of Lifeboat stands in ${region}: a watch that died would be seen by nobody`;
      return [{ field: 'alarms', words, mend: revertWords(region) }];
    }
    return MetricAlarms.flatMap(
      ({ AlarmName = '', StateValue, StateReason, ActionsEnabled, AlarmActions }): Trouble[] => {
        const mend = 'docs/alerts.md says what it means and what to do';
        if (StateValue === 'ALARM')
          return [{ field: AlarmName, words: `the alarm is on: ${StateReason ?? 'CloudWatch gives no reason'}`, mend }];
        if (ActionsEnabled === false || AlarmActions?.length === 0)
          return [
            { field: AlarmName, words: 'the alarm tells nobody: its actions are off', mend: revertWords(region) },
          ];
        return [];
      },
    );
  },
};
