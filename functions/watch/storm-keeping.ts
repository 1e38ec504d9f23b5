import { type DeadlineRow, shardOf } from '../ledger/deadline.ts';
import { pipeline } from '../ledger/episode.ts';
import type { Ledger, Row } from '../ledger/ledger.ts';
import { type CheckRow, checkPrefix, pipelinePartition } from '../ledger/pipeline.ts';
import { type Storm, type StormKind, type StormsRow, stormShard, stormsKey } from '../ledger/storm.ts';
import type { Look, LookParts } from './look.ts';
import { type Cause, type Fresh, fold, mostByThemselves, stormOver } from './storms.ts';

const mostTries = 5;
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
  for (let tries = 0; tries < mostTries; tries += 1) {
    const now = clock.now();
    const before = await ledger.get<StormsRow>(stormsKey);
    const view = before ?? { storms: [], recent: [], recentSilent: [] };
    const folding = fold(view, broken, silent, causes, now);
    const row = stormsRow(folding.view, now);
    const written =
      before === undefined
        ? await ledger.create<StormsRow>(row)
        : await ledger.replace<StormsRow>({ ...row, version: before.version });
    if (!written) continue;
    for (const { storm, because, cause } of folding.grown) {
      await episodes.open({
        subject: pipeline,
        kind: storm.kind,
        severity: 'page',
        because,
        facts: { since: storm.openedAt, ...(cause !== undefined && { cause }) },
        at: now.toISOString(),
      });
    }
    return folding.into;
  }
  throw new Error(`The row of the storms changed under every one of ${mostTries} writes.`);
}

/** While a storm is open it is looked at every minute. */
function stormsRow(view: Pick<StormsRow, 'storms' | 'recent' | 'recentSilent'>, now: Date): Omit<StormsRow, 'version'> {
  const { storms, recent, recentSilent } = view;
  return {
    ...stormsKey,
    storms,
    recent,
    recentSilent,
    ...(storms.length > 0 && { dueShard: shardOf(pipeline), dueAt: new Date(now.getTime() + minute).toISOString() }),
  };
}

/** Resolves the storms that are over, and makes what they leave broken be looked at, and told, at once. */
export async function lookAtStorms({ ledger, episodes, clock }: LookParts, row: StormsRow): Promise<Look> {
  const now = clock.now();
  const at = now.toISOString();
  const rows = await ledger.due<DeadlineRow>(stormShard, farFuture, mostCounted);
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

async function lookNow(ledger: Ledger, indexed: DeadlineRow, at: string): Promise<void> {
  const row = await ledger.get<DeadlineRow>(indexed);
  if (row?.storm === undefined) return;
  await ledger.replace<DeadlineRow>({ ...row, dueShard: shardOf(row.resource), dueAt: at });
}

const farFuture = '9999-12-31T23:59:59.999Z';

/** Whether a row is that of the storms. */
export function isStorms(row: Row): row is StormsRow {
  return row.sk === stormsKey.sk;
}
