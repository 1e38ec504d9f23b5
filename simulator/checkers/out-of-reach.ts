import { type CallEntry, hadEffect, type TraceEntry } from '../world/trace.ts';
import type { Checker } from './checker.ts';

/** What changes or takes away a database or a file system, and the member that names it. */
const changes: Readonly<Record<string, string>> = {
  DeleteDBInstance: 'DBInstanceIdentifier',
  ModifyDBInstance: 'DBInstanceIdentifier',
  StopDBInstance: 'DBInstanceIdentifier',
  RebootDBInstance: 'DBInstanceIdentifier',
  PromoteReadReplica: 'DBInstanceIdentifier',
  DeleteDBCluster: 'DBClusterIdentifier',
  ModifyDBCluster: 'DBClusterIdentifier',
  FailoverDBCluster: 'DBClusterIdentifier',
  DeleteFileSystem: 'FileSystemId',
  UpdateFileSystem: 'FileSystemId',
  DeleteMountTarget: 'MountTargetId',
  DeleteAccessPoint: 'AccessPointId',
  DeleteReplicationConfiguration: 'SourceFileSystemId',
  PutFileSystemPolicy: 'FileSystemId',
};

type Asked = Readonly<Record<string, string | undefined>> & { readonly Metadata?: Readonly<Record<string, string>> };

/** What puts something new into a database or file system that is there, and which one that is. */
const into: Readonly<Record<string, (asked: Asked) => string | undefined>> = {
  StartRestoreJob: ({ Metadata = {} }) => (Metadata.newFileSystem === 'true' ? undefined : Metadata['file-system-id']),
  CreateDBInstance: ({ DBClusterIdentifier }) => DBClusterIdentifier,
  CreateMountTarget: ({ FileSystemId }) => FileSystemId,
  CreateAccessPoint: ({ FileSystemId }) => FileSystemId,
  AddTagsToResource: ({ ResourceName }) => ResourceName?.split(':').at(-1),
};

/** What may never be called at all, whatever it names. */
const never = new Set([
  'DeleteBackupVault',
  'DeleteBackupVaultLockConfiguration',
  'DeleteBackupVaultAccessPolicy',
  'PutBackupVaultAccessPolicy',
  'DeleteRecoveryPoint',
  'DeleteDBClusterAutomatedBackup',
  'DeleteDBInstanceAutomatedBackup',
  'DeleteDBSnapshot',
  'DeleteDBClusterSnapshot',
  'ScheduleKeyDeletion',
  'DisableKey',
]);

/**
 * Invariant 7, production is out of reach: what Lifeboat changes, deletes or puts something into it has made itself, under a name
 * that nobody had, and what stood there before anything was deployed stands there to the end unless somebody else took it away.
 */
export function outOfReach(): Checker {
  const invariant = '7 production is out of reach';
  /** What calls of Lifeboat's functions and machines made: databases by name, the rest by id. */
  const born = new Set<string>();
  const takenByOthers = new Set<string>();
  const production = new Map<string, Set<string>>();
  const missed = new Set<string>();
  const violations: string[] = [];
  let changed = 0;

  const bear = ({ at, caller, region, operation, input, output }: CallEntry) => {
    const asked = input as Asked;
    const answer = (output ?? {}) as Readonly<Record<string, string>>;
    const names = {
      StartRestoreJob: [asked.Metadata?.DBInstanceIdentifier, asked.Metadata?.dbClusterIdentifier],
      RestoreDBInstanceToPointInTime: [asked.TargetDBInstanceIdentifier],
      RestoreDBClusterToPointInTime: [asked.DBClusterIdentifier],
      CreateDBInstance: [asked.DBInstanceIdentifier],
      CreateFileSystem: [answer.FileSystemId],
      CreateMountTarget: [answer.MountTargetId],
      CreateAccessPoint: [answer.AccessPointId],
    }[operation];
    for (const name of names ?? []) {
      if (name === undefined) continue;
      if (production.get(region)?.has(name))
        violations.push(`${at} ${caller.name} calls ${operation} to make ${name}, which is production's`);
      else born.add(`${region} ${name}`);
    }
  };

  return {
    invariant,
    operations: [
      ...Object.keys(changes),
      ...never,
      'StartRestoreJob',
      'RestoreDBInstanceToPointInTime',
      'RestoreDBClusterToPointInTime',
      'CreateDBInstance',
      'CreateFileSystem',
      'CreateMountTarget',
      'CreateAccessPoint',
      'AddTagsToResource',
    ],
    see: (entry: TraceEntry) => {
      if (entry.kind === 'world' && entry.what === 'somebody deleted a database') {
        const { region, name } = entry.detail as { readonly region: string; readonly name: string };
        takenByOthers.add(`${region} ${name}`);
      }
      if (entry.kind !== 'call') return;
      const { caller, operation, region, at } = entry;
      const isOurs = caller.kind === 'function' || caller.kind === 'machine';
      const member = changes[operation];
      const name = member === undefined ? undefined : (entry.input as Record<string, string | undefined>)[member];
      if (!isOurs) {
        if (name !== undefined) takenByOthers.add(`${region} ${name}`);
        return;
      }
      const target = into[operation]?.(entry.input as Asked);
      if (target !== undefined && !born.has(`${region} ${target}`))
        violations.push(`${at} ${caller.name} calls ${operation} on ${target}, which Lifeboat did not make`);
      // A name that was asked for is ours although the answer was lost, and not where the call was refused.
      if (hadEffect(entry)) bear(entry);
      if (never.has(operation)) violations.push(`${at} ${caller.name} calls ${operation} in ${region}`);
      if (member === undefined) return;
      changed += 1;
      if (name === undefined || !born.has(`${region} ${name}`))
        violations.push(`${at} ${caller.name} calls ${operation} on ${name ?? 'nothing'}, which Lifeboat did not make`);
    },
    look: (account) => {
      for (const { name, services } of account.regions) {
        const here = new Set([
          ...[...services.RDS.instances, ...services.RDS.clusters].map(({ identifier }) => identifier),
          ...services.EFS.fileSystems.map(({ id }) => id),
        ]);
        const before = production.get(name) ?? new Set();
        for (const one of here) if (!born.has(`${name} ${one}`)) before.add(one);
        production.set(name, before);
        for (const one of before) {
          const key = `${name} ${one}`;
          if (here.has(one) || takenByOthers.has(key) || missed.has(key)) continue;
          missed.add(key);
          violations.push(`${key} was there, and is not any more`);
        }
      }
    },
    conclude: () => ({
      invariant,
      examined: {
        'production resources': [...production.values()].reduce((sum, { size }) => sum + size, 0),
        'resources made by Lifeboat': born.size,
        'changes to them': changed,
      },
      violations,
    }),
  };
}
