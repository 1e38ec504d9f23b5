import type { Here } from '../account/here.ts';
import type {
  ObjectiveStanding,
  OpenEpisode,
  ResourceStanding,
  StandingContent,
  TierStanding,
} from '../evidence/standing.ts';
import { type DeadlineRow, deadlinePrefix } from '../ledger/deadline.ts';
import { type EpisodeRow, episodesPartition } from '../ledger/episode.ts';
import type { Ledger } from '../ledger/ledger.ts';
import {
  type CheckRow,
  checkKey,
  type RetiredRow,
  type RosterNewsRow,
  retiredPartition,
  rosterNewsKey,
} from '../ledger/pipeline.ts';
import { partitionOf, type ResourceRow, rosterPartition } from '../ledger/resource.ts';
import { standingOf } from '../objectives/standing.ts';
import { objectivesAt, rtoAt } from '../policy/owners.ts';
import { placeName } from '../policy/place.ts';
import type { Policy, Tier } from '../policy/policy.ts';

const width = 16;
/** Home writes the roster each hour, and a stack may wait for the next one. */
const rosterFreshSeconds = 3 * 3600;

/**
 * Reads how everything stands here from the ledger. A resource whose objectives are not those that the policy asks for, or
 * that no rule of the policy fits, stands there with what is missing as `not told`: it must not look well.
 */
export async function stand(
  { ledger, policy, here }: { readonly ledger: Ledger; readonly policy: Policy; readonly here: Here },
  now: Date,
): Promise<StandingContent> {
  const roster = await ledger.list<ResourceRow>(rosterPartition);
  const news = await ledger.get<RosterNewsRow>(rosterNewsKey);
  const resources: ResourceStanding[] = [];
  for (let from = 0; from < roster.length; from += width) {
    const some = roster.slice(from, from + width);
    resources.push(
      ...(await Promise.all(
        some.map(async (row) => {
          const deadlines = await ledger.list<DeadlineRow>(partitionOf(row.resource), deadlinePrefix);
          return resourceStanding(row, deadlines, { policy, here, now, refreshedAt: news?.refreshedAt });
        }),
      )),
    );
  }
  const episodes = (await ledger.list<EpisodeRow>(episodesPartition)).filter(({ status }) => status === 'open');
  const vault = await ledger.get<CheckRow>(checkKey('vault'));
  const lock = vault?.baseline?.lock;
  return {
    what: 'standing',
    at: now.toISOString(),
    part: here.part,
    home: here.home,
    copies: copiesOf(policy, here.account),
    roster: rosterFreshness(roster, news, here, now),
    tiers: Object.fromEntries(Object.entries(policy.tiers).map(([name, tier]) => [name, tierStanding(tier, here)])),
    vault: { lock: lock === 'locked' || lock === 'not locked' ? lock : 'not known' },
    resources,
    retired: (await ledger.list<RetiredRow>(retiredPartition)).map(({ resource, retiredAt, because }) => ({
      resource,
      retiredAt,
      because,
    })),
    open: episodes.map(openEpisode),
  };
}

export function resourceStanding(
  row: ResourceRow,
  deadlines: readonly DeadlineRow[],
  {
    policy,
    here,
    now,
    refreshedAt,
  }: {
    readonly policy: Policy;
    readonly here: Here;
    readonly now: Date;
    /** When the roster was refreshed, ISO 8601: then a resource was seen that is not said to be gone. */
    readonly refreshedAt: string | undefined;
  },
): ResourceStanding {
  const { resource, kind, name, tier, checks, firstSeenAt, lastSeenAt } = row;
  const place = { region: here.region, account: here.account, homeAccount: here.account };
  const isKnown = Object.hasOwn(policy.tiers, tier);
  const asked = isKnown ? objectivesAt(policy, tier, place, kind) : [];
  const objectives = deadlines.map((deadline) => objectiveStanding(deadline, now));
  for (const { objective, boundSeconds } of asked) {
    if (objectives.some((one) => one.objective === objective)) continue;
    objectives.push({
      objective,
      boundSeconds,
      deadline: now.toISOString(),
      ageSeconds: 0,
      is: 'not told',
      because: 'the policy asks for it, and nobody watches it yet',
    });
  }
  const rto = isKnown ? rtoAt(policy, tier, place) : null;
  return {
    resource,
    kind,
    name,
    tier,
    ...(checks !== undefined && { checks }),
    firstSeenAt,
    refreshedAt: lastSeenAt ?? refreshedAt ?? firstSeenAt,
    objectives,
    ...(rto !== null && { rtoBoundSeconds: rto.boundSeconds }),
  };
}

function objectiveStanding(row: DeadlineRow, now: Date): ObjectiveStanding {
  const { objective, boundSeconds, instant, deadline, cannotTellSince } = row;
  const { standing, ageSeconds, because } = standingOf(row, now);
  const of = { objective, boundSeconds, ...(instant !== undefined && { instant }), deadline, ageSeconds };
  if (cannotTellSince === undefined) return { ...of, is: standing, because };
  return { ...of, is: 'not told', because: `AWS has given no answer since ${cannotTellSince}; ${because}` };
}

function openEpisode(row: EpisodeRow): OpenEpisode {
  const { subject, kind, severity, openedAt, because, latest, seen, escalatedAt, silenced, deliveries } = row;
  return {
    subject,
    kind,
    severity,
    openedAt,
    because: latest ?? because,
    seen,
    ...(escalatedAt !== undefined && { escalatedAt }),
    ...(silenced !== undefined && { silenced }),
    ...(deliveries !== undefined && { deliveries }),
  };
}

function tierStanding({ backup, copies, drill }: Tier, here: Here): TierStanding {
  return {
    backup: backup === null ? null : { everySeconds: backup.everySeconds, keepDays: backup.keepDays },
    copies: copies.map(({ to, keepDays }) => ({ to: `${to.account ?? here.account}/${to.region}`, keepDays })),
    drill:
      drill === null
        ? null
        : {
            everySeconds: drill.everySeconds,
            from: drill.from === 'home' ? `${here.account}/${here.home}` : placeName(drill.from),
          },
  };
}

function copiesOf(policy: Policy, account: string): string[] {
  const places = Object.values(policy.tiers).flatMap(({ copies }) =>
    copies.map(({ to }) => `${to.account ?? account}/${to.region}`),
  );
  return [...new Set(places)].sort();
}

function rosterFreshness(
  roster: readonly ResourceRow[],
  news: RosterNewsRow | undefined,
  here: Here,
  now: Date,
): StandingContent['roster'] {
  const oldest = new Date(now.getTime() - rosterFreshSeconds * 1000).toISOString();
  if (news === undefined || (here.part === 'copy' && news.writtenBy !== 'home')) {
    return { fresh: false, because: 'home has never written the roster here' };
  }
  if (news.refreshedAt < oldest) {
    return {
      fresh: false,
      because: `home wrote the roster last at ${news.refreshedAt}: what is new since is not on it`,
    };
  }
  if (news.resources !== roster.length) {
    const because = `home wrote ${news.resources} resources into the roster, and it has ${roster.length}`;
    return { fresh: false, because };
  }
  return { fresh: true, because: `home wrote the roster at ${news.refreshedAt}` };
}
