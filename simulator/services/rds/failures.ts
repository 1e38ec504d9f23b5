import { draw, timing } from '../timing.ts';
import { membersOf } from './clusters.ts';
import { tell } from './happenings.ts';
import type { DbInstance, RdsState } from './state.ts';

/** What happens to instances without anybody asking for it. */
export interface Failures {
  /**
   * The host of an instance, or of a cluster's writer, dies. With a standby RDS fails over to it by itself; without one
   * it recovers the instance on another host, unless it is gone for good.
   */
  failHost(identifier: string, options?: { readonly forGood?: boolean }): void;
  /** EC2's zone has gone, or is back: instances in it fail over to a standby elsewhere, or stay away as long as it does. */
  zoneChanged(zone: string): void;
}

/**
 * What RDS shows of a failure, its status `rebooting`, is an assumption; how long a failover takes is documented, and that
 * the zones of instance and standby are exchanged by it.
 */
export function failuresOf(state: RdsState): Failures {
  const { region } = state;
  const { world } = region;

  /** While its host is down nobody sends its logs away: they are sent when it is back. */
  const stuck = new WeakSet<DbInstance>();
  const goDown = (instance: DbInstance, why: string): void => {
    instance.down = why;
    if (instance.windowStuckAt === undefined) {
      instance.windowStuckAt = world.now();
      stuck.add(instance);
    }
    if (instance.status === 'available') instance.status = 'rebooting';
  };
  const comeBack = (instance: DbInstance): void => {
    instance.down = undefined;
    if (stuck.delete(instance)) instance.windowStuckAt = undefined;
    if (instance.status === 'rebooting') instance.status = 'available';
  };
  const chanceOf = (instance: DbInstance) => world.chance.fork(`failure of ${instance.identifier} at ${world.now()}`);

  const failOver = (instance: DbInstance, why: string): void => {
    goDown(instance, why);
    tell(state, instance, 'Multi-AZ instance failover started.', 'failover');
    world.after(draw(chanceOf(instance), timing.rds.failover), `RDS fails ${instance.identifier} over`, () => {
      if (instance.status === 'deleting') return;
      const { zone, standbyZone = zone } = instance;
      instance.zone = standbyZone;
      instance.standbyZone = zone;
      comeBack(instance);
      tell(state, instance, 'Multi-AZ instance failover completed', 'failover');
      tell(state, instance, 'DB instance restarted', 'availability');
    });
  };
  const recover = (instance: DbInstance): void => {
    comeBack(instance);
    tell(state, instance, 'Recovery of the DB instance is complete.', 'recovery');
    tell(state, instance, 'DB instance restarted', 'availability');
  };
  const hasStandby = ({ standbyZone }: DbInstance): boolean =>
    standbyZone !== undefined && !region.services.EC2.isZoneGone(standbyZone);

  return {
    failHost: (identifier, { forGood = false } = {}) => {
      const cluster = state.clusters.get(identifier.toLowerCase());
      const instance =
        cluster === undefined ? state.instances.get(identifier.toLowerCase()) : membersOf(state, cluster)[0];
      if (instance === undefined) throw new Error(`There is no instance ${identifier} whose host could fail.`);
      if (instance.down !== undefined) return;
      if (hasStandby(instance)) {
        failOver(instance, 'its host failed');
        return;
      }
      goDown(instance, 'its host failed');
      if (forGood) return;
      tell(
        state,
        instance,
        'Recovery of the DB instance has started. Recovery time will vary with the amount of data to be recovered.',
        'recovery',
      );
      world.after(draw(chanceOf(instance), timing.rds.hostReplaced), `RDS recovers ${instance.identifier}`, () => {
        if (instance.status !== 'deleting' && !region.services.EC2.isZoneGone(instance.zone)) recover(instance);
      });
    },

    zoneChanged: (zone) => {
      const isGone = region.services.EC2.isZoneGone(zone);
      for (const instance of state.instances.values()) {
        if (instance.zone !== zone) continue;
        if (!isGone) {
          if (instance.down !== undefined) recover(instance);
        } else if (instance.down === undefined) {
          if (hasStandby(instance)) failOver(instance, `the zone ${zone} is gone`);
          else goDown(instance, `the zone ${zone} is gone`);
        }
      }
    },
  };
}
