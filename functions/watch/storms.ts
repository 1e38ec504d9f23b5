import type { DeadlineRow, Objective } from '../ledger/deadline.ts';
import type { FoldedWorkflow, Storm, StormKind, StormsRow } from '../ledger/storm.ts';
import { inWords } from '../policy/duration.ts';

/** So many objectives may break close together and be told one by one. */
export const mostByThemselves = 5;
/** What breaks within this time counts as broken together. */
export const togetherSeconds = 10 * 60;

/** A cause that a check of the pipeline has found, which breaks whatever depends on it. */
export interface Cause {
  readonly kind: 'storm:vault' | 'storm:role' | 'storm:key';
  readonly words: string;
  readonly since: string;
}

/** An objective that is to be told now, by itself or within a storm. */
export interface Fresh {
  readonly row: DeadlineRow;
  readonly because: string;
  /** The likely cause, in AWS's words where it said something. */
  readonly cause?: string;
}

/** What storms are decided by. Instants are ISO 8601. */
export type StormView = Pick<StormsRow, 'storms' | 'recent' | 'recentSilent' | 'recentRuns'>;

/** What a storm that grew is to say. */
export interface Grown {
  readonly storm: Storm;
  readonly because: string;
  readonly cause?: string;
}

export interface Folding {
  /** The storm that tells of each; what is missing here is told by itself. */
  readonly into: ReadonlyMap<DeadlineRow, StormKind>;
  readonly view: StormView;
  readonly grown: readonly Grown[];
}

/**
 * Decides what is told as one. A cause that is known takes what it explains from the first on. Otherwise more than
 * {@link mostByThemselves} that broke within {@link togetherSeconds} are a storm, and so is what breaks while it grows.
 */
export function fold(
  view: StormView,
  broken: readonly Fresh[],
  silent: readonly Fresh[],
  causes: readonly Cause[],
  now: Date,
): Folding {
  const at = now.toISOString();
  const from = new Date(now.getTime() - togetherSeconds * 1000).toISOString();
  const recent = view.recent.filter((one) => one >= from);
  const recentSilent = view.recentSilent.filter((one) => one >= from);
  const into = new Map<DeadlineRow, StormKind>();
  const members = new Map<StormKind, Fresh[]>();
  const put = (fresh: Fresh, kind: StormKind) => {
    into.set(fresh.row, kind);
    members.set(kind, [...(members.get(kind) ?? []), fresh]);
  };

  const unexplained = broken.filter((fresh) => {
    const cause = causes.find((one) => explains(one, fresh.row.objective));
    if (cause !== undefined) put(fresh, cause.kind);
    return cause === undefined && !isTold(recent, fresh);
  });
  const growing = view.storms.find(({ kind, joinedAt }) => kind.startsWith('storm:unknown/') && joinedAt >= from);
  if (unexplained.length > 0 && (growing !== undefined || recent.length + unexplained.length > mostByThemselves)) {
    for (const fresh of unexplained) put(fresh, growing?.kind ?? `storm:unknown/${stamp(at)}`);
  }
  const unanswered = view.storms.some(({ kind }) => kind === 'storm:no-answer');
  const unheard = silent.filter((fresh) => !isTold(recentSilent, fresh));
  if (unheard.length > 0 && (unanswered || recentSilent.length + unheard.length > mostByThemselves)) {
    for (const fresh of unheard) put(fresh, 'storm:no-answer');
  }

  const grown = [...members].map(([kind, joined]) => {
    const before = view.storms.find((storm) => storm.kind === kind);
    const cause = causes.find((one) => one.kind === kind);
    const storm: Storm = {
      kind,
      openedAt: before?.openedAt ?? at,
      joinedAt: at,
      folded: (before?.folded ?? 0) + joined.length,
      ...(before?.runs !== undefined && { runs: before.runs }),
      boundSeconds: Math.max(before?.boundSeconds ?? 0, ...joined.map(({ row }) => row.boundSeconds)),
    };
    const words = cause?.words ?? mostSaid(joined);
    return {
      storm,
      because: stormWords(storm, joined, cause?.words),
      ...(words !== undefined && { cause: words }),
    };
  });
  const alone = (all: readonly Fresh[], told: readonly string[]) =>
    all.filter((fresh) => !into.has(fresh.row) && !isTold(told, fresh)).map(({ row }) => `${at} ${keyOf(row)}`);
  return {
    into,
    grown,
    view: {
      ...view,
      storms: withGrown(view.storms, grown),
      recent: [...recent, ...alone(broken, recent)].slice(-mostByThemselves),
      recentSilent: [...recentSilent, ...alone(silent, recentSilent)].slice(-mostByThemselves),
    },
  };
}

/** The watch and the reconciliation may come upon the same objective within seconds: it counts once. */
function isTold(recent: readonly string[], { row }: Fresh): boolean {
  return recent.some((one) => one.endsWith(` ${keyOf(row)}`));
}

function keyOf({ resource, objective }: DeadlineRow): string {
  return `${resource} ${objective}`;
}

function withGrown(storms: readonly Storm[], grown: readonly Grown[]): Storm[] {
  const touched = new Map(grown.map(({ storm }) => [storm.kind, storm]));
  return [...storms.filter(({ kind }) => !touched.has(kind)), ...touched.values()];
}

/** A run that failed by something else than the data it worked on, with what stopped it. */
export interface FailedRun {
  readonly workflow: FoldedWorkflow;
  readonly resource: string;
  readonly cause: string;
}

const runsOf: Readonly<Record<FoldedWorkflow, string>> = { drill: 'drills', protect: 'backup runs' };

/** By then every resource has had its next run, whatever its tier, or will page by its objectives. */
const nextRunsSeconds = 24 * 3_600;

