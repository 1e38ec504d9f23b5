import type { Leave } from '../checkers/compare.ts';
import type { Call, Operation } from '../world/region.ts';
import { type Fault, iso, type Target } from './fault.ts';

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
export const listsLag: Fault = (target) => ({
  ...hideWhatIsYoung(target, () => lag),
  words: `from ${iso(target.start + target.calm)} on lists of AWS Backup and Step Functions lag by two minutes`,
  leave: { listedBy: listedWithin(target, lag) },
});

/** How far a list may lag that is drawn to lag for long. */
const longLag = { least: 2 * 60_000, most: 30 * 60_000 };
/** So often each list draws how far it lags. */
const redrawn = 60 * 60_000;

/**
 * Each list of each Region lags by two to thirty minutes, drawn anew every hour. What a list has held it goes on holding: it
 * is late, and does not go back.
 */
export const listsLagLong: Fault = (target) => {
  const { start, calm, chance } = target;
  const lags = new Map<string, { readonly until: number; readonly by: number }>();
  const lagOf = (list: string, now: number): number => {
    const drawn = lags.get(list);
    if (drawn !== undefined && now < drawn.until) return drawn.by;
    const by = Math.round(chance.between(longLag.least, longLag.most));
    lags.set(list, { until: now + redrawn, by });
    return by;
  };
  return {
    ...hideWhatIsYoung(target, lagOf),
    words: `from ${iso(start + calm)} on lists of AWS Backup and Step Functions lag by two to thirty minutes`,
    leave: { listedBy: listedWithin(target, longLag.most) },
  };
};

/** When lists name what is there since an instant: within the lag, and all of it once nothing lags any more. */
function listedWithin({ start, end, calm }: Target, most: number): NonNullable<Leave['listedBy']> {
  return (_region, since) => (since + most <= start + calm || since >= end ? since : Math.min(since + most, end));
}

/** Takes out of each list what is younger than the list lags at that moment. */
function hideWhatIsYoung(
  { account, home, start, end, calm }: Target,
  lagOf: (list: string, now: number) => number,
): { fired: () => number } {
  const { world } = home;
  let fired = 0;
  for (const { name, services } of account.regions) {
    for (const [service, operation, member, since] of lists) {
      const operations = services[service].operations as Record<string, Operation>;
      const plain = operations[operation] as ((input: object, call: Call) => Item) | undefined;
      if (plain === undefined) continue;
      let horizon = Number.NEGATIVE_INFINITY;
      operations[operation] = ((input: object, call: Call) => {
        const answer = plain(input, call);
        const now = world.now();
        if (now < start + calm || now >= end) return answer;
        horizon = Math.max(horizon, now - lagOf(`${name} ${operation}`, now));
        const all = (answer[member] ?? []) as readonly Item[];
        const there = all.filter((item) => !(item[since] instanceof Date) || item[since].getTime() <= horizon);
        fired += all.length - there.length;
        return { ...answer, [member]: there };
      }) as Operation;
    }
  }
  return { fired: () => fired };
}
