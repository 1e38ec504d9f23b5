import type { Chance } from '../../world/chance.ts';
import type { PolicyExcerpt } from '../summary.ts';
import { type Drawn as DrawnResource, drawResources } from './account.ts';
import { meansOfCopies } from './bounds.ts';
import { type Drawn as DrawnIncident, drawIncidents } from './incidents.ts';
import { type MeansTrouble, meansTroubles } from './means.ts';

/** What a generated account begins with, and what will happen to it. */
export interface DrawnAccount {
  readonly resources: readonly DrawnResource[];
  readonly incidents: readonly DrawnIncident[];
}

/**
 * Draws an account and its troubles. The same chance draws what comes later too.
 *
 * @param count how many resources it begins with; 3 to 12 when left out
 */
export function drawAccount(chance: Chance, policy: PolicyExcerpt, days: number, count?: number): DrawnAccount {
  const tiers = Object.keys(policy.tiers);
  const drawn = chance.whole(3, 12);
  const resources = drawResources(chance, count ?? drawn, tiers, 'first');
  const incidents = drawIncidents(chance, {
    days,
    resources: resources.length,
    protectedTiers: tiers.filter((tier) => isBackedUp(policy, tier)),
    drilledTiers: tiers.filter((tier) => policy.tiers[tier]?.drill != null),
    means: resources.map((drawn) => troublesOf(policy, drawn)),
  });
  return { resources, incidents };
}

/** Whether Lifeboat makes the points of a tier, and not another plan. */
export function isBackedUp(policy: PolicyExcerpt, tier: string): boolean {
  return (policy.tiers[tier] as { readonly backup?: unknown } | undefined)?.backup != null;
}

/** What can go wrong with the windows and replicas that a tier asks for. */
function troublesOf(policy: PolicyExcerpt, { tier, kind }: DrawnResource): MeansTrouble[] {
  const { pitr_rpo } = policy.tiers[tier]?.objectives ?? {};
  const copies = meansOfCopies(policy, tier);
  return [
    ...(pitr_rpo === undefined ? [] : meansTroubles.window[kind]),
    ...(copies.some(({ pointInTime }) => pointInTime === true) ? meansTroubles.windowOfCopies[kind] : []),
    ...(copies.some(({ replica }) => replica === true) ? meansTroubles.replica[kind] : []),
  ];
}
