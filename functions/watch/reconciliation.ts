import type { Here } from '../account/here.ts';
import type { TaggedResource } from '../account/tagged.ts';
import type { Episodes } from '../episodes/episodes.ts';
import { type AttemptRow, attemptsPartition } from '../ledger/attempt.ts';
import { type DeadlineRow, deadlinePrefix } from '../ledger/deadline.ts';
import { type EpisodeRow, episodesPartition } from '../ledger/episode.ts';
import { type LaneRow, laneKey } from '../ledger/lane.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type RetiredRow, type RosterNewsRow, retiredPartition, rosterNewsKey } from '../ledger/pipeline.ts';
import { partitionOf, type ResourceRow, rosterPartition } from '../ledger/resource.ts';
import { type ScratchRow, scratchPartition } from '../ledger/scratch.ts';
import type { Clock } from '../platform/seam.ts';
import { objectivesAt } from '../policy/owners.ts';
import type { Policy } from '../policy/policy.ts';
import { type Concluding, concludeExecution, hasEnded, releaseLane } from './conclusion.ts';
import { deadlineChanges } from './deadlines.ts';
import { type Look, lookAt } from './look.ts';
import { copyRegions, copyRegionsOf, type Found, notDone, rosterFrom } from './roster.ts';
import { expectRoster, lookAtRoster } from './roster-news.ts';
import { forgetRetired, writeNews, writeRetired, writeRoster } from './tell-copies.ts';
import { type Questions, watched } from './truth.ts';

export interface Reconciling {
  readonly ledger: Ledger;
  readonly ledgerIn: (region: string) => Ledger;
  readonly episodes: Episodes;
  readonly questions: Questions;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly here: Here;
  readonly concluding: Concluding;
  /** Every resource of this Region that carries our tag. */
  readonly tagged: () => Promise<TaggedResource[]>;
  /** Executions of our machines here that ended otherwise than well since an instant. */
  readonly endedBadlySince: (instant: Date) => Promise<string[]>;
}

/** At home: what is tagged now becomes the roster; every copy Region is told next, see `tellCopies`. */
export async function discover(
  parts: Reconciling,
  retire: readonly string[],
): Promise<{ resources: number; added: number; retired: number; findings: Found[]; trustworthy: boolean }> {
  const { ledger, policy, here, clock } = parts;
  const [tagged, before] = await Promise.all([parts.tagged(), ledger.list<ResourceRow>(rosterPartition)]);
  const roster = rosterFrom({ policy, tagged, before, retire, now: clock.now() });
  await writeRoster(ledger, roster.rows);
  await writeRetired(ledger, roster.retired, clock.now());
  await forgetRetired(ledger, await retiredAmong(ledger, roster.rows));
  const known = new Set(before.map(({ resource }) => resource));
  return {
    resources: roster.rows.length,
    added: roster.rows.filter(({ resource }) => !known.has(resource)).length,
    retired: roster.retired.length,
    findings: [...roster.findings, ...notDone(policy, watched, here.account)],
    trustworthy: roster.trustworthy,
  };
}

