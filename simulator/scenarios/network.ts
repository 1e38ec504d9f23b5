import { chanceOf } from '../world/chance.ts';
import type { Region } from '../world/region.ts';

/**
 * The network of an account's applications in one Region: a VPC over three zones, with a DB subnet group. Its ids depend
 * on the Region alone and not on the seed, so that a policy file can name them.
 */
export interface ProductionNetwork {
  readonly vpcId: string;
  /** In this order: zone a, b, c. */
  readonly subnetIds: readonly string[];
  /** Its DB subnet group, which covers all three. */
  readonly subnetGroup: string;
  /** The group that the applications are in: it may reach the two others, at their ports. */
  readonly applicationGroup: string;
  readonly databaseGroup: string;
  readonly fileGroup: string;
}

const zones = ['a', 'b', 'c'] as const;
const postgresPort = 5432;
const mysqlPort = 3306;
const nfsPort = 2049;

/** What `putNetwork` makes, or made, in a Region. */
export function networkIn(region: string): ProductionNetwork {
  const chance = chanceOf(`the network of applications in ${region}`);
  const id = (kind: string, name: string) => `${kind}-${chance.fork(`${kind} ${name}`).hex(17)}`;
  return {
    vpcId: id('vpc', 'production'),
    subnetIds: zones.map((zone) => id('subnet', zone)),
    subnetGroup: 'production',
    applicationGroup: id('sg', 'applications'),
    databaseGroup: id('sg', 'databases'),
    fileGroup: id('sg', 'files'),
  };
}

/** Puts the network of applications into a Region, as it would stand there on the first day. */
export function putNetwork(region: Region): ProductionNetwork {
  const { EC2, RDS } = region.services;
  const network = networkIn(region.name);
  const { vpcId, subnetIds, subnetGroup, applicationGroup, databaseGroup, fileGroup } = network;
  EC2.addVpc({ id: vpcId, cidr: '10.20.0.0/16' });
  for (const [index, zone] of zones.entries()) {
    const id = subnetIds[index] ?? '';
    EC2.addSubnet({ id, vpcId, cidr: `10.20.${index}.0/24`, availabilityZone: `${region.name}${zone}` });
  }
  EC2.addSecurityGroup({ id: applicationGroup, name: 'applications', vpcId, ingress: [] });
  const open = (...ports: readonly number[]) =>
    ports.map((port) => ({ protocol: 'tcp', fromPort: port, toPort: port, securityGroupId: applicationGroup }));
  EC2.addSecurityGroup({ id: databaseGroup, name: 'databases', vpcId, ingress: open(postgresPort, mysqlPort) });
  EC2.addSecurityGroup({ id: fileGroup, name: 'files', vpcId, ingress: open(nfsPort) });
  RDS.addSubnetGroup({ name: subnetGroup, subnetIds, vpcId });
  return network;
}
