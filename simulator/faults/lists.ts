import type { Call, Operation } from '../world/region.ts';
import { type Fault, iso } from './fault.ts';

/** AWS documents no consistency for these lists. Nobody has seen them later than this, so far as we know. */
const lag = 2 * 60_000;

/** Each list, the member of its answer that it lists in, and since when an item is there. */
const lists = [
  ['Backup', 'ListRecoveryPointsByBackupVault', 'RecoveryPoints', 'CompletionDate'],
  ['Backup', 'ListRecoveryPointsByResource', 'RecoveryPoints', 'CreationDate'],
  ['Backup', 'ListBackupJobs', 'BackupJobs', 'CreationDate'],
  ['Backup', 'ListCopyJobs', 'CopyJobs', 'CreationDate'],
  ['Backup', 'ListRestoreJobs', 'RestoreJobs', 'CreationDate'],
  ['SFN', 'ListExecutions', 'executions', 'startDate'],
] as const;

type Item = Readonly<Record<string, unknown>>;

/** Lists of points, jobs and executions do not hold what is younger than two minutes. What is asked for by name is there. */
export const listsLag: Fault = ({ account, home, start, end, calm }) => {
  const { world } = home;
  let fired = 0;
  for (const { services } of account.regions) {
    for (const [service, operation, member, since] of lists) {
      const operations = services[service].operations as Record<string, Operation>;
      const plain = operations[operation] as ((input: object, call: Call) => Item) | undefined;
      if (plain === undefined) continue;
      operations[operation] = ((input: object, call: Call) => {
        const answer = plain(input, call);
        const now = world.now();
        if (now < start + calm || now >= end) return answer;
        const all = (answer[member] ?? []) as readonly Item[];
        const there = all.filter((item) => !(item[since] instanceof Date) || item[since].getTime() <= now - lag);
        fired += all.length - there.length;
        return { ...answer, [member]: there };
      }) as Operation;
    }
  }
  return {
    words: `from ${iso(start + calm)} on lists of AWS Backup and Step Functions lag by two minutes`,
    fired: () => fired,
    // Whoever only hears of a point by a list is as late as a clock that is wrong by so much.
    leave: { skew: lag },
  };
};
