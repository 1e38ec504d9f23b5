import { ModifyDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { type AcceptedRow, accepted, stepKey } from '../ledger/job.ts';
import { NotYet } from '../platform/errors.ts';
import { required, type Seam } from '../platform/seam.ts';
import { defaultDatabase, isSealed, mustBeUsable } from '../restore/database-state.ts';
import { passwordOf } from '../restore/password.ts';
import type { Reached } from '../restore/plan.ts';
import { change, claim, describeInstance, mustBeListed } from './databases.ts';
import type { CheckReacher } from './reacher.ts';

/**
 * Gives a recovered instance a password that the probe can derive, while it stands in the sealed network. Reads
 * PASSWORD_KEY_ID and SCRATCH_SECURITY_GROUP_ID.
 */
export function instanceReacher(seam: Seam): CheckReacher {
  const rds = seam.client(RDSClient);
  const password = passwordOf(seam);
  const securityGroup = required(seam.environment, 'SCRATCH_SECURITY_GROUP_ID');

  return async ({ chosen, attempt, ledger }): Promise<Reached> => {
    const { name, id } = chosen;
    const found = mustBeListed(await describeInstance(rds, name), name);
    await claim(rds, ledger, chosen, found.TagList);
    const status = found.DBInstanceStatus;
    mustBeUsable('The recovered database', status);

    const key = stepKey(attempt, 'check settings');
    if ((await ledger.get<AcceptedRow>(key)) === undefined) {
      const MasterUserPassword = await password(id);
      await change(name, () =>
        rds.send(
          new ModifyDBInstanceCommand({
            DBInstanceIdentifier: name,
            MasterUserPassword,
            VpcSecurityGroupIds: [securityGroup],
            ApplyImmediately: true,
          }),
        ),
      );
      await ledger.create<AcceptedRow>(accepted(key, seam.clock.now()));
      throw new NotYet('RDS was told the settings of the check.');
    }
    if (found.PendingModifiedValues?.MasterUserPassword !== undefined) throw new NotYet('Its password is being set.');
    if (!isSealed(found.VpcSecurityGroups, securityGroup)) throw new NotYet('Its security group is being set.');

    const { Address: host, Port: port } = found.Endpoint ?? {};
    const { Engine: engine, MasterUsername: user } = found;
    if (host === undefined || port === undefined || engine === undefined || user === undefined) {
      throw new NotYet('RDS does not tell the endpoint of the recovered database yet.');
    }
    return {
      by: 'connection',
      host,
      port,
      user,
      database: found.DBName ?? defaultDatabase(engine),
      engine,
      engineVersion: found.EngineVersion ?? 'unknown',
      instanceClass: found.DBInstanceClass ?? 'unknown',
      reachedAt: seam.clock.now().toISOString(),
    };
  };
}
