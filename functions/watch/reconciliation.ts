import type { Here } from '../account/here.ts';
import type { PointReader } from '../account/points.ts';
import type { TaggedResource } from '../account/tagged.ts';
import type { Episodes } from '../episodes/episodes.ts';
import { hearTags } from '../episodes/silence-tag.ts';
import { silencesInForce } from '../episodes/silences.ts';
import { type AttemptRow, attemptsPartition } from '../ledger/attempt.ts';
import { type DeadlineRow, deadlinePrefix, type Objective, ordinaryShard } from '../ledger/deadline.ts';
import { type EpisodeRow, episodeKey, episodesPartition, pipeline } from '../ledger/episode.ts';
import { type LaneRow, laneKey } from '../ledger/lane.ts';
import type { Ledger, Row } from '../ledger/ledger.ts';
import { type RetiredRow, type RosterNewsRow, retiredPartition, rosterNewsKey } from '../ledger/pipeline.ts';
import { partitionOf, type ResourceRow, rosterPartition } from '../ledger/resource.ts';
import { type ScratchRow, scratchPartition } from '../ledger/scratch.ts';
import { nextAsk } from '../objectives/next-look.ts';
import type { Clock } from '../platform/seam.ts';
import { kindWords } from '../policy/kind.ts';
import { objectivesAt } from '../policy/owners.ts';
import type { Policy } from '../policy/policy.ts';
import { type Concluding, concludeExecution, hasEnded, releaseLane } from './conclusion.ts';
import { deadlineChanges } from './deadlines.ts';
import { endObjective, isExpected, retiredBecause } from './let-go.ts';
import { type Look, type Seen, see, settle } from './look.ts';
import { checkPoints } from './points-seen.ts';
import { copyRegions, copyRegionsOf, type Found, notDone, rosterFrom } from './roster.ts';
import { expectRoster, lookAtRoster } from './roster-news.ts';
import { forgetRetired, writeNews, writeRetired, writeRoster } from './tell-copies.ts';
import type { Questions } from './truth.ts';

