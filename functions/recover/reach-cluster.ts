import { CreateDBInstanceCommand, RDSClient, RestoreDBClusterToPointInTimeCommand } from '@aws-sdk/client-rds';
import { recoveredTag } from '../account/tagged.ts';
import { NotYet, nameOf } from '../platform/errors.ts';
import { required, type Seam } from '../platform/seam.ts';
import { mustBeUsable } from '../restore/database-state.ts';
import { addDrillFindings } from '../restore/findings.ts';
import { chosenClass, sourceClass } from '../restore/instance-class.ts';
import type { Reached } from '../restore/plan.ts';
import { clusterReacher as scratchReacher } from '../restore/reach-cluster.ts';
import { waitForRoom } from '../restore/room.ts';
import { scratchName } from '../scratch/birth.ts';
import { note, register } from '../scratch/register.ts';
import { change, claim, describeCluster, describeInstance, mustBeListed } from './databases.ts';
import { asPlan, type Recovery } from './plan.ts';
import type { CheckReacher, CheckReaching } from './reacher.ts';

/**
 * A recovered cluster gets the instance through which applications will use it. What the probe reads is a clone, born as
 * scratch in the sealed network: cloning copies no data, and nothing opens a way from the one network into the other.
 * Reads what the reacher of scratch clusters reads.
 */
export function clusterReacher(seam: Seam): CheckReacher {
  const rds = seam.client(RDSClient);
  const reachScratch = scratchReacher(seam);
  const sealed = {
    subnetGroup: required(seam.environment, 'SCRATCH_DB_SUBNET_GROUP'),
    securityGroup: required(seam.environment, 'SCRATCH_SECURITY_GROUP_ID'),
  };

  const clone = async ({ chosen, attempt, execution, ledger }: CheckReaching): Promise<void> => {
    const { id: drill, resource, goneBy, name } = chosen;
    const clone = scratchName(drill);
    await register(
      ledger,
      { drill, resource, attempt, execution, what: 'cluster', name: clone, goneBy },
      seam.clock.now(),
    );
    if ((await describeCluster(rds, clone)) === undefined) {
      await change(name, () =>
        rds.send(
          new RestoreDBClusterToPointInTimeCommand({
            DBClusterIdentifier: clone,
            SourceDBClusterIdentifier: name,
            RestoreType: 'copy-on-write',
            UseLatestRestorableTime: true,
            DBSubnetGroupName: sealed.subnetGroup,
            VpcSecurityGroupIds: [sealed.securityGroup],
          }),
        ),
      );
    }
    await note(ledger, { drill, what: 'cluster' }, { id: clone });
  };

  return async (reaching): Promise<Reached> => {
    const { chosen, restored, attempt, execution, ledger } = reaching;
    const { name } = chosen;
    const found = mustBeListed(await describeCluster(rds, name), name);
    await claim(rds, ledger, chosen, found.TagList);
    mustBeUsable('The recovered cluster', found.Status);
    await makeInstance(seam, rds, reaching, found.Engine);
    await clone(reaching);
    const ended = { ...restored, completedAt: restored.startedAt };
    return reachScratch({ plan: asPlan(chosen), restored: ended, attempt, execution, ledger });
  };
}

/** The name of the instance through which a recovered cluster is used. */
export const instanceName = ({ name }: Recovery) => `${name}-1`;

/** Makes the instance of a recovered cluster, once: AWS Backup and RDS restore clusters without any. */
export async function makeInstance(
  seam: Seam,
  rds: RDSClient,
  { chosen, attempt, ledger }: Pick<CheckReaching, 'chosen' | 'attempt' | 'ledger'>,
  engine: string | undefined,
): Promise<void> {
  if ((await describeInstance(rds, instanceName(chosen))) !== undefined) return;
  const plan = asPlan(chosen);
  const { instanceClass, because } = chosenClass(plan, await sourceClass(rds, plan, seam.environment.AWS_REGION));
  await addDrillFindings(ledger, attempt, { restored: { instanceClass, instanceClassBecause: because } });
  try {
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: instanceName(chosen),
        DBClusterIdentifier: chosen.name,
        Engine: engine,
        DBInstanceClass: instanceClass,
        PubliclyAccessible: false,
        CopyTagsToSnapshot: false,
        Tags: [{ Key: recoveredTag, Value: chosen.execution }],
      }),
    );
  } catch (error) {
    if (nameOf(error) === 'InstanceQuotaExceededFault') {
      await waitForRoom({ ledger, clock: seam.clock, attempt }, { of: 'DB instances' });
    }
    if (nameOf(error) === 'DBInstanceAlreadyExistsFault') return;
    if (!passing.includes(nameOf(error))) throw error;
    throw new NotYet(`RDS does not make an instance in ${chosen.name} yet.`, { cause: error });
  }
}

const passing: readonly string[] = ['InvalidDBClusterStateFault', 'InsufficientDBInstanceCapacityFault'];
