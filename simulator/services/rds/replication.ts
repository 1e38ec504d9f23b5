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
import { backupsArn, type DbInstance, type RdsState } from './state.ts';

const minute = 60_000;

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
  readonly source: DbInstance;
  readonly identifier: string;
  /** How far it lies behind while all is well, milliseconds. */
  readonly lag: number;
  /** Whether CloudWatch says -1 while it does not replicate, as of MySQL, and not how far it lies behind. */
  readonly saysMinusOne: boolean;
  /** Since when it has replayed how fast, the oldest first: 0 is not at all, 1 as fast as its source writes. */
  readonly paces: { readonly since: number; readonly lag: number; readonly pace: number }[];
}

/** How fast a replica replays that has to catch up. */
const catchingUp = 4;

function paceAt(replica: Replica, at: number): Replica['paces'][number] | undefined {
  return replica.paces.findLast(({ since }) => since <= at);
}

/** The last whole minute up to `at` for which CloudWatch says how far it lies behind. */
function lastTold(replica: Replica, at: number): number {
  const now = paceAt(replica, at);
  if (!replica.saysMinusOne || now?.pace !== 0) return at;
  // What stood still before it was stopped said nothing then either.
  return lastTold(replica, Math.ceil(now.since / minute - 1) * minute);
}

/** How far it lies behind at an instant, milliseconds. */
function lagAt(replica: Replica, at: number): number {
  const last = paceAt(replica, at);
  return last === undefined ? replica.lag : Math.max(replica.lag, last.lag + (1 - last.pace) * (at - last.since));
}

