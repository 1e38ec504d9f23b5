import {
  DeleteAccessPointCommand,
  DeleteMountTargetCommand,
  DescribeFileSystemsCommand,
  type FileSystemDescription,
  paginateDescribeAccessPoints,
  paginateDescribeMountTargets,
} from '@aws-sdk/client-efs';
import { resourceKey } from '../ledger/resource.ts';
import { nameOf } from '../platform/errors.ts';
import { mountIsScratch, mustBeScratch } from './birth.ts';
import type { Remover, Wrecking } from './removal.ts';

/**
 * Takes away what a recovered file system was checked through: its access point for the probe, and its mount targets in
 * the sealed subnets. The file system itself stays, and so does whatever else mounts it.
 */
export const removeSealedMount: Remover = async (wrecking, row) => {
  const { efs, ledger } = wrecking;
  const found = await find(wrecking, row.id);
  if (found?.FileSystemArn === undefined) return { is: 'gone' };
  const id = found.FileSystemId;
  mustBeScratch(
    mountIsScratch(row, {
      id,
      creationToken: found.CreationToken,
      tags: Object.fromEntries((found.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
      isProtected: (await ledger.get(resourceKey(found.FileSystemArn))) !== undefined,
    }),
  );
  for await (const page of paginateDescribeAccessPoints({ client: efs }, { FileSystemId: id })) {
    for (const point of page.AccessPoints ?? []) {
      if (point.ClientToken !== row.drill || point.LifeCycleState === 'deleting') continue;
      await unlessGone(efs.send(new DeleteAccessPointCommand({ AccessPointId: point.AccessPointId })));
    }
  }
  let targets = 0;
  for await (const page of paginateDescribeMountTargets({ client: efs }, { FileSystemId: id })) {
    for (const { MountTargetId, SubnetId = '', LifeCycleState } of page.MountTargets ?? []) {
      if (row.subnets?.includes(SubnetId) !== true) continue;
      targets += 1;
      if (LifeCycleState === 'deleting') continue;
      await unlessGone(efs.send(new DeleteMountTargetCommand({ MountTargetId })));
    }
  }
  return targets > 0 ? { is: 'going', because: `${targets} mount targets of ${id} are going` } : { is: 'gone' };
};

const missing: readonly string[] = ['AccessPointNotFound', 'MountTargetNotFound', 'FileSystemNotFound'];

async function unlessGone(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!missing.includes(nameOf(error))) throw error;
  }
}

async function find({ efs }: Wrecking, id: string | undefined): Promise<FileSystemDescription | undefined> {
  if (id === undefined) return undefined;
  try {
    const { FileSystems } = await efs.send(new DescribeFileSystemsCommand({ FileSystemId: id }));
    return FileSystems?.[0];
  } catch (error) {
    if (nameOf(error) === 'FileSystemNotFound') return undefined;
    throw error;
  }
}
