import { AwsError } from '../../world/region.ts';
import type { DbCluster, DbInstance, RdsState } from './state.ts';

export function instanceOf(state: RdsState, identifier: string | undefined): DbInstance {
  const found = state.instances.get((identifier ?? '').toLowerCase());
  if (found === undefined) throw new AwsError('DBInstanceNotFoundFault', `DBInstance ${identifier} not found.`, 404);
  return found;
}

export function clusterOf(state: RdsState, identifier: string | undefined): DbCluster {
  const found = state.clusters.get((identifier ?? '').toLowerCase());
  if (found === undefined) throw new AwsError('DBClusterNotFoundFault', `DBCluster ${identifier} not found.`, 404);
  return found;
}

export function wrongClusterState(message: string): AwsError {
  return new AwsError('InvalidDBClusterStateFault', message, 400);
}

export function wrongState(message: string): AwsError {
  return new AwsError('InvalidDBInstanceStateFault', message, 400);
}

export function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message, 400);
}

export function invalidCombination(message: string): AwsError {
  return new AwsError('InvalidParameterCombination', message, 400);
}

/** 1–63 letters, digits or hyphens, a letter first, no double and no last hyphen. */
export function checkIdentifier(identifier: string): void {
  if (/^[a-z](?!.*--)[a-z0-9-]{0,62}$/i.test(identifier) && !identifier.endsWith('-')) return;
  throw invalidValue(
    `The parameter DBInstanceIdentifier is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens: ${identifier}`,
  );
}
