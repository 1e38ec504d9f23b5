import { RDSClient } from '@aws-sdk/client-rds';
import type { Seam } from '../../platform/seam.ts';
import { listClusters } from '../databases.ts';
import { listedOnce, type Means } from '../means.ts';

/** The point-in-time window of an Aurora cluster: `LatestRestorableTime`. Aurora's automated backups cannot be off. */
export function clusterWindow(seam: Seam): Means {
  const client = seam.client(RDSClient);
  const clusters = listedOnce(seam.clock, () => listClusters(client));
  return {
    newest: async (resource) => {
      const cluster = (await clusters()).get(resource);
      if (cluster === undefined) return { instant: undefined, said: 'RDS does not list the cluster any more' };
      return {
        instant: cluster.LatestRestorableTime?.toISOString(),
        said: `RDS says it is ${cluster.Status ?? 'in no state'}`,
      };
    },
  };
}
