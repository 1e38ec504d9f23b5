import type { Tier } from '../policy/policy.ts';
import type { BackupOrder, CopyOrder, Lifecycle } from './orders.ts';

export interface ProtectPlan {
  readonly everySeconds: number;
  readonly backup: BackupOrder;
  readonly copies: readonly CopyOrder[];
}

/** Three hours cover the hour before a maintenance window, the window, and a start that is retried every ten minutes. */
const startWindowMinutes = 180;
const shortestCompleteWindowMinutes = 12 * 60;

/** What a tier orders of AWS Backup for one resource; undefined when another backup plan makes its points. */
export function planOf(
  tier: Tier,
  here: { readonly partition: string; readonly account: string; readonly vault: string },
): ProtectPlan | undefined {
  if (tier.backup === null) return undefined;
  const { everySeconds, keepDays, coldAfterDays } = tier.backup;
  return {
    everySeconds,
    backup: {
      startWindowMinutes,
      completeWindowMinutes: Math.max(shortestCompleteWindowMinutes, Math.ceil(everySeconds / 60)),
      lifecycle: lifecycle(keepDays, coldAfterDays),
    },
    copies: tier.copies.map(({ to, keepDays: keep, coldAfterDays: cold }) => ({
      to: to.account === null ? to.region : `${to.account}/${to.region}`,
      vaultArn: `arn:${here.partition}:backup:${to.region}:${to.account ?? here.account}:backup-vault:${here.vault}`,
      lifecycle: lifecycle(keep ?? keepDays, cold),
    })),
  };
}

function lifecycle(keepDays: number, coldAfterDays: number | null): Lifecycle {
  return {
    DeleteAfterDays: keepDays,
    ...(coldAfterDays !== null && { MoveToColdStorageAfterDays: coldAfterDays }),
  };
}
