import { kindWords } from '../../functions/policy/kind.ts';
import type { Policy } from '../../functions/policy/policy.ts';
import type { Prices } from '../prices/prices.ts';
import type { PlannedAccount } from './account.ts';
import { assumptions } from './assumed.ts';
import { assumedSizes, type Cost, costOf } from './cost.ts';
import { elsewhere } from './elsewhere.ts';
import { type Finding, worstFirst } from './finding.ts';
import { grouped } from './groups.ts';
import { impossible } from './keys.ts';
import { type Load, loadsOf } from './load.ts';
import { type TierPlan, tierPlans } from './tiers.ts';

/** What a policy means for an account. docs/plan.md has the shape as `--json` prints it. */
export interface Plan {
  readonly policy: string;
  readonly account: string | null;
  readonly from: string;
  readonly home: string;
  readonly resources: { readonly seen: number; readonly protected: number };
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly tiers: readonly TierPlan[];
  readonly loads: readonly Load[];
  readonly cost: Cost;
  readonly assumed: readonly string[];
}

/** Holds a policy against an account. Pure: the same two give the same plan. */
export function planOf(policy: Policy, account: PlannedAccount, prices: Prices): Plan {
  const { groups, findings: tagged } = grouped(policy, account);
  const { loads, findings: infeasible } = loadsOf(policy, account, groups);
  const unread = account.unread.map(({ what, because, mend }): Finding => {
    const words = `${what} could not be read, so this plan is not whole: ${because}`;
    return { severity: 'wrong', code: 'unread', field: 'credentials', words, mend, resources: [] };
  });
  const nothing: Finding[] =
    account.resources.length > 0
      ? []
      : [
          {
            severity: 'wrong',
            code: 'nothing',
            field: 'resources',
            words: `no resource was found in ${account.from}`,
            mend: `tag one with lifeboat:tier in ${policy.home}, or name another account`,
            resources: [],
          },
        ];
  const findings = worstFirst([
    ...unread,
    ...nothing,
    ...tagged,
    ...impossible(groups),
    ...elsewhere(policy, groups),
    ...infeasible,
  ]);
  const sizes = assumedSizes(groups).map(
    ({ kind, count }) =>
      `the size of ${count.toLocaleString('en')} × ${kindWords[kind].one.replace(/^an? /, '')}: nobody says it`,
  );
  return {
    policy: policy.file,
    account: account.id,
    from: account.from,
    home: policy.home,
    resources: {
      seen: account.resources.length,
      protected: groups.reduce((sum, { resources }) => sum + resources.length, 0),
    },
    ok: findings.every(({ severity }) => severity !== 'wrong'),
    findings,
    tiers: tierPlans(policy, groups),
    loads: [...loads].sort(
      (one, other) => other.needs / other.has - one.needs / one.has || one.limit.localeCompare(other.limit),
    ),
    cost: costOf(policy, groups, prices),
    assumed: [...sizes, ...assumptions],
  };
}
