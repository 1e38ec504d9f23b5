import {
  type DBInstanceAutomatedBackup,
  paginateDescribeDBInstanceAutomatedBackups,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { Seam } from '../../platform/seam.ts';
import { listedOnce, type Means } from '../means.ts';

/** The states in which RDS restores from automated backups: `retained` are those whose instance is deleted. */
const usableStates: readonly string[] = ['active', 'retained', 'replicating'];

/**
 * Automated backups that RDS replicates into this Region: the end of their restore window. Replication may stop without
 * a word, for a key or a Region that was switched off, so the window is what counts and not that it is set up.
 */
export function replicatedBackups(seam: Seam): Means {
  const client = seam.client(RDSClient);
  const backups = listedOnce(seam.clock, async () => {
    const found = new Map<string, DBInstanceAutomatedBackup[]>();
    for await (const page of paginateDescribeDBInstanceAutomatedBackups({ client }, {})) {
      for (const backup of page.DBInstanceAutomatedBackups ?? []) {
        const source = backup.DBInstanceArn ?? '';
        found.set(source, [...(found.get(source) ?? []), backup]);
      }
    }
    return found;
  });
  return {
    newest: async (resource) => {
      const found = (await backups()).get(resource) ?? [];
      if (found.length === 0)
        return { instant: undefined, said: 'RDS replicates no automated backups of it to this Region' };
      const instants = found
        .filter(({ Status }) => Status !== undefined && usableStates.includes(Status.toLowerCase()))
        .flatMap(({ RestoreWindow }) =>
          RestoreWindow?.LatestTime === undefined ? [] : [RestoreWindow.LatestTime.toISOString()],
        );
      const states = found.map(({ Status }) => Status ?? 'in no state').join(', ');
      return { instant: instants.sort().at(-1), said: `RDS says that its replicated automated backups are ${states}` };
    },
  };
}
