import { isInstant } from '../platform/door.ts';
import { roleOf } from '../policy/owners.ts';
import type { Policy } from '../policy/policy.ts';

/** What a fleet starts: one workflow for the resources of these tiers. */
export interface Order {
  readonly workflow: 'protect' | 'drill';
  readonly tiers: readonly string[];
  readonly scheduledAt: string;
  /** Only what is overdue: the order was given by hand, for everything. */
  readonly onlyOverdue: boolean;
}

export type Ordered = { readonly ok: true; readonly order: Order } | { readonly ok: false; readonly problem: string };

/**
 * Reads what a schedule or a person asks for. An empty input orders what is overdue in this Region: backups at home,
 * drills where the copies are.
 */
export function orderOf(
  policy: Policy,
  here: { readonly part: 'home' | 'copy'; readonly region: string },
  input: {
    readonly workflow?: string | undefined;
    readonly tier?: string | undefined;
    readonly scheduledAt?: string | undefined;
  },
  startedAt: string,
): Ordered {
  const workflow = input.workflow ?? (here.part === 'home' ? 'protect' : 'drill');
  if (workflow !== 'protect' && workflow !== 'drill') {
    return { ok: false, problem: `workflow: ${workflow} is not one of protect, drill` };
  }
  if (input.tier !== undefined && !Object.hasOwn(policy.tiers, input.tier)) {
    return { ok: false, problem: `tier: ${input.tier} is not one of ${Object.keys(policy.tiers).join(', ')}` };
  }
  if (input.scheduledAt !== undefined && !isInstant(input.scheduledAt)) {
    return {
      ok: false,
      problem: `scheduledAt: ${input.scheduledAt} is no instant; write it like 2026-01-31T06:00:00Z`,
    };
  }
  if (workflow === 'protect' && here.part !== 'home') {
    return {
      ok: false,
      problem: `workflow: backups are made in the home Region ${policy.home}, and this is ${here.region}`,
    };
  }
  const concerned = Object.keys(policy.tiers).filter((tier) => concerns(policy, tier, workflow, here.region));
  const tiers = input.tier === undefined ? concerned : concerned.filter((tier) => tier === input.tier);
  if (tiers.length === 0) {
    const who = input.tier === undefined ? `no tier has a ${workflow}` : `${input.tier} has no ${workflow}`;
    return { ok: false, problem: `tier: ${who} in ${here.region}` };
  }
  return {
    ok: true,
    order: {
      workflow,
      tiers,
      scheduledAt: input.scheduledAt ?? startedAt,
      onlyOverdue: input.tier === undefined,
    },
  };
}

function concerns(policy: Policy, tierName: string, workflow: Order['workflow'], region: string): boolean {
  const tier = policy.tiers[tierName];
  if (tier === undefined) return false;
  if (workflow === 'protect') return tier.backup !== null;
  if (tier.drill === null) return false;
  const { from } = tier.drill;
  if (from === 'home') return roleOf(policy, tierName, { region }).is === 'home';
  return from.account === null && from.region === region;
}
