import type { CreateDBInstanceReadReplicaMessage, PromoteReadReplicaMessage } from '@aws-sdk/client-rds';
import { NotModelled, type Operation } from '../../world/region.ts';
import { refuseOthers } from '../parameters.ts';
import { draw, timing } from '../timing.ts';
import { createData, dataAsOf, masterOf } from './data.ts';
import { describeInstance } from './describe.ts';
import { tell } from './happenings.ts';
import { becomeAvailable } from './instances.ts';
import { instanceOf, wrongState } from './refusals.ts';
import type { Replication } from './replication.ts';
import type { RdsState } from './state.ts';

const created = new Set([
  'DBInstanceIdentifier',
  'SourceDBInstanceIdentifier',
  'SourceRegion',
  'DBSubnetGroupName',
  'VpcSecurityGroupIds',
]);
const promoted = new Set(['DBInstanceIdentifier', 'BackupRetentionPeriod']);

/** Replicas of instances of another Region: made by a call, and promoted. Those within a Region are not modelled. */
export function replicaOperations(state: RdsState, replication: () => Replication): Record<string, Operation> {
  const { region } = state;
  const { world } = region;
  return {
    CreateDBInstanceReadReplica: (input: CreateDBInstanceReadReplicaMessage) => {
      refuseOthers('RDS.CreateDBInstanceReadReplica', input, created);
      const { SourceDBInstanceIdentifier: source = '', DBInstanceIdentifier: identifier = '' } = input;
      if (!source.startsWith('arn:')) throw new NotModelled('read replicas within a Region (give the ARN of a source)');
      replication().addReplica(source, {
        identifier,
        ...(input.DBSubnetGroupName !== undefined && { subnetGroup: input.DBSubnetGroupName.toLowerCase() }),
        ...(input.VpcSecurityGroupIds !== undefined && { securityGroupIds: input.VpcSecurityGroupIds }),
      });
      const replica = instanceOf(state, identifier);
      replica.status = 'creating';
      replica.createdAt = undefined;
      world.after(draw(state.chance, timing.rds.creating), `RDS made ${replica.identifier}`, () => {
        if (replica.status !== 'creating') return;
        replica.createdAt = world.now();
        replica.status = 'available';
      });
      return { DBInstance: describeInstance(state, replica) };
    },

    /** It stops to replicate, is rebooted and backed up, and then stands alone with what had arrived (documented). */
    PromoteReadReplica: async (input: PromoteReadReplicaMessage) => {
      refuseOthers('RDS.PromoteReadReplica', input, promoted);
      const instance = instanceOf(state, input.DBInstanceIdentifier);
      const { identifier, engine, dataName, status } = instance;
      const replica = replication().replicaOf(identifier);
      if (replica === undefined) throw wrongState(`DB Instance ${identifier} is not a read replica.`);
      if (status !== 'available') {
        throw wrongState(`DB Instance ${identifier} is not in available state: it is ${status}.`);
      }
      if (dataName === undefined || replica.source.dataName === undefined) {
        throw new NotModelled(`data behind the engine ${engine}`);
      }
      instance.status = 'modifying';
      const versionId = `${region.name}-promoted-${state.chance.uuid()}`;
      await dataAsOf(region, engine, replica.source.dataName, replica.replicatedTo, versionId);
      world.after(draw(state.chance, timing.rds.promoting), `RDS promotes ${identifier}`, async () => {
        await createData(region, engine, dataName, { version: versionId }, masterOf(instance));
        await region.account.data.versions.discard(versionId);
        replication().release(identifier);
        instance.backupRetentionDays = input.BackupRetentionPeriod ?? 1;
        const made = instance.createdAt;
        becomeAvailable(state, instance, () => {
          tell(state, instance, 'Promoted from Read Replica to a stand-alone database instance.', 'availability');
        });
        instance.createdAt = made;
      });
      return { DBInstance: describeInstance(state, instance) };
    },

    PromoteReadReplicaDBCluster: () => {
      throw new NotModelled('replicas of clusters in another Region');
    },
  };
}
