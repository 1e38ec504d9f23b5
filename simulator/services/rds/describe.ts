import type {
  DBInstance,
  DBSnapshot,
  DescribeDBInstanceAutomatedBackupsMessage,
  DescribeDBInstancesMessage,
  DescribeDBSnapshotsMessage,
  DescribeDBSubnetGroupsMessage,
  Filter,
  Subnet,
} from '@aws-sdk/client-rds';
import { AwsError, NotModelled, type Operation } from '../../world/region.ts';
import { page } from './pages.ts';
import { instanceOf, invalidCombination, invalidValue } from './refusals.ts';
import { restorableWindow } from './restorable.ts';
import { arnPrefix, backupsArn, type DbInstance, type DbSnapshot, type RdsState, tagList } from './state.ts';

export function describeInstance(state: RdsState, instance: DbInstance): DBInstance {
  const window = restorableWindow(instance, state.region.world.now());
  const { pending } = instance;
  const subnetGroup = state.subnetGroups.get(instance.subnetGroup ?? '');
  return {
    DBInstanceIdentifier: instance.identifier,
    DBInstanceClass: instance.instanceClass,
    Engine: instance.engine,
    DBInstanceStatus: instance.status,
    MasterUsername: instance.masterUsername,
    ...(instance.clusterIdentifier === undefined ? {} : { DBClusterIdentifier: instance.clusterIdentifier }),
    ...(instance.databaseName === undefined ? {} : { DBName: instance.databaseName }),
    // RDS tells no address before the instance has one.
    ...(instance.createdAt === undefined
      ? {}
      : {
          Endpoint: { Address: instance.address, Port: instance.port, HostedZoneId: 'Z1RLNUO7B9Q6NB' },
          InstanceCreateTime: new Date(instance.createdAt),
        }),
    AllocatedStorage: instance.allocatedStorage,
    PreferredBackupWindow: instance.backupWindow,
    BackupRetentionPeriod: instance.backupRetentionDays,
    DBSecurityGroups: [],
    VpcSecurityGroups: [
      ...instance.securityGroupIds.map((id) => ({
        VpcSecurityGroupId: id,
        Status: instance.securityGroupsToCome?.includes(id) === false ? 'removing' : 'active',
      })),
      ...(instance.securityGroupsToCome ?? [])
        .filter((id) => !instance.securityGroupIds.includes(id))
        .map((id) => ({ VpcSecurityGroupId: id, Status: 'adding' })),
    ],
    DBParameterGroups: [{ DBParameterGroupName: instance.parameterGroup, ParameterApplyStatus: 'in-sync' }],
    DBSubnetGroup: {
      DBSubnetGroupName: instance.subnetGroup ?? 'default',
      SubnetGroupStatus: 'Complete',
      ...(subnetGroup?.vpcId === undefined ? {} : { VpcId: subnetGroup.vpcId }),
      Subnets: subnetsOf(state, subnetGroup?.subnetIds ?? []),
    },
    AvailabilityZone: instance.zone,
    ...(instance.standbyZone === undefined ? {} : { SecondaryAvailabilityZone: instance.standbyZone }),
    PreferredMaintenanceWindow: instance.maintenanceWindow,
    PendingModifiedValues: {
      ...(pending.masterPassword === undefined ? {} : { MasterUserPassword: '****' }),
      ...(pending.backupRetentionDays === undefined ? {} : { BackupRetentionPeriod: pending.backupRetentionDays }),
    },
    ...(window === undefined ? {} : { LatestRestorableTime: new Date(window.latest) }),
    MultiAZ: instance.multiAz,
    EngineVersion: instance.engineVersion,
    AutoMinorVersionUpgrade: true,
    ReadReplicaDBInstanceIdentifiers: [],
    LicenseModel: licenceOf(instance.engine),
    OptionGroupMemberships: [{ OptionGroupName: instance.optionGroup, Status: 'in-sync' }],
    PubliclyAccessible: instance.publiclyAccessible,
    StorageType: instance.storageType,
    DbInstancePort: 0,
    StorageEncrypted: instance.storageEncrypted,
    ...(instance.kmsKeyId === undefined ? {} : { KmsKeyId: instance.kmsKeyId }),
    DbiResourceId: instance.resourceId,
    CACertificateIdentifier: instance.caCertificate,
    CopyTagsToSnapshot: instance.copyTagsToSnapshot,
    MonitoringInterval: 0,
    DBInstanceArn: instance.arn,
    IAMDatabaseAuthenticationEnabled: false,
    DeletionProtection: instance.deletionProtection,
    TagList: tagList(instance.tags),
  };
}

function subnetsOf(state: RdsState, ids: readonly string[]): Subnet[] {
  return ids.map((id) => {
    const zone = state.region.services.EC2.subnet(id)?.availabilityZone;
    return {
      SubnetIdentifier: id,
      ...(zone === undefined ? {} : { SubnetAvailabilityZone: { Name: zone } }),
      SubnetStatus: 'Active',
    };
  });
}

function licenceOf(engine: string): string {
  if (engine.includes('postgres')) return 'postgresql-license';
  return /mysql|mariadb/.test(engine) ? 'general-public-license' : 'license-included';
}

