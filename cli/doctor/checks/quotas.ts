import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeAccountAttributesCommand, RDSClient } from '@aws-sdk/client-rds';
import { kinds } from '../../../functions/policy/kind.ts';
import { type Check, NotAskable, type Trouble } from '../check.ts';
import { fleetsIn } from './schedules.ts';

/** New accounts have 10 concurrent functions, old ones 1,000; a fleet's callbacks alone need some dozens. */
const leastConcurrency = 100;

/** Whether there is room for what drills make, and for the functions themselves. */
export const room: Check = {
  name: 'quotas',
  rights: ['rds:DescribeAccountAttributes', 'lambda:GetAccountSettings'],
  ask: async ({ policy, region, client }) => {
    const troubles: Trouble[] = [];
    const { AccountLimit } = await client(LambdaClient, { region }).send(new GetAccountSettingsCommand({}));
    const concurrent = AccountLimit?.UnreservedConcurrentExecutions;
    if (concurrent === undefined)
      throw new NotAskable('Lambda does not tell how many functions may run at once', 'ask again');
    if (concurrent < leastConcurrency) {
      troubles.push({
        field: 'concurrent executions',
        words: `${concurrent} functions may run at once in ${region}: those of a fleet are throttled`,
        mend: 'ask AWS for 1,000 concurrent executions of Lambda in Service Quotas',
      });
    }
    const drilled = new Set(
      fleetsIn(policy, region).flatMap(({ workflow, tier }) =>
        workflow === 'drill' ? (policy.tiers[tier]?.kinds ?? kinds) : [],
      ),
    );
    const needed = [
      ...(drilled.has('rds') || drilled.has('aurora') ? [{ name: 'DBInstances', words: 'DB instances' }] : []),
      ...(drilled.has('aurora') ? [{ name: 'DBClusters', words: 'DB clusters' }] : []),
    ];
    if (needed.length === 0) return troubles;
    const { AccountQuotas } = await client(RDSClient, { region }).send(new DescribeAccountAttributesCommand({}));
    for (const { name, words } of needed) {
      const quota = AccountQuotas?.find(({ AccountQuotaName }) => AccountQuotaName === name);
      if (quota?.Max === undefined || quota.Used === undefined)
        throw new NotAskable(`RDS does not tell how many ${words} the account may have in ${region}`, 'ask again');
      if (quota.Used < quota.Max) continue;
      troubles.push({
        field: words,
        words: `${quota.Used} of ${quota.Max} ${words} are in use in ${region}: no drill has room`,
        mend: `remove what is not needed, or ask AWS for more ${words} in Service Quotas`,
      });
    }
    return troubles;
  },
};
