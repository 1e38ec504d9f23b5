import type { DeadlineRow, Objective } from '../ledger/deadline.ts';
import { type EpisodeRow, episodeKey } from '../ledger/episode.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type ResourceRow, resourceKey } from '../ledger/resource.ts';

/** The workflow that makes what an objective counts; the others are made by AWS alone. */
const madeBy: Readonly<Partial<Record<Objective, 'protect' | 'drill'>>> = { rpo: 'protect', proof: 'drill' };

/**
 * Why nothing newer came to be, as far as anybody knows: the words of what failed, what AWS said when it was asked, or
 * that nothing is known to have failed. In a copy Region home's words come with the roster.
 */
export async function likelyCause(
  ledger: Ledger,
  { resource, objective }: Pick<DeadlineRow, 'resource' | 'objective'>,
  said?: string,
): Promise<string | undefined> {
  const workflow = madeBy[objective];
  if (workflow === undefined) {
    if (objective !== 'copy_rpo') return said;
    return (await ledger.get<ResourceRow>(resourceKey(resource)))?.trouble ?? said;
  }
  const failed = await ledger.get<EpisodeRow>(episodeKey(resource, workflow));
  if (failed?.status === 'open') return failed.facts.cause ?? failed.because;
  if (said !== undefined) return said;
  if (workflow === 'protect' && (await ledger.get<ResourceRow>(resourceKey(resource)))?.madeElsewhere) {
    return 'another backup plan makes its recovery points, and has made no newer one';
  }
  return workflow === 'protect'
    ? 'no run of lifeboat-protect is known to have failed: perhaps none was started'
    : 'no drill is known to have failed: perhaps none was started';
}
