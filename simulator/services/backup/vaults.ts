import type {
  CreateBackupVaultInput,
  DeleteBackupVaultAccessPolicyInput,
  DeleteBackupVaultInput,
  DeleteBackupVaultLockConfigurationInput,
  DescribeBackupVaultInput,
  GetBackupVaultAccessPolicyInput,
  ListBackupVaultsInput,
  PutBackupVaultAccessPolicyInput,
  PutBackupVaultLockConfigurationInput,
} from '@aws-sdk/client-backup';
import { AwsError, NotModelled, type Operation } from '../../world/region.ts';
import { alreadyExists, invalidRequest, invalidValue, limitExceeded, notFound, vaultOf } from './refusals.ts';
import { register } from './register.ts';
import { type BackupState, date, type Vault } from './state.ts';
import { mustBeAllowed } from './vault-policy.ts';

const mostVaults = 300;
const day = 86_400_000;

export function vaultArn(
  region: { readonly name: string; readonly account: { readonly id: string } },
  name: string,
): string {
  return `arn:aws:backup:${region.name}:${region.account.id}:backup-vault:${name}`;
}

/** Makes a vault that does not exist yet. */
export function addVault(
  state: BackupState,
  input: Omit<CreateBackupVaultInput, 'CreatorRequestId'> & { CreatorRequestId?: string | undefined },
): Vault {
  const { region } = state;
  const name = input.BackupVaultName ?? '';
  if (!/^[a-zA-Z0-9\-_]{2,50}$/.test(name)) throw invalidValue(`Invalid Backup Vault name: ${name}`);
  const existing = state.vaults.get(name);
  if (existing !== undefined)
    throw alreadyExists(`Backup vault with the same name already exists: ${name}`, existing.arn);
  if (state.vaults.size >= mostVaults) throw limitExceeded(`A Region has at most ${mostVaults} vaults.`);
  const vault: Vault = {
    name,
    arn: vaultArn(region, name),
    keyArn: input.EncryptionKeyArn ?? `arn:aws:kms:${region.name}:${region.account.id}:key/${state.chance.uuid()}`,
    createdAt: region.world.now(),
    creatorRequestId: input.CreatorRequestId,
    tags: new Map(Object.entries(input.BackupVaultTags ?? {})),
    points: register(),
    accessPolicy: undefined,
    lock: undefined,
  };
  state.vaults.set(name, vault);
  state.events.vault(vault, 'CREATED');
  return vault;
}

