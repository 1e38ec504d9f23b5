import type { Rule } from '../../../services/ec2/index.ts';
import type { Kind } from '../kind.ts';
import type { PropertyReader } from '../properties.ts';

/** Rules that name a group by its id, or a range of addresses. */
function ruleOf(properties: PropertyReader): Rule {
  properties.without('Description', 'SourceSecurityGroupOwnerId');
  const group =
    properties.optionalText('SourceSecurityGroupId') ?? properties.optionalText('DestinationSecurityGroupId');
  const cidr = properties.optionalText('CidrIp');
  const from = properties.optionalNumber('FromPort');
  const to = properties.optionalNumber('ToPort');
  return {
    protocol: properties.text('IpProtocol'),
    ...(from !== undefined && { fromPort: from }),
    ...(to !== undefined && { toPort: to }),
    ...(group !== undefined && { securityGroupId: group }),
    ...(cidr !== undefined && { cidr }),
  };
}

export const networkKinds: Readonly<Record<string, Kind>> = {
  'AWS::EC2::VPC': {
    make: ({ region, properties, chance }) => {
      properties.without('EnableDnsSupport', 'EnableDnsHostnames', 'InstanceTenancy', 'Tags');
      const id = `vpc-${chance.hex(17)}`;
      region.services.EC2.addVpc({ id, cidr: properties.text('CidrBlock') });
      return { id, attributes: { VpcId: id, CidrBlock: properties.text('CidrBlock') } };
    },
  },
  'AWS::EC2::Subnet': {
    make: ({ region, properties, chance }) => {
      properties.without('MapPublicIpOnLaunch', 'Tags');
      const id = `subnet-${chance.hex(17)}`;
      const vpcId = properties.text('VpcId');
      const availabilityZone = properties.optionalText('AvailabilityZone') ?? `${region.name}a`;
      region.services.EC2.addSubnet({ id, vpcId, cidr: properties.text('CidrBlock'), availabilityZone });
      return { id, attributes: { SubnetId: id, VpcId: vpcId, AvailabilityZone: availabilityZone } };
    },
  },
  'AWS::EC2::SecurityGroup': {
    make: ({ region, properties, chance, generatedName }) => {
      properties.without('GroupDescription', 'Tags');
      const id = `sg-${chance.hex(17)}`;
      const vpcId = properties.text('VpcId');
      const egress = properties.all('SecurityGroupEgress').map(ruleOf);
      region.services.EC2.addSecurityGroup({
        id,
        name: properties.optionalText('GroupName') ?? generatedName(),
        vpcId,
        ingress: properties.all('SecurityGroupIngress').map(ruleOf),
        egress,
      });
      return { id, attributes: { GroupId: id, VpcId: vpcId } };
    },
  },
  'AWS::EC2::SecurityGroupIngress': {
    make: ({ region, properties, logicalId }) => {
      region.services.EC2.addIngress(properties.text('GroupId'), ruleOf(properties));
      return { id: logicalId, attributes: {} };
    },
  },
  'AWS::EC2::SecurityGroupEgress': {
    make: ({ region, properties, logicalId }) => {
      region.services.EC2.addEgress(properties.text('GroupId'), ruleOf(properties));
      return { id: logicalId, attributes: {} };
    },
  },
};
