import type { Here } from '../account/here.ts';
import { readArn } from '../account/resource.ts';
import type { EpisodeRow } from '../ledger/episode.ts';
import type { NextStep } from './alert.ts';
import { executionLink, machineLink } from './console.ts';

interface Words {
  readonly headline: string;
  readonly next: (episode: EpisodeRow, here: Here) => NextStep[];
}

const startBackup = ({ subject }: EpisodeRow, here: Here): NextStep => ({
  words: 'Back it up now: start an execution of lifeboat-protect with this input',
  link: machineLink({ ...here, region: here.home }, 'protect'),
  input: { resource: subject },
});

const startDrill = ({ subject }: EpisodeRow, here: Here): NextStep => ({
  words: 'Drill it now: start an execution of lifeboat-drill with this input',
  link: machineLink(here, 'drill'),
  input: { resource: subject },
});

const lookAtExecution = ({ facts: { execution } }: EpisodeRow, here: Here): NextStep[] => {
  if (execution === undefined) return [];
  const region = execution.split(':')[3] ?? here.region;
  return [{ words: 'See what the execution did', link: executionLink({ ...here, region }, execution) }];
};

const checkSchedule: NextStep = {
  words:
    'See in EventBridge Scheduler that the schedules of its tier are enabled, and that none of their targets fails',
};

/** What each kind of episode is called, and what to do about it. Kinds with a part that varies stand by their prefix. */
const words: Readonly<Record<string, Words>> = {
  rpo: {
    headline: 'recovery points too old (rpo)',
    next: (episode, here) => [startBackup(episode, here), checkSchedule],
  },
  copy_rpo: {
    headline: 'copies too old (copy_rpo)',
    next: (episode, here) => [
      startBackup(episode, here),
      { words: `See in AWS Backup, ${here.home}, how the newest copy jobs to ${here.region} ended` },
      checkSchedule,
    ],
  },
  pitr_rpo: {
    headline: 'point-in-time window too old (pitr_rpo)',
    next: () => [{ words: 'See in RDS that automated backups are on and that the latest restorable time moves' }],
  },
  replica_rpo: {
    headline: 'replica too far behind (replica_rpo)',
    next: () => [{ words: 'See in RDS or EFS that replication runs' }],
  },
  proof: {
    headline: 'no recent proof (proof)',
    next: (episode, here) => [startDrill(episode, here), checkSchedule],
  },
  rto: {
    headline: 'restore too slow (rto)',
    next: (episode, here) => [...lookAtExecution(episode, here), startDrill(episode, here)],
  },
  drill: {
    headline: 'a drill did not pass',
    next: (episode, here) => [
      ...lookAtExecution(episode, here),
      {
        words: 'Until it is explained, take the recovery point for bad. Drill an older one to find the last good one',
        link: machineLink(here, 'drill'),
        input: { resource: episode.subject },
      },
      startBackup(episode, here),
    ],
  },
  'tear-down': {
    headline: 'scratch was not torn down',
    next: (episode, here) => [
      ...lookAtExecution(episode, here),
      {
        words:
          'The hourly sweep tries again. If it stays, see what its log says AWS refused, in function lifeboat-sweep',
      },
    ],
  },
  protect: {
    headline: 'a backup run failed',
    next: (episode, here) => [
      ...lookAtExecution(episode, here),
      { words: 'Mend what it names, then redrive the execution from that page: it goes on where it failed' },
    ],
  },
  roster: {
    headline: 'home no longer writes the roster',
    next: (_, here) => [
      {
        words: `See in ${here.home} why the function lifeboat-reconcile does not end well. This Region goes on with the roster it has`,
      },
    ],
  },
  fleet: {
    headline: 'a scheduled run did not start everything',
    next: (episode, here) => lookAtExecution(episode, here),
  },
  'cannot-tell': {
    headline: 'AWS does not answer how it stands',
    next: (_, here) => [
      { words: `See whether the role of lifeboat-watch may make the call, and how AWS is in ${here.region}` },
    ],
  },
  finding: {
    headline: 'something needs mending',
    next: () => [],
  },
};

/** What to do about a finding, by its code. */
const mends: Readonly<Record<string, string>> = {
  'unknown-tier':
    'Set its tag lifeboat:tier to a tier of policy.yml, or add the tier. Until then it is NOT protected by a new tier',
  'kind-not-in-tier': 'Give it a tier that takes its kind, or add the kind to the tier in policy.yml',
  'kind-not-supported': 'Take the tag lifeboat:tier off, or protect it by other means: Lifeboat cannot',
  'unknown-checks': 'Set its tag lifeboat:checks to a name under checks in policy.yml',
  'checks-of-another-kind': 'Set its tag lifeboat:checks to checks of its own kind',
  vanished:
    'If it was deleted or untagged on purpose, retire it: tag it lifeboat:tier=retired, or invoke lifeboat-reconcile with {"retire": ["its ARN"]}. If not, recover it from its newest recovery point',
  'empty-tier': 'Tag a resource with the tier, remove the tier from policy.yml, or write may_be_empty: true',
  'empty-discovery':
    'See whether lifeboat-reconcile may call tag:GetResources and whether somebody removed the tags lifeboat:tier',
  'nothing-to-protect': 'Tag a file system, database instance or cluster with lifeboat:tier=TIER',
  'not-watched': 'Take the objective out of policy.yml, or know that nobody is paged for it',
  'not-in-roster': 'See why home took it out of the roster. Its deadlines stay until it is retired',
};

export function headlineOf(kind: string): string {
  const [prefix = kind, ...rest] = kind.split(':');
  const { headline } = wordsOf(kind);
  return prefix === 'finding' && rest[0] !== undefined ? `${headline} (${rest[0]})` : headline;
}

export function nextSteps(episode: EpisodeRow, here: Here): NextStep[] {
  const code = episode.kind.startsWith('finding:') ? episode.kind.split(':')[1] : undefined;
  const mend = code === undefined ? undefined : mends[code];
  const steps = mend === undefined ? wordsOf(episode.kind).next(episode, here) : [{ words: mend }];
  // Lifeboat's own troubles name no resource that a workflow could be started for.
  return steps.filter(({ input }) => input?.resource === undefined || readArn(input.resource) !== undefined);
}

function wordsOf(kind: string): Words {
  const found = words[kind] ?? words[kind.split(':')[0] ?? ''];
  return found ?? { headline: kind, next: () => [] };
}
