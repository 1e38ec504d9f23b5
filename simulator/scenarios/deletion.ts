import { AwsError, type Caller, type Region } from '../world/region.ts';
import type { ResourceSpec } from './account-file.ts';

const minute = 60_000;

/**
 * Deletes a resource as a person in the console does: takes its protection off, mount targets and instances first, no last
 * snapshot. What stands in the way for a while (a backup that runs) is waited for. With the instance go its automated backups,
 * unless they are kept.
 */
export function deleteResource(region: Region, spec: ResourceSpec, keepBackups: boolean): void {
  const caller: Caller = { kind: 'operator', name: 'somebody', region: region.name };
  const { world, services } = region;
  const ask = (service: 'RDS' | 'EFS', operation: string, input: object) =>
    region.request(caller, service, operation, input);
  const wait = () => new Promise<void>((resolve) => world.after(minute, `somebody deletes ${spec.name}`, resolve));
  /** Until it is done: a resource refuses while something is going on with it. */
  const insist = async (service: 'RDS' | 'EFS', operation: string, input: object): Promise<void> => {
    for (;;) {
      try {
        await ask(service, operation, input);
        return;
      } catch (error) {
        if (!(error instanceof AwsError) || !/State|InUse|IncorrectFileSystemLifeCycle/.test(error.name)) throw error;
        await wait();
      }
    }
  };

  const act = async (): Promise<void> => {
    if (spec.kind === 'efs') {
      const found = services.EFS.fileSystems.find(({ tags }) => tags.get('Name') === spec.name);
      if (found === undefined) return;
      for (const { id } of services.EFS.mountTargets(found.id)) {
        await insist('EFS', 'DeleteMountTarget', { MountTargetId: id });
      }
      await insist('EFS', 'DeleteFileSystem', { FileSystemId: found.id });
    } else if (spec.kind === 'aurora') {
      const id = { DBClusterIdentifier: spec.name };
      await insist('RDS', 'ModifyDBCluster', { ...id, DeletionProtection: false });
      const members = services.RDS.instances.filter(({ clusterIdentifier }) => clusterIdentifier === spec.name);
      for (const { identifier } of members) {
        await insist('RDS', 'DeleteDBInstance', { DBInstanceIdentifier: identifier, SkipFinalSnapshot: true });
      }
      await insist('RDS', 'DeleteDBCluster', { ...id, SkipFinalSnapshot: true });
    } else {
      const id = { DBInstanceIdentifier: spec.name };
      await insist('RDS', 'ModifyDBInstance', { ...id, DeletionProtection: false, ApplyImmediately: true });
      const how = { SkipFinalSnapshot: true, DeleteAutomatedBackups: !keepBackups };
      await insist('RDS', 'DeleteDBInstance', { ...id, ...how });
    }
    world.trace.note('a resource was deleted', { resource: spec.name, region: region.name });
  };
  void act();
}

/**
 * Deletes recovery points of a resource, the newest first, as somebody with every right: no vault policy holds them, and
 * they take a vault's lock off and put it on again. A lock in compliance mode that can no longer be changed refuses them.
 */
export function deletePoints(region: Region, resourceArn: string, newest: number): void {
  const caller: Caller = { kind: 'operator', name: 'somebody', region: region.name };
  const { Backup } = region.services;
  const points = Backup.truth()
    .points.filter((point) => point.resourceArn === resourceArn && point.status === 'COMPLETED')
    .sort((one, other) => other.dataInstant - one.dataInstant)
    .slice(0, newest);
  const ask = (operation: string, input: object) => region.request(caller, 'Backup', operation, input);
  const act = async (): Promise<void> => {
    for (const { arn: RecoveryPointArn, vault: BackupVaultName } of points) {
      let refused: string | null = null;
      const lock = Backup.state.vaults.get(BackupVaultName)?.lock;
      try {
        if (lock !== undefined) await ask('DeleteBackupVaultLockConfiguration', { BackupVaultName });
        await ask('DeleteRecoveryPoint', { BackupVaultName, RecoveryPointArn });
        if (lock !== undefined) {
          const { minDays: MinRetentionDays, maxDays: MaxRetentionDays } = lock;
          await ask('PutBackupVaultLockConfiguration', { BackupVaultName, MinRetentionDays, MaxRetentionDays });
        }
      } catch (error) {
        refused = (error as Error).message;
      }
      region.world.trace.note('somebody deleted a recovery point', {
        point: RecoveryPointArn,
        region: region.name,
        refused,
      });
    }
  };
  void act();
}
