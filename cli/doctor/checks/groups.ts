import {
  DescribeDBClusterParameterGroupsCommand,
  DescribeDBParameterGroupsCommand,
  DescribeOptionGroupsCommand,
  paginateDescribeDBInstances,
  RDSClient,
} from '@aws-sdk/client-rds';
import { nameOf } from '../../../functions/platform/errors.ts';
import { askedBy } from '../../../functions/policy/resolve.ts';
import type { Check, Trouble } from '../check.ts';
import { taggedIn } from '../tagged.ts';
import { fleetsIn } from './schedules.ts';

type Group = 'parameter' | 'cluster parameter' | 'option';

/** Whether the groups that a restore or a copy names are in the Region where it happens. */
export const groups: Check = {
  name: 'option and parameter groups',
  rights: [
    'rds:DescribeDBParameterGroups',
    'rds:DescribeDBClusterParameterGroups',
    'rds:DescribeOptionGroups',
    'rds:DescribeDBInstances',
    'tag:GetResources',
  ],
  ask: async ({ policy, region, client }) => {
    const rds = client(RDSClient, { region });
    const needed = new Map<string, { kind: Group; name: string; field: string; fails: string }>();
    const need = (kind: Group, name: string | null | undefined, field: string, fails: string) => {
      if (typeof name !== 'string' || /^default[.:]/.test(name)) return;
      needed.set(`${kind} ${name}`, { kind, name, field, fails });
    };
    for (const { workflow, tier: name } of fleetsIn(policy, region)) {
      const tier = policy.tiers[name];
      if (workflow !== 'drill' || tier === undefined) continue;
      const { parameterGroup, optionGroup } = tier.drill?.restore ?? {};
      const kind = tier.kinds.includes('aurora') && !tier.kinds.includes('rds') ? 'cluster parameter' : 'parameter';
      need(kind, parameterGroup, `tiers.${name}.drill.parameter_group`, 'every restore of the tier fails');
      need('option', optionGroup, `tiers.${name}.drill.option_group`, 'every restore of the tier fails');
    }
    for (const { group, name, tier } of region === policy.home ? [] : await optionGroupsAtHome())
      need(
        'option',
        group,
        name,
        `copies of ${name} (${tier}) fail: its option group has options that stay with its snapshots`,
      );

    /** The option groups of instances that are copied here, where an option of theirs is persistent or permanent. */
    async function optionGroupsAtHome(): Promise<{ group: string; name: string; tier: string }[]> {
      const { home } = policy;
      const atHome = client(RDSClient, { region: home });
      const tagged = await taggedIn(home, client);
      const tierOf = new Map(tagged.map(({ arn, tags }) => [arn, askedBy(tags)?.tier ?? '']));
      const found: { group: string; name: string; tier: string }[] = [];
      const sticky = new Map<string, boolean>();
      for await (const { DBInstances } of paginateDescribeDBInstances({ client: atHome }, {})) {
        for (const {
          DBInstanceArn: arn = '',
          DBInstanceIdentifier: name = '',
          OptionGroupMemberships,
        } of DBInstances ?? []) {
          const tier = tierOf.get(arn);
          if (
            tier === undefined ||
            policy.tiers[tier]?.copies.some(({ to }) => to.account === null && to.region === region) !== true
          )
            continue;
          for (const { OptionGroupName: group } of OptionGroupMemberships ?? []) {
            if (group === undefined || group.startsWith('default:')) continue;
            if (!sticky.has(group)) {
              const { OptionGroupsList } = await atHome.send(
                new DescribeOptionGroupsCommand({ OptionGroupName: group }),
              );
              const options = OptionGroupsList?.flatMap(({ Options }) => Options ?? []) ?? [];
              sticky.set(
                group,
                options.some(({ Persistent, Permanent }) => Persistent === true || Permanent === true),
              );
            }
            if (sticky.get(group) === true) found.push({ group, name, tier });
          }
        }
      }
      return found;
    }

    const troubles: Trouble[] = [];
    for (const { kind, name, field, fails } of needed.values()) {
      if (await isThere(rds, kind, name)) continue;
      troubles.push({
        field,
        words: `the ${kind} group ${name} is not in ${region}: ${fails}`,
        mend: `make it there as it is at home (RDS copies no groups to another Region), or name another`,
      });
    }
    return troubles;
  },
};

async function isThere(rds: RDSClient, kind: Group, name: string): Promise<boolean> {
  const ask: Readonly<Record<Group, () => Promise<unknown>>> = {
    parameter: () => rds.send(new DescribeDBParameterGroupsCommand({ DBParameterGroupName: name })),
    'cluster parameter': () =>
      rds.send(new DescribeDBClusterParameterGroupsCommand({ DBClusterParameterGroupName: name })),
    option: () => rds.send(new DescribeOptionGroupsCommand({ OptionGroupName: name })),
  };
  try {
    await ask[kind]();
    return true;
  } catch (error) {
    // RDS names an unknown cluster parameter group like one of an instance.
    if (/ParameterGroupNotFound|OptionGroupNotFound/.test(nameOf(error))) return false;
    throw error;
  }
}
