import { kindWords } from '../../functions/policy/kind.ts';
import { placeName } from '../../functions/policy/place.ts';
import type { Finding } from './finding.ts';
import type { Group } from './groups.ts';

/** What no quota forbids and AWS does all the same: keys that cannot leave an account, windows that are not kept. */
export function impossible(groups: readonly Group[]): Finding[] {
  return groups.flatMap(({ tierName, tier, kind, resources }): Finding[] => {
    const found: Finding[] = [];
    const away = tier.copies.filter(({ to }) => to.account !== null);
    const managed = resources.filter(({ encryption }) => encryption === 'aws-managed key').map(({ name }) => name);
    // EFS points are encrypted with the vault's key, whatever key their source has.
    if (kind !== 'efs' && away.length > 0 && managed.length > 0) {
      found.push({
        severity: 'wrong',
        code: 'aws-managed-key',
        field: `tiers.${tierName}.copies`,
        words: `they are encrypted with an AWS-managed key, and AWS copies no such snapshot to another account (${away.map(({ to }) => placeName(to)).join(', ')})`,
        mend: 'restore them once under a customer key, or give them a tier that copies within the account',
        resources: managed,
      });
    }
    const off = resources.filter(({ automatedBackupDays }) => automatedBackupDays === 0).map(({ name }) => name);
    if (tier.objectives.pitr_rpo !== undefined && kind !== 'efs' && off.length > 0) {
      found.push({
        severity: 'wrong',
        code: 'no-point-in-time',
        field: `tiers.${tierName}.objectives.pitr_rpo`,
        words: `automated backups of ${kindWords[kind].one} are off, so there is no point in time to go back to`,
        mend: 'set their backup retention to at least 1 day',
        resources: off,
      });
    }
    return found;
  });
}
