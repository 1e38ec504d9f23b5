import { ordinaryShard } from '../ledger/deadline.ts';
import type { Delivery, EpisodeRow } from '../ledger/episode.ts';
import { farFuture, stormShard } from '../ledger/storm.ts';
import { isQuiet } from './quiet.ts';

/** What is to be done about an episode now, one thing at a time and in this order. */
export type Duty = 'tell opened' | 'tell escalated' | 'tell resolved' | 'write evidence' | 'nothing';

/** For how long whoever took an episode's duties up has them alone; longer than any of our functions may run. */
export const leaseSeconds = 120;

/**
 * While there is silence nothing is told but an end whose beginning was told: what opened and ended within it is in the
 * evidence alone.
 */
export function dutyOf(episode: EpisodeRow, now: Date): Duty {
  const { status, told, evidence, escalations } = episode;
  const record = evidence === 'not yet' ? 'write evidence' : 'nothing';
  if (told === 'not yet') {
    if (!isQuiet(episode, now)) return 'tell opened';
    return status === 'open' ? 'nothing' : record;
  }
  if (status === 'open') {
    const due = escalations?.[0];
    return due !== undefined && due.at <= now.toISOString() && !isQuiet(episode, now) ? 'tell escalated' : 'nothing';
  }
  return told === 'opened' ? 'tell resolved' : record;
}

/** The name of the message that a duty sends: one that was accepted for one topic is not sent there again. */
export function messageFor(episode: EpisodeRow, duty: Duty): Delivery['message'] {
  if (duty === 'tell escalated') return `escalated ${episode.escalations?.[0]?.at ?? ''}`;
  return duty === 'tell resolved' ? 'resolved' : 'opened';
}

/**
 * The row with its place in the due index: at once while something is to be done and nobody has it alone, when a
 * silence ends or an escalation falls due, where its storm counts it, or nowhere.
 */
export function placed(episode: EpisodeRow, now: Date): EpisodeRow {
  const { dueAt: _, dueShard: __, leasedUntil, ...rest } = episode;
  const at = now.toISOString();
  if (dutyOf(rest, now) !== 'nothing') {
    const isHeld = leasedUntil !== undefined && leasedUntil > at;
    return isHeld
      ? { ...rest, dueShard: ordinaryShard, leasedUntil, dueAt: leasedUntil }
      : { ...rest, dueShard: ordinaryShard, dueAt: at };
  }
  if (rest.storm !== undefined && rest.status === 'open') return { ...rest, dueShard: stormShard, dueAt: farFuture };
  const dueAt = nextOf(rest, at);
  return dueAt === undefined ? rest : { ...rest, dueShard: ordinaryShard, dueAt };
}

/**
 * The row in the place that it had, where that is earlier: who sees a trouble again and again puts off no message about it, though
 * his clock is ahead of the one that looks what is due.
 */
export function noLater(row: EpisodeRow, before: EpisodeRow): EpisodeRow {
  const isEarlier = row.dueAt !== undefined && before.dueAt !== undefined && before.dueAt < row.dueAt;
  return isEarlier && before.dueShard === row.dueShard ? { ...row, dueAt: before.dueAt } : row;
}

function nextOf(episode: EpisodeRow, at: string): string | undefined {
  const { status, silenced, escalations } = episode;
  if (status === 'resolved') return undefined;
  if (silenced !== undefined && silenced.until > at) return silenced.until;
  return escalations?.[0]?.at;
}

/** Until when whoever takes the duties up now has them alone. */
export function leaseFrom(now: Date): string {
  return new Date(now.getTime() + leaseSeconds * 1000).toISOString();
}

/** Whether somebody else has the duties now. */
export function isLeased({ leasedUntil }: EpisodeRow, now: Date): boolean {
  return leasedUntil !== undefined && leasedUntil > now.toISOString();
}
