import type {
  DBInstanceAutomatedBackup,
  DBInstanceAutomatedBackupMessage,
  DBInstanceMessage,
  DescribeDBInstanceAutomatedBackupsMessage,
  StartDBInstanceAutomatedBackupsReplicationMessage,
  StopDBInstanceAutomatedBackupsReplicationMessage,
} from '@aws-sdk/client-rds';
import { AwsError, NotModelled, type Operation, type Region } from '../../world/region.ts';
import { timing } from '../timing.ts';
import { newInstance } from './instances.ts';
import { invalidValue } from './refusals.ts';
import { restorableWindow } from './restorable.ts';
import { arnPrefix, type DbInstance, type RdsState } from './state.ts';

/** Automated backups of an instance of another Region, kept here too. */
interface Replicated {
  readonly source: DbInstance;
  readonly sourceRegion: string;
  readonly since: number;
  readonly retentionDays: number;
  /** Since when nothing arrives any more: it stops without a word, as on trouble with a key. */
  stoppedAt: number | undefined;
}

interface Replica {
  readonly sourceArn: string;
  readonly identifier: string;
  /** How far it lies behind while it replicates, milliseconds. */
  readonly lag: number;
  stoppedAt: number | undefined;
}

/** Replication into one Region: what reads it, and what an operator or a fault may do to it. */
export interface Replication {
  readonly operations: Readonly<Record<string, Operation>>;
  /** Puts a read replica of an instance of another Region here, `available`. It has no data behind it. */
  addReplica(sourceArn: string, options?: { readonly identifier?: string; readonly lagSeconds?: number }): string;
  /** From now on nothing arrives here from this instance, neither automated backups nor changes; or it does again. */
  setStopped(sourceArn: string, stopped: boolean): void;
  /** Seconds that a replica lies behind at an instant, as CloudWatch tells it; undefined where there is no replica. */
  lagSeconds(replicaIdentifier: string, at: number): number | undefined;
  /** The instant up to which data of a source has arrived here, by each means: for who judges. */
  truth(sourceArn: string): { readonly backups: number | undefined; readonly replica: number | undefined };
}

