import type {
  DeleteRecoveryPointInput,
  DescribeRecoveryPointInput,
  GetRecoveryPointRestoreMetadataInput,
  ListRecoveryPointsByBackupVaultInput,
  ListRecoveryPointsByResourceInput,
  UpdateRecoveryPointLifecycleInput,
} from '@aws-sdk/client-backup';
import { NotModelled, type Operation } from '../../world/region.ts';
import { kindOf, kinds } from './kinds/index.ts';
import { isHeld } from './legal-holds.ts';
import { asked, between, newestFirst } from './lists.ts';
import { beginDeletion, coldAt, deleteAt, scheduleExpiry, storageClass } from './points.ts';
import { invalidRequest, invalidState, invalidValue, lifecycleOf, lockAllows, pointOf, vaultOf } from './refusals.ts';
import { type BackupState, date, type Point } from './state.ts';
import { mustBeAllowed } from './vault-policy.ts';

export function pointOperations(state: BackupState): Record<string, Operation> {
  const { region } = state;
  const { world } = region;

  const inVault = (input: { BackupVaultName?: string | undefined; RecoveryPointArn?: string | undefined }) =>
    pointOf(vaultOf(state, input.BackupVaultName), input.RecoveryPointArn);

  const ownAccount = (account: string | undefined) => {
    if (account !== undefined && account !== region.account.id) throw new NotModelled('vaults of other accounts');
  };

  return {
    DescribeRecoveryPoint: (input: DescribeRecoveryPointInput) => {
      ownAccount(input.BackupVaultAccountId);
      const point = inVault(input);
      return { ...describePoint(point), StorageClass: storageClass(point, world.now()) };
    },

    ListRecoveryPointsByBackupVault: (input: ListRecoveryPointsByBackupVaultInput) => {
      ownAccount(input.BackupVaultAccountId);
      if (input.ByParentRecoveryPointArn !== undefined) throw new NotModelled('composite recovery points');
      const vault = vaultOf(state, input.BackupVaultName);
      const { items, next } = newestFirst(
        vault.points.of(input.ByResourceArn),
        input.MaxResults,
        input.NextToken,
        (point) =>
          asked(input.ByResourceType, point.type) &&
          // No point here is made by a plan of AWS Backup.
          input.ByBackupPlanId === undefined &&
          between(point.createdAt, input.ByCreatedAfter, input.ByCreatedBefore),
      );
      return { ...next, RecoveryPoints: items.map(describePoint) };
    },

    ListRecoveryPointsByResource: (input: ListRecoveryPointsByResourceInput) => {
      const { type } = kindOf(input.ResourceArn ?? '');
      if (type === 'RDS' && input.MaxResults !== undefined && input.MaxResults < 20) {
        throw invalidValue('MaxResults must be at least 20 for RDS.');
      }
      const { items, next } = newestFirst(
        state.points.of(input.ResourceArn),
        input.MaxResults,
        input.NextToken,
        () => true,
      );
      return {
        ...next,
        RecoveryPoints: items.map((point) => ({
          RecoveryPointArn: point.arn,
          CreationDate: date(point.createdAt),
          Status: point.status,
          ...(point.keyArn === undefined ? {} : { EncryptionKeyArn: point.keyArn }),
          BackupSizeBytes: point.sizeBytes,
          // Told for EFS and EC2 only.
          ...(point.type === 'EFS' ? { BackupVaultName: point.vault.name } : {}),
          IsParent: false,
          ...(point.resourceName === undefined ? {} : { ResourceName: point.resourceName }),
          VaultType: 'BACKUP_VAULT',
        })),
      };
    },

    GetRecoveryPointRestoreMetadata: (input: GetRecoveryPointRestoreMetadataInput) => {
      ownAccount(input.BackupVaultAccountId);
      const point = inVault(input);
      return {
        BackupVaultArn: point.vault.arn,
        RecoveryPointArn: point.arn,
        RestoreMetadata: kinds[point.type].metadata(region, point),
        ResourceType: point.type,
      };
    },

    DeleteRecoveryPoint: (input: DeleteRecoveryPointInput, call) => {
      const point = inVault(input);
      mustBeAllowed(point.vault, 'DeleteRecoveryPoint', call);
      if (point.vault.lock !== undefined) {
        throw invalidRequest(`Recovery point ${point.arn} cannot be deleted: the vault ${point.vault.name} is locked.`);
      }
      if (isHeld(state, point)) throw invalidRequest(`Recovery point ${point.arn} is under a legal hold.`);
      if (point.status === 'DELETING') throw invalidState(`Recovery point ${point.arn} is being deleted already.`);
      if (point.status === 'CREATING' || point.readers > 0) {
        throw invalidRequest(
          `Recovery point ${point.arn} is being created, copied or restored and cannot be deleted now.`,
        );
      }
      beginDeletion(state, point);
      return {};
    },

    UpdateRecoveryPointLifecycle: (input: UpdateRecoveryPointLifecycleInput, call) => {
      const point = inVault(input);
      mustBeAllowed(point.vault, 'UpdateRecoveryPointLifecycle', call);
      if (point.vault.lock !== undefined) {
        throw invalidRequest(
          `The lifecycle of ${point.arn} cannot be changed: the vault ${point.vault.name} is locked.`,
        );
      }
      if (point.status !== 'COMPLETED') throw invalidRequest(`Recovery point ${point.arn} is ${point.status}.`);
      const lifecycle = lifecycleOf(input.Lifecycle, { cold: kinds[point.type].cold });
      const cold = storageClass(point, world.now()) === 'COLD';
      if (cold && lifecycle.MoveToColdStorageAfterDays !== point.lifecycle.MoveToColdStorageAfterDays) {
        throw invalidRequest('The move to cold storage cannot be changed once it is done.');
      }
      if (!lockAllows(point.vault, lifecycle)) throw invalidRequest('The retention is outside the range of the vault.');
      // What is not sent again is dropped.
      point.lifecycle = lifecycle;
      scheduleExpiry(state, point);
      return {
        BackupVaultArn: point.vault.arn,
        RecoveryPointArn: point.arn,
        Lifecycle: point.lifecycle,
        CalculatedLifecycle: calculated(point),
      };
    },
  };
}

