import { type EpisodeRow, episodeKey } from '../ledger/episode.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Doubt } from './choice.ts';

/** What drills of a resource in this Region have against one of its points; undefined once they are well again. */
export async function doubtOf(ledger: Ledger, resource: string): Promise<Doubt | undefined> {
  const row = await ledger.get<EpisodeRow>(episodeKey(resource, 'drill'));
  const recoveryPoint = row?.facts.recoveryPoint;
  if (row?.status !== 'open' || recoveryPoint === undefined) return undefined;
  return { recoveryPoint, seenAt: row.lastSeenAt, because: row.latest ?? row.because };
}
