import {
  EFSClient,
  paginateDescribeReplicationConfigurations,
  type ReplicationConfigurationDescription,
} from '@aws-sdk/client-efs';
import type { Seam } from '../../platform/seam.ts';
import { listedOnce, type Means } from '../means.ts';

/**
 * EFS replication into this Region: `LastReplicatedTimestamp`, before which every change is in the destination. A
 * replication that is `ERROR` or `PAUSED` still holds what it has: the instant counts, and stops to move.
 */
export function fileReplication(seam: Seam): Means {
  const client = seam.client(EFSClient);
  const replications = listedOnce(seam.clock, async () => {
    const found = new Map<string, ReplicationConfigurationDescription>();
    for await (const page of paginateDescribeReplicationConfigurations({ client }, {})) {
      for (const replication of page.Replications ?? []) {
        if (replication.OriginalSourceFileSystemArn !== undefined)
          found.set(replication.OriginalSourceFileSystemArn, replication);
        if (replication.SourceFileSystemArn !== undefined) found.set(replication.SourceFileSystemArn, replication);
      }
    }
    return found;
  });
  return {
    newest: async (resource) => {
      const region = await client.config.region();
      const here = (await replications()).get(resource)?.Destinations?.find(({ Region }) => Region === region);
      if (here === undefined) return { instant: undefined, said: 'EFS replicates it to no file system of this Region' };
      const message = here.StatusMessage === undefined ? '' : ` (${here.StatusMessage})`;
      return {
        instant: here.LastReplicatedTimestamp?.toISOString(),
        said: `EFS says that replication to ${here.FileSystemId} is ${here.Status ?? 'in no state'}${message}`,
      };
    },
  };
}
