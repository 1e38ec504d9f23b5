import { type DBInstance, ModifyDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { type AcceptedRow, accepted, stepKey } from '../ledger/job.ts';
import { NotYet } from '../platform/errors.ts';
import type { Seam } from '../platform/seam.ts';
import { mustBeUsable } from '../restore/database-state.ts';
import { change, claim, describeInstance, mustBeListed, withdraw } from './databases.ts';
import type { Hander } from './hander.ts';
import type { Recovery } from './plan.ts';

/**
 * Moves a checked instance out of the sealed network. RDS changes the network of an instance that has one zone and no
 * public address, which is how it was restored; it takes some minutes.
 */
export function instanceHander(seam: Seam): Hander {
  const rds = seam.client(RDSClient);

  return async ({ chosen, attempt, ledger }) => {
    const { name, network } = chosen;
    const found = mustBeListed(await describeInstance(rds, name), name);
    await claim(rds, ledger, chosen, found.TagList);
    const status = found.DBInstanceStatus;
    const key = stepKey(attempt, 'move');
    if (!isThere(found, chosen) && (await ledger.get<AcceptedRow>(key)) === undefined) {
      mustBeUsable('The recovered database', status);
      await change(name, () =>
        rds.send(
          new ModifyDBInstanceCommand({
            DBInstanceIdentifier: name,
            ...(found.DBSubnetGroup?.DBSubnetGroupName !== network.subnetGroup && {
              DBSubnetGroupName: network.subnetGroup ?? '',
            }),
            VpcSecurityGroupIds: network.securityGroups,
            ApplyImmediately: true,
          }),
        ),
      );
      await ledger.create<AcceptedRow>(accepted(key, seam.clock.now()));
      throw new NotYet(`RDS was told to move ${name} to ${network.subnetGroup}.`);
    }
    mustBeUsable('The recovered database', status);
    if (!isThere(found, chosen)) throw new NotYet(`RDS is moving ${name} to ${network.subnetGroup}.`);
    if (found.DeletionProtection !== true) {
      await change(name, () =>
        rds.send(
          new ModifyDBInstanceCommand({ DBInstanceIdentifier: name, DeletionProtection: true, ApplyImmediately: true }),
        ),
      );
      throw new NotYet(`RDS was told to protect ${name} from deletion.`);
    }
    const { Address: address, Port: port } = found.Endpoint ?? {};
    if (address === undefined || port === undefined || found.DBInstanceArn === undefined) {
      throw new NotYet(`RDS does not tell the endpoint of ${name}.`);
    }
    await withdraw(ledger, chosen);
    return { arn: found.DBInstanceArn, endpoint: { address, port }, at: `${address}:${port}` };
  };
}

function isThere(found: DBInstance, { network }: Recovery): boolean {
  const groups = found.VpcSecurityGroups ?? [];
  return (
    found.DBSubnetGroup?.DBSubnetGroupName === network.subnetGroup &&
    groups.length === network.securityGroups.length &&
    groups.every(
      ({ VpcSecurityGroupId: id = '', Status }) => network.securityGroups.includes(id) && Status === 'active',
    )
  );
}
