import { RDSClient } from '@aws-sdk/client-rds';
import type { Seam } from '../../platform/seam.ts';
import { listInstances } from '../databases.ts';
import { listedOnce, type Means } from '../means.ts';

/**
 * The point-in-time window of an RDS instance: `LatestRestorableTime`, which lags by about five minutes while all is
 * well, and which RDS leaves out where no automated backups are kept.
 */
export function instanceWindow(seam: Seam): Means {
  const client = seam.client(RDSClient);
  const instances = listedOnce(seam.clock, () => listInstances(client));
  return {
    newest: async (resource) => {
      const instance = (await instances()).get(resource);
      if (instance === undefined) return { instant: undefined, said: 'RDS does not list the instance any more' };
      const { LatestRestorableTime: latest, BackupRetentionPeriod: days, DBInstanceStatus: status } = instance;
      const said =
        days === 0
          ? 'RDS keeps no automated backups of it: its backup retention period is 0 days'
          : `RDS says it is ${status ?? 'in no state'}, and keeps automated backups for ${days ?? 'an unknown number of'} days`;
      return { instant: latest?.toISOString(), said };
    },
  };
}
