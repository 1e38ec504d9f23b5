import { AwsError } from '../../world/region.ts';
import type { AccessPoint, EfsState, FileSystem, MountTarget } from './state.ts';

/** The errors of EFS: their names carry no "Exception", and their code is in the member `ErrorCode`. */
export function refusal(
  name: string,
  message: string,
  status: number,
  members: Readonly<Record<string, unknown>> = {},
): AwsError {
  return new AwsError(name, message, status, { ErrorCode: name, Message: message, ...members });
}

export function badRequest(message: string): AwsError {
  return refusal('BadRequest', message, 400);
}

/** The part of an ARN after the last slash, or the text itself: EFS takes ids and ARNs. */
export function idOf(idOrArn: string): string {
  return idOrArn.slice(idOrArn.lastIndexOf('/') + 1);
}

export function fileSystemOf(state: EfsState, idOrArn: string | undefined): FileSystem {
  const id = idOf(idOrArn ?? '');
  const found = state.fileSystems.get(id);
  if (found === undefined) throw refusal('FileSystemNotFound', `File system '${id}' does not exist.`, 404);
  return found;
}

export function mountTargetOf(state: EfsState, id: string | undefined): MountTarget {
  const found = state.mountTargets.get(id ?? '');
  if (found === undefined) throw refusal('MountTargetNotFound', `Mount target '${id}' does not exist.`, 404);
  return found;
}

export function accessPointOf(state: EfsState, idOrArn: string | undefined): AccessPoint {
  const id = idOf(idOrArn ?? '');
  const found = state.accessPoints.get(id);
  if (found === undefined) throw refusal('AccessPointNotFound', `Access point '${id}' does not exist.`, 404);
  return found;
}

export function mustBeAvailable(fileSystem: FileSystem): void {
  if (fileSystem.state === 'available') return;
  throw refusal(
    'IncorrectFileSystemLifeCycleState',
    `File system '${fileSystem.id}' must be in the 'available' state. It is '${fileSystem.state}'.`,
    409,
  );
}