export function describeSnapshot(state: RdsState, snapshot: DbSnapshot): DBSnapshot {
  return {
    DBSnapshotIdentifier: snapshot.identifier,
    DBInstanceIdentifier: snapshot.instanceIdentifier,
    ...(snapshot.createdAt === undefined ? {} : { SnapshotCreateTime: new Date(snapshot.createdAt) }),
    OriginalSnapshotCreateTime: new Date(snapshot.originalCreatedAt),
    SnapshotDatabaseTime: new Date(snapshot.databaseAt),
    Engine: snapshot.engine,
    AllocatedStorage: snapshot.allocatedStorage,
    Status: snapshot.status,
    Port: snapshot.port,
    AvailabilityZone: `${state.region.name}a`,
    ...(snapshot.instanceCreatedAt === undefined ? {} : { InstanceCreateTime: new Date(snapshot.instanceCreatedAt) }),
    MasterUsername: snapshot.masterUsername,
    EngineVersion: snapshot.engineVersion,
    LicenseModel: licenceOf(snapshot.engine),
    SnapshotType: snapshot.type,
    OptionGroupName: snapshot.optionGroup,
    PercentProgress: snapshot.status === 'available' ? 100 : 0,
    ...(snapshot.sourceArn === undefined ? {} : { SourceDBSnapshotIdentifier: snapshot.sourceArn }),
    ...(snapshot.sourceRegion === undefined ? {} : { SourceRegion: snapshot.sourceRegion }),
    StorageType: snapshot.storageType,
    Encrypted: snapshot.storageEncrypted,
    ...(snapshot.kmsKeyId === undefined ? {} : { KmsKeyId: snapshot.kmsKeyId }),
    DBSnapshotArn: snapshot.arn,
    IAMDatabaseAuthenticationEnabled: false,
    DbiResourceId: snapshot.resourceId,
    SnapshotTarget: 'region',
    TagList: tagList(snapshot.tags),
  };
}

/** Keeps what every filter allows. A filter that is not modelled is refused, as AWS refuses an unknown one. */
export function filtered<Item>(
  items: readonly Item[],
  filters: readonly Filter[] | undefined,
  values: Readonly<Record<string, (item: Item) => readonly string[]>>,
): Item[] {
  return items.filter((item) =>
    (filters ?? []).every((filter) => {
      const of = values[filter.Name ?? ''];
      if (of === undefined) throw invalidValue(`Unrecognized filter name: ${filter.Name}`);
      return of(item).some((value) => filter.Values?.includes(value));
    }),
  );
}

/** The snapshots among which those that are asked for must be, in the order in which they were made. */
function snapshotsAsked(state: RdsState, input: DescribeDBSnapshotsMessage): Iterable<DbSnapshot> {
  const { DBInstanceIdentifier: instance, DbiResourceId: resource, Filters = [] } = input;
  if (resource !== undefined) return state.snapshots.of(`resource ${resource}`);
  if (instance !== undefined) return state.snapshots.of(`instance ${instance.toLowerCase()}`);
  const named = Filters.find(({ Name, Values = [] }) => Name === 'db-instance-id' && Values.length === 1)?.Values?.[0];
  if (named === undefined) return state.snapshots.values();
  return state.snapshots.of(`instance ${named.replace(`${arnPrefix(state.region)}db:`, '')}`);
}

