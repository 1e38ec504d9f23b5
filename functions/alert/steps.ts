import type { Here } from '../account/here.ts';
import { readArn } from '../account/resource.ts';
import type { EpisodeKind, EpisodeRow } from '../ledger/episode.ts';
import { checkNames } from '../ledger/pipeline.ts';
import type { StormKind } from '../ledger/storm.ts';
import type { NextStep } from './alert.ts';
import { executionLink, machineLink } from './console.ts';
import type { KindName } from './headlines.ts';
import { mends } from './mends.ts';

type Steps = (episode: EpisodeRow, here: Here) => NextStep[];

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

const byThemselves = 'Mend the one cause, and the resources come back by themselves';

const nameOf = (subject: string) => readArn(subject)?.id ?? subject;

/** The window of a database is its own at home, and that of its replicated automated backups elsewhere. */
const windowOf = ({ subject }: EpisodeRow, { region, home }: Here): NextStep => ({
  words:
    region === home
      ? `See in RDS, ${home}, that automated backups of ${nameOf(subject)} are on and that its latest restorable time moves`
      : `See in RDS, ${region}, under the replicated automated backups, that those of ${nameOf(subject)} are there and that their latest restorable time moves. If not, see in ${home} that its automated backups are on and replicated to ${region}`,
});

const replicaOf = ({ subject }: EpisodeRow, { region, home }: Here): NextStep => ({
  words:
    readArn(subject)?.kind === 'efs'
      ? `See in EFS, ${home}, under the replication of ${nameOf(subject)}, that it is enabled and when it last synced`
      : `See in RDS, ${region}, that the read replica of ${nameOf(subject)} is available and replicates, and its metric ReplicaLag`,
});

type StormCause = StormKind extends `storm:${infer Cause}`
  ? Cause extends `${infer Name}/${string}`
    ? Name
    : Cause
  : never;

/** What mends each cause that many share. */
const ofStorms: Readonly<Record<StormCause, (here: Here) => NextStep[]>> = {
  vault: ({ region }) => [
    { words: `${byThemselves}: see in AWS Backup, ${region}, that the vault lifeboat is there` },
    { words: `If it is gone: ${mends['vault-gone']}` },
    { words: `If it was changed: ${mends['vault-changed']}` },
  ],
  role: ({ region }) => [
    { words: `${byThemselves}: see in IAM that the role lifeboat-AWSBackup-${region} is there` },
    { words: `If it is gone: ${mends['role-gone']}` },
    { words: `If it is there: ${mends['role-without-trust']}` },
  ],
  key: ({ region }) => [{ words: `${byThemselves}. In ${region}: ${mends['key-unusable']}` }],
  'no-answer': ({ region }) => [
    {
      words: `See in ${region} the log of the function lifeboat-watch, and whether its role may make the calls that the cause names`,
    },
    {
      words: `If AWS refuses everybody, see AWS Health for ${region}. Nobody can tell how the resources stand until it answers`,
    },
  ],
  unknown: ({ region }) => [
    {
      words: `${byThemselves}. See in AWS Backup, ${region}, whether the vault lifeboat, its key and the backup role are as they were, and how the newest jobs ended`,
    },
    checkSchedule,
  ],
  drill: (here) => [
    {
      words: 'Mend the one cause, then start lifeboat-fleet with this input: it starts the drills that are overdue',
      link: machineLink(here, 'fleet'),
      input: { workflow: 'drill' },
    },
  ],
  protect: (here) => [
    {
      words: 'Mend the one cause, then start lifeboat-fleet with this input: it starts the backups that are overdue',
      link: machineLink({ ...here, region: here.home }, 'fleet'),
      input: { workflow: 'protect' },
    },
  ],
};

/** What to do about each kind of episode. docs/alerts.md tells each in full. */
const steps: Readonly<Record<KindName, Steps>> = {
  rpo: (episode, here) => [startBackup(episode, here), checkSchedule],
  copy_rpo: (episode, here) => [
    startBackup(episode, here),
    { words: `See in AWS Backup, ${here.home}, how the newest copy jobs to ${here.region} ended` },
    checkSchedule,
  ],
  pitr_rpo: (episode, here) => [windowOf(episode, here), startBackup(episode, here)],
  replica_rpo: (episode, here) => [replicaOf(episode, here), startBackup(episode, here)],
  proof: (episode, here) => [startDrill(episode, here), checkSchedule],
  rto: (episode, here) => [...lookAtExecution(episode, here), startDrill(episode, here)],
  drill: (episode, here) => [
    ...lookAtExecution(episode, here),
    {
      words: 'Until it is explained, take the recovery point for bad. Drill an older one to find the last good one',
      link: machineLink(here, 'drill'),
      input: { resource: episode.subject, ...olderThan(episode.facts.unproven) },
    },
    startBackup(episode, here),
  ],
  'tear-down': (episode, here) => [
    ...lookAtExecution(episode, here),
    {
      words: 'The hourly sweep tries again. If it stays, see what its log says AWS refused, in function lifeboat-sweep',
    },
  ],
  protect: (episode, here) => [
    ...lookAtExecution(episode, here),
    { words: 'Mend what it names, then redrive the execution from that page: it goes on where it failed' },
  ],
  recover: (episode, here) => [
    ...lookAtExecution(episode, here),
    {
      words:
        'If it ended before it was handed over, redrive it from that page: it goes on where it failed. If its data did not pass, its cause names the endpoint and the alternatives',
    },
  ],
  roster: (_, here) => [
    {
      words: `See in ${here.home} why the function lifeboat-reconcile does not end well. This Region goes on with the roster it has`,
    },
    {
      words: `If ${here.home} does not answer at all, take the runbook region-failure: start lifeboat-recover here with this input to see what can be recovered`,
      link: machineLink(here, 'recover'),
      input: {},
    },
  ],
  keep: (episode, here) => [
    startDrill(episode, here),
    {
      words: `If no drill can pass, copy the best point that is left in AWS Backup, ${here.region}, from the vault lifeboat to the vault lifeboat-proven by hand`,
    },
  ],
  seal: (_, here) => [
    {
      words: `See in ${here.region} why the function lifeboat-report-seal did not end well. npx lifeboat verify tells whether the evidence is whole`,
    },
  ],
  evidence: (_, here) => [
    {
      words: `Run npx lifeboat verify lifeboat-evidence-${here.account}-${here.region}: it names the first broken link of each chain`,
    },
    { words: 'The bucket keeps every version: see in CloudTrail who wrote or deleted the object that it names' },
  ],
  fleet: (episode, here) => [
    ...lookAtExecution(episode, here),
    {
      words: 'Mend what it names, then start lifeboat-fleet with this input: it starts what is overdue',
      link: machineLink(here, 'fleet'),
      input: {},
    },
  ],
  'cannot-tell': ({ kind }, here) => [
    {
      words: isOfCheck(kind)
        ? `See in ${here.region} the log of the function lifeboat-check, whether its role may make the call, and whether its schedule is enabled`
        : `See whether the role of lifeboat-watch may make the call, and how AWS is in ${here.region}`,
    },
  ],
  storm: ({ kind }, here) => {
    const cause = kind.split(/[:/]/)[1] ?? '';
    return Object.hasOwn(ofStorms, cause) ? ofStorms[cause as StormCause](here) : ofStorms.unknown(here);
  },
  finding: () => [],
};

/** What to do about an episode of a kind: nothing is known of a kind that is not ours. */
export function stepsOf(kind: string): Steps {
  const name = kind.split(':')[0] ?? kind;
  return Object.hasOwn(steps, name) ? steps[name as KindName] : () => [];
}
