import type { Here } from '../account/here.ts';
import { readArn } from '../account/resource.ts';
import { type EpisodeRow, pipeline } from '../ledger/episode.ts';
import { ageInWords } from '../objectives/age.ts';
import { inWords } from '../policy/duration.ts';
import type { Alert } from './alert.ts';
import { headlineOf, nextSteps } from './words.ts';

/** What to tell of an episode: from its row alone, so that whoever finds it untold can tell it. */
export function alertOf(episode: EpisodeRow, phase: Alert['phase'], here: Here): Alert {
  const { subject, kind, severity, openedAt, because, facts, resolvedAt, resolvedBecause } = episode;
  const since = facts.since ?? openedAt;
  const howBad = badness(episode);
  return {
    phase,
    severity,
    id: `lifeboat/${here.account}/${here.region}/${subject}/${kind}/${openedAt}`,
    subject,
    name: nameOf(subject),
    kind,
    location: { account: here.account, region: here.region },
    headline: headlineOf(kind),
    because,
    since,
    openedAt,
    ...(howBad !== undefined && { howBad }),
    ...(facts.cause !== undefined && { cause: facts.cause }),
    next: nextSteps(episode, here),
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

function badness({ facts: { ageSeconds, boundSeconds } }: EpisodeRow): string | undefined {
  if (ageSeconds === undefined || boundSeconds === undefined) return undefined;
  const over = ageSeconds - boundSeconds;
  return `${ageInWords(ageSeconds)} where ${inWords(boundSeconds)} are allowed: ${over < 60 ? 'the bound has just passed' : `${ageInWords(over)} too much`}`;
}

function secondsBetween(one: string, other: string): number {
  return Math.max(0, Math.round((Date.parse(other) - Date.parse(one)) / 1000));
}

/** What a person calls it: the id of a file system, the identifier of a database. */
function nameOf(subject: string): string {
  return subject === pipeline ? 'Lifeboat itself' : (readArn(subject)?.id ?? subject);
}
