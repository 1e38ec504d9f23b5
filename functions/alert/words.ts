import type { Here } from '../account/here.ts';
import type { EpisodeKind, EpisodeRow } from '../ledger/episode.ts';
import { checkNames } from '../ledger/pipeline.ts';
import type { NextStep } from './alert.ts';
import { executionLink, machineLink } from './console.ts';

export interface Words {
  readonly headline: string;
  readonly next: (episode: EpisodeRow, here: Here) => NextStep[];
}

const startBackup = ({ subject, facts }: EpisodeRow, here: Here): NextStep =>
  facts.madeElsewhere
    ? {
        words: `Its tier has no backup: another plan makes its recovery points. See in AWS Backup, ${here.home}, that this plan still selects it and how its newest jobs ended`,
      }
    : {
        words: 'Back it up now: start an execution of lifeboat-protect with this input',
        link: machineLink({ ...here, region: here.home }, 'protect'),
        input: { resource: subject },
      };

/** What makes a drill take the next older data. A drill that came to no point failed whatever data there is. */
const olderThan = (instant: string | undefined): { instant?: string } =>
  instant === undefined ? {} : { instant: new Date(Date.parse(instant) - 1).toISOString() };

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

/** Of the pipeline's checks `lifeboat-check` asks, of all else `lifeboat-watch`. */
const isOfCheck = (kind: EpisodeKind): boolean => checkNames.some((check) => kind === `cannot-tell:${check}`);

/** A kind without the part that varies: `fleet` of `fleet:drill/gold`. */
export type KindName = EpisodeKind extends infer Kind ? (Kind extends `${infer Name}:${string}` ? Name : Kind) : never;

/** What each kind of episode is called, and what to do about it. docs/alerts.md tells each in full. */
export const words: Readonly<Record<KindName, Words>> = {
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
        input: { resource: episode.subject, ...olderThan(episode.facts.unproven) },
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
  recover: {
    headline: 'a recovery did not end well',
    next: (episode, here) => [
      ...lookAtExecution(episode, here),
      {
        words:
          'If it ended before it was handed over, redrive it from that page: it goes on where it failed. If its data did not pass, its cause names the endpoint and the alternatives',
      },
    ],
  },
  roster: {
    headline: 'home no longer writes the roster',
    next: (_, here) => [
      {
        words: `See in ${here.home} why the function lifeboat-reconcile does not end well. This Region goes on with the roster it has`,
      },
      {
        words: `If ${here.home} does not answer at all, take the runbook region-failure: start lifeboat-recover here with this input to see what can be recovered`,
        link: machineLink(here, 'recover'),
        input: {},
      },
    ],
  },
  keep: {
    headline: 'the last proven recovery point may be lost',
    next: (episode, here) => [
      startDrill(episode, here),
      {
        words: `If no drill can pass, copy the point in AWS Backup, ${here.region}, from the vault lifeboat to the vault lifeboat-proven by hand`,
      },
    ],
  },
  seal: {
    headline: 'a day of evidence was not sealed',
    next: (_, here) => [
      {
        words: `See in ${here.region} why the function lifeboat-report-seal did not end well. npx lifeboat verify tells whether the evidence is whole`,
      },
    ],
  },
  evidence: {
    headline: 'evidence is not as it was sealed',
    next: (_, here) => [
      {
        words: `Run npx lifeboat verify lifeboat-evidence-${here.account}-${here.region}: it names the first broken link of each chain`,
      },
      { words: 'The bucket keeps every version: see in CloudTrail who wrote or deleted the object that it names' },
    ],
  },
  fleet: {
    headline: 'a scheduled run did not start everything',
    next: (episode, here) => [
      ...lookAtExecution(episode, here),
      {
        words: 'Mend what it names, then start lifeboat-fleet with this input: it starts what is overdue',
        link: machineLink(here, 'fleet'),
        input: {},
      },
    ],
  },
  'cannot-tell': {
    headline: 'AWS does not answer how it stands',
    next: ({ kind }, here) => [
      {
        words: isOfCheck(kind)
          ? `See in ${here.region} the log of the function lifeboat-check, whether its role may make the call, and whether its schedule is enabled`
          : `See whether the role of lifeboat-watch may make the call, and how AWS is in ${here.region}`,
      },
    ],
  },
  storm: {
    headline: 'one cause breaks many resources',
    next: (_, here) => [
      {
        words: `Mend the one cause: the resources come back by themselves. See in AWS Backup, ${here.region}, whether the vault lifeboat, its key and the backup role are as they were`,
      },
    ],
  },
  finding: {
    headline: 'something needs mending',
    next: () => [],
  },
};

/** The words for a kind; a kind that has none is its own headline. */
export function wordsOf(kind: string): Words {
  const name = kind.split(':')[0] ?? kind;
  return Object.hasOwn(words, name) ? words[name as KindName] : { headline: kind, next: () => [] };
}

export function headlineOf(kind: string): string {
  const [name, code] = kind.split(':');
  const { headline } = wordsOf(kind);
  return name === 'finding' && code !== undefined ? `${headline} (${code})` : headline;
}
