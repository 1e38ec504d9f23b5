import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { Ledger } from '../ledger/ledger.ts';
import { type ScratchRow, scratchKey } from '../ledger/scratch.ts';
import { NotYet, nameOf } from '../platform/errors.ts';
import type { Clock } from '../platform/seam.ts';
import { scratchName } from '../scratch/birth.ts';
import { note, register } from '../scratch/register.ts';
import { Unreachable } from './errors.ts';
import { leaveProbeLane, takeProbeLane } from './probe-lane.ts';

export interface Publishing {
  readonly functions: LambdaClient;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** The file probe's name, and where it mounts. */
  readonly probe: string;
  readonly mountPath: string;
}

/**
 * A version of the file probe whose mount is this access point and never changes. Throws `NotYet` until there is one.
 * The version is registered before it is published, and checked before it is used.
 */
export async function publishedFor(
  parts: Publishing,
  drill: Pick<ScratchRow, 'drill' | 'resource' | 'attempt' | 'execution' | 'goneBy'>,
  accessPoint: string,
): Promise<string> {
  const { functions, ledger, clock, probe } = parts;
  const registered = await ledger.get<ScratchRow>(scratchKey(drill.drill, 'probe-version'));
  if (registered?.id !== undefined) return activeVersion(parts, registered.id, accessPoint);

  if (!(await takeProbeLane(ledger, probe, drill.drill, clock.now()))) {
    throw new NotYet('Another drill is pointing the file probe at its file system.');
  }
  const latest = await functions.send(new GetFunctionConfigurationCommand({ FunctionName: probe }));
  if (latest.LastUpdateStatus === 'InProgress') throw new NotYet('Lambda is updating the file probe.');
  if (!mounts(latest, parts.mountPath, accessPoint)) {
    await point(parts, accessPoint, latest.RevisionId);
    throw new NotYet('Lambda was told to point the file probe at the file system of the drill.');
  }
  if (latest.LastUpdateStatus === 'Failed') {
    throw new Unreachable(
      `Lambda could not mount the restored file system: ${latest.LastUpdateStatusReasonCode ?? 'no reason given'}.`,
    );
  }
  await register(ledger, { ...drill, what: 'probe-version', name: probe }, clock.now());
  const id = await publish(parts, drill.drill, latest.RevisionId);
  await note(ledger, { drill: drill.drill, what: 'probe-version' }, { id });
  await leaveProbeLane(ledger, probe, drill.drill);
  return activeVersion(parts, id, accessPoint);
}

/** The version, once it can be invoked and if it mounts what it should. */
async function activeVersion(
  { functions, probe, mountPath }: Publishing,
  id: string,
  accessPoint: string,
): Promise<string> {
  const version = await functions.send(new GetFunctionConfigurationCommand({ FunctionName: probe, Qualifier: id }));
  if (!mounts(version, mountPath, accessPoint)) {
    throw new Unreachable(`Version ${id} of ${probe} does not mount the file system of this drill.`);
  }
  if (version.State === 'Failed') {
    throw new Unreachable(
      `Lambda could not make version ${id} of ${probe} ready: ${version.StateReasonCode ?? 'no reason given'}.`,
    );
  }
  if (version.State !== undefined && version.State !== 'Active')
    throw new NotYet(`Version ${id} of ${probe} is ${version.State}.`);
  return id;
}

function mounts({ FileSystemConfigs }: FunctionConfiguration, path: string, accessPoint: string): boolean {
  const [config, ...others] = FileSystemConfigs ?? [];
  return config?.Arn === accessPoint && config.LocalMountPath === path && others.length === 0;
}

/** What Lambda answers when somebody else changed the function since it was read, or is changing it. */
const overtaken: readonly string[] = ['PreconditionFailedException', 'ResourceConflictException'];

async function point(
  { functions, probe, mountPath }: Publishing,
  Arn: string,
  RevisionId: string | undefined,
): Promise<void> {
  try {
    await functions.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: probe,
        FileSystemConfigs: [{ Arn, LocalMountPath: mountPath }],
        RevisionId,
      }),
    );
  } catch (error) {
    if (!overtaken.includes(nameOf(error))) throw error;
    throw new NotYet('Somebody else is changing the file probe.', { cause: error });
  }
}

async function publish(
  { functions, probe }: Publishing,
  drill: string,
  RevisionId: string | undefined,
): Promise<string> {
  try {
    const { Version } = await functions.send(
      new PublishVersionCommand({ FunctionName: probe, Description: scratchName(drill), RevisionId }),
    );
    if (Version === undefined) throw new Error('Lambda published a version of the file probe and did not say which.');
    return Version;
  } catch (error) {
    if (!overtaken.includes(nameOf(error))) throw error;
    throw new NotYet('Somebody else is changing the file probe.', { cause: error });
  }
}