function calculated(point: Point): { DeleteAt?: Date; MoveToColdStorageAt?: Date } {
  const end = deleteAt(point);
  const cold = coldAt(point);
  return {
    ...(end === undefined ? {} : { DeleteAt: date(end) }),
    ...(cold === undefined ? {} : { MoveToColdStorageAt: date(cold) }),
  };
}

function describePoint(point: Point) {
  return {
    RecoveryPointArn: point.arn,
    BackupVaultName: point.vault.name,
    BackupVaultArn: point.vault.arn,
    ...(point.sourceVaultArn === undefined ? {} : { SourceBackupVaultArn: point.sourceVaultArn }),
    ResourceArn: point.resourceArn,
    ResourceType: point.type,
    ...(point.resourceName === undefined ? {} : { ResourceName: point.resourceName }),
    IamRoleArn: point.roleArn,
    Status: point.status,
    CreationDate: date(point.createdAt),
    ...(point.initiatedAt === undefined ? {} : { InitiationDate: date(point.initiatedAt) }),
    ...(point.completedAt === undefined ? {} : { CompletionDate: date(point.completedAt) }),
    ...(point.status === 'CREATING' ? {} : { BackupSizeInBytes: point.sizeBytes }),
    CalculatedLifecycle: calculated(point),
    Lifecycle: point.lifecycle,
    ...(point.keyArn === undefined ? {} : { EncryptionKeyArn: point.keyArn }),
    IsEncrypted: point.encrypted,
    ...(point.lastRestoredAt === undefined ? {} : { LastRestoreTime: date(point.lastRestoredAt) }),
    IsParent: false,
    VaultType: 'BACKUP_VAULT',
  };
}
