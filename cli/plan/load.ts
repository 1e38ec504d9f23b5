import { copySeconds, drillBesidesRestoreSeconds, startDelaySeconds } from '../../functions/policy/assumed.ts';
import { inWords } from '../../functions/policy/duration.ts';
import { copyAge, homeAge, proofAge } from '../../functions/policy/feasible.ts';
import { type Kind, resourceTypes } from '../../functions/policy/kind.ts';
import { placeName } from '../../functions/policy/place.ts';
import type { Policy } from '../../functions/policy/policy.ts';
import { copyRegions } from '../../resources/stack.ts';
import type { PlannedAccount } from './account.ts';
import { backupSecondsOf, copySecondsOf, drillSecondsOf, probeLaneSeconds, usualStartSeconds } from './assumed.ts';
import type { Finding } from './finding.ts';
import type { Group } from './groups.ts';
import { leastConcurrency, ownLimits, type Quota, type QuotaName, quotas, roomFor } from './quotas.ts';

/** How much of one limit the policy uses, over time. More than all of it can never be caught up with. */
export interface Load {
  readonly limit: string;
  readonly where: string;
  /** How many are needed at once on the average, or in all. */
  readonly needs: number;
  /** How many there are, less what is in use. */
  readonly has: number;
  readonly words: string;
  readonly mend: string;
  readonly source: string;
  readonly fields: readonly string[];
}

/** What each tier adds to a load, so that a wave of one can be set against what the others leave. */
interface Share extends Load {
  readonly byTier: ReadonlyMap<string, number>;
  /** Seconds of work that one wave of the tier brings to this limit. */
  readonly waves: ReadonlyMap<string, number>;
}

const copyQuota: Readonly<Record<Kind, QuotaName>> = { rds: 'rds_copies', aurora: 'aurora_copies', efs: 'efs_copies' };

/** Where quotas and rates make a policy infeasible for this many resources, and by how much. */
export function loadsOf(
  policy: Policy,
  account: PlannedAccount,
  groups: readonly Group[],
): { loads: Load[]; findings: Finding[] } {
  const book = bookOf(policy, account);
  const tooSlow = new Map<string, { names: string[]; worst: number; group: Group }>();

  for (const group of groups) {
    const { tier, tierName, kind, resources } = group;
    const { backup, drill } = tier;
    const every = backup?.everySeconds;
    for (const resource of resources) {
      if (every !== undefined && backup !== null) {
        const backing = backupSecondsOf(resource, every);
        const field = `tiers.${tierName}.backup.every`;
        book.add('backup_jobs', policy.home, tierName, field, backing, every);
        book.count(
          'points',
          policy.home,
          tierName,
          `tiers.${tierName}.backup.keep`,
          (backup.keepDays * 86_400) / every,
        );
        let inLane = backing;
        for (const copy of tier.copies) {
          const copying = copySecondsOf(resource, every);
          inLane += copying;
          const to = placeName(copy.to);
          book.add(copyQuota[kind], `${policy.home} to ${to}`, tierName, field, copying, every);
          if (copy.keepDays !== null)
            book.count('points', to, tierName, `tiers.${tierName}.copies`, (copy.keepDays * 86_400) / every);
        }
        book.add('inFlight', `protect in ${policy.home}`, tierName, field, usualStartSeconds + inLane, every);
        if (inLane > every) {
          const key = `${tierName}\n${kind}`;
          const known = tooSlow.get(key) ?? { names: [], worst: 0, group };
          known.names.push(resource.name);
          known.worst = Math.max(known.worst, inLane);
          tooSlow.set(key, known);
        }
      }
      if (drill !== null) {
        const place = drill.from === 'home' ? policy.home : placeName(drill.from);
        const field = `tiers.${tierName}.drill.every`;
        const drilling = drillSecondsOf(resource);
        const { everySeconds } = drill;
        book.add('inFlight', `drill in ${place}`, tierName, field, drilling, everySeconds);
        if (kind !== 'efs') book.add('db_instances', place, tierName, field, drilling, everySeconds);
        if (kind === 'aurora') book.add('db_clusters', place, tierName, field, drilling, everySeconds);
        if (kind === 'efs') {
          book.add('file_systems', place, tierName, field, drilling, everySeconds);
          book.add('mount_targets', place, tierName, field, 2 * drilling, everySeconds);
          book.add('probeLane', place, tierName, field, probeLaneSeconds, everySeconds);
        }
      }
    }
  }

  const shares = book.shares();
  const findings = [
    ...shares.filter(({ needs, has }) => needs - 1e-9 > has).map(overload),
    ...[...tooSlow.values()].map(tooLong),
    ...waves(policy, groups, shares),
    ...stacks(policy, account),
  ];
  return { loads: shares.map(({ byTier: _, waves: __, ...load }) => load), findings };
}

