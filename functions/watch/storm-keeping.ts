import { placed } from '../episodes/duty.ts';
import { type DeadlineRow, ordinaryShard } from '../ledger/deadline.ts';
import { type EpisodeRow, episodeKey, episodesPartition, pipeline } from '../ledger/episode.ts';
import type { Ledger, Row } from '../ledger/ledger.ts';
import { type CheckRow, checkPrefix, pipelinePartition } from '../ledger/pipeline.ts';
import { farFuture, type Storm, type StormKind, type StormsRow, stormShard, stormsKey } from '../ledger/storm.ts';
import type { Look, LookParts } from './look.ts';
import {
  type Cause,
  type FailedRun,
  type Fresh,
  fold,
  foldRun,
  type Grown,
  mostByThemselves,
  type StormView,
  stormOver,
} from './storms.ts';

/** Many runs may end at once, and each writes the one row. */
const mostTries = 20;
const minute = 60_000;
/** As many rows as are counted of a storm: far more than are told by themselves. */
const mostCounted = 200;

const causeOfCheck: Readonly<Partial<Record<CheckRow['check'], Cause['kind']>>> = {
  vault: 'storm:vault',
  role: 'storm:role',
  keys: 'storm:key',
};

/** The causes that the checks of the pipeline know of, as they were asked last. */
export async function knownCauses(ledger: Ledger): Promise<Cause[]> {
  const rows = await ledger.list<CheckRow>(pipelinePartition, checkPrefix);
  return rows.flatMap(({ check, cause }) => {
    const kind = causeOfCheck[check];
    return kind === undefined || cause === undefined ? [] : [{ kind, ...cause }];
  });
}

/** The storms that are open, by their kinds. */
export async function openStorms(ledger: Ledger): Promise<ReadonlySet<StormKind>> {
  const row = await ledger.get<StormsRow>(stormsKey);
  return new Set((row?.storms ?? []).map(({ kind }) => kind));
}

/**
 * Folds what is to be told now, and opens the episode of each storm that is new. The storm stands in the ledger before
 * any objective says that it is told by it: whoever dies in between left objectives that are due again.
 */
export async function foldNow(
  { ledger, episodes, clock }: LookParts,
  broken: readonly Fresh[],
  silent: readonly Fresh[],
): Promise<ReadonlyMap<DeadlineRow, StormKind>> {
  if (broken.length === 0 && silent.length === 0) return new Map();
  const causes = await knownCauses(ledger);
  return changeStorms({ ledger, episodes, clock }, (view, now) => {
    const { into, ...changed } = fold(view, broken, silent, causes, now);
    return { ...changed, answer: into };
  });
}

/**
 * The storm that tells of a run that failed, if one does. An episode that is open already goes on as it is told, and its
 * run counts in no storm.
 */
export async function foldRunNow(parts: StormParts, run: FailedRun): Promise<StormKind | undefined> {
  const { ledger } = parts;
  const found = await ledger.get<EpisodeRow>(episodeKey(run.resource, run.workflow));
  if (found?.status === 'open') return found.storm;
  const causes = await knownCauses(ledger);
  return changeStorms(parts, (view, now) => {
    const { view: next, grown } = foldRun(view, run, causes, now);
    return { view: next, grown: grown === undefined ? [] : [grown], answer: grown?.storm.kind };
  });
}

type StormParts = Pick<LookParts, 'ledger' | 'episodes' | 'clock'>;

/** Changes the storms by a rule and opens the episodes of those that grew. */
async function changeStorms<Answer>(
  { ledger, episodes, clock }: StormParts,
  rule: (view: StormView, now: Date) => { view: StormView; grown: readonly Grown[]; answer: Answer },
): Promise<Answer> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const now = clock.now();
    const before = await ledger.get<StormsRow>(stormsKey);
    const { view, grown, answer } = rule(before ?? { storms: [], recent: [], recentSilent: [] }, now);
    const row = stormsRow(view, now);
    const written =
      before === undefined
        ? await ledger.create<StormsRow>(row)
        : await ledger.replace<StormsRow>({ ...row, version: before.version });
    if (!written) continue;
    for (const { storm, because, cause } of grown) {
      await episodes.open({
        subject: pipeline,
        kind: storm.kind,
        severity: storm.kind.startsWith('storm:protect/') ? 'notice' : 'page',
        because,
        facts: { since: storm.openedAt, ...(cause !== undefined && { cause }) },
        at: now.toISOString(),
      });
    }
    return answer;
  }
  throw new Error(`The row of the storms changed under every one of ${mostTries} writes.`);
}

/** While a storm is open it is looked at every minute. */
function stormsRow({ storms, recent, recentSilent, recentRuns }: StormView, now: Date): Omit<StormsRow, 'version'> {
  return {
    ...stormsKey,
    storms,
    recent,
    recentSilent,
    ...(recentRuns !== undefined && { recentRuns }),
    ...(storms.length > 0 && { dueShard: ordinaryShard, dueAt: new Date(now.getTime() + minute).toISOString() }),
  };
}

/** Resolves the storms that are over, and makes what they leave broken be looked at, and told, at once. */
export async function lookAtStorms({ ledger, episodes, clock }: LookParts, row: StormsRow): Promise<Look> {
  const now = clock.now();
  const at = now.toISOString();
  const rows = await ledger.due<Member>(stormShard, farFuture, mostCounted);
  const causes = await knownCauses(ledger);
  const kept: Storm[] = [];
  const over: { readonly kind: StormKind; readonly because: string }[] = [];
  for (const storm of row.storms) {
    const isThere = causes.some(({ kind }) => kind === storm.kind);
    const causeGoneSince = isThere ? undefined : (storm.causeGoneSince ?? at);
    const mine = rows.filter((one) => one.storm === storm.kind).length;
    const left = rows.length === mostCounted ? Math.max(mine, mostByThemselves + 1) : mine;
    const standing = stormOver(storm, { left, causeGoneSince, now });
    if (standing.over) over.push({ kind: storm.kind, because: standing.because });
    else {
      const { causeGoneSince: _, ...rest } = storm;
      kept.push(causeGoneSince === undefined ? rest : { ...rest, causeGoneSince });
    }
  }
  for (const { kind, because } of over) await episodes.resolve({ subject: pipeline, kind, because, at });
  const next = stormsRow({ ...row, storms: kept }, now);
  if (!(await ledger.replace<StormsRow>({ ...next, version: row.version }))) return 'overtaken';
  for (const { kind } of over) {
    for (const left of rows.filter((one) => one.storm === kind)) await lookNow(ledger, left, at);
  }
  return over.length > 0 ? 'resolved' : 'stillOpen';
}

/** What a storm tells of: an objective, or a run that failed. */
type Member = DeadlineRow | EpisodeRow;

async function lookNow(ledger: Ledger, indexed: Member, at: string): Promise<void> {
  const row = await ledger.get<Member>(indexed);
  if (row?.storm === undefined) return;
  if (row.pk !== episodesPartition) {
    const deadline = row as DeadlineRow;
    await ledger.replace<DeadlineRow>({ ...deadline, dueShard: ordinaryShard, dueAt: at });
    return;
  }
  const { storm: _, ...alone } = row as EpisodeRow;
  await ledger.replace<EpisodeRow>(placed(alone, new Date(at)));
}

/** Whether a row is that of the storms. */
export function isStorms(row: Row): row is StormsRow {
  return row.sk === stormsKey.sk;
}
