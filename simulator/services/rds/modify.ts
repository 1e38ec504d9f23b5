import type { ModifyDBInstanceMessage } from '@aws-sdk/client-rds';
import { AwsError, NotModelled, type Operation } from '../../world/region.ts';
import { draw, type Span, timing } from '../timing.ts';
import { setPassword } from './data.ts';
import { describeInstance } from './describe.ts';
import { defaultSecurityGroup, zonesOf } from './instances.ts';
import { mustBeInVpc, networkToMoveTo } from './networks.ts';
import { checkIdentifier, instanceOf, invalidCombination, invalidValue, wrongState } from './refusals.ts';
import type { DbInstance, RdsState } from './state.ts';

const modelled = new Set([
  'DBInstanceIdentifier',
  'ApplyImmediately',
  'MasterUserPassword',
  'VpcSecurityGroupIds',
  'BackupRetentionPeriod',
  'DeletionProtection',
  'DBSubnetGroupName',
  'MultiAZ',
  'NewDBInstanceIdentifier',
]);

/**
 * ModifyDBInstance. A new master password and new security groups are applied at once but take their time, whatever
 * ApplyImmediately says; the password is pending meanwhile. Switching automated backups on or off waits for
 * ApplyImmediately, and so do another network, a standby and a new name. The endpoint's name stays the same in another
 * network, and follows a new identifier.
 */
