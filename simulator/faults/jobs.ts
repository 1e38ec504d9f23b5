import type { JobFault } from '../services/backup/index.ts';
import type { Call, Operation } from '../world/region.ts';
import { type Fault, failingWhile, iso, type Target } from './fault.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Words of AWS Backup for troubles that pass by themselves, and for those that somebody has to mend. */
const failures = [
  'Backup job failed because there was a running job for the same resource.',
  'Job expired before completion.',
  'Internal failure.',
  'Access Denied trying to call AWS Backup service',
  'The given key ID is not accessible',
] as const;

/** One of three jobs of AWS Backup fails, with words of its own. */
export const jobsFail: Fault = (target) =>
  trouble(target, 'one of three jobs of AWS Backup fails', ({ chance }) =>
    chance.number() < 0.33 ? { fails: chance.pick(failures) } : undefined,
  );

/** Jobs wait up to two and a half hours before they run. */
export const jobsSlow: Fault = (target) => ({
  ...trouble(target, 'jobs of AWS Backup wait for up to two and a half hours', ({ chance }) => ({
    waits: Math.round(chance.between(10 * minute, 2.5 * hour)),
  })),
  leave: {},
});

/** One copy in three is stuck for two to five hours: AWS Backup neither ends nor gives up a copy that waits. */
export const copiesStuck: Fault = (target) => ({
  ...trouble(target, 'one of three copies is stuck for two to five hours', ({ chance, home, end }, { kind }) => {
    if (kind !== 'copy' || chance.number() >= 0.33) return undefined;
    // Nothing else of its resource runs meanwhile: when all is over there has to be time to get well.
    const longest = Math.max(0, end + 3 * hour - home.world.now());
    return { waits: Math.min(longest, Math.round(chance.between(2 * hour, 5 * hour))) };
  }),
  overBy: target.end + 3 * hour,
  leave: {},
});

function trouble(
  target: Target,
  words: string,
  draw: (
    of: Target,
    job: Parameters<JobFault>[0],
  ) => { readonly fails: string } | { readonly waits: number } | undefined,
) {
  const { home, copy, start, end, calm } = target;
  const seen = new Set<string>();
  let fired = 0;
  const fault: JobFault = (job) => {
    const now = home.world.now();
    if (now < start + calm || now >= end || seen.has(job.id)) return undefined;
    seen.add(job.id);
    const drawn = draw(target, job);
    if (drawn !== undefined) fired += 1;
    return drawn;
  };
  for (const { services } of [home, copy]) services.Backup.addFault(fault);
  return {
    words: `from ${iso(start + calm)} to ${iso(end)} ${words}`,
    fired: () => fired,
    leave: { mayFail: failingWhile({ from: start + calm, until: end }) },
  };
}

/**
 * Every other backup job ends as PARTIAL: there is a point, and AWS Backup says that not all of its data is in it. Its point
 * counts for the objectives, as AWS lists it; the run that made it has not done its work.
 */
export const jobsPartial: Fault = ({ home, chance, start, end, calm }) => {
  const partial = new Map<string, boolean>();
  let fired = 0;
  const operations = home.services.Backup.operations as Record<string, Operation>;
  const plain = operations.DescribeBackupJob as (input: object, call: Call) => object;
  operations.DescribeBackupJob = ((input: { BackupJobId: string }, call: Call) => {
    const answer = plain(input, call) as { readonly State?: string };
    const now = home.world.now();
    if (answer.State !== 'COMPLETED') return answer;
    const is =
      partial.get(input.BackupJobId) ??
      (now >= start + calm && now < end && chance.fork(input.BackupJobId).number() < 0.5);
    partial.set(input.BackupJobId, is);
    if (!is) return answer;
    fired += 1;
    return { ...answer, State: 'PARTIAL', StatusMessage: 'Some of the data could not be read.' };
  }) as Operation;
  return {
    words: `from ${iso(start + calm)} on every other backup job at home ends as PARTIAL`,
    fired: () => fired,
    leave: { mayFail: failingWhile({ region: home, from: start + calm, until: end }) },
  };
};

/** Every other run of a probe dies: what was restored cannot be asked. */
export const probesDie: Fault = ({ home, copy, chance, start, end, calm }) => {
  let fired = 0;
  copy.services.Lambda.addFault(({ name }) => {
    const now = home.world.now();
    if (!name.startsWith('lifeboat-probe-') || now < start + calm || now >= end || chance.number() < 0.5)
      return undefined;
    fired += 1;
    return 'dies';
  });
  return {
    words: `from ${iso(start + calm)} on every other run of a probe dies`,
    fired: () => fired,
    leave: { mayFail: failingWhile({ region: copy, from: start + calm, until: end }) },
  };
};

/** Every other backup job is "completed with issues", as the console calls it: COMPLETED, with a message. Its point is whole. */
export const jobsWithIssues: Fault = ({ home, chance, start, end, calm }) => {
  let fired = 0;
  const operations = home.services.Backup.operations as Record<string, Operation>;
  const plain = operations.DescribeBackupJob as (input: object, call: Call) => object;
  operations.DescribeBackupJob = ((input: { BackupJobId: string }, call: Call) => {
    const answer = plain(input, call) as { readonly State?: string; readonly CreationDate?: Date };
    const created = answer.CreationDate?.getTime() ?? 0;
    const isMeant = created >= start + calm && created < end && chance.fork(input.BackupJobId).number() < 0.5;
    if (answer.State !== 'COMPLETED' || !isMeant) return answer;
    fired += 1;
    const StatusMessage = 'We are unable to copy resource tags to your backup because of the Internal Failure.';
    return { ...answer, StatusMessage, MessageCategory: 'AGGREGATE_ALL' };
  }) as Operation;
  return {
    words: `from ${iso(start + calm)} on every other backup job at home is completed with issues`,
    fired: () => fired,
    leave: {},
  };
};

/** What one of three restores brings is not what was backed up, though AWS Backup says that it is done. */
export const restoresCorrupt: Fault = ({ account, copy, chance, start, end, calm }) => {
  const { world, services } = copy;
  const seen = new Set<string>();
  let fired = 0;
  services.Backup.addFault((job) => {
    const now = world.now();
    if (job.kind !== 'restore' || now < start + calm || now >= end || seen.has(job.id)) return undefined;
    seen.add(job.id);
    const point = services.Backup.truth().points.find(({ arn }) => arn === job.pointArn);
    if (point === undefined || chance.number() >= 0.33) return undefined;
    fired += 1;
    // Synthetic data changes at once.
    void account.data.versions.damage(point.versionId, { kind: 'file', path: '', as: 'flip' });
    world.trace.note('damaged a copy', { point: point.arn, resource: point.resourceArn, region: copy.name });
    return undefined;
  });
  return {
    words: `from ${iso(start + calm)} on one of three restores brings data that was never backed up`,
    fired: () => fired,
    leave: {},
  };
};
