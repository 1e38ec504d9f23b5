import { DescribeRuleCommand, EventBridgeClient, ListRuleNamesByTargetCommand } from '@aws-sdk/client-eventbridge';
import type { Check, Trouble } from '../check.ts';
import { revertWords, wantedFor } from '../deployed.ts';

/**
 * Whether each function of serverless.yml that waits for events is sent them. Without them nothing is lost: waits ask AWS
 * by themselves, and the reconciliation comes within the hour. All of it, pages too, is only that much later.
 */
export const events: Check = {
  name: 'events',
  rights: ['events:ListRuleNamesByTarget', 'events:DescribeRule'],
  ask: async ({ policy, region, part, client, deployed }) => {
    const eventBridge = client(EventBridgeClient, { region });
    const { account, partition } = await deployed.identity();
    const asked = wantedFor(policy, part).listeners.map(async (name): Promise<Trouble[]> => {
      const TargetArn = `arn:${partition}:lambda:${region}:${account}:function:${name}`;
      // One function has a rule or two: far less than a page.
      const { RuleNames = [] } = await eventBridge.send(new ListRuleNamesByTargetCommand({ TargetArn }));
      if (RuleNames.length === 0)
        return [{ field: name, words: `no rule sends it events: ${later}`, mend: revertWords(region) }];
      const rules = await Promise.all(RuleNames.map((Name) => eventBridge.send(new DescribeRuleCommand({ Name }))));
      return rules
        .filter(({ State }) => State?.startsWith('ENABLED') !== true)
        .map(({ Name, State = 'in no known state' }) => ({
          field: name,
          words: `the rule ${Name}, which sends it events, is ${State}: ${later}`,
          mend: `aws events enable-rule --region ${region} --name ${Name}`,
        }));
    });
    return (await Promise.all(asked)).flat();
  },
};

const later = 'what it should do at once is done up to an hour later';
