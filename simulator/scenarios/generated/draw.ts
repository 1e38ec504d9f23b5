import { type Chance, chanceOf } from '../../world/chance.ts';
import type { PolicyExcerpt } from '../summary.ts';
import { type Drawn as DrawnResource, drawResources } from './account.ts';
import { meansOfCopies } from './bounds.ts';
import { type Drawn as DrawnIncident, drawIncidents, endedBy } from './incidents.ts';
import { type MeansTrouble, meansTroubles } from './means.ts';

/** What a generated account begins with, and what will happen to it. */
export interface DrawnAccount {
  readonly resources: readonly DrawnResource[];
  readonly incidents: readonly DrawnIncident[];
}

/** When every generated account begins, in milliseconds. */
export const start = Date.parse('2026-01-05T00:00:00Z');
const hour = 3_600_000;

/**
 * For so long nothing goes wrong at the end of a month: what had begun comes to its end, then a backup is made, and then a drill
 * comes that finds it, each a day apart at the most in tiers that are often drilled. A short run has less, of course.
 */
const getsWellWithin = (days: number) => Math.min(44, 0.3 * 24 * days) * hour;

/** From when on nothing goes wrong any more in an account of so many days, in milliseconds. */
export const calmFrom = (days: number) => start + days * 24 * hour - getsWellWithin(days);

/** What decides everything about the account of a seed. */
export const chanceOfAccount = (seed: string) => chanceOf(`${seed}/generated account`);

/**
 * Draws an account and its troubles, with {@link chanceOfAccount}. The same chance draws what comes later too.
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
  return { resources, incidents: endedBy(incidents, calmFrom(days) - start) };
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
