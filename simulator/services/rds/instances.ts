import { AwsError } from '../../world/region.ts';
import { draw, timing } from '../timing.ts';
import { hasData } from './data.ts';
import { mustBeInVpc } from './networks.ts';
import { checkIdentifier } from './refusals.ts';
import { arnPrefix, type DbCluster, type DbInstance, type RdsState } from './state.ts';
import { drawBackupWindow, drawMaintenanceWindow } from './windows.ts';

/** Instances of one Region that RDS, Aurora, DocumentDB and Neptune share while nobody asks AWS for more (documented). */
export const usualInstances = 40;

export const defaultPort: Readonly<Record<string, number>> = {
  postgres: 5432,
  mysql: 3306,
  mariadb: 3306,
  'aurora-postgresql': 5432,
  'aurora-mysql': 3306,
  'oracle-ee': 1521,
  'sqlserver-se': 1433,
};

/** What a new instance is to be; what is left out is as RDS chooses it. */
export interface InstanceOptions {
  readonly identifier: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly instanceClass?: string | undefined;
  readonly allocatedStorage?: number | undefined;
  readonly storageType?: string | undefined;
  readonly masterUsername: string;
  readonly masterPassword: string;
  readonly databaseName?: string | undefined;
  readonly port?: number | undefined;
  readonly subnetGroup?: string | undefined;
  readonly securityGroupIds?: readonly string[] | undefined;
  readonly multiAz?: boolean | undefined;
  readonly publiclyAccessible?: boolean | undefined;
  readonly parameterGroup?: string | undefined;
  readonly optionGroup?: string | undefined;
  readonly storageEncrypted?: boolean | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly backupRetentionDays?: number | undefined;
  readonly backupWindow?: string | undefined;
  readonly maintenanceWindow?: string | undefined;
  readonly copyTagsToSnapshot?: boolean | undefined;
  readonly deletionProtection?: boolean | undefined;
  readonly tags: ReadonlyMap<string, string>;
  /** The cluster that it is made in. */
  readonly cluster?: DbCluster | undefined;
}

/** Makes an instance that is still `creating`. Its data and its further life are the caller's. */
export function newInstance(state: RdsState, options: InstanceOptions): DbInstance {
  const { region, chance } = state;
  checkIdentifier(options.identifier);
  const identifier = options.identifier.toLowerCase();
  if (state.instances.has(identifier)) {
    throw new AwsError('DBInstanceAlreadyExistsFault', 'DB instance already exists', 400);
  }
  if (state.instances.size >= state.mostInstances) {
    throw new AwsError('InstanceQuotaExceededFault', 'DB Instance quota exceeded', 400);
  }
  if (
    options.subnetGroup !== undefined &&
    options.subnetGroup !== 'default' &&
    !state.subnetGroups.has(options.subnetGroup)
  ) {
    throw new AwsError('DBSubnetGroupNotFoundFault', `DB subnet group '${options.subnetGroup}' does not exist.`, 404);
  }
  mustBeInVpc(state, options.securityGroupIds ?? [], state.subnetGroups.get(options.subnetGroup ?? '')?.vpcId);
  const resourceId = `db-${chance.hex(26).toUpperCase()}`;
  const release = releaseOf(options.engine, options.engineVersion);
  const instance: DbInstance = {
    identifier,
    resourceId,
    arn: `${arnPrefix(region)}db:${identifier}`,
    engine: options.engine,
    engineVersion: options.engineVersion,
    instanceClass: options.instanceClass ?? 'db.t4g.medium',
    allocatedStorage: options.allocatedStorage ?? 20,
    storageType: options.storageType ?? 'gp3',
    masterUsername: options.masterUsername,
    databaseName: options.databaseName,
    port: options.port ?? defaultPort[options.engine] ?? 5432,
    // The label between name and Region is the account's own in each Region: the same for all its instances.
    address: `${identifier}.${addressLabel(state)}.${region.name}.rds.amazonaws.com`,
    subnetGroup: options.subnetGroup,
    multiAz: options.multiAz ?? false,
    ...zonesOf(state, { ...options, resourceId }),
    publiclyAccessible: options.publiclyAccessible ?? false,
    parameterGroup: options.parameterGroup ?? `default.${options.engine}${release}`,
    optionGroup: options.optionGroup ?? `default:${options.engine}-${release.replaceAll('.', '-')}`,
    storageEncrypted: options.storageEncrypted ?? false,
    kmsKeyId:
      options.storageEncrypted === true
        ? (options.kmsKeyId ?? `arn:aws:kms:${region.name}:${region.account.id}:alias/aws/rds`)
        : undefined,
    backupWindow: options.backupWindow ?? drawBackupWindow(chance),
    maintenanceWindow: options.maintenanceWindow ?? drawMaintenanceWindow(chance),
    copyTagsToSnapshot: options.copyTagsToSnapshot ?? false,
    caCertificate: 'rds-ca-rsa2048-g1',
    tags: new Map(options.tags),
    clusterIdentifier: options.cluster?.identifier,
    dataName:
      options.cluster?.dataName ?? (hasData(options.engine) ? `${region.name}/${identifier}#${resourceId}` : undefined),
    status: 'creating',
    createdAt: undefined,
    securityGroupIds: options.securityGroupIds ?? [defaultSecurityGroup(state)],
    securityGroupsToCome: undefined,
    backupRetentionDays: options.backupRetentionDays ?? 1,
    deletionProtection: options.deletionProtection ?? false,
    masterPassword: options.masterPassword,
    pending: {},
    restorableFrom: undefined,
    lazyUntil: 0,
    down: undefined,
    deletedAt: undefined,
  };
  state.instances.set(identifier, instance);
  return instance;
}

