import type { DeleteDBInstanceMessage } from '@aws-sdk/client-rds';
import { AwsError, type Operation } from '../../world/region.ts';
import { draw, timing } from '../timing.ts';
import { destroyData, forgetPast } from './data.ts';
import { describeInstance } from './describe.ts';
import { instanceOf, invalidCombination, wrongState } from './refusals.ts';
import { manualSnapshots, takeSnapshot } from './snapshots.ts';
import type { DbInstance, RdsState } from './state.ts';

const mostManualSnapshots = 100;
const day = 24 * 3_600_000;
/** An instance in these statuses cannot give a last snapshot. */
const broken = new Set(['failed', 'incompatible-restore', 'incompatible-network']);

export function deleteOperations(state: RdsState): Record<string, Operation> {
  const { region, chance } = state;
  const { world } = region;

  return {
    DeleteDBInstance: async (input: DeleteDBInstanceMessage) => {
      const instance = instanceOf(state, input.DBInstanceIdentifier);
      const final = input.FinalDBSnapshotIdentifier;
      const skip = input.SkipFinalSnapshot ?? false;
      if (skip && final !== undefined) {
        throw invalidCombination(
          'FinalDBSnapshotIdentifier can not be specified when deleting with SkipFinalSnapshot.',
        );
      }
      const inCluster = instance.clusterIdentifier !== undefined;
      if (inCluster && final !== undefined) {
        throw invalidCombination(`${instance.identifier} is in a cluster: take a last snapshot of the cluster.`);
      }
      if (!skip && !inCluster && final === undefined) {
        throw invalidCombination('FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.');
      }
      if (instance.status === 'deleting') throw wrongState(`Instance ${instance.identifier} is already being deleted.`);
      if (instance.deletionProtection) {
        throw invalidCombination(
          'Cannot delete protected DB Instance, please disable deletion protection and try again.',
        );
      }
      if (broken.has(instance.status)) {
        if (!skip && !inCluster)
          throw wrongState(`Cannot create a final snapshot because the DB instance is ${instance.status}.`);
      } else if (instance.status !== 'available') {
        throw wrongState(`Instance ${instance.identifier} is not in available state: it is ${instance.status}.`);
      }
      if (final !== undefined) {
        if (state.snapshots.has(final)) {
          throw new AwsError(
            'DBSnapshotAlreadyExistsFault',
            `Cannot create the snapshot because a snapshot with the identifier ${final} already exists.`,
            400,
          );
        }
        if (manualSnapshots(state) >= mostManualSnapshots) {
          throw new AwsError(
            'SnapshotQuotaExceededFault',
            'The request would exceed the quota of manual DB snapshots.',
            400,
          );
        }
      }

      const { replication } = region.services.RDS;
      const isReplica = replication.replicaOf(instance.identifier) !== undefined;
      let takes = draw(chance, timing.rds.deleting);
      instance.status = 'deleting';
      if (final !== undefined) {
        const { milliseconds, finish } = await takeSnapshot(state, instance, {
          identifier: final,
          type: 'manual',
          versionId: `${region.name}-final-${chance.uuid()}`,
        });
        takes += milliseconds;
        world.after(milliseconds, `RDS took the final snapshot ${final}`, finish);
      }
      world.after(takes, `RDS deleted ${instance.identifier}`, async () => {
        state.instances.delete(instance.identifier);
        replication.release(instance.identifier);
        instance.deletedAt = world.now();
        // Data and backups are the cluster's.
        if (inCluster) return;
        if (input.DeleteAutomatedBackups === false && instance.restorableFrom !== undefined) {
          const retained = { instance, latest: world.now() };
          state.retained.push(retained);
          world.after(instance.backupRetentionDays * day, `retained backups of ${instance.identifier} end`, () => {
            state.retained.splice(state.retained.indexOf(retained), 1);
            if (instance.dataName !== undefined && !isReplicated(state, instance)) {
              forgetPast(region, instance.engine, instance.dataName);
            }
          });
        } else {
          await forgetAutomated(state, instance.resourceId);
        }
        // A replica that was not promoted has no data of its own yet.
        if (instance.dataName === undefined || isReplica) return;
        const stays = state.retained.some((one) => one.instance === instance) || isReplicated(state, instance);
        await destroyData(region, instance.engine, instance.dataName, stays);
      });
      return { DBInstance: describeInstance(state, instance) };
    },
  };
}

/** Whether another Region keeps the instance's automated backups: those stay when it is deleted. */
function isReplicated({ region }: RdsState, { arn }: DbInstance): boolean {
  return region.account.regions.some(({ services }) => services.RDS.replication.keepsBackupsOf(arn));
}

async function forgetAutomated(state: RdsState, resourceId: string): Promise<void> {
  for (const snapshot of [...state.snapshots.values()]) {
    if (snapshot.type !== 'automated' || snapshot.resourceId !== resourceId) continue;
    state.snapshots.delete(snapshot.identifier);
    await state.region.account.data.versions.discard(snapshot.versionId);
  }
}
