import type { SqlSource } from '../../data/index.ts';
import { NotModelled, type Region, type Service } from '../../world/region.ts';
import { deleteOperations } from './delete.ts';
import { describeOperations } from './describe.ts';
import { type InstanceOptions, newInstance } from './instances.ts';
import { modifyOperations } from './modify.ts';
import { type RestoreParameters, restoreInstance } from './restore.ts';
import { copiedSnapshot, freshAutomated, takeDailySnapshots, takeSnapshot } from './snapshots.ts';
import type { DbInstance, DbSnapshot, RdsState, SubnetGroup } from './state.ts';
import { tagOperations } from './tags.ts';

export type { RestoreParameters } from './restore.ts';
export type { DbInstance, DbSnapshot, SubnetGroup } from './state.ts';

/** A database as the account file names it. */
export interface DatabaseOptions
  extends Partial<Omit<InstanceOptions, 'identifier' | 'tags' | 'masterPassword' | 'engine' | 'engineVersion'>> {
  readonly identifier: string;
  /** `postgres` has data behind it; other engines can be described, and no more. */
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
  readonly dataName: string | undefined;
  readonly subnetGroup: string | undefined;
  readonly securityGroupIds: readonly string[];
  readonly status: DbInstance['status'];
  readonly publiclyAccessible: boolean;
  readonly masterUsername: string;
  /** Virtual milliseconds since 1970 until which the data is still being loaded from the snapshot. */
  readonly lazyUntil: number;
}

/** Amazon RDS in one Region. */
export interface RDS extends Service {
  /** Puts an instance into the account as it would stand there on the first day, `available`. */
  addDatabase(options: DatabaseOptions): Promise<DbInstance>;
  addSubnetGroup(group: {
    readonly name: string;
    readonly subnetIds: readonly string[];
    readonly vpcId?: string;
  }): void;
  subnetGroup(name: string): SubnetGroup | undefined;
  find(identifierOrArn: string): DbInstance | undefined;
  readonly instances: readonly DbInstance[];
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
}

export function createRDS(region: Region): RDS {
  const state: RdsState = {
    region,
    chance: region.world.chance.fork(`rds ${region.name}`),
    instances: new Map(),
    snapshots: new Map(),
    retained: [],
    subnetGroups: new Map(),
    made: 0,
  };

  return {
    operations: {
      ...describeOperations(state),
      ...modifyOperations(state),
      ...deleteOperations(state),
      ...tagOperations(state),
    },

    addDatabase: async ({ sql, automatedSnapshots, engine = 'postgres', engineVersion, tags, ...options }) => {
      if (engine.startsWith('aurora')) throw new NotModelled(`the engine ${engine}`);
      if (engine !== 'postgres' && sql !== undefined && sql.length > 0) {
        throw new NotModelled(`data behind the engine ${engine} (give no sql, or make it postgres)`);
      }
      const now = region.world.now();
      const instance = newInstance(state, {
        ...options,
        engine,
        engineVersion: engineVersion ?? '18.1',
        masterUsername: options.masterUsername ?? 'postgres',
        masterPassword: options.masterPassword ?? state.chance.hex(24),
        backupRetentionDays: options.backupRetentionDays ?? 7,
        tags: new Map(Object.entries(tags ?? {})),
      });
      instance.status = 'available';
      instance.createdAt = now;
      if (instance.backupRetentionDays > 0) instance.restorableFrom = now;
      if (instance.dataName !== undefined) {
        await region.account.data.databases.create(
          instance.dataName,
          { sql: [...(sql ?? [])] },
          {
            user: instance.masterUsername,
            password: instance.masterPassword,
            database: instance.databaseName ?? 'postgres',
          },
        );
      }
      if (automatedSnapshots === true) takeDailySnapshots(state, instance);
      return instance;
    },

    addSubnetGroup: ({ name, subnetIds, vpcId }) => {
      const group: SubnetGroup = { name: name.toLowerCase(), subnetIds, vpcId };
      state.subnetGroups.set(group.name, group);
    },

    subnetGroup: (name) => state.subnetGroups.get(name.toLowerCase()),
    find: (identifierOrArn) =>
      state.instances.get(identifierOrArn.slice(identifierOrArn.lastIndexOf(':') + 1).toLowerCase()),
    get instances() {
      return [...state.instances.values()];
    },

    tagged: () =>
      [...state.instances.values(), ...state.snapshots.values()].map(({ arn, tags }) => ({
        arn,
        tags: Object.fromEntries(tags),
      })),

    endpoint: (host, port) => {
      for (const instance of state.instances.values()) {
        if (instance.address !== host.toLowerCase() || instance.port !== port || instance.createdAt === undefined)
          continue;
        const { identifier, dataName, subnetGroup, securityGroupIds, status, publiclyAccessible, lazyUntil } = instance;
        const { masterUsername } = instance;
        return {
          identifier,
          dataName,
          subnetGroup,
          securityGroupIds,
          status,
          publiclyAccessible,
          masterUsername,
          lazyUntil,
        };
      }
      return undefined;
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
  };
}