/** RDS chooses a zone of the subnet group, and another for the standby. What is in no known network is in zone a. */
export function zonesOf(
  state: RdsState,
  of: {
    readonly resourceId: string;
    readonly subnetGroup?: string | undefined;
    readonly multiAz?: boolean | undefined;
  },
): { zone: string; standbyZone: string | undefined } {
  const { region } = state;
  const zones = zonesOfGroup(state, of.subnetGroup);
  const chance = region.world.chance.fork(`zone of ${of.resourceId}`);
  const zone = chance.pick(zones);
  const others = zones.filter((one) => one !== zone);
  return { zone, standbyZone: of.multiAz === true ? chance.pick(others.length === 0 ? zones : others) : undefined };
}

/** The zones of a subnet group, each once. */
export function zonesOfGroup(state: RdsState, subnetGroup: string | undefined): string[] {
  const { region } = state;
  const { EC2 } = region.services;
  const known = (state.subnetGroups.get(subnetGroup ?? '')?.subnetIds ?? []).flatMap(
    (id) => EC2.subnet(id)?.availabilityZone ?? [],
  );
  const zones = known.length === 0 ? ['a', 'b', 'c'].map((zone) => `${region.name}${zone}`) : [...new Set(known)];
  // RDS makes nothing in a zone that does not answer.
  const there = zones.filter((zone) => !EC2.isZoneGone(zone));
  return there.length === 0 ? zones : there;
}

/** What RDS calls a major version: 18 of PostgreSQL, 8.4 of MySQL, 11.8 of MariaDB. */
export function releaseOf(engine: string, version: string): string {
  return version
    .split('.')
    .slice(0, /^(mysql|mariadb|aurora-mysql)$/.test(engine) ? 2 : 1)
    .join('.');
}

/** From `creating` through the first automated backup to `available`. */
export function becomeAvailable(state: RdsState, instance: DbInstance, then: () => void): void {
  const { world } = state.region;
  instance.createdAt = world.now();
  const available = () => {
    if (instance.status === 'deleting') return;
    instance.status = 'available';
    then();
  };
  if (instance.backupRetentionDays === 0) {
    available();
    return;
  }
  instance.status = 'backing-up';
  world.after(draw(state.chance, timing.rds.firstBackup), `RDS backed ${instance.identifier} up first`, () => {
    instance.restorableFrom = world.now();
    available();
  });
}

export function addressLabel(state: RdsState): string {
  return `c${state.region.world.chance.fork(`rds address ${state.region.name}`).hex(11)}`;
}

export function defaultSecurityGroup(state: RdsState): string {
  return `sg-${state.region.world.chance.fork(`default security group ${state.region.name}`).hex(17)}`;
}
