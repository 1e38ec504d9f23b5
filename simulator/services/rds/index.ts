import type { SqlSource } from '../../data/index.ts';
import { NotModelled, type Region, type Service } from '../../world/region.ts';
import { Directory, type Reader } from '../directory.ts';
import { clusterOperations } from './cluster-operations.ts';
import { copiedClusterSnapshot, takeClusterSnapshot } from './cluster-snapshots.ts';
import {
  type ClusterOptions,
  type ClusterRestoreParameters,
  membersOf,
  newCluster,
  restoreCluster,
} from './clusters.ts';
import { createData, hasData, isPostgres, masterOf } from './data.ts';
import { deleteOperations } from './delete.ts';
import { describeOperations } from './describe.ts';
import { type Failures, failuresOf } from './failures.ts';
import { groupOperations } from './groups.ts';
import { eventOperations } from './happenings.ts';
import { type InstanceOptions, newInstance, usualInstances } from './instances.ts';
import { modifyOperations } from './modify.ts';
import { pointInTimeOperations } from './point-in-time.ts';
import { replicaOperations } from './replicas.ts';
import { type Replication, replicationOf } from './replication.ts';
import { clusterWindow, restorableWindow } from './restorable.ts';
import { type RestoreParameters, restoreInstance } from './restore.ts';
import { copiedSnapshot, freshAutomated, takeDailySnapshots, takeSnapshot } from './snapshots.ts';
import type { DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot, RdsState, SubnetGroup } from './state.ts';
import { tagOperations } from './tags.ts';

export type { RestoreParameters } from './restore.ts';
export type { DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot, SubnetGroup } from './state.ts';

/** A database as the account file names it. */
export interface DatabaseOptions
  extends Partial<Omit<InstanceOptions, 'identifier' | 'tags' | 'masterPassword' | 'engine' | 'engineVersion'>> {
  readonly identifier: string;
  /**
   * `postgres` runs here. The data of `mysql` and `mariadb` is opaque, unless a test puts a server behind it; other
   * engines can be described, and no more.
   */
  readonly engine?: string;
  readonly engineVersion?: string;
  /** What is loaded into it, in this order: SQL texts, by the names that errors give them. */
  readonly sql?: readonly SqlSource[];
  readonly masterPassword?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** RDS takes a snapshot each day in the backup window, and AWS Backup turns a fresh one into its recovery point. */
  readonly automatedSnapshots?: boolean;
}

/** Where a network connection to an address of RDS ends. */
export interface DatabaseEndpoint {
  readonly identifier: string;
  readonly engine: string;
  readonly dataName: string | undefined;
  /** Where a server from outside of the simulated account listens for it; only engines that do not run here have one. */
  readonly external: { readonly host: string; readonly port: number } | undefined;
  readonly subnetGroup: string | undefined;
  readonly securityGroupIds: readonly string[];
  readonly status: DbInstance['status'];
  /** Why nothing answers there, whatever the status says. */
  readonly down: string | undefined;
  /** A replica of another Region's instance that was not promoted: it has no data yet. */
  readonly isReplica: boolean;
  readonly publiclyAccessible: boolean;
  readonly masterUsername: string;
  /** Virtual milliseconds since 1970 until which the data is still being loaded from the snapshot. */
  readonly lazyUntil: number;
}

