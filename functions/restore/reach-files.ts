import {
  type AccessPointDescription,
  CreateAccessPointCommand,
  EFSClient,
  paginateDescribeAccessPoints,
  paginateDescribeMountTargets,
} from '@aws-sdk/client-efs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { type ScratchRow, scratchKey } from '../ledger/scratch.ts';
import { NotYet, nameOf } from '../platform/errors.ts';
import { required, type Seam } from '../platform/seam.ts';
import { birthTags } from '../scratch/birth.ts';
import { askProbe } from './ask.ts';
import { Unreachable } from './errors.ts';
import type { Reached } from './plan.ts';
import { publishedFor } from './probe-version.ts';
import type { Reacher, Reaching } from './reacher.ts';

/** Makes a file system readable by its probe, whoever made it. */
export type FileSystemMounter = (
  of: Pick<Reaching, 'plan' | 'attempt' | 'execution' | 'ledger'>,
  fileSystem: string,
) => Promise<Reached>;

/**
 * Publishes a version of the file probe that mounts a file system which was restored into, and has it leave the drill's
 * nonce there. Reads PROBE_FILES_FUNCTION and MOUNT_PATH.
 */
export function fileSystemMounter(seam: Seam): FileSystemMounter {
  const efs = seam.client(EFSClient);
  const functions = seam.client(LambdaClient);
  const probe = required(seam.environment, 'PROBE_FILES_FUNCTION');
  const mountPath = required(seam.environment, 'MOUNT_PATH');

  return async ({ plan, attempt, execution, ledger }, id): Promise<Reached> => {
    const { drill, goneBy } = plan;
    await mustBeMountable(efs, id);
    const accessPoint = await accessPointOf(efs, id, drill);
    const version = await publishedFor(
      { functions, ledger, clock: seam.clock, probe, mountPath },
      { drill, resource: plan.resource, attempt, execution, goneBy },
      accessPoint,
    );
    const answer = await askProbe(functions, { function: probe, version }, { ask: 'mark', drill });
    if (!z.object({ marked: z.literal(drill) }).safeParse(answer).success) {
      throw new Unreachable('The file probe did not mark the restored file system.');
    }
    return { by: 'mount', version, reachedAt: seam.clock.now().toISOString() };
  };
}

/** Makes a drill's scratch file system readable by its probe. Reads what {@link fileSystemMounter} reads. */
export function fileSystemReacher(seam: Seam): Reacher {
  const mounted = fileSystemMounter(seam);
  return async (reaching) => {
    const { drill } = reaching.plan;
    const row = await reaching.ledger.get<ScratchRow>(scratchKey(drill, 'file-system'));
    if (row?.id === undefined) throw new Unreachable(`The register knows no file system of drill ${drill}.`);
    return mounted(reaching, row.id);
  };
}

async function mustBeMountable(efs: EFSClient, id: string): Promise<void> {
  let available = 0;
  for await (const page of paginateDescribeMountTargets({ client: efs }, { FileSystemId: id })) {
    for (const { LifeCycleState, MountTargetId } of page.MountTargets ?? []) {
      if (LifeCycleState === 'error')
        throw new Unreachable(`EFS could not make the mount target ${MountTargetId} of ${id}.`);
      if (LifeCycleState !== 'available')
        throw new NotYet(`The mount target ${MountTargetId} of ${id} is ${LifeCycleState}.`);
      available += 1;
    }
  }
  if (available === 0) throw new Unreachable(`The restored file system ${id} has no mount target.`);
}

/** The access point as root, since a restore keeps the owners that the files had. */
async function accessPointOf(efs: EFSClient, id: string, drill: string): Promise<string> {
  let found: AccessPointDescription | undefined;
  for await (const page of paginateDescribeAccessPoints({ client: efs }, { FileSystemId: id })) {
    found ??= page.AccessPoints?.find(({ ClientToken }) => ClientToken === drill);
  }
  if (found === undefined) {
    try {
      found = await efs.send(
        new CreateAccessPointCommand({
          ClientToken: drill,
          FileSystemId: id,
          PosixUser: { Uid: 0, Gid: 0 },
          RootDirectory: { Path: '/' },
          Tags: birthTags(drill),
        }),
      );
    } catch (error) {
      if (nameOf(error) !== 'AccessPointAlreadyExists') throw error;
      throw new NotYet(`EFS has the access point of drill ${drill} and does not list it yet.`, { cause: error });
    }
  }
  const { AccessPointArn, LifeCycleState } = found;
  if (LifeCycleState === 'error') throw new Unreachable(`EFS could not make the access point of ${id}.`);
  if (LifeCycleState !== 'available' || AccessPointArn === undefined) {
    throw new NotYet(`The access point of ${id} is ${LifeCycleState ?? 'in no known state'}.`);
  }
  return AccessPointArn;
}
