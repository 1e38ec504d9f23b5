import { EFSClient, paginateDescribeMountTargets } from '@aws-sdk/client-efs';
import { NotYet } from '../platform/errors.ts';
import { required, type Seam } from '../platform/seam.ts';
import { Unreachable } from '../restore/errors.ts';
import { mountIn } from '../restore/restore-efs.ts';
import { findFileSystem, mustBeOurs } from './file-system.ts';
import type { Hander } from './hander.ts';

/**
 * Gives a recovered file system its mount targets where applications are. All mount targets of one are in one VPC, so
 * those of the check have to be gone. Reads SCRATCH_SUBNET_IDS.
 */
export function fileHander(seam: Seam): Hander {
  const efs = seam.client(EFSClient);
  const sealed = required(seam.environment, 'SCRATCH_SUBNET_IDS').split(',');

  return async ({ chosen, directory }) => {
    const { network, name } = chosen;
    const { id, arn } = mustBeOurs(await findFileSystem(efs, chosen), chosen);
    const before = await targetsOf(efs, id);
    if (before.some(({ subnet }) => sealed.includes(subnet))) {
      throw new NotYet(`The mount targets of ${name} in the sealed network are not gone yet.`);
    }
    await mountIn(efs, id, network.subnets, network.securityGroups);
    const targets = await targetsOf(efs, id);
    const failed = targets.find(({ state }) => state === 'error');
    if (failed !== undefined)
      throw new Unreachable(`EFS could not make the mount target of ${id} in ${failed.subnet}.`);
    if (targets.length < network.subnets.length || targets.some(({ state }) => state !== 'available')) {
      throw new NotYet(`The mount targets of ${id} are being made.`);
    }
    const path = `/${directory ?? 'aws-backup-restore_*'}`;
    return {
      arn,
      endpoint: { fileSystemId: id, mountTargets: targets.map(({ subnet, address }) => ({ subnet, address })), path },
      at: `${id}:${path}`,
    };
  };
}

async function targetsOf(efs: EFSClient, id: string) {
  const targets: { subnet: string; address: string; state: string }[] = [];
  for await (const page of paginateDescribeMountTargets({ client: efs }, { FileSystemId: id })) {
    for (const { SubnetId: subnet = '', IpAddress: address = '', LifeCycleState: state = '' } of page.MountTargets ??
      []) {
      if (state !== 'deleted') targets.push({ subnet, address, state });
    }
  }
  return targets.sort((one, other) => one.subnet.localeCompare(other.subnet));
}