export function modifyOperations(state: RdsState): Record<string, Operation> {
  const { region, chance } = state;
  const { world } = region;

  /** Puts the instance into a status for a while, then lets the change take effect. */
  const change = (
    instance: DbInstance,
    status: DbInstance['status'],
    effect: () => void | Promise<void>,
    takes: Span = timing.rds.modifyTakes,
  ) => {
    world.after(draw(chance, timing.rds.modifyBegins), `RDS begins to change ${instance.identifier}`, () => {
      if (instance.status === 'available') instance.status = status;
      world.after(draw(chance, takes), `RDS changed ${instance.identifier}`, async () => {
        if (instance.status === 'deleting') return;
        await effect();
        if (instance.status === status) instance.status = 'available';
      });
    });
  };

  return {
    ModifyDBInstance: (input: ModifyDBInstanceMessage) => {
      for (const [member, value] of Object.entries(input)) {
        if (value !== undefined && !modelled.has(member)) throw new NotModelled(`RDS.ModifyDBInstance's ${member}`);
      }
      const instance = instanceOf(state, input.DBInstanceIdentifier);
      if (instance.status !== 'available') {
        throw wrongState(`Database instance is not in available state: ${instance.identifier} is ${instance.status}.`);
      }
      const { MasterUserPassword: password, VpcSecurityGroupIds: groups, BackupRetentionPeriod: retention } = input;
      const { DBSubnetGroupName: toGroup, MultiAZ: multiAz, NewDBInstanceIdentifier: newName } = input;
      if (
        instance.clusterIdentifier !== undefined &&
        (password ?? groups ?? retention ?? toGroup ?? multiAz) !== undefined
      ) {
        throw invalidCombination(
          `${instance.identifier} is a member of the cluster ${instance.clusterIdentifier}: modify the cluster.`,
        );
      }
      if (password !== undefined) checkPassword(password, instance.engine);
      if (retention !== undefined && (retention < 0 || retention > 35)) {
        throw invalidValue(`Invalid backup retention period: ${retention}. Must be between 0 and 35.`);
      }
      if (groups?.length === 0) throw invalidValue('VpcSecurityGroupIds must name at least one group.');
      const moveTo = toGroup === undefined ? undefined : networkToMoveTo(state, instance, toGroup, input);
      if (groups !== undefined) {
        mustBeInVpc(state, groups, moveTo?.vpcId ?? state.subnetGroups.get(instance.subnetGroup ?? '')?.vpcId);
      }
      if ((toGroup ?? multiAz) !== undefined && input.ApplyImmediately !== true) {
        throw new NotModelled('moving an instance or its standby in the maintenance window (pass ApplyImmediately)');
      }

      const renamed = newName?.toLowerCase();
      if (renamed !== undefined) {
        checkIdentifier(renamed);
        if (instance.clusterIdentifier !== undefined) throw new NotModelled('renaming an instance of a cluster');
        if (input.ApplyImmediately !== true) {
          throw new NotModelled('renaming an instance in the maintenance window (pass ApplyImmediately)');
        }
        if (state.instances.has(renamed)) {
          throw new AwsError('DBInstanceAlreadyExistsFault', 'DB instance already exists', 400);
        }
      }

      if (input.DeletionProtection !== undefined) instance.deletionProtection = input.DeletionProtection;
      if (password !== undefined) {
        instance.pending.masterPassword = password;
        change(instance, 'resetting-master-credentials', async () => {
          // A second call before the first took effect: the last one wins.
          const latest = instance.pending.masterPassword;
          if (latest === undefined) return;
          if (instance.dataName !== undefined) await setPassword(region, instance.engine, instance.dataName, latest);
          instance.masterPassword = latest;
          delete instance.pending.masterPassword;
        });
      }
      if (moveTo !== undefined) {
        const securityGroupIds = groups ?? [defaultSecurityGroup(state)];
        instance.securityGroupsToCome = securityGroupIds;
        change(
          instance,
          'moving-to-vpc',
          () => {
            instance.subnetGroup = moveTo.name;
            instance.securityGroupIds = securityGroupIds;
            instance.securityGroupsToCome = undefined;
            instance.zone = zonesOf(state, instance).zone;
          },
          timing.rds.moveTakes,
        );
      } else if (groups !== undefined && groups.join() !== instance.securityGroupIds.join()) {
        instance.securityGroupsToCome = groups;
        change(instance, 'modifying', () => {
          if (instance.securityGroupsToCome === undefined) return;
          instance.securityGroupIds = instance.securityGroupsToCome;
          instance.securityGroupsToCome = undefined;
        });
      }
      if (multiAz !== undefined && multiAz !== instance.multiAz) {
        change(
          instance,
          'modifying',
          () => {
            instance.multiAz = multiAz;
            instance.standbyZone = zonesOf(state, instance).standbyZone;
          },
          timing.rds.standbyTakes,
        );
      }
      if (renamed !== undefined) {
        change(instance, 'renaming', () => {
          state.instances.delete(instance.identifier);
          instance.address = instance.address.replace(instance.identifier, renamed);
          instance.arn = instance.arn.replace(/[^:]+$/, renamed);
          instance.identifier = renamed;
          state.instances.set(renamed, instance);
        });
      }
      if (retention !== undefined && retention !== instance.backupRetentionDays) {
        const switches = retention === 0 || instance.backupRetentionDays === 0;
        if (switches && input.ApplyImmediately !== true) {
          throw new NotModelled(
            'switching automated backups on or off in the maintenance window (pass ApplyImmediately)',
          );
        }
        instance.pending.backupRetentionDays = retention;
        change(instance, 'modifying', () => {
          const latest = instance.pending.backupRetentionDays;
          if (latest === undefined) return;
          if (latest === 0) instance.restorableFrom = undefined;
          else instance.restorableFrom ??= world.now();
          instance.backupRetentionDays = latest;
          delete instance.pending.backupRetentionDays;
        });
      }
      return { DBInstance: describeInstance(state, instance) };
    },
  };
}

/** 8 to 128 printable characters for PostgreSQL, to 41 for MySQL and MariaDB, but no `/`, `"`, `@` and space. */
export function checkPassword(password: string, engine: string): void {
  const most = engine.includes('postgres') ? 128 : 41;
  if (password.length < 8 || password.length > most) {
    throw invalidValue(
      `The parameter MasterUserPassword is not a valid password because it is not between 8 and ${most} characters long.`,
    );
  }
  if (/[/"@ ]|[^\x20-\x7e]/.test(password)) {
    throw invalidValue(
      "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.",
    );
  }
}