/** Replication into one Region: what reads it, and what an operator or a fault may do to it. */
export interface Replication {
  readonly operations: Readonly<Record<string, Operation>>;
  /**
   * Puts a read replica of an instance of another Region here, `available`. Its data is there from its promotion on: until
   * then nobody can connect to it.
   */
  addReplica(
    sourceArn: string,
    options?: {
      readonly identifier?: string;
      readonly lagSeconds?: number;
      readonly saysMinusOne?: boolean;
      readonly subnetGroup?: string;
      readonly securityGroupIds?: readonly string[];
    },
  ): string;
  /** A replica of this Region that was not promoted, and the instant up to which it has what its source had. */
  replicaOf(identifier: string): { readonly source: DbInstance; readonly replicatedTo: number } | undefined;
  /** From now on a replica stands alone. */
  release(identifier: string): void;
  /** Nothing arrives here any more from anything in a Region, or it does again. */
  setRegionStopped(sourceRegion: string, stopped: boolean): void;
  /** From now on nothing arrives here from this instance, neither automated backups nor changes; or it does again. */
  setStopped(sourceArn: string, stopped: boolean): void;
  /** The same of its automated backups alone. */
  setBackupsStopped(sourceArn: string, stopped: boolean): void;
  /** From now on its replicas replay so fast: 0 is not at all, half as fast as the source writes 0.5; undefined is as ever. */
  setReplicaPace(sourceArn: string, pace: number | undefined): void;
  /** Takes the replicas of an instance away. */
  removeReplicas(sourceArn: string): void;
  /** Seconds that a replica lies behind at an instant, as CloudWatch tells it; undefined where there is no replica. */
  lagSeconds(replicaIdentifier: string, at: number): number | undefined;
  /** Whether automated backups or a replica of an instance of another Region are here: both outlive it. */
  keepsBackupsOf(sourceArn: string): boolean;
  /** What is kept here under an ARN of automated backups, and the window in which it can be recovered. */
  backupsOf(automatedBackupsArn: string):
    | {
        readonly source: DbInstance;
        readonly window: { readonly earliest: number; readonly latest: number } | undefined;
      }
    | undefined;
  /**
   * The instant up to which data of a source has arrived here, by each means: for who judges. Of a replica it is that of
   * the last whole minute, which is what anybody can know: CloudWatch tells no other.
   */
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
      Status: one.source.deletedAt !== undefined ? 'retained' : isThere ? 'active' : 'creating',
      Port: one.source.port,
      MasterUsername: one.source.masterUsername,
      Engine: one.source.engine,
      EngineVersion: one.source.engineVersion,
      Encrypted: one.source.storageEncrypted,
      BackupRetentionPeriod: one.retentionDays,
      DBInstanceAutomatedBackupsArn: backupsArn(region, one.source),
    };
  };

  const stopBackups = (sourceArn: string, stopped: boolean) => {
    const backup = backups.get(sourceArn);
    if (backup !== undefined) backup.stoppedAt = stopped ? region.world.now() : undefined;
  };
  const replicasOf = (sourceArn: string) => [...replicas.values()].filter((one) => one.sourceArn === sourceArn);
  const setPace = (sourceArn: string, pace = catchingUp) => {
    const since = region.world.now();
    for (const replica of replicasOf(sourceArn)) replica.paces.push({ since, lag: lagAt(replica, since), pace });
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
          const isRunning = paceAt(replica, region.world.now())?.pace !== 0;
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
    addReplica: (sourceArn, options = {}) => {
      const { identifier, lagSeconds = 20, saysMinusOne = false, subnetGroup, securityGroupIds } = options;
      const { instance: source } = sourceOf(sourceArn);
      const replica = newInstance(state, {
        identifier: identifier ?? `${source.identifier}-replica`,
        engine: source.engine,
        engineVersion: source.engineVersion,
        instanceClass: source.instanceClass,
        masterUsername: source.masterUsername,
        masterPassword: source.masterPassword,
        databaseName: source.databaseName,
        port: source.port,
        subnetGroup,
        securityGroupIds,
        // A replica starts with its own backups off.
        backupRetentionDays: 0,
        tags: new Map(),
      });
      replica.status = 'available';
      replica.createdAt = region.world.now();
      replicas.set(replica.identifier, {
        sourceArn,
        source,
        identifier: replica.identifier,
        lag: lagSeconds * 1000,
        saysMinusOne,
        paces: [],
      });
      return replica.arn;
    },
    keepsBackupsOf: (sourceArn) => backups.has(sourceArn) || replicasOf(sourceArn).length > 0,
    replicaOf: (identifier) => {
      const replica = replicas.get(identifier.toLowerCase());
      if (replica === undefined) return undefined;
      const until = Math.min(region.world.now(), replica.source.deletedAt ?? Number.POSITIVE_INFINITY);
      return { source: replica.source, replicatedTo: until - lagAt(replica, until) };
    },
    release: (identifier) => {
      replicas.delete(identifier);
    },
    setRegionStopped: (sourceRegion, isStopped) => {
      const arns = new Set([...backups.keys(), ...[...replicas.values()].map(({ sourceArn }) => sourceArn)]);
      for (const arn of arns) {
        if (arn.split(':')[3] !== sourceRegion) continue;
        stopBackups(arn, isStopped);
        setPace(arn, isStopped ? 0 : undefined);
      }
    },
    backupsOf: (arn) => {
      const found = [...backups.values()].find((one) => backupsArn(region, one.source) === arn);
      if (found === undefined) return undefined;
      const latest = arrived(found, region.world.now());
      const { source, since } = found;
      return { source, window: latest === undefined || latest < since ? undefined : { earliest: since, latest } };
    },
    setStopped: (sourceArn, isStopped) => {
      stopBackups(sourceArn, isStopped);
      setPace(sourceArn, isStopped ? 0 : undefined);
    },
    setBackupsStopped: stopBackups,
    setReplicaPace: setPace,
    removeReplicas: (sourceArn) => {
      for (const { identifier } of replicasOf(sourceArn)) {
        replicas.delete(identifier);
        state.instances.delete(identifier);
      }
    },
    lagSeconds: (identifier, at) => {
      const replica = replicas.get(identifier);
      if (replica === undefined) return undefined;
      return replica.saysMinusOne && paceAt(replica, at)?.pace === 0 ? -1 : lagAt(replica, at) / 1000;
    },
    truth: (sourceArn) => {
      const now = region.world.now();
      const backup = backups.get(sourceArn);
      const last = Math.floor(now / minute - 1) * minute;
      const held = replicasOf(sourceArn).map((replica) => {
        const told = lastTold(replica, last);
        return told - lagAt(replica, told);
      });
      const latest = backup === undefined ? undefined : arrived(backup, now);
      return {
        backups: backup === undefined || latest === undefined || latest < backup.since ? undefined : latest,
        replica: held.length === 0 ? undefined : Math.max(...held),
      };
    },
  };
}
