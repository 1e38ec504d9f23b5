import type { ClientFactory } from '../../functions/platform/seam.ts';
import { NotAskable } from './check.ts';

/** A rule of a DNS firewall: what it does with which names. */
export interface FirewallRule {
  readonly priority: number;
  readonly action: string;
  readonly domains: readonly string[];
}

/** The rules that hold in a VPC, in their order; empty when no rule group is associated with it. */
export type FirewallReader = (region: string, vpcId: string) => Promise<readonly FirewallRule[]>;

/** What of Route 53 Resolver's client is used here. The package is loaded when it is there: it is no part of a function. */
export interface ResolverPackage {
  readonly Route53ResolverClient: new (configuration: { region: string; maxAttempts: number }) => ResolverClient;
  readonly ListFirewallRuleGroupAssociationsCommand: new (input: { VpcId: string }) => object;
  readonly ListFirewallRulesCommand: new (input: { FirewallRuleGroupId: string }) => object;
  readonly ListFirewallDomainsCommand: new (input: { FirewallDomainListId: string }) => object;
}
interface ResolverClient {
  send(command: object): Promise<{
    readonly FirewallRuleGroupAssociations?: readonly {
      FirewallRuleGroupId?: string;
      Priority?: number;
      Status?: string;
    }[];
    readonly FirewallRules?: readonly { FirewallDomainListId?: string; Priority?: number; Action?: string }[];
    readonly Domains?: readonly string[];
    readonly NextToken?: string;
  }>;
}

const packageName = '@aws-sdk/client-route53resolver';

const installed = (): Promise<ResolverPackage | undefined> => import(packageName).catch(() => undefined);

/** Asks Route 53 Resolver, where its client is installed. @throws NotAskable where it is not */
export function firewallReader(client: ClientFactory, load = installed): FirewallReader {
  return async (region, vpcId) => {
    const resolver = await load();
    if (resolver === undefined) {
      throw new NotAskable(
        `the package ${packageName} is not installed, so the DNS firewall cannot be asked about`,
        `npm install --no-save ${packageName}, and ask again`,
      );
    }
    const asked = client(resolver.Route53ResolverClient as never, { region }) as ResolverClient;
    const found = await asked.send(new resolver.ListFirewallRuleGroupAssociationsCommand({ VpcId: vpcId }));
    const rules: FirewallRule[] = [];
    // A VPC has few rule groups with few rules each: far less than a page.
    for (const { FirewallRuleGroupId: group, Priority: of = 0, Status } of found.FirewallRuleGroupAssociations ?? []) {
      if (group === undefined || Status === 'DELETING') continue;
      const { FirewallRules } = await asked.send(new resolver.ListFirewallRulesCommand({ FirewallRuleGroupId: group }));
      for (const { FirewallDomainListId: list, Priority = 0, Action = '' } of FirewallRules ?? []) {
        if (list === undefined) continue;
        const { Domains, NextToken } = await asked.send(
          new resolver.ListFirewallDomainsCommand({ FirewallDomainListId: list }),
        );
        // What was not read may be anything.
        const unread = NextToken === undefined ? [] : ['more names than one page has'];
        const domains = [...(Domains ?? []), ...unread];
        rules.push({ priority: of * 100_000 + Priority, action: Action, domains });
      }
    }
    return rules.sort((one, other) => one.priority - other.priority);
  };
}