/** Amazon RDS in one Region. */
export interface RDS extends Service {
  /** What other Regions' instances replicate to here. */
  readonly replication: Replication;
  readonly failures: Failures;
  /** Puts an instance into the account as it would stand there on the first day, `available`. */
  addDatabase(options: DatabaseOptions): Promise<DbInstance>;
  /** The same for an Aurora cluster with one instance in it. */
  addCluster(options: ClusterInAccount): Promise<DbCluster>;
  findCluster(identifierOrArn: string): DbCluster | undefined;
  readonly clusters: readonly DbCluster[];
  addSubnetGroup(group: {
    readonly name: string;
    readonly subnetIds: readonly string[];
    readonly vpcId?: string;
  }): void;
  subnetGroup(name: string): SubnetGroup | undefined;
  find(identifierOrArn: string): DbInstance | undefined;
  /** The end of the point-in-time window of an instance or cluster, milliseconds since 1970: for who judges. */
  windowEnd(arn: string): number | undefined;
  /** From now on the window of an instance or cluster takes nothing in, or it does again. */
  setWindowStuck(arn: string, stuck: boolean): void;
  readonly instances: readonly DbInstance[];
  /** Snapshots, and automated backups that a deletion kept, with the instance or cluster that each is of: for who judges. */
  readonly backups: readonly { readonly identifier: string; readonly of: string }[];
  /** What AWS grants to an account that asks for more DB instances in a Region. */
  grant(instances: number): void;
  /** What writes are sent to: the instance of this name, or the first one of the cluster. */
  writer(identifier: string): DbInstance | undefined;
  /** For the tagging API: all that can carry tags, as it comes and goes. */
  tellOfTagged(reader: Reader<{ readonly arn: string; readonly tags: ReadonlyMap<string, string> }>): void;
  tagged(): { readonly arn: string; readonly tags: Readonly<Record<string, string>> }[];
  endpoint(host: string, port: number): DatabaseEndpoint | undefined;
  /** For AWS Backup, which makes, copies, restores and deletes the snapshots behind its points. */
  readonly snapshots: {
    find(identifier: string): DbSnapshot | undefined;
    freshAutomated(instance: DbInstance): DbSnapshot | undefined;
    take(
      instance: DbInstance,
      own: { identifier: string; versionId: string; tags: ReadonlyMap<string, string> },
    ): ReturnType<typeof takeSnapshot>;
    receive(source: DbSnapshot, own: Parameters<typeof copiedSnapshot>[2]): DbSnapshot;
    complete(snapshot: DbSnapshot): void;
    remove(identifier: string): void;
    restore(
      snapshot: DbSnapshot,
      parameters: RestoreParameters,
      tags: ReadonlyMap<string, string>,
      available: (instance: DbInstance) => void,
    ): DbInstance;
  };
  /** The same for clusters. */
  readonly clusterSnapshots: {
    find(identifier: string): DbClusterSnapshot | undefined;
    take(
      cluster: DbCluster,
      own: { identifier: string; versionId: string; tags: ReadonlyMap<string, string> },
    ): ReturnType<typeof takeClusterSnapshot>;
    receive(source: DbClusterSnapshot, own: Parameters<typeof copiedClusterSnapshot>[2]): DbClusterSnapshot;
    complete(snapshot: DbClusterSnapshot): void;
    remove(identifier: string): void;
    restore(
      snapshot: DbClusterSnapshot,
      parameters: ClusterRestoreParameters,
      available: (cluster: DbCluster) => void,
    ): DbCluster;
  };
}

/** What new databases of an engine are made as, when nobody says. */
const usualVersion: Readonly<Record<string, string>> = {
  postgres: '18.1',
  'aurora-postgresql': '17.6',
  mysql: '8.4.6',
  mariadb: '11.8.3',
  'aurora-mysql': '8.0.mysql_aurora.3.10.0',
};

