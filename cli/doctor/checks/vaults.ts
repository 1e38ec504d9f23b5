import {
  BackupClient,
  DescribeGlobalSettingsCommand,
  DescribeRegionSettingsCommand,
  GetBackupVaultAccessPolicyCommand,
} from '@aws-sdk/client-backup';
import { nameOf } from '../../../functions/platform/errors.ts';
import { inWords } from '../../../functions/policy/duration.ts';
import { resourceTypes } from '../../../functions/policy/kind.ts';
import type { Policy } from '../../../functions/policy/policy.ts';
import type { Check, Trouble } from '../check.ts';
import { revertWords } from '../deployed.ts';
import { describedVault, vaultRights } from '../vault.ts';

/** What the policy wants to put into the vault of a Region: field and days. */
export function retentionsIn(policy: Policy, region: string): { field: string; days: number }[] {
  return Object.entries(policy.tiers).flatMap(([name, { backup, copies }]) => [
    ...(region === policy.home && backup !== null
      ? [{ field: `tiers.${name}.backup.keep`, days: backup.keepDays }]
      : []),
    ...copies.flatMap(({ to, keepDays }, index) =>
      to.account === null && to.region === region && keepDays !== null
        ? [{ field: `tiers.${name}.copies[${index}].keep`, days: keepDays }]
        : [],
    ),
  ]);
}

/** Which retentions a lock refuses. Jobs whose lifecycle is out of its range fail (AWS Backup developer guide). */
export function refusedByLock(
  vault: string,
  lock: { readonly least: number | undefined; readonly most: number | undefined },
  retentions: readonly { field: string; days: number }[],
): Trouble[] {
  const { least = 0, most = Number.POSITIVE_INFINITY } = lock;
  const words = (days: number) => inWords(days * 86_400);
  return retentions
    .filter(({ days }) => days < least || days > most)
    .map(({ field, days }) => ({
      field,
      words: `the lock of the vault ${vault} takes ${least === 0 ? 'points' : `at least ${words(least)}`}${Number.isFinite(most) ? `, at most ${words(most)}` : ''}, and ${words(days)} is out of that: every such job fails`,
      mend:
        days < least
          ? `keep them at least ${words(least)}, or lower the lock's least retention`
          : `keep them at most ${words(most)}, or raise the lock's most retention`,
    }));
}

export const vaults: Check = {
  name: 'vaults',
  rights: [...vaultRights, 'backup:GetBackupVaultAccessPolicy'],
  ask: async ({ policy, region, client, deployed }) => {
    const backup = client(BackupClient, { region });
    const own = await deployed.variable('lifeboat-check', 'BACKUP_VAULT');
    const proven = await deployed.variable('lifeboat-keep', 'PROVEN_VAULT');
    const mend = revertWords(region);
    const troubles: Trouble[] = [];
    for (const name of [own, proven]) {
      const vault = await describedVault(backup, name);
      if (vault === undefined) {
        const lost = name === own ? 'nothing can be backed up, copied or drilled' : 'the last proven point is not kept';
        troubles.push({ field: name, words: `the vault is gone: ${lost}`, mend });
        continue;
      }
      const document = await backup.send(new GetBackupVaultAccessPolicyCommand({ BackupVaultName: name })).then(
        ({ Policy: text }) => text,
        (error: unknown) => {
          if (nameOf(error) === 'ResourceNotFoundException') return undefined;
          throw error;
        },
      );
      if (!deniesDeletion(document)) {
        troubles.push({
          field: name,
          words: 'the policy of the vault does not deny backup:DeleteRecoveryPoint: whoever may, can delete points',
          mend,
        });
      }
      const lock = { least: vault.MinRetentionDays, most: vault.MaxRetentionDays };
      if (name === own) {
        if (vault.Locked !== true)
          troubles.push({ field: name, words: 'the vault has no lock: an administrator can delete every point', mend });
        else troubles.push(...refusedByLock(name, lock, retentionsIn(policy, region)));
        if (vault.Locked === true && policy.lock === 'compliance' && vault.LockDate === undefined)
          troubles.push({
            field: 'lock',
            words: `the policy asks for a compliance lock, and that of ${name} can be taken off (governance)`,
            mend,
          });
      } else if (vault.Locked === true) {
        troubles.push({
          field: name,
          words: 'the vault is locked, and a locked vault gives no kept point more time: proven points expire',
          mend: `aws backup delete-backup-vault-lock-configuration --backup-vault-name ${name} --region ${region}`,
        });
      }
    }
    return troubles;
  },
};

function deniesDeletion(document: string | undefined): boolean {
  if (document === undefined) return false;
  const { Statement = [] } = JSON.parse(document) as { Statement?: readonly { Effect?: string; Action?: unknown }[] };
  return [Statement].flat().some(({ Effect, Action }) => {
    const actions = [Action].flat().map((action) => String(action).toLowerCase());
    return (
      Effect === 'Deny' && actions.some((action) => ['backup:deleterecoverypoint', 'backup:*', '*'].includes(action))
    );
  });
}

/** AWS Backup's switch for each type, in each Region; and the organization's for copies to other accounts. */
export const optIn: Check = {
  name: 'opt-in',
  rights: ['backup:DescribeRegionSettings', 'backup:DescribeGlobalSettings'],
  ask: async ({ policy, region, client }) => {
    const backup = client(BackupClient, { region });
    const { ResourceTypeOptInPreference: on = {} } = await backup.send(new DescribeRegionSettingsCommand({}));
    const used = [...new Set(Object.values(policy.tiers).flatMap(({ kinds }) => kinds))].map(
      (kind) => resourceTypes[kind],
    );
    const troubles = used
      .filter((type) => on[type] !== true)
      .map(
        (type): Trouble => ({
          field: type,
          words: `AWS Backup is not opted in to ${type} in ${region}`,
          mend: `aws backup update-region-settings --region ${region} --resource-type-opt-in-preference ${type}=true`,
        }),
      );
    const crosses = Object.values(policy.tiers).some(({ copies }) => copies.some(({ to }) => to.account !== null));
    if (crosses && region === policy.home) {
      const { GlobalSettings } = await backup.send(new DescribeGlobalSettingsCommand({}));
      if (GlobalSettings?.isCrossAccountBackupEnabled !== 'true') {
        troubles.push({
          field: 'isCrossAccountBackupEnabled',
          words: 'the organization does not allow backups to cross accounts',
          mend: 'in the management account: aws backup update-global-settings --global-settings isCrossAccountBackupEnabled=true',
        });
      }
    }
    return troubles;
  },
};