export interface Reconciling {
  readonly ledger: Ledger;
  readonly ledgerIn: (region: string) => Ledger;
  readonly episodes: Episodes;
  readonly questions: Questions;
  readonly points: PointReader;
  /** The same questions over points that were read already. */
  readonly questionsOver: (points: PointReader) => Questions;
  /** The name of Lifeboat's own vault. */
  readonly vault: string;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly here: Here;
  readonly concluding: Concluding;
  /** Every resource of this Region that carries our tag. */
  readonly tagged: () => Promise<TaggedResource[]>;
  /** What of these ARNs is no database that Lifeboat protects though it looks like one, in words. */
  readonly others: (arns: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Executions of our machines here that ended otherwise than well since an instant. */
  readonly endedBadlySince: (instant: Date) => Promise<string[]>;
  /** Executions of our machines here that run now, and how often each was redriven. One that is missing may run too. */
  readonly running: () => Promise<ReadonlyMap<string, number>>;
}

/** At home: what is tagged now becomes the roster; every copy Region is told next, see `tellCopies`. */
export async function discover(
  parts: Reconciling,
  retire: readonly string[],
): Promise<{ resources: number; added: number; retired: number; findings: Found[]; trustworthy: boolean }> {
  const { ledger, policy, here, clock } = parts;
  await expectRoster(ledger, clock.now());
  const [tagged, before] = await Promise.all([parts.tagged(), ledger.list<ResourceRow>(rosterPartition)]);
  const refreshedAt = (await ledger.get<RosterNewsRow>(rosterNewsKey))?.refreshedAt ?? clock.now().toISOString();
  // Unanswered it fails the discovery: what nobody knows is neither put on the roster nor taken off.
  const others = await parts.others(tagged.map(({ arn }) => arn));
  const roster = rosterFrom({ policy, tagged, others, before, retire, refreshedAt, now: clock.now() });
  const heard = await hearTags({ ledger, evidence: parts.concluding.evidence }, tagged, clock.now());
  await writeRoster(ledger, roster.rows);
  await writeRetired(ledger, roster.retired, clock.now());
  await forgetRetired(ledger, await retiredAmong(ledger, roster.rows));
  await writeNews(ledger, roster.rows.length, clock.now().toISOString(), regionsToTell(parts).length);
  const known = new Set(before.map(({ resource }) => resource));
  return {
    resources: roster.rows.length,
    added: roster.rows.filter(({ resource }) => !known.has(resource)).length,
    retired: roster.retired.length,
    findings: [...roster.findings, ...heard, ...notDone(policy, here.account)],
    trustworthy: roster.trustworthy,
  };
}

/** Why backup runs fail at home now, by resource: a copy that is missing elsewhere has its cause here. */
async function troubles(ledger: Ledger): Promise<ReadonlyMap<string, string>> {
  const open = (await ledger.list<EpisodeRow>(episodesPartition)).filter(
    ({ kind, status }) => kind === 'protect' && status === 'open',
  );
  return new Map(open.map(({ subject, facts, because }) => [subject, facts.cause ?? because]));
}

/**
 * Home writes into one copy Region's ledger what that Region has to expect, what is retired, and how fresh that is: as fresh
 * as home's own roster, which grows old while resources cannot be discovered. Where a resource of a tier that the policy does
 * not have is copied to nobody can say: whoever expects it goes on. The silences that were asked for at home go along, so that
 * the copy Region is silent too.
 */
export async function tellCopy(parts: Reconciling, region: string): Promise<number> {
  const { ledger, policy, here, clock } = parts;
  const there = parts.ledgerIn(region);
  const roster = await ledger.list<ResourceRow>(rosterPartition);
  const before = new Set((await there.list<ResourceRow>(rosterPartition)).map(({ resource }) => resource));
  const isExpectedThere = ({ resource, tier }: ResourceRow) =>
    Object.hasOwn(policy.tiers, tier)
      ? copyRegionsOf(policy, tier, here.account).includes(region)
      : before.has(resource);
  const troubled = await troubles(ledger);
  const silent = await silencesInForce(ledger, clock.now());
  const expected = roster.filter(isExpectedThere).map((row) => {
    const trouble = troubled.get(row.resource);
    const silences = silent.get(row.resource);
    return { ...row, ...(trouble !== undefined && { trouble }), ...(silences !== undefined && { silences }) };
  });
  const elsewhere = new Set(roster.filter((row) => !isExpectedThere(row)).map(({ resource }) => resource));
  const retired = new Map((await ledger.list<RetiredRow>(retiredPartition)).map((row) => [row.resource, row.because]));
  const over = [...before].flatMap((resource) => {
    const because = retired.get(resource) ?? (elsewhere.has(resource) ? 'its tier no longer copies here' : undefined);
    return because === undefined ? [] : [{ resource, because }];
  });
  await writeRoster(there, expected);
  await writeRetired(there, over, clock.now());
  await forgetRetired(there, await retiredAmong(there, expected));
  const news = await ledger.get<RosterNewsRow>(rosterNewsKey);
  if (news?.writtenBy === 'home') await writeNews(there, expected.length, news.refreshedAt);
  return expected.length;
}

async function retiredAmong(ledger: Ledger, rows: readonly { readonly resource: string }[]): Promise<string[]> {
  const expected = new Set(rows.map(({ resource }) => resource));
  const retired = await ledger.list<RetiredRow>(retiredPartition);
  return retired.map(({ resource }) => resource).filter((resource) => expected.has(resource));
}

/** The Regions whose ledgers home writes. */
export function regionsToTell({ policy, here }: Reconciling): string[] {
  return here.part === 'home' ? copyRegions(policy, here.account) : [];
}

/** In a copy Region: whether home still tells it what to expect. */
export async function checkRoster(parts: Reconciling): Promise<Look> {
  await expectRoster(parts.ledger, parts.clock.now());
  const news = await parts.ledger.get<RosterNewsRow>(rosterNewsKey);
  if (news === undefined)
    throw new Error('The row that says when the roster was refreshed was written and is not there.');
  return lookAtRoster(parts, news);
}

/**
 * The objectives whose deadlines an event moves. The others nothing moves: the watch asks AWS about each of them as often as
 * its bound passes, and at least every hour.
 */
const movedByEvents: readonly Objective[] = ['rpo', 'copy_rpo', 'proof'];

/** What reconcile came to about one resource. */
export interface ResourceReconciled {
  readonly looks: readonly Look[];
  /** Objectives that turned out to be broken: they are told together with those of the other resources. */
  readonly broken: readonly Seen[];
  readonly findings: readonly Found[];
  readonly lane: 'free' | 'held' | 'released';
}

/** What is read once in a run and holds for every resource. */
export interface Once {
  /** The episodes that are open, by their place in the ledger. */
  readonly open: ReadonlySet<string>;
  /** What runs, as `Reconciling.running` says. */
  readonly running: ReadonlyMap<string, number>;
}

/**
 * Makes the deadline rows of one resource fit its objectives here, and asks AWS about each that nothing is known to be
 * wrong with: an event that should have moved it may be lost, and a point may be deleted. The others the watch asks
 * about already, with its own spacing. Releases its lane when the holder has ended. Everything that the ledger knows of it
 * is read at once, and only what changed is written: there may be ten thousand of them.
 */
export async function reconcileResource(
  parts: Reconciling,
  resource: ResourceRow,
  once: Once,
): Promise<ResourceReconciled> {
  const { ledger, policy, here, clock, vault } = parts;
  if (!Object.hasOwn(policy.tiers, resource.tier)) {
    const words = `the roster says tier '${resource.tier}', which ${policy.file} does not have; its deadlines stay as they are`;
    const findings = [{ subject: resource.resource, code: 'unknown-tier', words }];
    const lane = await checkLane(parts, await ledger.get<LaneRow>(laneKey(resource.resource)), once.running);
    return { looks: [], broken: [], findings, lane };
  }
  const place = { region: here.region, account: here.account, homeAccount: here.account };
  const owned = objectivesAt(policy, resource.tier, place, resource.kind);
  const partition = partitionOf(resource.resource);
  const kept = await ledger.list<Row>(partition);
  const rows = kept.filter(({ sk }) => sk.startsWith(deadlinePrefix)) as DeadlineRow[];
  const changes = deadlineChanges(resource, owned, rows, clock.now());
  for (const change of changes) {
    if (change.is === 'new') await ledger.create<DeadlineRow>(change.row);
    else if (change.is === 'changed') await ledger.replace<DeadlineRow>(change.row);
    else await endObjective(parts, change.row, change.because);
  }
  const points = readOnce(parts.points);
  const asking = { ...parts, questions: parts.questionsOver(points) };
  const looks: Look[] = [];
  const broken: Seen[] = [];
  const standing = changes.length === 0 ? rows : await ledger.list<DeadlineRow>(partition, deadlinePrefix);
  for (const row of standing) {
    if (!movedByEvents.includes(row.objective)) continue;
    if (row.looks !== undefined || row.cannotTellSince !== undefined || row.storm !== undefined) continue;
    const seen = await see(asking, row);
    if (seen.standing?.standing === 'broken') broken.push(seen);
    else if (isSaid(seen, clock.now()) && !once.open.has(episodeKey(row.resource, row.objective).sk))
      looks.push('moved');
    else looks.push(await settle(asking, seen));
  }
  if (owned.length > 0) {
    // Somebody else's vault may be closed to us from one hour to the next: what is in ours alone is known to be gone.
    const own = (await points.of(resource.resource)).filter((point) => point.vault === vault);
    await checkPoints(parts, resource.resource, own, clock.now(), kept);
  }
  const held = kept.find(({ sk }) => sk === laneKey(resource.resource).sk) as LaneRow | undefined;
  return { looks, broken, findings: [], lane: await checkLane(parts, held, once.running) };
}

/** Whether a row says already what AWS says: then there is nothing to write. */
function isSaid({ row, truth, standing }: Seen, now: Date): boolean {
  return (
    truth.known &&
    standing?.standing === 'met' &&
    row.instant === truth.instant &&
    row.countsFrom === standing.countsFrom &&
    row.deadline === standing.deadline &&
    row.dueShard === ordinaryShard &&
    row.dueAt === nextAsk(row.objective, standing.deadline, now)
  );
}

/** One listing for all that is asked about one resource. */
function readOnce(points: PointReader): PointReader {
  const read = new Map<string, ReturnType<PointReader['of']>>();
  return {
    of: (resource) => {
      const known = read.get(resource) ?? points.of(resource);
      read.set(resource, known);
      return known;
    },
  };
}

/** The objectives of tiers for which the kind of some resource here has no means that Lifeboat could ask about. */
export function withoutMeans({ policy, here }: Reconciling, roster: readonly ResourceRow[]): Found[] {
  const place = { region: here.region, account: here.account, homeAccount: here.account };
  const found = new Map<string, Found>();
  for (const { tier, kind } of roster) {
    if (!Object.hasOwn(policy.tiers, tier)) continue;
    const watched = objectivesAt(policy, tier, place, kind).map(({ objective }) => objective);
    for (const { objective } of objectivesAt(policy, tier, place)) {
      if (watched.includes(objective)) continue;
      const code = `not-watched:${objective}/${tier}/${kind}`;
      const words = `tier ${tier} sets ${objective}, and there is nothing that could meet it for ${kindWords[kind].one} in ${here.region}: nobody is paged for it`;
      found.set(code, { subject: pipeline, code, words });
    }
  }
  return [...found.values()];
}

/** Nothing is expected of a retired resource: its deadlines go, and its episodes end. Scratch it left still counts. */
export async function retireResource(parts: Reconciling, retired: RetiredRow): Promise<void> {
  const { ledger, episodes, clock } = parts;
  if (await isExpected(ledger, retired.resource)) return;
  const because = retiredBecause(retired);
  for (const row of await ledger.list<DeadlineRow>(partitionOf(retired.resource), deadlinePrefix)) {
    await endObjective(parts, row, because);
  }
  for (const episode of await ledger.list<EpisodeRow>(episodesPartition, `${retired.resource}#`)) {
    if (episode.status === 'open' && episode.kind !== 'tear-down') {
      await episodes.resolve({ subject: retired.resource, kind: episode.kind, because, at: clock.now().toISOString() });
    }
  }
}

/**
 * Closes attempts whose execution has ended without anybody hearing of it. What is listed as running is not asked about
 * one by one: DescribeExecution is given ten times a second, and hundreds may run.
 */
export async function closeAttempts(
  parts: Reconciling,
  running: ReadonlyMap<string, number>,
): Promise<{ open: number; closed: number }> {
  const rows = await parts.ledger.list<AttemptRow>(attemptsPartition);
  const dayAgo = new Date(parts.clock.now().getTime() - 86_400_000);
  const unclear = rows.filter(({ execution, redriveCount }) => running.get(execution) !== redriveCount);
  const executions = new Set([...unclear.map(({ execution }) => execution), ...(await parts.endedBadlySince(dayAgo))]);
  let closed = 0;
  for (const execution of executions) closed += (await concludeExecution(parts.concluding, execution)).length;
  return { open: rows.length, closed };
}

/** Releases the lane of a resource when its holder has ended. */
async function checkLane(
  { ledger, concluding }: Reconciling,
  held: LaneRow | undefined,
  running: ReadonlyMap<string, number>,
): Promise<ResourceReconciled['lane']> {
  if (held === undefined) return 'free';
  if (running.has(held.execution)) return 'held';
  if (!hasEnded(await concluding.describe(held.execution))) return 'held';
  return (await releaseLane(ledger, held.resource, held.execution)) ? 'released' : 'held';
}

/** The findings that reconcile opens, and so may end. */
const ownFindings: readonly string[] = [
  'unknown-tier',
  'kind-not-in-tier',
  'kind-not-supported',
  'unknown-checks',
  'checks-of-another-kind',
  'vanished',
  'empty-tier',
  'empty-discovery',
  'nothing-to-protect',
  'not-watched',
  'silence-not-understood',
];

/** Opens an episode for each finding, and ends those that are mended. */
export async function tellFindings(
  { ledger, episodes, clock }: Reconciling,
  findings: readonly Found[],
  mayEnd: boolean,
): Promise<void> {
  const at = clock.now().toISOString();
  const found = new Set(findings.map(({ subject, code }) => `${subject}#finding:${code}`));
  for (const { subject, code, words } of findings) {
    await episodes.open({ subject, kind: `finding:${code}`, severity: 'notice', because: words, at });
  }
  if (!mayEnd) return;
  for (const episode of await ledger.list<EpisodeRow>(episodesPartition)) {
    const [, code = ''] = episode.kind.split(':');
    const isOurs = episode.kind.startsWith('finding:') && ownFindings.includes(code);
    if (episode.status !== 'open' || !isOurs || found.has(episode.sk)) continue;
    await episodes.resolve({ subject: episode.subject, kind: episode.kind, because: 'it is mended', at });
  }
}

/** Ends the episodes of scratch that was left, once nothing that is older than they are is registered any more. */
export async function checkScratch({ ledger, episodes, clock }: Reconciling): Promise<void> {
  const open = (await ledger.list<EpisodeRow>(episodesPartition)).filter(
    ({ kind, status }) => kind === 'tear-down' && status === 'open',
  );
  if (open.length === 0) return;
  const scratch = await ledger.list<ScratchRow>(scratchPartition);
  for (const { subject, kind, lastSeenAt } of open) {
    // Scratch of another resource is another's trouble; whose a stray is nobody knows.
    const isLeft = scratch.some(
      ({ registeredAt, resource = subject }) => registeredAt <= lastSeenAt && resource === subject,
    );
    if (isLeft) continue;
    const at = clock.now().toISOString();
    await episodes.resolve({ subject, kind, because: 'the scratch that was left is gone', at });
  }
}