/** Home writes into one copy Region's ledger what that Region has to expect, what is retired, and that it is fresh. */
export async function tellCopy(parts: Reconciling, region: string): Promise<number> {
  const { ledger, policy, here, clock } = parts;
  const there = parts.ledgerIn(region);
  const roster = await ledger.list<ResourceRow>(rosterPartition);
  const copiesThere = ({ tier }: ResourceRow) => copyRegionsOf(policy, tier, here.account).includes(region);
  const expected = roster.filter(copiesThere);
  const elsewhere = new Set(roster.filter((row) => !copiesThere(row)).map(({ resource }) => resource));
  const retired = new Map((await ledger.list<RetiredRow>(retiredPartition)).map((row) => [row.resource, row.because]));
  const over = (await there.list<ResourceRow>(rosterPartition)).flatMap(({ resource }) => {
    const because = retired.get(resource) ?? (elsewhere.has(resource) ? 'its tier no longer copies here' : undefined);
    return because === undefined ? [] : [{ resource, because }];
  });
  await writeRoster(there, expected);
  await writeRetired(there, over, clock.now());
  await forgetRetired(there, await retiredAmong(there, expected));
  await writeNews(there, expected.length, clock.now());
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
 * Makes the deadline rows of one resource fit its objectives here, and asks AWS about each that nothing is known to be
 * wrong with: an event that should have moved it may be lost, and a point may be deleted. The others the watch asks
 * about already, with its own spacing.
 */
export async function reconcileResource(
  parts: Reconciling,
  resource: ResourceRow,
): Promise<{ looks: Look[]; findings: Found[] }> {
  const { ledger, episodes, policy, here, clock } = parts;
  if (!Object.hasOwn(policy.tiers, resource.tier)) {
    const words = `the roster says tier '${resource.tier}', which ${policy.file} does not have; its deadlines stay as they are`;
    return { looks: [], findings: [{ subject: resource.resource, code: 'unknown-tier', words }] };
  }
  const place = { region: here.region, account: here.account, homeAccount: here.account };
  const owned = objectivesAt(policy, resource.tier, place, resource.kind).filter(({ objective }) =>
    watched.includes(objective),
  );
  const partition = partitionOf(resource.resource);
  const rows = await ledger.list<DeadlineRow>(partition, deadlinePrefix);
  const now = clock.now();
  for (const change of deadlineChanges(resource, owned, rows, now)) {
    if (change.is === 'new') await ledger.create<DeadlineRow>(change.row);
    else if (change.is === 'changed') await ledger.replace<DeadlineRow>(change.row);
    else await endObjective(ledger, episodes, change.row, change.because, now);
  }
  const looks: Look[] = [];
  for (const row of await ledger.list<DeadlineRow>(partition, deadlinePrefix)) {
    if (row.looks === undefined && row.cannotTellSince === undefined) looks.push(await lookAt(parts, row));
  }
  return { looks, findings: [] };
}

async function endObjective(ledger: Ledger, episodes: Episodes, row: DeadlineRow, because: string, now: Date) {
  if (!(await ledger.remove(row))) return;
  const at = now.toISOString();
  for (const kind of [row.objective, `cannot-tell:${row.objective}`] as const) {
    await episodes.resolve({ subject: row.resource, kind, because, at });
  }
}

/** Nothing is expected of a retired resource: its deadlines go, and its episodes end. Scratch it left still counts. */
export async function retireResource({ ledger, episodes, clock }: Reconciling, retired: RetiredRow): Promise<void> {
  const now = clock.now();
  const because = `it is retired: ${retired.because}`;
  for (const row of await ledger.list<DeadlineRow>(partitionOf(retired.resource), deadlinePrefix)) {
    await endObjective(ledger, episodes, row, because, now);
  }
  for (const episode of await ledger.list<EpisodeRow>(episodesPartition, `${retired.resource}#`)) {
    if (episode.status === 'open' && episode.kind !== 'tear-down') {
      await episodes.resolve({ subject: retired.resource, kind: episode.kind, because, at: now.toISOString() });
    }
  }
}

/** Closes attempts whose execution has ended without anybody hearing of it. */
export async function closeAttempts(parts: Reconciling): Promise<{ open: number; closed: number }> {
  const rows = await parts.ledger.list<AttemptRow>(attemptsPartition);
  const dayAgo = new Date(parts.clock.now().getTime() - 86_400_000);
  const executions = new Set([...rows.map(({ execution }) => execution), ...(await parts.endedBadlySince(dayAgo))]);
  let closed = 0;
  for (const execution of executions) closed += (await concludeExecution(parts.concluding, execution)).length;
  return { open: rows.length, closed };
}

/** Releases the lane of a resource when its holder has ended. */
export async function checkLane(parts: Reconciling, resource: string): Promise<'free' | 'held' | 'released'> {
  const { ledger, concluding } = parts;
  const held = await ledger.get<LaneRow>(laneKey(resource));
  if (held === undefined) return 'free';
  if (!hasEnded(await concluding.describe(held.execution))) return 'held';
  return (await releaseLane(ledger, resource, held.execution)) ? 'released' : 'held';
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
    if (scratch.some(({ registeredAt }) => registeredAt <= lastSeenAt)) continue;
    const at = clock.now().toISOString();
    await episodes.resolve({ subject, kind, because: 'the scratch that was left is gone', at });
  }
}