/**
 * Decides whether a failed run is told by itself, by the rule for objectives: a cause that is known takes it, and more
 * than {@link mostByThemselves} within {@link togetherSeconds} are a storm. Failed drills page, so they join the storm
 * that pages for the cause; failed backups are notices and stay so.
 */
export function foldRun(
  view: StormView,
  { workflow, resource, cause }: FailedRun,
  causes: readonly Cause[],
  now: Date,
): { readonly view: StormView; readonly grown?: Grown } {
  const at = now.toISOString();
  const from = new Date(now.getTime() - togetherSeconds * 1000).toISOString();
  const recent = (view.recentRuns?.[workflow] ?? []).filter((one) => one >= from);
  const growing = view.storms.find(({ kind, joinedAt }) => kind.startsWith(`storm:${workflow}/`) && joinedAt >= from);
  const [known] = causes;
  if (known === undefined && growing === undefined && recent.length < mostByThemselves) {
    return { view: { ...view, recentRuns: { ...view.recentRuns, [workflow]: [...recent, at] } } };
  }
  const together = growing?.kind ?? (`storm:${workflow}/${stamp(at)}` as const);
  const kind = workflow === 'drill' && known !== undefined ? known.kind : together;
  const before = view.storms.find((storm) => storm.kind === kind);
  const storm: Storm = {
    kind,
    openedAt: before?.openedAt ?? at,
    joinedAt: at,
    folded: (before?.folded ?? 0) + 1,
    runs: [...(before?.runs ?? []), `${workflow} of ${nameOf(resource)}`].slice(0, mostNamed),
    boundSeconds: Math.max(before?.boundSeconds ?? 0, nextRunsSeconds),
  };
  const words = known?.words ?? cause;
  const grown = { storm, because: runWords(storm, workflow, known?.words), cause: words };
  return { view: { ...view, storms: withGrown(view.storms, [grown]) }, grown };
}

function runWords({ folded, runs = [] }: Storm, workflow: FoldedWorkflow, cause: string | undefined): string {
  const more = folded - runs.length;
  const list = `${runs.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
  if (cause !== undefined) return `${runsOf[workflow]} fail by one cause, ${cause}: ${list}`;
  return `more than ${mostByThemselves} ${runsOf[workflow]} failed within ${inWords(togetherSeconds)}, and no check of the pipeline says why: ${list}`;
}

/** What a cause of the pipeline breaks: whatever AWS Backup makes. A replica and a point-in-time window go on. */
function explains({ kind }: Cause, objective: Objective): boolean {
  const made: readonly Objective[] = ['rpo', 'copy_rpo', 'proof'];
  return kind.startsWith('storm:') && made.includes(objective);
}

const mostNamed = 15;

/** One sentence that says what is broken, by what, and lists it. */
function stormWords({ kind, folded, runs }: Storm, joined: readonly Fresh[], cause: string | undefined): string {
  const named = joined.slice(0, mostNamed).map(({ row }) => `${row.objective} of ${nameOf(row.resource)}`);
  const more = folded - named.length;
  const list = `${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
  const objectives = `${folded} ${runs !== undefined ? 'objectives and drills' : folded === 1 ? 'objective' : 'objectives'}`;
  if (kind === 'storm:no-answer') return `AWS gives no answer about ${objectives}: ${list}`;
  if (cause !== undefined) return `${objectives} broke by one cause, ${cause}: ${list}`;
  return `${objectives} broke within ${inWords(togetherSeconds)}, and no check of the pipeline says why: ${list}`;
}

/** What is said of most of them, when it is said of more than one. */
function mostSaid(joined: readonly Fresh[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { cause } of joined) if (cause !== undefined) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  const [first] = [...counts].sort(([, one], [, other]) => other - one);
  if (first === undefined || first[1] < 2) return undefined;
  return `${first[1]} of ${joined.length} say: ${first[0]}`;
}

function nameOf(resource: string): string {
  return resource.split(/[:/]/).at(-1) ?? resource;
}

function stamp(at: string): string {
  return at.slice(0, 16).replace(/[-:]/g, '');
}

/** How a storm stands, by how many of its objectives are still broken. */
export function stormOver(
  storm: Storm,
  known: { readonly left: number; readonly causeGoneSince: string | undefined; readonly now: Date },
): { readonly over: true; readonly because: string } | { readonly over: false } {
  const { left, causeGoneSince, now } = known;
  // The index lags behind the table: what was folded just now may not be counted.
  if (now.getTime() - Date.parse(storm.joinedAt) < settleMilliseconds) return { over: false };
  const all = `${storm.folded} ${membersOf(storm)}`;
  if (left === 0) return { over: true, because: `all of its ${all} are well again` };
  const byThemselves = `${left} of its ${all} are still broken and are told by themselves from now on`;
  const hasCause = storm.kind !== 'storm:no-answer' && !storm.kind.includes('/');
  if (!hasCause) return left <= mostByThemselves ? { over: true, because: byThemselves } : { over: false };
  const waited = causeGoneSince === undefined ? 0 : (now.getTime() - Date.parse(causeGoneSince)) / 1000;
  if (causeGoneSince === undefined || waited <= storm.boundSeconds) return { over: false };
  return { over: true, because: `its cause is gone for ${inWords(storm.boundSeconds)}; ${byThemselves}` };
}

function membersOf({ kind, runs }: Storm): string {
  if (kind.startsWith('storm:drill/')) return runsOf.drill;
  if (kind.startsWith('storm:protect/')) return runsOf.protect;
  return runs === undefined ? 'objectives' : 'objectives and drills';
}

const settleMilliseconds = 5 * 60_000;
