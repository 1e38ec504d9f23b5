import { type RetiredRow, retiredPartition } from '../ledger/pipeline.ts';
import { type ResourceRow, rosterPartition } from '../ledger/resource.ts';
import { InputRejected } from '../platform/errors.ts';
import { askedBy, retiredTier } from '../policy/resolve.ts';
import type { Reconciling } from './reconciliation.ts';

/**
 * Refuses what somebody wants to retire by hand and cannot, each with the mend: a slip would leave on the roster what was
 * meant to go. What is retired already is no slip, since Lambda may try a run again.
 */
export async function checkRetire(
  { ledger, here, tagged }: Pick<Reconciling, 'ledger' | 'here' | 'tagged'>,
  retire: readonly string[],
): Promise<void> {
  if (retire.length === 0) return;
  if (here.part === 'copy') {
    throw new InputRejected(`retire: start it at home, in ${here.home}. Home tells the copy Regions.`);
  }
  const known = new Set([
    ...(await ledger.list<ResourceRow>(rosterPartition)).map(({ resource }) => resource),
    ...(await ledger.list<RetiredRow>(retiredPartition)).map(({ resource }) => resource),
  ]);
  const carries = new Map((await tagged()).map(({ arn, tags }) => [arn, askedBy(tags)?.tier ?? retiredTier]));
  const problems = retire.flatMap((arn) => {
    if (!known.has(arn)) return [`${arn} is not the ARN of a resource on the roster`];
    const tier = carries.get(arn) ?? retiredTier;
    if (tier === retiredTier) return [];
    return [
      `${arn} still carries lifeboat:tier=${tier}: tag it lifeboat:tier=${retiredTier}. If it was just deleted, try again once AWS has forgotten its tags`,
    ];
  });
  if (problems.length > 0) throw new InputRejected(`retire: ${problems.join('. ')}. Nothing was retired.`);
}