/** What the stacks themselves need of each Region, or their deployment fails half way. */
function stacks(policy: Policy, account: PlannedAccount): Finding[] {
  return [policy.home, ...copyRegions(policy)].flatMap((region): Finding[] => {
    const { most: has } = roomFor(account, region, 'lambda_concurrency');
    if (has >= leastConcurrency) return [];
    return [
      {
        severity: 'wrong',
        code: 'quota:lambda_concurrency',
        field: region,
        words: `${region}: there are ${has} ${quotas.lambda_concurrency.words}, and the watch cannot reserve one of less than ${leastConcurrency}: the deployment would fail`,
        mend: quotas.lambda_concurrency.mend,
        resources: [],
        by: { needs: leastConcurrency, has, unit: 'at once' },
      },
    ];
  });
}

function bookOf(policy: Policy, account: PlannedAccount) {
  const entries = new Map<
    string,
    {
      name: QuotaName | keyof typeof ownLimits;
      where: string;
      byTier: Map<string, number>;
      waves: Map<string, number>;
      fields: Set<string>;
    }
  >();
  const entry = (name: QuotaName | keyof typeof ownLimits, where: string) => {
    const key = `${name}\n${where}`;
    const known = entries.get(key);
    if (known !== undefined) return known;
    const made = { name, where, byTier: new Map(), waves: new Map(), fields: new Set<string>() };
    entries.set(key, made);
    return made;
  };
  const more = (map: Map<string, number>, key: string, by: number) => map.set(key, (map.get(key) ?? 0) + by);
  return {
    /** Work of so many seconds, once in so many: by Little's law it takes their quotient of slots. */
    add: (
      name: QuotaName | keyof typeof ownLimits,
      where: string,
      tier: string,
      field: string,
      seconds: number,
      every: number,
    ) => {
      const one = entry(name, where);
      more(one.byTier, tier, seconds / every);
      more(one.waves, tier, seconds);
      one.fields.add(field);
    },
    count: (name: QuotaName, where: string, tier: string, field: string, howMany: number) => {
      const one = entry(name, where);
      more(one.byTier, tier, howMany);
      one.fields.add(field);
    },
    shares: (): Share[] =>
      [...entries.values()].map(({ name, where, byTier, waves, fields }) => {
        const isQuota = name in quotas;
        const quota: Quota = isQuota ? quotas[name as QuotaName] : ownLimits[name as keyof typeof ownLimits];
        const region = (where.split(' to ').at(-1) ?? where).split('/').at(-1) ?? policy.home;
        const { most, used } = isQuota ? roomFor(account, region, name as QuotaName) : { most: quota.most, used: 0 };
        const inUse = used === 0 ? '' : `, ${used} of them in use`;
        return {
          limit: name,
          where,
          needs: [...byTier.values()].reduce((sum, one) => sum + one, 0),
          has: Math.max(0, most - used),
          words: `${most.toLocaleString('en')} ${quota.words}${inUse}`,
          mend: quota.mend,
          source: quota.source,
          fields: [...fields],
          byTier,
          waves,
        };
      }),
  };
}

function overload({ limit, where, needs, has, words, mend, fields }: Share): Finding {
  const isCount = limit === 'points';
  // Sums of many shares are a breath more than they are.
  const needed = Math.ceil(needs - 1e-9);
  const say = (count: number) => count.toLocaleString('en');
  const times = has === 0 ? 'none is left' : `${(needs / has).toFixed(1)} times as many`;
  return {
    severity: 'wrong',
    code: `quota:${limit}`,
    field: fields.join(', '),
    words: `${where}: ${isCount ? `${say(needed)} in all` : `${say(needed)} at once, on the average`}, and there are ${words}; ${say(needed - has)} too many (${times})`,
    mend:
      has === 0 || isCount
        ? mend
        : `${mend}: an interval ${Math.ceil((needs / has) * 10 - 1e-9) / 10} times as long fits`,
    resources: [],
    by: { needs: needed, has, unit: isCount ? 'recovery points' : 'at once' },
  };
}

