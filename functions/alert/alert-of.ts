import { causeOf } from '../account/cause.ts';
import type { Here } from '../account/here.ts';
import { readArn } from '../account/resource.ts';
import { type EpisodeRow, type Escalation, pipeline } from '../ledger/episode.ts';
import { ageInWords } from '../objectives/age.ts';
import { inWords } from '../policy/duration.ts';
import type { Alert } from './alert.ts';
import { headlineOf } from './headlines.ts';
import { nextSteps } from './next-steps.ts';

/**
 * What to tell of an episode: from its row alone, so that whoever finds it untold can tell it. `at` (ISO 8601) is when
 * it is told.
 */
export function alertOf(episode: EpisodeRow, phase: Alert['phase'], here: Here, at: string): Alert {
  const { subject, kind, severity, openedAt, facts, resolvedAt, resolvedBecause } = episode;
  const measure = measureOf(episode, phase, at);
  const causeKind = facts.cause === undefined ? 'unknown' : causeOf(facts.cause).kind;
  return {
    phase,
    severity,
    id: `lifeboat/${here.account}/${here.region}/${subject}/${kind}/${openedAt}`,
    subject,
    name: facts.name ?? nameOf(subject),
    kind,
    location: { account: here.account, region: here.region },
    headline: headlineOf(kind),
    because: phase === 'opened' ? episode.because : (episode.latest ?? episode.because),
    since: facts.since ?? openedAt,
    openedAt,
    ...(measure !== undefined && { howBad: badness(measure), measure }),
    ...(facts.cause !== undefined && { cause: facts.cause }),
    ...(causeKind !== 'unknown' && { causeKind }),
    next: nextSteps(episode, here, at),
    ...(phase === 'escalated' && { escalated: escalationOf(episode, at) }),
    ...(phase === 'resolved' &&
      resolvedAt !== undefined && {
        resolved: {
          at: resolvedAt,
          because: resolvedBecause ?? 'it is no longer so',
          lastedSeconds: secondsBetween(openedAt, resolvedAt),
        },
      }),
  };
}

/** While it stays open nobody measures at every moment: what is allowed and since when it is broken tell how bad it is. */
function measureOf({ facts }: EpisodeRow, phase: Alert['phase'], at: string): Alert['measure'] {
  const { ageSeconds, boundSeconds, since } = facts;
  if (ageSeconds === undefined || boundSeconds === undefined) return undefined;
  const grown = phase === 'escalated' && since !== undefined ? boundSeconds + secondsBetween(since, at) : ageSeconds;
  return { ageSeconds: Math.max(ageSeconds, grown), boundSeconds };
}

function badness({ ageSeconds, boundSeconds }: NonNullable<Alert['measure']>): string {
  const over = ageSeconds - boundSeconds;
  return `${ageInWords(ageSeconds)} where ${inWords(boundSeconds)} are allowed: ${over < 60 ? 'the bound has just passed' : `${ageInWords(over)} too much`}`;
}

const reasons: Readonly<Record<Escalation['why'], string>> = {
  time: 'nobody has mended it',
  twice: 'it is twice as old as is allowed',
  silence: 'its silence has ended and it is still so',
};

function escalationOf({ openedAt, escalations = [] }: EpisodeRow, at: string): NonNullable<Alert['escalated']> {
  const why = escalations.filter((escalation) => escalation.at <= at).map((escalation) => escalation.why);
  const words = why.map((one) => reasons[one]).join(', and ');
  return { at, why, because: `open for ${ageInWords(Math.floor(secondsBetween(openedAt, at) / 60) * 60)}: ${words}` };
}

function secondsBetween(one: string, other: string): number {
  return Math.max(0, Math.round((Date.parse(other) - Date.parse(one)) / 1000));
}

/** What a person calls it: the id of a file system, the identifier of a database. */
function nameOf(subject: string): string {
  return subject === pipeline ? 'Lifeboat itself' : (readArn(subject)?.id ?? subject);
}
