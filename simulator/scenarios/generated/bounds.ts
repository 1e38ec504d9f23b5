import type { Bound } from '../../checkers/no-missed-breach.ts';
import type { RestoreBound } from '../../checkers/slow-restores.ts';
import { boundsOf, type PolicyExcerpt } from '../summary.ts';
import type { Kind } from './account.ts';
import { otherPlanEverySeconds } from './other-plan.ts';

/** What the packaged policy says about a copy besides its place. */
interface CopyMeans {
  readonly to: { readonly region: string };
  /** Automated backups of RDS instances are replicated there. */
  readonly pointInTime?: boolean;
  /** A replica stands there. */
  readonly replica?: boolean;
}

/** Which kinds have a window at home, one in a copy Region, and a replica, as AWS documents it. */
const has: Readonly<Record<'window' | 'windowOfCopies' | 'replica', readonly Kind[]>> = {
  window: ['rds', 'aurora'],
  windowOfCopies: ['rds'],
  replica: ['efs', 'rds'],
};

/** Every bound that passes with time, of one resource of a tier. */
export function everyBoundOf(policy: PolicyExcerpt, resource: string, tierName: string, kind: Kind): Bound[] {
  const tier = policy.tiers[tierName];
  if (tier === undefined) return [];
  const { pitr_rpo, replica_rpo } = tier.objectives;
  const copies = meansOfCopies(policy, tierName);
  const at = (objective: 'pitr_rpo' | 'replica_rpo', boundSeconds: number | undefined, regions: readonly string[]) =>
    boundSeconds === undefined ? [] : regions.map((region) => ({ resource, region, objective, boundSeconds }));
  const backups = tier.backup?.everySeconds ?? otherPlanEverySeconds;
  const often = {
    rpo: backups,
    copy_rpo: backups,
    // A drill finds what was backed up by then.
    proof: backups + (tier.drill?.everySeconds ?? 0),
  };
  return [
    ...boundsOf(policy, new Map([[resource, { tags: { 'lifeboat:tier': tierName } }]])).map((bound) => ({
      ...bound,
      everySeconds: often[bound.objective],
    })),
    ...at('pitr_rpo', pitr_rpo, [
      ...(has.window.includes(kind) ? [policy.home] : []),
      ...(has.windowOfCopies.includes(kind)
        ? copies.filter(({ pointInTime }) => pointInTime === true).map(({ to }) => to.region)
        : []),
    ]),
    ...at(
      'replica_rpo',
      replica_rpo,
      has.replica.includes(kind) ? copies.filter(({ replica }) => replica === true).map(({ to }) => to.region) : [],
    ),
  ];
}

/** For how many days the policy keeps a tier's points in a Region; undefined where another plan makes them. */
export function keptDaysOf({ home, tiers }: PolicyExcerpt, tierName: string, region: string): number | undefined {
  const tier = tiers[tierName];
  const kept = region === home ? tier?.backup?.keepDays : tier?.copies.find(({ to }) => to.region === region)?.keepDays;
  return kept ?? undefined;
}

/** What stands in copy Regions besides copies. */
export function meansOfCopies(policy: PolicyExcerpt, tierName: string): readonly CopyMeans[] {
  return (policy.tiers[tierName]?.copies ?? []) as readonly CopyMeans[];
}

/** How long a restore may take where a tier is drilled. */
export function restoreBoundsOf(
  policy: PolicyExcerpt,
  resource: string,
  tierName: string,
  until: () => number | undefined,
): RestoreBound[] {
  const { drill, objectives } = policy.tiers[tierName] ?? {};
  if (drill === undefined || drill === null || objectives?.rto === undefined) return [];
  const region = drill.from === 'home' ? policy.home : drill.from.region;
  return [{ resource, region, boundSeconds: objectives.rto, until }];
}
