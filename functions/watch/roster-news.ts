import type { Episodes } from '../episodes/episodes.ts';
import { ordinaryShard } from '../ledger/deadline.ts';
import { pipeline } from '../ledger/episode.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type RosterNewsRow, rosterNewsKey } from '../ledger/pipeline.ts';
import { ageInWords } from '../objectives/age.ts';
import { nextLook } from '../objectives/next-look.ts';
import type { Clock } from '../platform/seam.ts';
import type { Look } from './look.ts';

/** Home writes the roster hourly: two may be missed. */
export const rosterBoundSeconds = 3 * 3600;

export type RosterStanding =
  | { readonly fresh: true; readonly staleAt: string; readonly because: string }
  | { readonly fresh: false; readonly staleAt: string; readonly because: string };

/** Whether home still tells this Region what to expect. */
export function rosterStanding(news: Pick<RosterNewsRow, 'refreshedAt' | 'writtenBy'>, now: Date): RosterStanding {
  const ageSeconds = Math.round((now.getTime() - Date.parse(news.refreshedAt)) / 1000);
  const staleAt = new Date(Date.parse(news.refreshedAt) + rosterBoundSeconds * 1000).toISOString();
  const because =
    news.writtenBy === 'home'
      ? `home last wrote the roster at ${news.refreshedAt}, ${ageInWords(ageSeconds)} ago`
      : `home has never written the roster since this Region first looked at ${news.refreshedAt}`;
  return { fresh: ageSeconds <= rosterBoundSeconds, staleAt, because };
}

/** Makes sure that a Region has a row whose age can be judged, also before home has ever written one. */
export async function expectRoster(ledger: Ledger, now: Date): Promise<void> {
  const refreshedAt = now.toISOString();
  if ((await ledger.get<RosterNewsRow>(rosterNewsKey)) !== undefined) return;
  await ledger.create<RosterNewsRow>({
    ...rosterNewsKey,
    refreshedAt,
    writtenBy: 'this Region',
    resources: 0,
    dueShard: ordinaryShard,
    dueAt: rosterStanding({ refreshedAt, writtenBy: 'this Region' }, now).staleAt,
  });
}

/** Looks whether the roster is fresh, and opens or resolves the pipeline's episode. */
export async function lookAtRoster(
  { ledger, episodes, clock }: { ledger: Ledger; episodes: Episodes; clock: Clock },
  news: RosterNewsRow,
): Promise<Look> {
  const now = clock.now();
  const at = now.toISOString();
  const standing = rosterStanding(news, now);
  const dueAt = standing.fresh ? standing.staleAt : nextLook(5, now);
  if (!(await ledger.replace<RosterNewsRow>({ ...news, dueAt }))) return 'overtaken';
  if (standing.fresh) {
    const relief = { subject: pipeline, kind: 'roster' as const, because: standing.because, at };
    return (await episodes.resolve(relief)) === 'resolved' ? 'resolved' : 'moved';
  }
  const opened = await episodes.open({
    subject: pipeline,
    kind: 'roster',
    // One silent home is one page, and the copy Regions send it.
    severity: (news.copies ?? 0) > 0 ? 'notice' : 'page',
    because: standing.because,
    facts: { since: standing.staleAt, boundSeconds: rosterBoundSeconds },
    at,
  });
  return opened === 'opened' ? 'opened' : 'stillOpen';
}
