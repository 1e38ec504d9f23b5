import { inWords } from './duration.ts';
import type { Kind } from './kind.ts';
import { meansOf } from './means.ts';
import { placeName } from './place.ts';
import type { Copy, DeadlineObjective, Policy, Tier } from './policy.ts';
import { tierNamed } from './resolve.ts';

/**
 * The account and Region that a stack is deployed in. `homeAccount` is the account of `home`; leave it out where only
 * one account is used, and `account` counts as home's own unless a copy names it.
 */
export type Deployment = { region: string; account?: string; homeAccount?: string };

/** Which of a tier's places this deployment is. */
export type Role = { is: 'home' } | { is: 'copy'; copy: Copy } | { is: 'neither' };

export type OwnedObjective = { objective: DeadlineObjective; boundSeconds: number; because: string };

/** Which of the places of a tier a deployment is. @throws UnknownTier */
export function roleOf(policy: Policy, tierName: string, here: Deployment): Role {
  const tier = tierNamed(policy, tierName);
  const inAccount = tier.copies.find(({ to }) => to.region === here.region && to.account === (here.account ?? null));
  if (here.account !== undefined && inAccount !== undefined) return { is: 'copy', copy: inAccount };
  if (here.homeAccount !== undefined && here.account !== here.homeAccount) return { is: 'neither' };
  if (here.region === policy.home) return { is: 'home' };
  const inRegion = tier.copies.find(({ to }) => to.region === here.region && to.account === null);
  return inRegion === undefined ? { is: 'neither' } : { is: 'copy', copy: inRegion };
}

/**
 * The objectives that pass with time and that the stack of this deployment has to watch, with their bounds and reasons.
 * The stack in a place owns every objective there: home the recovery points, each copy's place the copies, and the
 * place that drills the proof. Give the kind to leave out what cannot hold for it. `rto` is not among them: see `rtoAt`.
 *
 * @throws UnknownTier
 */
export function objectivesAt(policy: Policy, tierName: string, here: Deployment, kind?: Kind): OwnedObjective[] {
  const tier = tierNamed(policy, tierName);
  const role = roleOf(policy, tierName, here);
  if (role.is === 'neither') return [];
  const where = role.is === 'home' ? `home is ${policy.home}` : `copies go to ${placeName(role.copy.to)}`;
  const owned: OwnedObjective[] = [];
  const part = role.is === 'home' ? 'home' : 'copy';
  const own = (objective: DeadlineObjective, why: string) => {
    const boundSeconds = tier.objectives[objective];
    if (boundSeconds === undefined || (kind !== undefined && meansOf(objective, kind, part) === null)) return;
    const says = `tiers.${tierName}.objectives.${objective} in ${policy.file} is ${inWords(boundSeconds)}`;
    owned.push({ objective, boundSeconds, because: `${says}, and ${why}` });
  };
  if (role.is === 'home') {
    own('rpo', where);
    own('pitr_rpo', where);
  } else {
    own('copy_rpo', where);
    if (role.copy.pointInTime) own('pitr_rpo', `automated backups are replicated to ${placeName(role.copy.to)}`);
    if (role.copy.replica) own('replica_rpo', `a replica stands in ${placeName(role.copy.to)}`);
  }
  if (drillsHere(tier, role)) own('proof', `drills are from ${drillPlace(tier)}`);
  return owned;
}

/** The bound on a restore that the drills of this deployment measure, or null when none is set or none drilled here. */
export function rtoAt(
  policy: Policy,
  tierName: string,
  here: Deployment,
): { boundSeconds: number; because: string } | null {
  const tier = tierNamed(policy, tierName);
  const boundSeconds = tier.objectives.rto;
  if (boundSeconds === undefined || !drillsHere(tier, roleOf(policy, tierName, here))) return null;
  const says = `tiers.${tierName}.objectives.rto in ${policy.file} is ${inWords(boundSeconds)}`;
  return { boundSeconds, because: `${says}, and drills are from ${drillPlace(tier)}` };
}

function drillsHere(tier: Tier, role: Role): boolean {
  if (tier.drill === null) return false;
  if (role.is === 'copy') return tier.drill.from !== 'home' && placeName(tier.drill.from) === placeName(role.copy.to);
  return role.is === 'home' && tier.drill.from === 'home';
}

function drillPlace(tier: Tier): string {
  if (tier.drill === null) return 'nowhere';
  return tier.drill.from === 'home' ? 'home' : placeName(tier.drill.from);
}
