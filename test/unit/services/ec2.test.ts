import { expect, test } from '@jest/globals';
import { createEC2 } from '../../../simulator/services/ec2/index.ts';
import { call, refusal, regionAlone } from './alone.ts';

function network() {
  const region = regionAlone((alone) => ({ EC2: createEC2(alone) }));
  const { EC2 } = region.services;
  EC2.addVpc({ id: 'vpc-scratch', cidr: '10.9.0.0/16' });
  EC2.addVpc({ id: 'vpc-production', cidr: '10.1.0.0/16' });
  EC2.addSubnet({ id: 'subnet-a', vpcId: 'vpc-scratch', cidr: '10.9.1.0/24', availabilityZone: 'eu-central-1a' });
  EC2.addSubnet({ id: 'subnet-p', vpcId: 'vpc-production', cidr: '10.1.1.0/24', availabilityZone: 'eu-central-1a' });
  EC2.addSecurityGroup({ id: 'sg-probe', name: 'probe', vpcId: 'vpc-scratch' });
  EC2.addSecurityGroup({ id: 'sg-database', name: 'database', vpcId: 'vpc-scratch' });
  return { region, EC2 };
}
const postgres = { protocol: 'tcp', fromPort: 5432, toPort: 5432 };

test('a database is reached only when a rule lets the caller in', () => {
  const { EC2 } = network();
  expect(EC2.allows(['sg-probe'], ['sg-database'], 5432)).toBe(false);
  EC2.addIngress('sg-database', { ...postgres, securityGroupId: 'sg-probe' });
  expect(EC2.allows(['sg-probe'], ['sg-database'], 5432)).toBe(true);
  expect(EC2.allows(['sg-probe'], ['sg-database'], 5433)).toBe(false);
  expect(EC2.allows(['sg-database'], ['sg-probe'], 5432)).toBe(false);
});

test('a first rule for going out closes all other ways out', () => {
  const { EC2 } = network();
  EC2.addIngress('sg-database', { protocol: '-1', cidr: '10.0.0.0/8' });
  expect(EC2.allows(['sg-probe'], ['sg-database'], 5432)).toBe(true);
  EC2.addEgress('sg-probe', { protocol: 'tcp', fromPort: 2049, toPort: 2049, securityGroupId: 'sg-database' });
  expect(EC2.allows(['sg-probe'], ['sg-database'], 5432)).toBe(false);
  expect(EC2.allows(['sg-probe'], ['sg-database'], 2049)).toBe(true);
});

test('a range of addresses lets in only a network that lies in it', () => {
  const { EC2 } = network();
  EC2.addIngress('sg-database', { ...postgres, cidr: '10.1.0.0/16' });
  expect(EC2.allows(['sg-probe'], ['sg-database'], 5432)).toBe(false);
});

test('networks are described by id and by filter', () => {
  const { region } = network();
  const subnets = call(region, 'EC2', 'DescribeSubnets', { Filters: [{ Name: 'vpc-id', Values: ['vpc-scratch'] }] });
  expect(subnets.Subnets).toMatchObject([{ SubnetId: 'subnet-a', AvailabilityZone: 'eu-central-1a' }]);
  const groups = call(region, 'EC2', 'DescribeSecurityGroups', { GroupIds: ['sg-database'] });
  expect(groups.SecurityGroups).toMatchObject([{ GroupName: 'database', VpcId: 'vpc-scratch', IpPermissions: [] }]);
  expect(refusal(() => call(region, 'EC2', 'DescribeVpcs', { VpcIds: ['vpc-none'] }))).toContain(
    'InvalidVpcID.NotFound',
  );
});
