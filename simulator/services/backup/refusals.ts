import type { Lifecycle as AskedLifecycle } from '@aws-sdk/client-backup';
import { AwsError, NotModelled } from '../../world/region.ts';
import type { BackupState, Lifecycle, Point, Vault } from './state.ts';

function refusal(name: string, message: string): AwsError {
  return new AwsError(name, message, 400, { Code: name, Type: 'Client' });
}

export function invalidValue(message: string): AwsError {
  return refusal('InvalidParameterValueException', message);
}

export function invalidRequest(message: string): AwsError {
  return refusal('InvalidRequestException', message);
}

export function limitExceeded(message: string): AwsError {
  return refusal('LimitExceededException', message);
}

export function notFound(message: string): AwsError {
  return refusal('ResourceNotFoundException', message);
}

export function invalidState(message: string): AwsError {
  return refusal('InvalidResourceStateException', message);
}

export function alreadyExists(message: string, arn: string): AwsError {
  return new AwsError('AlreadyExistsException', message, 400, {
    Code: 'AlreadyExistsException',
    Type: 'Client',
    Arn: arn,
  });
}

export function vaultOf(state: BackupState, name: string | undefined): Vault {
  if (name === undefined || !/^[a-zA-Z0-9\-_]{2,50}$/.test(name)) {
    throw invalidValue(`Invalid Backup Vault name: ${name}. It must match ^[a-zA-Z0-9\\-\\_]{2,50}$.`);
  }
  const vault = state.vaults.get(name);
  if (vault === undefined) throw notFound(`Backup vault ${name} does not exist.`);
  return vault;
}

export function pointOf(vault: Vault, arn: string | undefined): Point {
  const point = vault.points.get(arn ?? '');
  if (point === undefined) throw notFound(`Cannot find recovery point ${arn} in the vault ${vault.name}.`);
  return point;
}

/** A lifecycle as it is kept: cold storage is dropped for types that have none, as AWS ignores it. */
export function lifecycleOf(
  input: AskedLifecycle | undefined,
  options: { readonly cold: boolean; readonly copy?: boolean },
): Lifecycle {
  const { MoveToColdStorageAfterDays: cold, DeleteAfterDays: keep } = input ?? {};
  if (input?.DeleteAfterEvent !== undefined) throw invalidValue('DeleteAfterEvent is not valid as an input.');
  if (input?.OptInToArchiveForSupportedResources === true) throw new NotModelled('archive storage');
  if (keep !== undefined && keep < 1 && !(options.copy === true && keep === -1)) {
    throw invalidValue(`DeleteAfterDays must be at least 1, and is ${keep}.`);
  }
  if (cold !== undefined && cold >= 0 && keep !== undefined && keep >= 0 && keep < cold + 90) {
    throw invalidValue('DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays');
  }
  return {
    ...(options.cold && cold !== undefined && cold >= 0 ? { MoveToColdStorageAfterDays: cold } : {}),
    ...(keep === undefined ? {} : { DeleteAfterDays: keep }),
  };
}

/** Whether a vault's lock lets a job with this lifecycle store into it. */
export function lockAllows(vault: Vault, lifecycle: Lifecycle): boolean {
  const { lock } = vault;
  if (lock === undefined) return true;
  const days = lifecycle.DeleteAfterDays;
  if (lock.maxDays !== undefined && (days === undefined || days > lock.maxDays)) return false;
  return lock.minDays === undefined || days === undefined || days >= lock.minDays;
}
