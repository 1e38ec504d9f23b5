import { join, normalize } from 'node:path';
import { AwsError, type Region } from '../../world/region.ts';
import type { Configuration } from './function.ts';

const nfsPort = 2049;

/** Throws what Lambda answers to an invocation whose file system cannot be mounted. */
export function checkMounts(region: Region, configuration: Configuration): void {
  const { vpc } = configuration;
  const { EFS, EC2 } = region.services;
  for (const { Arn } of configuration.fileSystems) {
    const accessPoint = EFS.accessPoint(Arn);
    if (accessPoint === undefined || vpc === undefined) {
      throw new AwsError(
        'EFSMountFailureException',
        `The function couldn't mount the EFS file system: the access point ${Arn} was not found.`,
        403,
      );
    }
    const { fileSystemId } = accessPoint;
    const open = EFS.mountTargets(fileSystemId).some(
      (target) =>
        target.state === 'available' &&
        !EC2.isZoneGone(target.availabilityZoneName) &&
        vpc.subnetIds.includes(target.subnetId) &&
        EC2.allows(vpc.securityGroupIds, target.securityGroups, nfsPort),
    );
    if (!open) {
      throw new AwsError(
        'EFSMountConnectivityException',
        `The function couldn't make a network connection to the EFS file system ${fileSystemId}.`,
        408,
      );
    }
  }
}

/**
 * Throws what Lambda answers to a configuration whose file system is not ready to be mounted: a mount target must be
 * available in every subnet of the function. The messages are from memory of the real ones.
 */
export function checkMountTargets(region: Region, configuration: Configuration): void {
  const subnets = configuration.vpc?.subnetIds ?? [];
  for (const { Arn } of configuration.fileSystems) {
    const accessPoint = region.services.EFS.accessPoint(Arn);
    if (accessPoint === undefined) throw invalid(`The access point ${Arn} does not exist.`);
    const { fileSystemId } = accessPoint;
    if (subnets.length === 0) throw invalid('A function with a file system needs a VPC with at least one subnet.');
    const targets = region.services.EFS.mountTargets(fileSystemId);
    const near = targets.filter((target) => subnets.includes(target.subnetId));
    if (subnets.some((subnet) => !near.some((target) => target.subnetId === subnet))) {
      throw invalid(
        `EFS file system ${fileSystemId} does not have mount targets created in all availability zones the function will execute in.`,
      );
    }
    if (near.some((target) => target.state !== 'available')) {
      throw invalid(
        `EFS file system ${fileSystemId} has mount targets created in all availability zones the function will execute in, but not all are in the available life cycle state yet. Please wait for them to become available and try the request again.`,
      );
    }
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message, 400, { Type: 'User' });
}

/** The real directory behind a path under the function's mount. */
export function mountedPath(region: Region, configuration: Configuration, path: string): string {
  const config = configuration.fileSystems.find(
    ({ LocalMountPath }) => path === LocalMountPath || path.startsWith(`${LocalMountPath}/`),
  );
  if (config === undefined) throw new Error(`The function ${configuration.name} mounts nothing at ${path}.`);
  const accessPoint = region.services.EFS.accessPoint(config.Arn);
  if (accessPoint === undefined) throw new Error(`The access point ${config.Arn} is gone.`);
  const root = region.account.data.files.directory(accessPoint.fileSystemId);
  return join(root, accessPoint.rootDirectory.path, normalize(`/${path.slice(config.LocalMountPath.length)}`));
}
