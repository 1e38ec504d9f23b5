import { ModifyDBClusterCommand, RDSClient } from '@aws-sdk/client-rds';
import { NotYet } from '../platform/errors.ts';
import type { Seam } from '../platform/seam.ts';
import { mustBeUsable } from '../restore/database-state.ts';
import { change, claim, describeCluster, describeInstance, mustBeListed, withdraw } from './databases.ts';
import type { Hander } from './hander.ts';
import { instanceName, makeInstance } from './reach-cluster.ts';

/** A recovered cluster stands where it is to stay already: it needs its instance, and protection from deletion. */
export function clusterHander(seam: Seam): Hander {
  const rds = seam.client(RDSClient);

  return async ({ chosen, attempt, ledger }) => {
    const { name } = chosen;
    const found = mustBeListed(await describeCluster(rds, name), name);
    await claim(rds, ledger, chosen, found.TagList);
    mustBeUsable('The recovered cluster', found.Status);
    await makeInstance(seam, rds, { chosen, attempt, ledger }, found.Engine);
    const instance = mustBeListed(await describeInstance(rds, instanceName(chosen)), instanceName(chosen));
    mustBeUsable('The instance of the recovered cluster', instance.DBInstanceStatus);
    if (found.DeletionProtection !== true) {
      await change(name, () =>
        rds.send(
          new ModifyDBClusterCommand({ DBClusterIdentifier: name, DeletionProtection: true, ApplyImmediately: true }),
        ),
      );
      throw new NotYet(`RDS was told to protect ${name} from deletion.`);
    }
    const { Endpoint: address, Port: port, ReaderEndpoint: readerAddress, DBClusterArn: arn } = found;
    if (address === undefined || port === undefined || arn === undefined) {
      throw new NotYet(`RDS does not tell the endpoint of ${name}.`);
    }
    await withdraw(ledger, chosen);
    const endpoint = { address, port, ...(readerAddress !== undefined && { readerAddress }) };
    return { arn, endpoint, at: `${address}:${port}` };
  };
}