/** A cluster as the account file names it. */
export interface ClusterInAccount
  extends Partial<Omit<ClusterOptions, 'identifier' | 'tags' | 'masterPassword' | 'engine' | 'engineVersion'>> {
  readonly identifier: string;
  /** `aurora-postgresql` runs here; the data of `aurora-mysql` is opaque. */
  readonly engine?: string;
  readonly engineVersion?: string;
  readonly instanceClass?: string;
  readonly sql?: readonly SqlSource[];
  readonly masterPassword?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export function createRDS(region: Region): RDS {
  const state: RdsState = {
    region,
    chance: region.world.chance.fork(`rds ${region.name}`),
    instances: new Directory(),
    snapshots: new Directory(({ instanceIdentifier, resourceId }) => [
      `instance ${instanceIdentifier}`,
      `resource ${resourceId}`,
    ]),
    retained: [],
    clusters: new Directory(),
    clusterSnapshots: new Directory(),
    subnetGroups: new Map(),
    groups: { parameter: new Set(), 'cluster parameter': new Set(), option: new Set() },
    happenings: [],
    made: 0,
    mostInstances: usualInstances,
  };

  const replication: Replication = replicationOf(state, {
    ...describeOperations(state),
    ...modifyOperations(state),
    ...deleteOperations(state),
    ...clusterOperations(state),
    ...groupOperations(state),
    ...tagOperations(state),
    ...eventOperations(state),
    ...replicaOperations(state, () => replication),
    ...pointInTimeOperations(state, () => replication),
  });

  const ofWindow = (arn: string): { instance: DbInstance } | { cluster: DbCluster } | undefined => {
    const identifier = arn.slice(arn.lastIndexOf(':') + 1);
    const instance = state.instances.get(identifier);
    if (instance?.arn === arn) return { instance };
    const cluster = state.clusters.get(identifier);
    return cluster?.arn === arn ? { cluster } : undefined;
  };

  return {
    operations: replication.operations,
    replication,
    failures: failuresOf(state),

    windowEnd: (arn) => {
      const of = ofWindow(arn);
      if (of === undefined) return undefined;
      const now = region.world.now();
      return ('instance' in of ? restorableWindow(of.instance, now) : clusterWindow(of.cluster, now))?.latest;
    },
    setWindowStuck: (arn, stuck) => {
      const of = ofWindow(arn);
      if (of === undefined) throw new Error(`There is no ${arn} in ${region.name}.`);
      const one = 'instance' in of ? of.instance : of.cluster;
      one.windowStuckAt = stuck ? region.world.now() : undefined;
    },

    addDatabase: async ({ sql, automatedSnapshots, engine = 'postgres', engineVersion, tags, ...options }) => {
      if (engine.startsWith('aurora')) throw new NotModelled(`an instance of ${engine} without a cluster (addCluster)`);
      if (!hasData(engine) && sql !== undefined && sql.length > 0) {
        throw new NotModelled(`data behind the engine ${engine} (give no sql, or make it postgres)`);
      }
      const now = region.world.now();
      const instance = newInstance(state, {
        ...options,
        engine,
        engineVersion: engineVersion ?? usualVersion[engine] ?? '18.1',
        masterUsername: options.masterUsername ?? (isPostgres(engine) ? 'postgres' : 'admin'),
        masterPassword: options.masterPassword ?? state.chance.hex(24),
        backupRetentionDays: options.backupRetentionDays ?? 7,
        tags: new Map(Object.entries(tags ?? {})),
      });
      instance.status = 'available';
      instance.createdAt = now;
      if (instance.backupRetentionDays > 0) instance.restorableFrom = now;
      if (instance.dataName !== undefined) {
        await createData(region, engine, instance.dataName, { sql: [...(sql ?? [])] }, masterOf(instance));
      }
      if (automatedSnapshots === true) takeDailySnapshots(state, instance);
      return instance;
    },

    addCluster: async ({ sql, engine = 'aurora-postgresql', engineVersion, instanceClass, tags, ...options }) => {
      const now = region.world.now();
      const cluster = newCluster(state, {
        ...options,
        engine,
        engineVersion: engineVersion ?? usualVersion[engine] ?? '18.1',
        masterUsername: options.masterUsername ?? (isPostgres(engine) ? 'postgres' : 'admin'),
        masterPassword: options.masterPassword ?? state.chance.hex(24),
        backupRetentionDays: options.backupRetentionDays ?? 7,
        tags: new Map(Object.entries(tags ?? {})),
      });
      await createData(region, engine, cluster.dataName, { sql: [...(sql ?? [])] }, masterOf(cluster));
      const writer = newInstance(state, {
        identifier: `${cluster.identifier}-instance-1`,
        cluster,
        engine,
        engineVersion: cluster.engineVersion,
        instanceClass: instanceClass ?? 'db.r6g.large',
        storageType: 'aurora',
        allocatedStorage: 1,
        masterUsername: cluster.masterUsername,
        masterPassword: '',
        databaseName: cluster.databaseName,
        port: cluster.port,
        subnetGroup: cluster.subnetGroup,
        securityGroupIds: cluster.securityGroupIds,
        storageEncrypted: cluster.storageEncrypted,
        kmsKeyId: cluster.kmsKeyId,
        backupRetentionDays: cluster.backupRetentionDays,
        tags: new Map(),
      });
      for (const one of [cluster, writer]) {
        one.status = 'available';
        one.createdAt = now;
      }
      return cluster;
    },
    findCluster: (identifierOrArn) =>
      state.clusters.get(identifierOrArn.slice(identifierOrArn.lastIndexOf(':') + 1).toLowerCase()),
    get clusters() {
      return [...state.clusters.values()];
    },

    addSubnetGroup: ({ name, subnetIds, vpcId }) => {
      const group: SubnetGroup = { name: name.toLowerCase(), subnetIds, vpcId };
      state.subnetGroups.set(group.name, group);
    },

    subnetGroup: (name) => state.subnetGroups.get(name.toLowerCase()),
    grant: (instances) => {
      state.mostInstances = instances;
    },
    find: (identifierOrArn) =>
      state.instances.get(identifierOrArn.slice(identifierOrArn.lastIndexOf(':') + 1).toLowerCase()),
    get instances() {
      return [...state.instances.values()];
    },
    get backups() {
      return [
        ...[...state.snapshots.values()].map(({ identifier, instanceIdentifier: of }) => ({ identifier, of })),
        ...[...state.clusterSnapshots.values()].map(({ identifier, clusterIdentifier: of }) => ({ identifier, of })),
        ...state.retained.map(({ instance }) => ({ identifier: 'automated backups', of: instance.identifier })),
      ];
    },

    writer: (identifier) => {
      const cluster = state.clusters.get(identifier.toLowerCase());
      return cluster === undefined ? state.instances.get(identifier.toLowerCase()) : membersOf(state, cluster)[0];
    },
    tellOfTagged: (reader) => {
      state.instances.tell(reader);
      state.clusters.tell(reader);
      state.snapshots.tell(reader);
      state.clusterSnapshots.tell(reader);
    },
    tagged: () =>
      [
        ...state.instances.values(),
        ...state.clusters.values(),
        ...state.snapshots.values(),
        ...state.clusterSnapshots.values(),
      ].map(({ arn, tags }) => ({
        arn,
        tags: Object.fromEntries(tags),
      })),

    endpoint: (host, port) => {
      const address = host.toLowerCase();
      const cluster = [...state.clusters.values()].find(
        (one) => one.port === port && (one.address === address || one.readerAddress === address),
      );
      const instance =
        cluster === undefined
          ? [...state.instances.values()].find((one) => one.port === port && one.address === address)
          : membersOf(state, cluster).find(({ createdAt }) => createdAt !== undefined);
      // A cluster's name leads nowhere while no instance is in it.
      if (instance?.createdAt === undefined) return undefined;
      const { identifier, engine, dataName, subnetGroup, securityGroupIds, status, down, publiclyAccessible } =
        instance;
      const { masterUsername, lazyUntil } = instance;
      return {
        identifier,
        engine,
        dataName,
        external:
          dataName === undefined || isPostgres(engine) ? undefined : region.account.data.opaque.address(dataName),
        subnetGroup,
        securityGroupIds,
        status,
        down,
        isReplica: replication.replicaOf(identifier) !== undefined,
        publiclyAccessible,
        masterUsername,
        lazyUntil: Math.max(lazyUntil, cluster?.lazyUntil ?? 0),
      };
    },

    snapshots: {
      find: (identifier) => state.snapshots.get(identifier),
      freshAutomated: (instance) => freshAutomated(state, instance),
      take: (instance, own) => takeSnapshot(state, instance, { ...own, type: 'awsbackup' }),
      receive: (source, own) => copiedSnapshot(state, source, own),
      complete: (snapshot) => {
        snapshot.status = 'available';
        snapshot.createdAt = region.world.now();
      },
      remove: (identifier) => {
        state.snapshots.delete(identifier);
      },
      restore: (snapshot, parameters, tags, available) => restoreInstance(state, snapshot, parameters, tags, available),
    },

    clusterSnapshots: {
      find: (identifier) => state.clusterSnapshots.get(identifier),
      take: (cluster, own) => takeClusterSnapshot(state, cluster, own),
      receive: (source, own) => copiedClusterSnapshot(state, source, own),
      complete: (snapshot) => {
        snapshot.status = 'available';
        snapshot.createdAt = region.world.now();
      },
      remove: (identifier) => {
        state.clusterSnapshots.delete(identifier);
      },
      restore: (snapshot, parameters, available) => restoreCluster(state, snapshot, parameters, available),
    },
  };
}
