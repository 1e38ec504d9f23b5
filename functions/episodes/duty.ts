import type { EpisodeRow } from '../ledger/episode.ts';

/** What is still to be done about an episode, one thing at a time and in this order. */
export type Duty = 'tell opened' | 'tell resolved' | 'write evidence' | 'nothing';

/** For how long whoever took an episode's duties up has them alone; longer than any of our functions may run. */
export const leaseSeconds = 120;

export function dutyOf(episode: EpisodeRow): Duty {
  if (episode.told === 'not yet') return 'tell opened';
  if (episode.status === 'open') return 'nothing';
  if (episode.told === 'opened') return 'tell resolved';
  return episode.evidence === 'not yet' ? 'write evidence' : 'nothing';
}

/** The row once a duty is done. When nothing is left it leaves the due index. */
export function withDone(episode: EpisodeRow, duty: Duty): EpisodeRow {
  const done: EpisodeRow = {
    ...episode,
    ...(duty === 'tell opened' && { told: 'opened' as const }),
    ...(duty === 'tell resolved' && { told: 'resolved' as const }),
    ...(duty === 'write evidence' && { evidence: 'written' as const }),
  };
  if (dutyOf(done) !== 'nothing') return done;
  const { dueShard: _, dueAt: __, ...rest } = done;
  return rest;
}

/** Until when whoever takes the duties up now has them alone. */
export function leaseFrom(now: Date): string {
  return new Date(now.getTime() + leaseSeconds * 1000).toISOString();
}

/** Whether somebody else has the duties now. */
export function isLeased(episode: EpisodeRow, now: Date): boolean {
  return episode.dueAt !== undefined && episode.dueAt > now.toISOString();
}
