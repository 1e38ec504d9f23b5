import type { ModifyDBInstanceMessage } from '@aws-sdk/client-rds';
import { AwsError } from '../../world/region.ts';
import { invalidCombination } from './refusals.ts';
import type { DbInstance, RdsState, SubnetGroup } from './state.ts';

/**
 * An instance can move to another VPC while it is in one zone, not public and no replica (documented for the API member and in
 * the guide to changing a VPC); within its VPC it cannot change its subnet group (the message is the real one).
 */
export function networkToMoveTo(
  state: RdsState,
  instance: DbInstance,
  name: string,
  { MultiAZ: multiAz, PubliclyAccessible: isPublic }: ModifyDBInstanceMessage,
): SubnetGroup {
  const group = state.subnetGroups.get(name.toLowerCase());
  if (group === undefined) {
    throw new AwsError('DBSubnetGroupNotFoundFault', `DB subnet group '${name}' does not exist.`, 404);
  }
  const from = state.subnetGroups.get(instance.subnetGroup ?? '');
  if (from !== undefined && from.vpcId === group.vpcId) {
    throw new AwsError(
      'InvalidVPCNetworkStateFault',
      `You cannot move DB instance ${instance.identifier} to subnet group ${name}. The specified DB subnet group and DB instance are in the same VPC. Choose a DB subnet group in different VPC than the specified DB instance and try again.`,
      400,
    );
  }
  if (instance.multiAz || multiAz === true) {
    throw invalidCombination(
      `You cannot move a DB instance with Multi-AZ enabled to a VPC: ${instance.identifier}. Make it single-AZ first.`,
    );
  }
  if (instance.publiclyAccessible || isPublic === true) {
    throw invalidCombination(`You cannot move the publicly accessible DB instance ${instance.identifier} to a VPC.`);
  }
  return group;
}

/** Security groups are of one VPC, and an instance takes those of its own alone. */
export function mustBeInVpc(state: RdsState, groups: readonly string[], vpcId: string | undefined): void {
  for (const id of groups) {
    const its = state.region.services.EC2.securityGroup(id)?.vpcId;
    if (its === undefined || vpcId === undefined || its === vpcId) continue;
    throw invalidCombination(
      `The DB instance and EC2 security group are in different VPCs. The DB instance is in ${vpcId} and the EC2 security group ${id} is in ${its}`,
    );
  }
}
