import { AwsError, type Operation, type Region, type Service } from '../../world/region.ts';
import { refuseOthers } from '../parameters.ts';
import { covers, sizeOf } from './cidr.ts';
import { type WaysOut, waysOut } from './ways-out.ts';

export interface Vpc {
  readonly id: string;
  readonly cidr: string;
}

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly availabilityZone: string;
}

/** One rule; ports are inclusive. A source (or, for egress, a destination) is a group or a range of addresses. */
export interface Rule {
  /** `tcp`, `udp`, `icmp`, or `-1` for all. */
  readonly protocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly securityGroupId?: string;
  readonly cidr?: string;
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

/** EC2 in one Region: the networks that others stand in. They do nothing; others ask who reaches whom. */
export interface EC2 extends Service {
  addVpc(vpc: Vpc): void;
  addSubnet(subnet: Subnet): void;
  /** A group that is given no egress rules lets everything out, as EC2's default rule does. */
  addSecurityGroup(group: Omit<SecurityGroup, 'ingress' | 'egress'> & Partial<SecurityGroup>): void;
  /** Adds a rule, as the template's separate ingress and egress resources do. */
  addIngress(groupId: string, rule: Rule): void;
  addEgress(groupId: string, rule: Rule): void;
  /** What an operator may do: opens a VPC to the outside. */
  readonly open: WaysOut['open'];
  subnet(id: string): Subnet | undefined;
  securityGroup(id: string): SecurityGroup | undefined;
  /** Makes an Availability Zone unreachable, or lets it answer again: what stands in it takes no connections. */
  setZone(availabilityZone: string, isGone: boolean): void;
  isZoneGone(availabilityZone: string): boolean;
  /** The VPC of a subnet; undefined when there is no such subnet. */
  vpcOf(subnetId: string): string | undefined;
  /** Whether something in the groups `from` may open a TCP connection to `port` of something in the groups `to`. */
  allows(from: readonly string[], to: readonly string[], port: number): boolean;
}

const everything: Rule = { protocol: '-1', cidr: '0.0.0.0/0' };

/** `euc1` for eu-central-1, as AWS names the zones of a Region whatever an account calls them. */
function zonePrefix(region: string): string {
  const [area = '', direction = '', number = ''] = region.split('-');
  const letters = direction.match(/north|south|east|west|central/g) ?? [];
  return `${area}${letters.map(([first]) => first).join('')}${number}`;
}

export function createEC2(region: Region): EC2 {
  const vpcs = new Map<string, Vpc>();
  const subnets = new Map<string, Subnet>();
  const groups = new Map<string, SecurityGroup>();
  const zonesGone = new Set<string>();

  const rangeOf = (group: SecurityGroup | undefined) => vpcs.get(group?.vpcId ?? '')?.cidr;
  const matches = (rules: readonly Rule[], others: readonly string[], port: number): boolean =>
    rules.some((rule) => {
      if (rule.protocol !== '-1' && rule.protocol !== 'tcp') return false;
      if (rule.protocol !== '-1' && (port < (rule.fromPort ?? 0) || port > (rule.toPort ?? 65_535))) return false;
      if (rule.securityGroupId !== undefined) return others.includes(rule.securityGroupId);
      // Addresses are not modelled one by one: a range counts when it covers the other side's whole VPC.
      return others.some((id) => {
        const range = rangeOf(groups.get(id));
        return rule.cidr !== undefined && range !== undefined && covers(rule.cidr, range);
      });
    });

  const addRule = (groupId: string, direction: 'ingress' | 'egress', rule: Rule): void => {
    const group = groups.get(groupId);
    if (group === undefined) {
      throw new AwsError('InvalidGroup.NotFound', `The security group '${groupId}' does not exist`);
    }
    // The first rule of one's own replaces the default that lets everything out, as in CloudFormation.
    const rules = group[direction].filter((known) => known !== everything);
    groups.set(groupId, { ...group, [direction]: [...rules, rule] });
  };

  const out = waysOut(region, () => vpcs.values());

  return {
    operations: {
      ...out.operations,
      DescribeVpcs: (input: DescribeInput) => {
        const found = select('Vpc', vpcs, input, 'VpcIds', (vpc) => ({ 'vpc-id': vpc.id, cidr: vpc.cidr }));
        return {
          Vpcs: found.map(({ id, cidr }) => ({ VpcId: id, CidrBlock: cidr, State: 'available', IsDefault: false })),
        };
      },
      /** Zones go on to be told as available while they do not answer: AWS Health is who says it. */
      DescribeAvailabilityZones: (input: object) => {
        refuseOthers('EC2.DescribeAvailabilityZones', input, new Set());
        return {
          AvailabilityZones: ['a', 'b', 'c'].map((letter, index) => ({
            ZoneName: `${region.name}${letter}`,
            ZoneId: `${zonePrefix(region.name)}-az${index + 1}`,
            RegionName: region.name,
            State: 'available',
          })),
        };
      },
      DescribeSubnets: (input: DescribeInput) => {
        const found = select('Subnet', subnets, input, 'SubnetIds', (subnet) => ({
          'subnet-id': subnet.id,
          'vpc-id': subnet.vpcId,
          'availability-zone': subnet.availabilityZone,
        }));
        return {
          Subnets: found.map((subnet) => ({
            SubnetId: subnet.id,
            VpcId: subnet.vpcId,
            CidrBlock: subnet.cidr,
            AvailabilityZone: subnet.availabilityZone,
            // Five addresses of each subnet are AWS's own (documented).
            AvailableIpAddressCount: sizeOf(subnet.cidr) - 5,
            DefaultForAz: false,
            MapPublicIpOnLaunch: false,
            OwnerId: region.account.id,
            State: 'available',
            SubnetArn: `arn:aws:ec2:${region.name}:${region.account.id}:subnet/${subnet.id}`,
          })),
        };
      },
      DescribeSecurityGroups: (input: DescribeInput) => {
        const found = select('Group', groups, input, 'GroupIds', (group) => ({
          'group-id': group.id,
          'group-name': group.name,
          'vpc-id': group.vpcId,
        }));
        return {
          SecurityGroups: found.map((group) => ({
            GroupId: group.id,
            GroupName: group.name,
            Description: group.name,
            VpcId: group.vpcId,
            OwnerId: region.account.id,
            IpPermissions: group.ingress.map(permission),
            IpPermissionsEgress: group.egress.map(permission),
          })),
        };
      },
    } satisfies Record<string, Operation>,
    open: out.open,
    addVpc: (vpc) => {
      vpcs.set(vpc.id, vpc);
    },
    addSubnet: (subnet) => {
      subnets.set(subnet.id, subnet);
    },
    addSecurityGroup: ({ id, name, vpcId, ingress = [], egress = [everything] }) => {
      groups.set(id, { id, name, vpcId, ingress, egress });
    },
    addIngress: (groupId, rule) => addRule(groupId, 'ingress', rule),
    addEgress: (groupId, rule) => addRule(groupId, 'egress', rule),
    subnet: (id) => subnets.get(id),
    securityGroup: (id) => groups.get(id),
    setZone: (availabilityZone, isGone) => {
      if (isGone) zonesGone.add(availabilityZone);
      else zonesGone.delete(availabilityZone);
    },
    isZoneGone: (availabilityZone) => zonesGone.has(availabilityZone),
    vpcOf: (subnetId) => subnets.get(subnetId)?.vpcId,
    allows: (from, to, port) =>
      from.some((id) => matches(groups.get(id)?.egress ?? [], to, port)) &&
      to.some((id) => matches(groups.get(id)?.ingress ?? [], from, port)),
  };
}

interface DescribeInput {
  readonly VpcIds?: readonly string[];
  readonly SubnetIds?: readonly string[];
  readonly GroupIds?: readonly string[];
  readonly Filters?: readonly { readonly Name?: string; readonly Values?: readonly string[] }[];
}

function select<Thing extends { readonly id: string }>(
  kind: string,
  things: ReadonlyMap<string, Thing>,
  input: DescribeInput,
  ids: 'VpcIds' | 'SubnetIds' | 'GroupIds',
  valuesOf: (thing: Thing) => Readonly<Record<string, string>>,
): Thing[] {
  refuseOthers(`EC2.Describe${ids.replace('Ids', 's')}`, input, new Set([ids, 'Filters']));
  const wanted = input[ids];
  for (const id of wanted ?? []) {
    if (!things.has(id)) {
      throw new AwsError(
        `Invalid${kind}${kind === 'Group' ? '' : 'ID'}.NotFound`,
        `The ${kind} '${id}' does not exist`,
      );
    }
  }
  return [...things.values()].filter((thing) => {
    if (wanted !== undefined && wanted.length > 0 && !wanted.includes(thing.id)) return false;
    return (input.Filters ?? []).every(({ Name: name = '', Values: values = [] }) => {
      const value = valuesOf(thing)[name];
      if (value === undefined) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
      return values.includes(value);
    });
  });
}

function permission(rule: Rule): object {
  return {
    IpProtocol: rule.protocol,
    ...(rule.fromPort === undefined ? {} : { FromPort: rule.fromPort }),
    ...(rule.toPort === undefined ? {} : { ToPort: rule.toPort }),
    UserIdGroupPairs: rule.securityGroupId === undefined ? [] : [{ GroupId: rule.securityGroupId }],
    IpRanges: rule.cidr === undefined ? [] : [{ CidrIp: rule.cidr }],
  };
}
