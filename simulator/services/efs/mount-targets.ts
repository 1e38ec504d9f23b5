import type {
  CreateMountTargetRequest,
  DeleteMountTargetRequest,
  DescribeMountTargetSecurityGroupsRequest,
  DescribeMountTargetsRequest,
  MountTargetDescription,
} from '@aws-sdk/client-efs';
import type { Chance } from '../../world/chance.ts';
import { NotModelled, type Operation } from '../../world/region.ts';
import type { Subnet } from '../ec2/index.ts';
import { draw, timing } from '../timing.ts';
import { page } from './pages.ts';
import { accessPointOf, badRequest, fileSystemOf, mountTargetOf, mustBeAvailable, refusal } from './refusals.ts';
import type { EfsState, FileSystem, MountTarget } from './state.ts';

const mostSecurityGroups = 5;

/** Makes a mount target that is still `creating`. */
export function addMountTarget(
  state: EfsState,
  fileSystem: FileSystem,
  subnet: Subnet,
  securityGroups: readonly string[],
  chance: Chance = state.chance,
): MountTarget {
  const target: MountTarget = {
    id: `fsmt-${chance.hex(17)}`,
    fileSystemId: fileSystem.id,
    subnetId: subnet.id,
    ipAddress: `10.0.${chance.whole(0, 255)}.${chance.whole(4, 254)}`,
    networkInterfaceId: `eni-${chance.hex(17)}`,
    securityGroups,
    vpcId: subnet.vpcId,
    availabilityZoneName: subnet.availabilityZone,
    state: 'creating',
  };
  state.mountTargets.set(target.id, target);
  return target;
}

export function mountTargetOperations(state: EfsState): Record<string, Operation> {
  const { region } = state;

  const describe = (target: MountTarget): MountTargetDescription => ({
    OwnerId: region.account.id,
    MountTargetId: target.id,
    FileSystemId: target.fileSystemId,
    SubnetId: target.subnetId,
    LifeCycleState: target.state,
    IpAddress: target.ipAddress,
    NetworkInterfaceId: target.networkInterfaceId,
    VpcId: target.vpcId,
    AvailabilityZoneName: target.availabilityZoneName,
  });

  return {
    CreateMountTarget: (input: CreateMountTargetRequest) => {
      if (input.IpAddress !== undefined || input.IpAddressType !== undefined || input.Ipv6Address !== undefined) {
        throw new NotModelled('addresses chosen by the caller of CreateMountTarget');
      }
      const fileSystem = fileSystemOf(state, input.FileSystemId);
      mustBeAvailable(fileSystem);
      const groups = input.SecurityGroups ?? [];
      if (groups.length > mostSecurityGroups) {
        throw refusal('SecurityGroupLimitExceeded', `At most ${mostSecurityGroups} security groups may be given.`, 400);
      }
      const subnet = region.services.EC2.subnet(input.SubnetId ?? '');
      if (subnet === undefined) {
        throw refusal('SubnetNotFound', `The subnet ID '${input.SubnetId}' does not exist`, 400);
      }
      for (const other of state.mountTargets.values()) {
        if (other.fileSystemId !== fileSystem.id) continue;
        if (other.availabilityZoneName === subnet.availabilityZone) {
          throw refusal('MountTargetConflict', 'mount target already exists in this AZ', 409);
        }
        if (other.vpcId !== subnet.vpcId) {
          throw refusal(
            'MountTargetConflict',
            'requested subnet for new mount target is not in the same VPC as existing mount targets',
            409,
          );
        }
      }
      const target = addMountTarget(state, fileSystem, subnet, groups);
      region.world.after(draw(state.chance, timing.efs.mountTargetCreated), `EFS made ${target.id}`, () => {
        if (target.state === 'creating') target.state = 'available';
      });
      return describe(target);
    },

    DescribeMountTargets: (input: DescribeMountTargetsRequest) => {
      const given = [input.FileSystemId, input.MountTargetId, input.AccessPointId].filter((one) => one !== undefined);
      if (given.length !== 1) throw badRequest('Give one of FileSystemId, MountTargetId and AccessPointId.');
      let found: MountTarget[];
      if (input.MountTargetId !== undefined) found = [mountTargetOf(state, input.MountTargetId)];
      else {
        const id =
          input.FileSystemId !== undefined
            ? fileSystemOf(state, input.FileSystemId).id
            : accessPointOf(state, input.AccessPointId).fileSystemId;
        found = [...state.mountTargets.values()].filter((target) => target.fileSystemId === id);
      }
      const { items, next } = page(found, (one) => one.id, input.MaxItems ?? 10, input.Marker);
      return { MountTargets: items.map(describe), ...(next === undefined ? {} : { NextMarker: next }) };
    },

    DescribeMountTargetSecurityGroups: (input: DescribeMountTargetSecurityGroupsRequest) => ({
      SecurityGroups: [...mountTargetOf(state, input.MountTargetId).securityGroups],
    }),

    DeleteMountTarget: (input: DeleteMountTargetRequest) => {
      const target = mountTargetOf(state, input.MountTargetId);
      if (target.state === 'deleting') return {};
      target.state = 'deleting';
      region.world.after(draw(state.chance, timing.efs.mountTargetDeleted), `EFS deleted ${target.id}`, () => {
        state.mountTargets.delete(target.id);
      });
      return {};
    },
  };
}
