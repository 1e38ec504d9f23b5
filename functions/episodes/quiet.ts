import type { EpisodeRow, Escalation, Silence } from '../ledger/episode.ts';

/**
 * Whether nobody is to be told: of an open episode now, of one that has ended when it did. A storm tells of those that
 * are folded into it.
 */
export function isQuiet({ silenced, storm, resolvedAt }: EpisodeRow, now: Date): boolean {
  return storm !== undefined || (silenced !== undefined && silenced.until > (resolvedAt ?? now.toISOString()));
}

/**
 * The escalations of a page that has just been told: one when it has been open for as long as the policy allows, one
 * when what is allowed has passed twice. What falls due before now is in the first message already.
 */
export function escalationsOf(
  { severity, facts }: Pick<EpisodeRow, 'severity' | 'facts'>,
  escalateAfterSeconds: number,
  now: Date,
): Escalation[] {
  if (severity !== 'page') return [];
  const time = { at: later(now, escalateAfterSeconds), why: 'time' as const };
  const twice = twiceOf(facts);
  return sorted([time, ...(twice === undefined || twice.at <= now.toISOString() ? [] : [twice])]);
}

/** What was seen since may put the instant at which twice the bound has passed elsewhere. */
export function escalationsMoved(
  escalations: readonly Escalation[],
  facts: EpisodeRow['facts'],
): readonly Escalation[] {
  const twice = twiceOf(facts);
  if (twice === undefined) return escalations;
  return sorted(escalations.map((one) => (one.why === 'twice' ? twice : one)));
}

/** `since` is the deadline, at which the bound had passed once. */
function twiceOf({ since, ageSeconds, boundSeconds }: EpisodeRow['facts']): Escalation | undefined {
  if (since === undefined || ageSeconds === undefined || boundSeconds === undefined) return undefined;
  return { at: later(new Date(since), boundSeconds), why: 'twice' };
}

/**
 * The row of an open episode under a silence, or with the one it was under ended now. A page that was told is told again
 * when the silence ends; what would have been told meanwhile is not.
 */
export function underSilence(episode: EpisodeRow, silence: Silence | undefined, now: Date): EpisodeRow {
  if (silence === undefined) {
    if (episode.silenced === undefined || episode.silenced.until <= now.toISOString()) return episode;
    return underSilence(episode, { ...episode.silenced, until: now.toISOString() }, now);
  }
  const others = (episode.escalations ?? []).filter(({ why, at }) => why !== 'silence' && at > silence.until);
  const end: Escalation[] =
    episode.told === 'opened' && episode.severity === 'page' ? [{ at: silence.until, why: 'silence' }] : [];
  return { ...episode, silenced: silence, escalations: sorted([...end, ...others]) };
}

function sorted(escalations: readonly Escalation[]): Escalation[] {
  return [...escalations].sort((one, other) => (one.at < other.at ? -1 : 1));
}

function later(instant: Date, seconds: number): string {
  return new Date(instant.getTime() + seconds * 1000).toISOString();
}