/** Vault policies are held and answered; they decide nothing, since the simulated account has no permissions. */
export function vaultOperations(state: BackupState): Record<string, Operation> {
  const { region } = state;
  const { world } = region;

  const describe = (vault: Vault) => {
    const { lock } = vault;
    return {
      BackupVaultName: vault.name,
      BackupVaultArn: vault.arn,
      VaultType: 'BACKUP_VAULT',
      VaultState: 'AVAILABLE',
      EncryptionKeyArn: vault.keyArn,
      CreationDate: date(vault.createdAt),
      ...(vault.creatorRequestId === undefined ? {} : { CreatorRequestId: vault.creatorRequestId }),
      NumberOfRecoveryPoints: vault.points.size,
      Locked: lock !== undefined,
      ...(lock?.minDays === undefined ? {} : { MinRetentionDays: lock.minDays }),
      ...(lock?.maxDays === undefined ? {} : { MaxRetentionDays: lock.maxDays }),
      ...(lock?.fixedFrom === undefined ? {} : { LockDate: date(lock.fixedFrom) }),
    };
  };

  /** Who asks for a vault that is not there is denied, whatever they may do: AWS does not say which names there are. */
  const vaultToSee = (name: string | undefined): Vault => {
    if (name !== undefined && /^[a-zA-Z0-9\-_]{2,50}$/.test(name) && !state.vaults.has(name))
      throw new AwsError('AccessDeniedException', 'Insufficient privileges to perform this action.', 403);
    return vaultOf(state, name);
  };

  const refuseFixedLock = (vault: Vault) => {
    if (vault.lock?.fixedFrom !== undefined && world.now() >= vault.lock.fixedFrom) {
      throw invalidRequest(`The lock of the vault ${vault.name} can no longer be changed.`);
    }
  };

  return {
    CreateBackupVault: (input: CreateBackupVaultInput) => {
      const existing = state.vaults.get(input.BackupVaultName ?? '');
      const again = input.CreatorRequestId !== undefined && existing?.creatorRequestId === input.CreatorRequestId;
      const vault = existing !== undefined && again ? existing : addVault(state, input);
      return { BackupVaultName: vault.name, BackupVaultArn: vault.arn, CreationDate: date(vault.createdAt) };
    },

    DescribeBackupVault: (input: DescribeBackupVaultInput) => describe(vaultToSee(input.BackupVaultName)),

    ListBackupVaults: (input: ListBackupVaultsInput) => {
      if (input.ByShared === true || (input.ByVaultType !== undefined && input.ByVaultType !== 'BACKUP_VAULT')) {
        throw new NotModelled('shared and logically air-gapped vaults');
      }
      // A Region has at most 300 vaults, and a page holds 1,000: one page is all.
      return { BackupVaultList: [...state.vaults.values()].map(describe) };
    },

    DeleteBackupVault: (input: DeleteBackupVaultInput) => {
      const vault = vaultOf(state, input.BackupVaultName);
      if (vault.points.size > 0) {
        throw invalidRequest(`Backup vault ${vault.name} cannot be deleted because it contains recovery points.`);
      }
      refuseFixedLock(vault);
      state.vaults.delete(vault.name);
      state.events.vault(vault, 'DELETED');
      return {};
    },

    PutBackupVaultAccessPolicy: (input: PutBackupVaultAccessPolicyInput, call) => {
      const vault = vaultOf(state, input.BackupVaultName);
      mustBeAllowed(vault, 'PutBackupVaultAccessPolicy', call);
      try {
        JSON.parse(input.Policy ?? '');
      } catch {
        throw invalidValue('The policy is not valid JSON.');
      }
      vault.accessPolicy = input.Policy;
      return {};
    },

    GetBackupVaultAccessPolicy: (input: GetBackupVaultAccessPolicyInput) => {
      const vault = vaultToSee(input.BackupVaultName);
      if (vault.accessPolicy === undefined) throw notFound(`The vault ${vault.name} has no access policy.`);
      return { BackupVaultName: vault.name, BackupVaultArn: vault.arn, Policy: vault.accessPolicy };
    },

    DeleteBackupVaultAccessPolicy: (input: DeleteBackupVaultAccessPolicyInput, call) => {
      const vault = vaultOf(state, input.BackupVaultName);
      mustBeAllowed(vault, 'DeleteBackupVaultAccessPolicy', call);
      vault.accessPolicy = undefined;
      return {};
    },

    PutBackupVaultLockConfiguration: (input: PutBackupVaultLockConfigurationInput) => {
      const vault = vaultOf(state, input.BackupVaultName);
      refuseFixedLock(vault);
      const { MinRetentionDays: minDays, MaxRetentionDays: maxDays, ChangeableForDays: changeable } = input;
      if (changeable !== undefined && (changeable < 3 || changeable > 36_500)) {
        throw invalidValue(`ChangeableForDays must be 3 to 36500, and is ${changeable}.`);
      }
      if (minDays !== undefined && maxDays !== undefined && minDays > maxDays) {
        throw invalidValue('MinRetentionDays must not be more than MaxRetentionDays.');
      }
      vault.lock = {
        minDays,
        maxDays,
        fixedFrom: changeable === undefined ? undefined : world.now() + changeable * day,
      };
      state.events.vault(vault, 'MODIFIED');
      return {};
    },

    DeleteBackupVaultLockConfiguration: (input: DeleteBackupVaultLockConfigurationInput, call) => {
      const vault = vaultOf(state, input.BackupVaultName);
      mustBeAllowed(vault, 'DeleteBackupVaultLockConfiguration', call);
      refuseFixedLock(vault);
      vault.lock = undefined;
      state.events.vault(vault, 'MODIFIED');
      return {};
    },
  };
}

/** `arn:aws:backup:REGION:ACCOUNT:backup-vault:NAME`, taken apart. */
export function readVaultArn(arn: string): { region: string; account: string; name: string } {
  const match = /^arn:aws:backup:([a-z0-9-]+):(\d{12}):backup-vault:([a-zA-Z0-9\-_]{2,50})$/.exec(arn);
  if (match === null) throw invalidValue(`Invalid Backup Vault Arn: ${arn}`);
  const [, region = '', account = '', name = ''] = match;
  return { region, account, name };
}