/** AWS Backup has one backup or copy of a resource at a time: they queue behind each other in its lane. */
function tooLong({ names, worst, group }: { names: string[]; worst: number; group: Group }): Finding {
  const every = group.tier.backup?.everySeconds ?? 0;
  const copies = group.tier.copies.length;
  const parts = copies === 0 ? 'a backup' : `a backup and ${copies === 1 ? 'its copy' : `its ${copies} copies`}`;
  return {
    severity: 'wrong',
    code: 'quota:per-resource',
    field: `tiers.${group.tierName}.backup.every`,
    words: `${parts} of the slowest ${resourceTypes[group.kind]} takes ${inWords(Math.round(worst / 60) * 60)}, is due every ${inWords(every)}, and AWS Backup runs one job of a resource at a time`,
    mend: `back up at most every ${inWords(Math.ceil(worst / 3600) * 3600)}, in a tier of their own`,
    resources: names,
    by: { needs: Math.ceil(worst), has: every, unit: 'seconds' },
  };
}

// The ages in functions/policy hold waits already: what a wave waits within them is no news.
const startSlack = startDelaySeconds - usualStartSeconds;
const copySlack = startSlack + copySeconds - 30 * 60;
const drillSlack = drillBesidesRestoreSeconds / 2;

/** A whole tier falls due at one moment: how long the last of the wave waits, against what the objectives leave. */
function waves(policy: Policy, groups: readonly Group[], shares: readonly Share[]): Finding[] {
  return [...new Set(groups.map(({ tierName }) => tierName))].flatMap((tierName) => {
    const mine = groups.filter((group) => group.tierName === tierName);
    const tier = mine[0]?.tier;
    if (tier === undefined) return [];
    const size = mine.reduce((sum, { resources }) => sum + resources.length, 0);
    const started = Math.max(size / quotas.start_backup_jobs.most, size / quotas.start_executions.most);
    /** Until the slots that the other tiers leave have worked through the wave; infinite overloads are findings already. */
    const through = (of: (share: Share) => boolean): number =>
      Math.max(
        0,
        ...shares.filter(of).map(({ waves, byTier, needs, has }) => {
          const wave = waves.get(tierName);
          const left = has - (needs - (byTier.get(tierName) ?? 0));
          return wave === undefined || needs > has || left <= 0 ? 0 : wave / left;
        }),
      );
    const dispatch = Math.max(
      started,
      through(({ limit, where }) => limit === 'inFlight' && where.startsWith('protect')),
    );
    const home = Math.max(
      dispatch,
      through(({ limit }) => limit === 'backup_jobs'),
    );
    const copied = Math.max(
      home,
      through(({ limit }) => limit.endsWith('_copies')),
    );
    const drilled = through(
      ({ limit, where }) =>
        ['db_instances', 'db_clusters', 'file_systems', 'mount_targets', 'probeLane'].includes(limit) ||
        (limit === 'inFlight' && where.startsWith('drill')),
    );
    const rulings = [
      ['rpo', tier.objectives.rpo, homeAge(tier)?.seconds, home, startSlack, 'the last of them starts'] as const,
      ['copy_rpo', tier.objectives.copy_rpo, copyAge(tier)?.seconds, copied, copySlack, 'the last is copied'] as const,
      [
        'proof',
        tier.objectives.proof,
        proofAge(tier)?.seconds,
        drilled,
        drillSlack,
        'the last has room to be drilled',
      ] as const,
    ];
    return rulings.flatMap(([name, bound, reached, whole, slack, until]): Finding[] => {
      const wait = Math.max(0, whole - slack);
      const alone = Math.min(reached ?? 0, bound ?? 0);
      if (bound === undefined || reached === undefined || alone + wait <= bound) return [];
      const needs = Math.ceil((alone + wait) / 60) * 60;
      return [
        {
          severity: 'wrong',
          code: `wave:${name}`,
          field: `tiers.${tierName}.objectives.${name}`,
          words: `${size.toLocaleString('en')} resources fall due at once, and it takes ${inWords(Math.ceil(whole / 60) * 60)} until ${until}: ${name} can reach ${inWords(needs)}, ${inWords(needs - bound)} more than promised`,
          mend: `write at least ${inWords(Math.ceil(needs / 3600) * 3600)}, or split the tier in ${policy.file}`,
          resources: [],
          by: { needs, has: bound, unit: 'seconds' },
        },
      ];
    });
  });
}
