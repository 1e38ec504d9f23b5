import { AwsError, NotModelled, type Operation, type Region } from '../../world/region.ts';

/** What may lead out of a VPC. Nothing goes through it: traffic is not modelled, and who looks sees it. */
export type WayOut = 'internet gateway' | 'peering' | 'endpoint' | 'route';

export interface WaysOut {
  readonly operations: Record<string, Operation>;
  /** What an operator may do: opens a VPC. */
  readonly open: (vpcId: string, way: WayOut) => void;
}

interface Filtered {
  readonly Filters?: readonly { readonly Name?: string; readonly Values?: readonly string[] }[];
}

/** The VPCs that filters of this name ask for; others are refused by name. */
function vpcsOf(operation: string, input: Filtered, names: readonly string[]): Set<string> | undefined {
  const others = Object.keys(input).filter((key) => key !== 'Filters');
  if (others.length > 0) throw new NotModelled(`the parameter ${others[0]} of EC2.${operation}`);
  const filter = input.Filters?.[0];
  if (filter === undefined) return undefined;
  if (!names.includes(filter.Name ?? '')) {
    throw new AwsError('InvalidParameterValue', `The filter '${filter.Name}' is invalid`);
  }
  return new Set(filter.Values);
}

export function waysOut(
  region: Region,
  vpcIds: () => Iterable<{ readonly id: string; readonly cidr: string }>,
): WaysOut {
  const opened: { readonly vpcId: string; readonly way: WayOut; readonly id: string }[] = [];
  const ways = (way: WayOut, wanted: Set<string> | undefined) =>
    opened.filter((one) => one.way === way && (wanted?.has(one.vpcId) ?? true));
  const prefixes: Readonly<Record<WayOut, string>> = {
    'internet gateway': 'igw',
    peering: 'pcx',
    endpoint: 'vpce',
    route: 'nat',
  };
  return {
    open: (vpcId, way) => {
      opened.push({ vpcId, way, id: `${prefixes[way]}-${String(opened.length + 1).padStart(17, '0')}` });
    },
    operations: {
      DescribeInternetGateways: (input: Filtered) => ({
        InternetGateways: ways(
          'internet gateway',
          vpcsOf('DescribeInternetGateways', input, ['attachment.vpc-id']),
        ).map(({ id, vpcId }) => ({ InternetGatewayId: id, Attachments: [{ State: 'available', VpcId: vpcId }] })),
      }),
      DescribeVpcPeeringConnections: (input: Filtered) => {
        const wanted = vpcsOf('DescribeVpcPeeringConnections', input, [
          'requester-vpc-info.vpc-id',
          'accepter-vpc-info.vpc-id',
        ]);
        const isAccepter = input.Filters?.[0]?.Name === 'accepter-vpc-info.vpc-id';
        const found = isAccepter ? [] : ways('peering', wanted);
        return {
          VpcPeeringConnections: found.map(({ id, vpcId }) => ({
            VpcPeeringConnectionId: id,
            RequesterVpcInfo: { VpcId: vpcId, OwnerId: region.account.id },
            Status: { Code: 'active', Message: 'Active' },
          })),
        };
      },
      DescribeVpcEndpoints: (input: Filtered) => ({
        VpcEndpoints: ways('endpoint', vpcsOf('DescribeVpcEndpoints', input, ['vpc-id'])).map(({ id, vpcId }) => ({
          VpcEndpointId: id,
          VpcId: vpcId,
          State: 'available',
        })),
      }),
      DescribeRouteTables: (input: Filtered) => {
        const wanted = vpcsOf('DescribeRouteTables', input, ['vpc-id']);
        // Every VPC has a main table with the route to itself.
        const tables = [...vpcIds()].filter(({ id }) => wanted?.has(id) ?? true);
        return {
          RouteTables: tables.map(({ id: vpcId, cidr }) => ({
            RouteTableId: `rtb-${vpcId.slice(4)}`,
            VpcId: vpcId,
            Routes: [
              { DestinationCidrBlock: cidr, GatewayId: 'local', State: 'active' },
              ...ways('route', new Set([vpcId])).map(({ id }) => ({
                DestinationCidrBlock: '0.0.0.0/0',
                NatGatewayId: id,
                State: 'active',
              })),
            ],
          })),
        };
      },
    },
  };
}
