import type { Region } from '../../world/region.ts';

/** The vault that the other plan keeps its points in, in either Region. */
const vault = 'of-another-plan';
/** How often it backs up. */
export const otherPlanEverySeconds = 6 * 3600;
const lookEvery = 5 * 60_000;

export interface OtherPlan {
  /** From now on the plan starts nothing, or it does again. */
  setStopped(stopped: boolean): void;
}

/**
 * A backup plan that is not Lifeboat's: it backs its resources up every six hours and copies each point to the other
 * Region. `resources` answers those that it has now.
 */
export function playOtherPlan(of: {
  readonly home: Region;
  readonly copy: Region;
  readonly resources: () => readonly string[];
  readonly isOver: () => boolean;
}): OtherPlan {
  const { home, copy } = of;
  const { world, services } = home;
  const role = `arn:aws:iam::${home.account.id}:role/another-plan-AWSBackup`;
  const copied = new Set<string>();
  let isStopped = false;
  for (const region of [home, copy]) region.services.Backup.createVault({ name: vault });

  const call = (operation: string, input: object) => {
    const caller = { kind: 'service', name: 'backup.amazonaws.com', region: home.name } as const;
    services.Backup.operations[operation]?.(input as never, { caller, region: home });
  };
  const Lifecycle = { DeleteAfterDays: 7 };
  const start = (): void => {
    if (of.isOver()) return;
    for (const ResourceArn of isStopped ? [] : of.resources()) {
      call('StartBackupJob', { BackupVaultName: vault, ResourceArn, IamRoleArn: role, Lifecycle });
    }
    world.after(otherPlanEverySeconds * 1000, 'another backup plan', start);
  };
  const copyWhatIsThere = (): void => {
    if (of.isOver()) return;
    for (const point of isStopped ? [] : services.Backup.truth().points) {
      if (point.vault !== vault || point.status !== 'COMPLETED' || copied.has(point.arn)) continue;
      copied.add(point.arn);
      call('StartCopyJob', {
        RecoveryPointArn: point.arn,
        SourceBackupVaultName: vault,
        DestinationBackupVaultArn: `arn:aws:backup:${copy.name}:${copy.account.id}:backup-vault:${vault}`,
        IamRoleArn: role,
        Lifecycle,
      });
    }
    world.after(lookEvery, 'another backup plan copies', copyWhatIsThere);
  };
  start();
  copyWhatIsThere();
  return {
    setStopped: (stopped) => {
      isStopped = stopped;
    },
  };
}