/** Wraps the operations that describe, so that what is replicated here shows in their answers. */
export function replicationOf(state: RdsState, others: Readonly<Record<string, Operation>>): Replication {
  const { region } = state;
  const backups = new Map<string, Replicated>();
  const replicas = new Map<string, Replica>();

  const sourceOf = (arn: string): { instance: DbInstance; region: Region } => {
    const name = arn.split(':')[3] ?? '';
    if (name === region.name) throw invalidValue(`${arn} is in this Region: nothing is replicated within one.`);
    const there = region.account.regions.find((one) => one.name === name);
    const instance = there?.services.RDS.find(arn);
    if (there === undefined || instance === undefined) {
      throw new AwsError('DBInstanceNotFoundFault', `DBInstance ${arn} not found.`, 404);
    }
    return { instance, region: there };
  };

  const arrived = ({ source, stoppedAt }: Replicated, now: number): number | undefined =>
    restorableWindow(source, Math.min(now - timing.rds.replicated, stoppedAt ?? now))?.latest;

  const describeBackup = (one: Replicated): DBInstanceAutomatedBackup => {
    const latest = arrived(one, region.world.now());
    const isThere = latest !== undefined && latest >= one.since;
    return {
      DBInstanceArn: one.source.arn,
      DbiResourceId: one.source.resourceId,
      Region: one.sourceRegion,
      DBInstanceIdentifier: one.source.identifier,
      RestoreWindow: isThere ? { EarliestTime: new Date(one.since), LatestTime: new Date(latest) } : {},
      AllocatedStorage: one.source.allocatedStorage,
      Status: isThere ? 'active' : 'creating',
      Port: one.source.port,
      MasterUsername: one.source.masterUsername,
      Engine: one.source.engine,
      EngineVersion: one.source.engineVersion,
      Encrypted: one.source.storageEncrypted,
      BackupRetentionPeriod: one.retentionDays,
      DBInstanceAutomatedBackupsArn: `${arnPrefix(region)}auto-backup:ab-${one.source.resourceId.slice(3).toLowerCase()}`,
    };
  };

  const stopped = (sourceArn: string, at: number | undefined) => {
    const backup = backups.get(sourceArn);
    if (backup !== undefined) backup.stoppedAt = at;
    for (const replica of replicas.values()) if (replica.sourceArn === sourceArn) replica.stoppedAt = at;
  };

  const operations: Record<string, Operation> = {
    StartDBInstanceAutomatedBackupsReplication: (input: StartDBInstanceAutomatedBackupsReplicationMessage) => {
      if (input.PreSignedUrl !== undefined) throw new NotModelled('PreSignedUrl of a replication');
      const source = sourceOf(input.SourceDBInstanceArn ?? '');
      if (source.instance.backupRetentionDays === 0) {
        throw new AwsError('InvalidDBInstanceState', `${source.instance.identifier} keeps no automated backups.`, 400);
      }
      if (source.instance.storageEncrypted && input.KmsKeyId === undefined) {
        throw invalidValue('KmsKeyId is needed for automated backups of an encrypted instance.');
      }
      const made: Replicated = {
        source: source.instance,
        sourceRegion: source.region.name,
        since: region.world.now(),
        retentionDays: input.BackupRetentionPeriod ?? 7,
        stoppedAt: undefined,
      };
      backups.set(source.instance.arn, made);
      return { DBInstanceAutomatedBackup: describeBackup(made) };
    },

    StopDBInstanceAutomatedBackupsReplication: (input: StopDBInstanceAutomatedBackupsReplicationMessage) => {
      const found = backups.get(input.SourceDBInstanceArn ?? '');
      if (found === undefined) {
        throw new AwsError('DBInstanceNotFoundFault', `${input.SourceDBInstanceArn} is not replicated here.`, 404);
      }
      backups.delete(found.source.arn);
      return { DBInstanceAutomatedBackup: describeBackup(found) };
    },

    DescribeDBInstanceAutomatedBackups: (input: DescribeDBInstanceAutomatedBackupsMessage, call) => {
      const own = others.DescribeDBInstanceAutomatedBackups?.(input as never, call) as DBInstanceAutomatedBackupMessage;
      const asked = input.DBInstanceIdentifier ?? input.DbiResourceId ?? input.Filters;
      if (asked !== undefined && backups.size > 0) {
        throw new NotModelled('filters of automated backups where some are replicated from another Region');
      }
      // They follow what is of this Region, on its last page.
      const shown = own.Marker === undefined ? [...backups.values()].map(describeBackup) : [];
      return { ...own, DBInstanceAutomatedBackups: [...(own.DBInstanceAutomatedBackups ?? []), ...shown] };
    },

    DescribeDBInstances: (input, call) => {
      const own = others.DescribeDBInstances?.(input, call) as DBInstanceMessage;
      return {
        ...own,
        DBInstances: own.DBInstances?.map((instance) => {
          const replica = replicas.get(instance.DBInstanceIdentifier ?? '');
          if (replica === undefined) return instance;
          const isRunning = replica.stoppedAt === undefined;
          return {
            ...instance,
            ReadReplicaSourceDBInstanceIdentifier: replica.sourceArn,
            StatusInfos: [
              { StatusType: 'read replication', Normal: isRunning, Status: isRunning ? 'replicating' : 'error' },
            ],
          };
        }),
      };
    },
  };

  return {
    operations: { ...others, ...operations },
    addReplica: (sourceArn, { identifier, lagSeconds = 20 } = {}) => {
      const { instance: source } = sourceOf(sourceArn);
      const replica = newInstance(state, {
        identifier: identifier ?? `${source.identifier}-replica`,
        engine: source.engine,
        engineVersion: source.engineVersion,
        masterUsername: source.masterUsername,
        masterPassword: source.masterPassword,
        // A replica starts with its own backups off.
        backupRetentionDays: 0,
        tags: new Map(),
      });
      replica.status = 'available';
      replica.createdAt = region.world.now();
      replicas.set(replica.identifier, {
        sourceArn,
        identifier: replica.identifier,
        lag: lagSeconds * 1000,
        stoppedAt: undefined,
      });
      return replica.arn;
    },
    setStopped: (sourceArn, isStopped) => stopped(sourceArn, isStopped ? region.world.now() : undefined),
    lagSeconds: (identifier, at) => {
      const replica = replicas.get(identifier);
      if (replica === undefined) return undefined;
      return (replica.lag + (replica.stoppedAt === undefined ? 0 : Math.max(0, at - replica.stoppedAt))) / 1000;
    },
    truth: (sourceArn) => {
      const now = region.world.now();
      const backup = backups.get(sourceArn);
      const replica = [...replicas.values()].find((one) => one.sourceArn === sourceArn);
      return {
        backups: backup === undefined ? undefined : arrived(backup, now),
        replica: replica === undefined ? undefined : Math.min(now, replica.stoppedAt ?? now) - replica.lag,
      };
    },
  };
}
