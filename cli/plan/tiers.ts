import { inWords } from '../../functions/policy/duration.ts';
import { type Kind, kinds } from '../../functions/policy/kind.ts';
import { placeName } from '../../functions/policy/place.ts';
import type { Policy } from '../../functions/policy/policy.ts';
import { askedBy, resolveTier } from '../../functions/policy/resolve.ts';
import { expression } from '../../resources/schedules.ts';
import type { PlannedAccount } from './account.ts';
import type { Group } from './groups.ts';

/** What happens to the resources of a tier, and when. */
export interface TierPlan {
  readonly tier: string;
  readonly resources: Partial<Record<Kind, number>>;
  /** Null where another backup plan makes the points. */
  readonly backup: {
    readonly every: string;
    readonly schedule: string;
    readonly keep: string;
    readonly cold: string | null;
  } | null;
  readonly copies: readonly { readonly to: string; readonly keep: string | null }[];
  readonly drill: { readonly every: string; readonly schedule: string; readonly from: string } | null;
  readonly objectives: Readonly<Record<string, string>>;
}

const days = (count: number) => inWords(count * 86_400);

export function tierPlans(policy: Policy, groups: readonly Group[]): TierPlan[] {
  return Object.entries(policy.tiers).map(([name, tier]) => ({
    tier: name,
    resources: Object.fromEntries(
      kinds.flatMap((kind) => {
        const group = groups.find((one) => one.tierName === name && one.kind === kind);
        return group === undefined ? [] : [[kind, group.resources.length]];
      }),
    ),
    backup: tier.backup && {
      every: inWords(tier.backup.everySeconds),
      schedule: expression(tier.backup.everySeconds, `protect ${name}`),
      keep: days(tier.backup.keepDays),
      cold: tier.backup.coldAfterDays === null ? null : days(tier.backup.coldAfterDays),
    },
    copies: tier.copies.map(({ to, keepDays }) => ({
      to: placeName(to),
      keep: keepDays === null ? null : days(keepDays),
    })),
    drill: tier.drill && {
      every: inWords(tier.drill.everySeconds),
      schedule: expression(tier.drill.everySeconds, `drill ${name}`),
      from: tier.drill.from === 'home' ? policy.home : placeName(tier.drill.from),
    },
    objectives: Object.fromEntries(Object.entries(tier.objectives).map(([key, seconds]) => [key, inWords(seconds)])),
  }));
}

/** What holds for one resource and why each, or why nothing does; undefined when there is no such resource. */
export function resourcePlan(policy: Policy, account: PlannedAccount, name: string) {
  const found = account.resources.find((resource) => resource.name === name);
  if (found === undefined) return undefined;
  const asked = askedBy(found.tags);
  if (asked === null) return { name, is: found.is, tier: null, because: ['it carries no tag lifeboat:tier'] };
  if (found.kind === null) return { name, is: found.is, tier: null, because: [`${found.is} is no kind of ours`] };
  const resolution = resolveTier(policy, asked, found.kind);
  return resolution.ok
    ? { name, is: found.is, tier: asked.tier, because: Object.values(resolution.reasons) }
    : { name, is: found.is, tier: null, because: [resolution.finding.words] };
}

/** A schedule in words a person can check a clock by; times are UTC. */
export function scheduleWords(schedule: string): string {
  const [, minute = '', hour = '', day = ''] = /^cron\((\d+) (\S+) (\S+) /.exec(schedule) ?? [];
  if (minute === '') return schedule.replace(/^rate\((.*)\)$/, 'every $1 from the deployment on');
  const at = (of: string) => `${of.padStart(2, '0')}:${minute.padStart(2, '0')} UTC`;
  const [from = '', step] = hour.split('/');
  if (step !== undefined)
    return `at minute ${minute} of every ${step === '1' ? 'hour' : `${step}th hour`}, from ${at(from)}`;
  const [, everyDays] = day.split('/');
  return everyDays === undefined
    ? `at ${at(hour)}`
    : `at ${at(hour)} on days 1, ${1 + Number(everyDays)}, … of the month`;
}
