import { type CauseKind, causeOf } from '../account/cause.ts';
import type { Here } from '../account/here.ts';
import { readArn } from '../account/resource.ts';
import type { EpisodeRow } from '../ledger/episode.ts';
import type { NextStep } from './alert.ts';
import { machineLink } from './console.ts';
import { mends } from './mends.ts';
import { stepsOf } from './steps.ts';

/** What to do about each kind of cause that AWS Backup's status messages tell of. */
export const actions: Readonly<Record<Exclude<CauseKind, 'unknown'>, string>> = {
  permission:
    'Give the role that the message names the right that it lacks, usually the role lifeboat-AWSBackup of the Region, or let AWS Backup assume it again',
  key: 'See in KMS that the key is enabled and not pending deletion, and that its policy lets the backup role use it',
  busy: 'Wait: another job or a window of the resource is in the way, and Lifeboat tries again. If it stays, see which backup plan runs at the same time',
  quota:
    'Ask for a higher quota in Service Quotas, or spread the schedules. If it speaks of tags, take some off the resource',
  expiry:
    'See why the job could not start or end within its window: a maintenance window, another job, or a resource that is not available. Then start it again',
  missing: 'See in CloudTrail who deleted what the message names. If it was the resource itself, retire it',
  'set-up':
    'Mend the set-up that the message names before the next run: the organization and its cross-account switch, the key of the vault, or the retention that a locked vault takes. Trying again does not help',
  internal:
    'Wait for the next try: AWS Backup failed on its own side. If it stays for hours, look at AWS Health and open a case',
};

const silenceHours = 4;

/** What to do about an episode: the step that its likely cause asks for first, and last how to be quiet about a page. */
export function nextSteps(episode: EpisodeRow, here: Here, at: string): NextStep[] {
  const code = episode.kind.startsWith('finding:') ? (episode.kind.split(':')[1] ?? '') : '';
  const mend = Object.hasOwn(mends, code) ? mends[code] : undefined;
  const steps = mend === undefined ? stepsOf(episode.kind)(episode, here) : [{ words: mend }];
  const { cause: told } = episode.facts;
  // Where AWS does not answer, the cause is the refusal of a call of ours: no job of AWS Backup said it.
  const cause = told === undefined || episode.kind.startsWith('cannot-tell:') ? 'unknown' : causeOf(told).kind;
  return [
    ...(cause === 'unknown' ? [] : [{ words: actions[cause] }]),
    // Lifeboat's own troubles name no resource that a workflow could be started for.
    ...steps.filter(({ input }) => input?.resource === undefined || readArn(input.resource) !== undefined),
    ...(episode.severity === 'page' ? [silence(episode, here, at)] : []),
  ];
}

/** An end is proposed that is near: whoever needs longer changes it. */
function silence({ subject, kind }: EpisodeRow, here: Here, at: string): NextStep {
  const until = new Date(Date.parse(at) + silenceHours * 3_600_000);
  return {
    words: 'You have it, and want no more pages about it for a while: start lifeboat-silence with this input',
    link: machineLink(here, 'silence'),
    input: { resource: subject, kind, until: `${until.toISOString().slice(0, 16)}Z`, because: 'who works on what' },
  };
}