export function describeOperations(state: RdsState): Record<string, Operation> {
  const { region } = state;
  return {
    DescribeDBInstances: (input: DescribeDBInstancesMessage) => {
      const byId = input.DBInstanceIdentifier;
      // An ARN is accepted in the place of a name.
      const found =
        byId === undefined || byId === ''
          ? [...state.instances.values()]
          : [instanceOf(state, byId.startsWith('arn:') ? byId.slice(byId.lastIndexOf(':') + 1) : byId)];
      const kept = filtered(found, input.Filters, {
        'db-instance-id': (one) => [one.identifier, one.arn],
        'dbi-resource-id': (one) => [one.resourceId],
        engine: (one) => [one.engine],
        'db-cluster-id': ({ clusterIdentifier: id }) =>
          id === undefined ? [] : [id, `${arnPrefix(region)}cluster:${id}`],
      });
      kept.sort((one, other) => (one.identifier < other.identifier ? -1 : 1));
      const { items, marker } = page(kept, (one) => one.identifier, input.MaxRecords, input.Marker);
      return { ...marker, DBInstances: items.map((one) => describeInstance(state, one)) };
    },

    DescribeDBSnapshots: (input: DescribeDBSnapshotsMessage) => {
      if (input.IncludeShared === true || input.IncludePublic === true)
        throw new NotModelled('shared and public snapshots');
      const named = input.DBSnapshotIdentifier;
      let found: DbSnapshot[];
      if (named === undefined) found = [...snapshotsAsked(state, input)];
      else {
        const one =
          state.snapshots.get(named) ?? state.snapshots.get(named.replace(`${arnPrefix(region)}snapshot:`, ''));
        if (one === undefined) throw new AwsError('DBSnapshotNotFoundFault', `DBSnapshot ${named} not found.`, 404);
        found = [one];
      }
      const { DBInstanceIdentifier: instance, DbiResourceId: resource, SnapshotType: type } = input;
      if (type !== undefined && !['automated', 'manual', 'awsbackup'].includes(type)) {
        throw invalidValue(`Invalid snapshot type: ${type}`);
      }
      found = found.filter(
        (one) =>
          (instance === undefined || one.instanceIdentifier === instance.toLowerCase()) &&
          (resource === undefined || one.resourceId === resource) &&
          // Without a type, automated and manual snapshots come; those of AWS Backup have to be asked for by type or name.
          (type === undefined ? named !== undefined || one.type !== 'awsbackup' : one.type === type),
      );
      const kept = filtered(found, input.Filters, {
        'db-instance-id': (one) => [one.instanceIdentifier, `${arnPrefix(region)}db:${one.instanceIdentifier}`],
        'db-snapshot-id': (one) => [one.identifier],
        'dbi-resource-id': (one) => [one.resourceId],
        'snapshot-type': (one) => [one.type],
        engine: (one) => [one.engine],
      });
      const { items, marker } = page(kept, (one) => one.identifier, input.MaxRecords, input.Marker);
      return { ...marker, DBSnapshots: items.map((one) => describeSnapshot(state, one)) };
    },

    DescribeDBInstanceAutomatedBackups: (input: DescribeDBInstanceAutomatedBackupsMessage) => {
      if (input.DBInstanceAutomatedBackupsArn !== undefined) {
        throw new NotModelled('DBInstanceAutomatedBackupsArn in DescribeDBInstanceAutomatedBackups');
      }
      const now = region.world.now();
      const active = [...state.instances.values()]
        .filter((one) => one.backupRetentionDays > 0 && one.clusterIdentifier === undefined)
        .map((instance) => ({ instance, status: instance.restorableFrom === undefined ? 'creating' : 'active', now }));
      const retained = state.retained.map(({ instance, latest }) => ({ instance, status: 'retained', now: latest }));
      let found = [...active, ...retained].filter(
        ({ instance }) =>
          (input.DBInstanceIdentifier === undefined ||
            instance.identifier === input.DBInstanceIdentifier.toLowerCase()) &&
          (input.DbiResourceId === undefined || instance.resourceId === input.DbiResourceId),
      );
      if (input.DbiResourceId !== undefined && found.length === 0) {
        throw new AwsError(
          'DBInstanceAutomatedBackupNotFoundFault',
          `Automated backup with resource ID ${input.DbiResourceId} not found.`,
          404,
        );
      }
      found = filtered(found, input.Filters, {
        status: (one) => [one.status],
        'db-instance-id': (one) => [one.instance.identifier, one.instance.arn],
        'dbi-resource-id': (one) => [one.instance.resourceId],
      });
      const { items, marker } = page(found, (one) => one.instance.resourceId, input.MaxRecords, input.Marker);
      return {
        ...marker,
        DBInstanceAutomatedBackups: items.map(({ instance, status, now }) => {
          const window = restorableWindow(instance, now);
          return {
            DBInstanceArn: instance.arn,
            DbiResourceId: instance.resourceId,
            Region: region.name,
            DBInstanceIdentifier: instance.identifier,
            RestoreWindow:
              window === undefined
                ? {}
                : { EarliestTime: new Date(window.earliest), LatestTime: new Date(window.latest) },
            AllocatedStorage: instance.allocatedStorage,
            Status: status,
            Port: instance.port,
            MasterUsername: instance.masterUsername,
            Engine: instance.engine,
            EngineVersion: instance.engineVersion,
            Encrypted: instance.storageEncrypted,
            StorageType: instance.storageType,
            BackupRetentionPeriod: instance.backupRetentionDays,
            ...(instance.createdAt === undefined ? {} : { InstanceCreateTime: new Date(instance.createdAt) }),
            DBInstanceAutomatedBackupsArn: backupsArn(region, instance),
          };
        }),
      };
    },

    DescribeDBSubnetGroups: (input: DescribeDBSubnetGroupsMessage) => {
      const named = input.DBSubnetGroupName;
      const found = [...state.subnetGroups.values()].filter(
        (one) => named === undefined || one.name === named.toLowerCase(),
      );
      if (named !== undefined && found.length === 0) {
        throw new AwsError('DBSubnetGroupNotFoundFault', `DB subnet group '${named}' does not exist.`, 404);
      }
      if (input.Filters !== undefined && input.Filters.length > 0)
        throw invalidCombination('Filters are not supported.');
      const { items, marker } = page(found, (one) => one.name, input.MaxRecords, input.Marker);
      return {
        ...marker,
        DBSubnetGroups: items.map((one) => ({
          DBSubnetGroupName: one.name,
          DBSubnetGroupArn: `${arnPrefix(region)}subgrp:${one.name}`,
          SubnetGroupStatus: 'Complete',
          ...(one.vpcId === undefined ? {} : { VpcId: one.vpcId }),
          Subnets: subnetsOf(state, one.subnetIds),
        })),
      };
    },
  };
}
