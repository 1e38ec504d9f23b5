import { type EpisodeRow, episodeKey } from '../ledger/episode.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Doubt } from './choice.ts';

/** What the drills of a resource in this Region last said against one of its points; undefined when the last one was well. */
export async function doubtOf(ledger: Ledger, resource: string): Promise<Doubt | undefined> {
  const row = await ledger.get<EpisodeRow>(episodeKey(resource, 'drill'));
  const recoveryPoint = row?.facts.recoveryPoint;
  if (row?.status !== 'open' || recoveryPoint === undefined) return undefined;
  return { recoveryPoint, seenAt: row.lastSeenAt, because: row.latest ?? row.because };
}
