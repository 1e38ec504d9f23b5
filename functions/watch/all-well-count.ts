import type { Here } from '../account/here.ts';
import type { Alert } from '../alert/alert.ts';
import { type DeadlineRow, deadlinePrefix, type Objective } from '../ledger/deadline.ts';
import { type EpisodeRow, episodesPartition, pipeline } from '../ledger/episode.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type RosterNewsRow, rosterNewsKey } from '../ledger/pipeline.ts';
import { partitionOf, type ResourceRow, rosterPartition } from '../ledger/resource.ts';
import { standingOf } from '../objectives/standing.ts';
import { messageOf } from '../platform/errors.ts';
import type { Clock } from '../platform/seam.ts';
import { sideBySide } from '../platform/side-by-side.ts';
import { objectivesAt } from '../policy/owners.ts';
import type { Policy } from '../policy/policy.ts';
import { rosterStanding } from './roster-news.ts';
import { type Questions, truthOf } from './truth.ts';

/** What was looked at. `resources` and `objectives` are each the sum of what stands below them. */
export interface AllWell {
  readonly resources: number;
  /** Their newest proof is within its bound. */
  readonly proven: number;
  /** New ones, whose first proof is not due yet. */
  readonly notYetProven: number;
  /** The policy drills them in another Region, or not at all. */
  readonly notDrilledHere: number;
  readonly objectives: number;
  /** How many hold, by objective. */
  readonly holding: Readonly<Partial<Record<Objective, number>>>;
  /** Objectives of new resources for which nothing is there yet, and nothing is due. */
  readonly notYet: number;
}

export type Wellness =
  | ({ readonly well: true } & AllWell)
  /** Something is broken, open, or could not be told: nobody may then hear that all is well. */
  | { readonly well: false; readonly because: readonly string[] };

export interface WellnessParts {
  readonly ledger: Ledger;
  readonly questions: Questions;
  readonly policy: Policy;
  readonly here: Here;
  readonly clock: Clock;
}

const width = 8;
/** As many reasons as a log line bears. */
const mostReasons = 20;

/**
 * Whether all is well in this Region: somebody is protected, the roster is fresh, no episode is open, each resource has
 * exactly the objectives that the policy gives it here, and AWS says of every one of them, now, that it holds.
 */
export async function wellness(parts: WellnessParts, mayGoOn: () => boolean): Promise<Wellness> {
  const { ledger } = parts;
  const because: string[] = [];
  const roster = await ledger.list<ResourceRow>(rosterPartition);
  if (roster.length === 0) because.push('no resource is protected here');
  because.push(...(await staleness(parts, roster)));
  const open = (await ledger.list<EpisodeRow>(episodesPartition)).filter(({ status }) => status === 'open');
  because.push(...open.map(({ kind, subject }) => `${kind} of ${subject} is open`));
  if (because.length > 0) return { well: false, because: because.slice(0, mostReasons) };

  const holding: Partial<Record<Objective, number>> = {};
  const counts = { resources: 0, proven: 0, notYetProven: 0, notDrilledHere: 0, objectives: 0, notYet: 0 };
  const left = await sideBySide(
    roster,
    width,
    async (resource) => {
      const rows = await objectivesOf(parts, resource);
      for (const row of rows) {
        const isThere = await holds(parts, row);
        counts.objectives += 1;
        if (isThere) holding[row.objective] = (holding[row.objective] ?? 0) + 1;
        else counts.notYet += 1;
        if (row.objective === 'proof') counts[isThere ? 'proven' : 'notYetProven'] += 1;
      }
      counts.resources += 1;
      if (!rows.some(({ objective }) => objective === 'proof')) counts.notDrilledHere += 1;
    },
    {
      mayGoOn,
      failed: ({ name }, error) => {
        because.push(`${name}: ${messageOf(error)}`);
      },
    },
  );
  if (left > 0) because.push(`the time was over before AWS was asked about ${left} of ${roster.length} resources`);
  if (because.length === 0 && counts.objectives === counts.notYet) because.push('nothing holds yet');
  if (because.length > 0) return { well: false, because: because.slice(0, mostReasons) };
  return { well: true, ...counts, holding };
}

/** Whether what is there holds the objective; `false` where it does not and a new resource still has its time. */
async function holds({ questions, clock }: WellnessParts, row: DeadlineRow): Promise<boolean> {
  const truth = await truthOf(questions, row, clock.now());
  if (!truth.known) throw new Error(`${row.objective} could not be told: ${truth.because}`);
  const { standing, because, ageSeconds } = standingOf({ ...row, instant: truth.instant }, clock.now());
  if (standing !== 'met') throw new Error(`${row.objective} is broken: ${because}`);
  return truth.instant !== undefined && ageSeconds <= row.boundSeconds;
}

/** Why the roster cannot be trusted to be all there is, if so. */
async function staleness({ ledger, here, clock }: WellnessParts, roster: readonly ResourceRow[]): Promise<string[]> {
  const now = clock.now();
  if (here.part === 'copy') {
    const news = await ledger.get<RosterNewsRow>(rosterNewsKey);
    if (news === undefined || news.writtenBy !== 'home') return ['home has never written the roster'];
    const standing = rosterStanding(news, now);
    if (!standing.fresh) return [standing.because];
    return news.resources === roster.length
      ? []
      : [`home wrote ${news.resources} resources into the roster, and it has ${roster.length}`];
  }
  const news = await ledger.get<RosterNewsRow>(rosterNewsKey);
  if (news === undefined || news.writtenBy !== 'home') return ['home has never written the roster'];
  const standing = rosterStanding(news, now);
  if (!standing.fresh) return [standing.because];
  return roster.flatMap(({ name, lastSeenAt }) =>
    lastSeenAt === undefined ? [] : [`${name} was last seen at ${lastSeenAt}`],
  );
}

/** The deadlines of a resource, if they are those that the policy asks for here. */
async function objectivesOf({ ledger, policy, here }: WellnessParts, resource: ResourceRow): Promise<DeadlineRow[]> {
  const place = { region: here.region, account: here.account, homeAccount: here.account };
  const asked = objectivesAt(policy, resource.tier, place, resource.kind).map(({ objective }) => objective);
  const rows = await ledger.list<DeadlineRow>(partitionOf(resource.resource), deadlinePrefix);
  const kept = rows.map(({ objective }) => objective);
  if ([...asked].sort().join() !== [...kept].sort().join()) {
    throw new Error(
      `the policy asks for ${asked.join(', ') || 'nothing'}, and ${kept.join(', ') || 'nothing'} is watched`,
    );
  }
  return rows;
}

/** The notice: what holds, with counts that add up. */
export function allWellAlert(counts: AllWell, here: Here, at: string): Alert {
  const holding = Object.entries(counts.holding).map(([objective, count]) => `${objective} ${count}`);
  const because = [
    `${counts.resources} protected: ${counts.proven} with a proof within its bound, ${counts.notYetProven} new and not due for one yet, ${counts.notDrilledHere} not drilled in ${here.region}`,
    `${counts.objectives} objectives: ${holding.join(', ')} hold, as AWS says itself, and ${counts.notYet} of new resources are not due yet`,
    'nothing is open, and nothing could not be told',
  ].join('; ');
  return {
    phase: 'opened',
    severity: 'notice',
    id: `lifeboat/${here.account}/${here.region}/${pipeline}/all-well/${at}`,
    subject: pipeline,
    name: 'Lifeboat',
    kind: 'all-well',
    location: { account: here.account, region: here.region },
    headline: 'all well',
    because,
    since: at,
    openedAt: at,
    next: [],
  };
}
