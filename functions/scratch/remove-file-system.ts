import {
  DeleteAccessPointCommand,
  DeleteFileSystemCommand,
  DeleteMountTargetCommand,
  DescribeFileSystemsCommand,
  type FileSystemDescription,
  paginateDescribeAccessPoints,
  paginateDescribeMountTargets,
} from '@aws-sdk/client-efs';
import { resourceKey } from '../ledger/resource.ts';
import { nameOf } from '../platform/errors.ts';
import { fileSystemIsScratch, isDrillId, mustBeScratch, NotScratch } from './birth.ts';
import type { Remover, Wrecking } from './removal.ts';

/**
 * Deletes a scratch file system: access points, then mount targets, then itself, which EFS refuses while a mount target
 * is left. A restore that still runs into it fails then, and leaves nothing.
 */
export const removeFileSystem: Remover = async (wrecking, row) => {
  if (!isDrillId(row.drill) || row.name !== row.drill) {
    throw new NotScratch(`Nothing was deleted: '${row.name}' is not the creation token of drill '${row.drill}'.`);
  }
  const found = await find(wrecking, row.id === undefined ? { CreationToken: row.name } : { FileSystemId: row.id });
  if (found === undefined) return { is: 'gone' };
  const { efs, ledger } = wrecking;
  const { FileSystemId: id, FileSystemArn: arn } = found;
  if (id === undefined || arn === undefined) {
    throw new NotScratch(`Nothing was deleted: EFS does not tell the ARN of the file system of drill ${row.drill}.`);
  }
  mustBeScratch(
    fileSystemIsScratch(row, {
      id,
      creationToken: found.CreationToken,
      tags: Object.fromEntries((found.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
      isProtected: (await ledger.get(resourceKey(arn))) !== undefined,
    }),
  );
  if (found.LifeCycleState === 'deleting') return { is: 'going', because: `EFS is deleting ${id}` };

  for await (const page of paginateDescribeAccessPoints({ client: efs }, { FileSystemId: id })) {
    for (const point of page.AccessPoints ?? []) {
      if (point.LifeCycleState === 'deleting') continue;
      await unlessGone(efs.send(new DeleteAccessPointCommand({ AccessPointId: point.AccessPointId })));
    }
  }
  let targets = 0;
  for await (const page of paginateDescribeMountTargets({ client: efs }, { FileSystemId: id })) {
    for (const target of page.MountTargets ?? []) {
      targets += 1;
      if (target.LifeCycleState === 'deleting') continue;
      await unlessGone(efs.send(new DeleteMountTargetCommand({ MountTargetId: target.MountTargetId })));
    }
  }
  if (targets > 0) return { is: 'going', because: `${targets} mount targets of ${id} are going` };
  try {
    await efs.send(new DeleteFileSystemCommand({ FileSystemId: id }));
  } catch (error) {
    if (nameOf(error) === 'FileSystemNotFound') return { is: 'gone' };
    if (!passing.includes(nameOf(error))) throw error;
    return { is: 'going', because: `EFS does not delete ${id} yet: ${nameOf(error)}` };
  }
  return { is: 'going', because: `EFS was told to delete ${id}` };
};

/** Refusals that pass when what stands in the way is gone. */
const passing: readonly string[] = ['FileSystemInUse', 'IncorrectFileSystemLifeCycleState'];
const missing: readonly string[] = ['AccessPointNotFound', 'MountTargetNotFound', 'FileSystemNotFound'];

async function unlessGone(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!missing.includes(nameOf(error))) throw error;
  }
}

async function find(
  { efs }: Wrecking,
  by: { CreationToken: string } | { FileSystemId: string },
): Promise<FileSystemDescription | undefined> {
  try {
    const { FileSystems } = await efs.send(new DescribeFileSystemsCommand(by));
    return FileSystems?.find(({ LifeCycleState }) => LifeCycleState !== 'deleted');
  } catch (error) {
    if (nameOf(error) === 'FileSystemNotFound') return undefined;
    throw error;
  }
}
