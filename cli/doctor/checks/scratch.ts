import {
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { DescribeDBSubnetGroupsCommand, RDSClient } from '@aws-sdk/client-rds';
import { nameOf } from '../../../functions/platform/errors.ts';
import { type Check, NotAskable, type Trouble } from '../check.ts';
import { revertWords } from '../deployed.ts';
import type { FirewallRule } from '../firewall.ts';

/** Whether scratch is there, and has no way out: that restored production data stays where nobody can send it from. */
export const scratch: Check = {
  name: 'scratch network',
  rights: ['ec2:Describe*', 'rds:DescribeDBSubnetGroups', 'lambda:GetFunctionConfiguration'],
  ask: async ({ region, client, deployed }) => {
    const ec2 = client(EC2Client, { region });
    const mend = revertWords(region);
    const ids = (await deployed.variable('lifeboat-drill-restore', 'SCRATCH_SUBNET_IDS')).split(',');
    const group = await deployed.variable('lifeboat-drill-restore', 'SCRATCH_SECURITY_GROUP_ID');
    const subnetGroup = await deployed.variable('lifeboat-drill-restore', 'SCRATCH_DB_SUBNET_GROUP');
    const troubles: Trouble[] = [];

    const { Subnets } = await orGone(() => ec2.send(new DescribeSubnetsCommand({ SubnetIds: ids })), { Subnets: [] });
    const there = (Subnets ?? []).filter(({ State }) => State === 'available');
    const zones = new Set(there.map(({ AvailabilityZone }) => AvailabilityZone));
    if (there.length < ids.length || zones.size < 2) {
      const words = `${there.length} of ${ids.length} subnets are there, in ${zones.size} zones: RDS needs two, and nothing can be restored`;
      troubles.push({ field: ids.join(', '), words, mend });
    }
    const rds = client(RDSClient, { region });
    const found = await orGone(
      () => rds.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: subnetGroup })),
      undefined,
    );
    if (found?.DBSubnetGroups?.[0] === undefined)
      troubles.push({ field: subnetGroup, words: 'the subnet group is gone: no database can be restored', mend });

    const vpc = there[0]?.VpcId;
    if (vpc === undefined) return troubles;
    const inVpc = [{ Name: 'vpc-id', Values: [vpc] }];
    const open = (what: string, which: readonly (string | undefined)[]) => {
      if (which.length === 0) return;
      const words = `scratch has ${what} (${which.join(', ')}): restored production data could leave`;
      troubles.push({ field: vpc, words, mend: `remove it from ${vpc}; nothing of Lifeboat made it` });
    };
    const gateways = await ec2.send(
      new DescribeInternetGatewaysCommand({ Filters: [{ Name: 'attachment.vpc-id', Values: [vpc] }] }),
    );
    open(
      'an internet gateway',
      (gateways.InternetGateways ?? []).map(({ InternetGatewayId }) => InternetGatewayId),
    );
    for (const side of ['requester-vpc-info.vpc-id', 'accepter-vpc-info.vpc-id']) {
      const asked = new DescribeVpcPeeringConnectionsCommand({ Filters: [{ Name: side, Values: [vpc] }] });
      const { VpcPeeringConnections = [] } = await ec2.send(asked);
      const live = VpcPeeringConnections.filter(
        ({ Status }) => !/deleted|rejected|expired|failed/.test(Status?.Code ?? ''),
      );
      open(
        'a peering',
        live.map(({ VpcPeeringConnectionId }) => VpcPeeringConnectionId),
      );
    }
    const endpoints = await ec2.send(new DescribeVpcEndpointsCommand({ Filters: inVpc }));
    open(
      'an endpoint',
      (endpoints.VpcEndpoints ?? []).map(({ VpcEndpointId }) => VpcEndpointId),
    );
    // Transit gateways, NAT gateways and VPNs are of no use without a route.
    const tables = await ec2.send(new DescribeRouteTablesCommand({ Filters: inVpc }));
    const routes = (tables.RouteTables ?? []).flatMap(({ Routes }) => Routes ?? []);
    const out = routes.filter(({ GatewayId }) => GatewayId !== 'local');
    open(
      'a route out',
      out.map(({ DestinationCidrBlock, DestinationIpv6CidrBlock }) => DestinationCidrBlock ?? DestinationIpv6CidrBlock),
    );

    const groups = await orGone(() => ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [group] })), undefined);
    const rules = groups?.SecurityGroups?.[0];
    if (rules === undefined) {
      troubles.push({ field: group, words: 'the security group of scratch is gone: nothing can be restored', mend });
    } else {
      const ranges = (rules.IpPermissions ?? []).flatMap(({ IpRanges }) => IpRanges ?? []).map(({ CidrIp }) => CidrIp);
      if (ranges.length > 0)
        troubles.push({ field: group, words: `scratch lets in ${ranges.join(', ')}, and not its probes alone`, mend });
      const outward = (rules.IpPermissionsEgress ?? [])
        .flatMap(({ IpRanges }) => IpRanges ?? [])
        .map(({ CidrIp }) => CidrIp);
      const wide = outward.filter((range) => range !== '127.0.0.1/32');
      if (wide.length > 0) troubles.push({ field: group, words: `scratch may send to ${wide.join(', ')}`, mend });
    }
    return troubles;
  },
};

const missing = /NotFound/;

async function orGone<Answer, Gone>(ask: () => Promise<Answer>, gone: Gone): Promise<Answer | Gone> {
  try {
    return await ask();
  } catch (error) {
    if (missing.test(nameOf(error))) return gone;
    throw error;
  }
}

/** What lets a name out: the resolver answers every name that no rule blocks. Undefined when only databases get an answer. */
export function leakOf(rules: readonly FirewallRule[], region: string): string | undefined {
  if (rules.length === 0)
    return 'no DNS firewall is associated with it: its resolver answers every name, and names carry data out';
  for (const { action, domains } of rules) {
    if (action === 'BLOCK' && domains.some((domain) => ['*', '*.'].includes(domain))) return undefined;
    if (action === 'BLOCK') continue;
    const others = domains.filter(
      (domain) => !new RegExp(`\\.${region}\\.rds\\.amazonaws\\.com(\\.cn)?\\.?$`).test(domain),
    );
    if (others.length > 0 || domains.length === 0)
      return `its DNS firewall lets ${others.join(', ') || 'an unknown list of names'} through (${action.toLowerCase()})`;
  }
  return 'its DNS firewall does not block all other names';
}

export const dnsFirewall: Check = {
  name: 'DNS firewall',
  rights: [
    'route53resolver:ListFirewallRuleGroupAssociations',
    'route53resolver:ListFirewallRules',
    'route53resolver:ListFirewallDomains',
  ],
  ask: async ({ region, client, deployed, firewall }) => {
    const [first] = (await deployed.variable('lifeboat-drill-restore', 'SCRATCH_SUBNET_IDS')).split(',');
    const ec2 = client(EC2Client, { region });
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [first ?? ''] }));
    const vpc = Subnets?.[0]?.VpcId;
    if (vpc === undefined) throw new NotAskable(`the VPC of the subnet ${first} is unknown`, revertWords(region));
    const leak = leakOf(await firewall(region, vpc), region);
    return leak === undefined ? [] : [{ field: vpc, words: `scratch: ${leak}`, mend: revertWords(region) }];
  },
};
