import { DescribeFileSystemsCommand, type EFSClient, type FileSystemDescription } from '@aws-sdk/client-efs';
import { recoveredTag } from '../account/tagged.ts';
import { NotYet } from '../platform/errors.ts';
import { Unreachable } from '../restore/errors.ts';
import type { Recovery } from './plan.ts';

/** The file system that this recovery created, by its creation token; undefined when there is none. */
export async function findFileSystem(efs: EFSClient, { id }: Recovery): Promise<FileSystemDescription | undefined> {
  const { FileSystems } = await efs.send(new DescribeFileSystemsCommand({ CreationToken: id }));
  return FileSystems?.[0];
}

/** Its id and ARN, once it can be used. @throws Unreachable when it is not this recovery's, NotYet while it is made */
export function mustBeOurs(
  found: FileSystemDescription | undefined,
  chosen: Recovery,
): { readonly id: string; readonly arn: string } {
  const { FileSystemId: id, FileSystemArn: arn, Tags, LifeCycleState } = found ?? {};
  if (id === undefined || arn === undefined) throw new Unreachable(`EFS knows no file system of ${chosen.execution}.`);
  if (Tags?.find(({ Key }) => Key === recoveredTag)?.Value !== chosen.execution) {
    throw new Unreachable(
      `${id} does not carry the tag ${recoveredTag} of this recovery, so nothing of it is changed.`,
    );
  }
  if (LifeCycleState !== 'available') throw new NotYet(`The file system ${id} is ${LifeCycleState}.`);
  return { id, arn };
}
