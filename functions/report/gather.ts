import type { AttemptContent, EpisodeContent, EvidenceRecord } from '../evidence/record.ts';
import type { StandingContent } from '../evidence/standing.ts';
import { pipeline } from '../ledger/episode.ts';
import type { DrillModel, EpisodeModel, RecoveryModel, Timeline, TrendPoint } from './model.ts';
import type { Reader, ReadPlace } from './read.ts';

/** How many drills of a resource are kept with their checks; of the others verdict and time alone. */
const drillsKept = 8;
/** Troubled drills are kept besides, the newest. */
const troublesKept = 12;

/** The records of one resource, as little of each as the page needs. */
export interface Gathered {
  readonly arn: string;
  readonly backups: number[];
  readonly copies: number[];
  readonly failures: number[];
  readonly drills: { at: number; verdict: DrillModel['verdict'] }[];
  readonly recoveries: { at: number; done: boolean }[];
  /** By location: the newest are kept whole. */
  kept: DrillModel[];
  readonly trend: (TrendPoint & { readonly boundSeconds?: number | undefined })[];
  /** Backup runs that failed, and recoveries: the newest with their words. */
  lastFailure?: { readonly at: string; readonly because: string } | undefined;
  /** The newest proof. */
  proof?: DrillModel | undefined;
}

export interface Everything {
  readonly resources: ReadonlyMap<string, Gathered>;
  readonly standings: ReadonlyMap<string, StandingContent>;
  readonly ended: readonly EpisodeModel[];
  readonly recoveries: readonly RecoveryModel[];
  readonly places: readonly ReadPlace[];
  /** When the newest record was written, ISO 8601. */
  readonly newest: string;
}

/** Takes records one by one, in any order of chains, and keeps what the page needs of them. */
export function gatherer(): Reader & { readonly everything: () => Everything } {
  const resources = new Map<string, Gathered>();
  const standings = new Map<string, StandingContent>();
  const ended: EpisodeModel[] = [];
  const recoveries: RecoveryModel[] = [];
  const places: ReadPlace[] = [];
  let newest = '';

  const of = (arn: string): Gathered => {
    const found = resources.get(arn);
    if (found !== undefined) return found;
    const made: Gathered = {
      arn,
      backups: [],
      copies: [],
      failures: [],
      drills: [],
      recoveries: [],
      kept: [],
      trend: [],
    };
    resources.set(arn, made);
    return made;
  };

  return {
    record: (record) => {
      if (record.writtenAt > newest) newest = record.writtenAt;
      const { content, resource, location } = record;
      if (content.what === 'standing') {
        const before = standings.get(location);
        if (before === undefined || before.at <= content.at) standings.set(location, content);
      } else if (content.what === 'episode') ended.push(episodeOf(content, resource, location));
      else if (content.what === 'attempt' && content.workflow === 'recover') {
        const recovery = recoveryOf(record, content);
        if (recovery === undefined) return;
        recoveries.push(recovery);
        if (resource !== pipeline)
          of(resource).recoveries.push({ at: Date.parse(recovery.endedAt), done: recovery.done });
      } else if (content.what === 'attempt' && resource !== pipeline) takeAttempt(of(resource), record, content);
    },
    place: (place) => {
      places.push(place);
    },
    everything: () => ({ resources, standings, ended, recoveries, places, newest }),
  };
}

function takeAttempt(into: Gathered, record: EvidenceRecord, content: AttemptContent): void {
  const at = Date.parse(content.endedAt);
  if (content.workflow === 'protect') {
    if (content.points.some(({ as }) => as === 'backup')) into.backups.push(at);
    for (const { as } of content.points) if (as === 'copy') into.copies.push(at);
    if (content.verdict.is === 'NOT_PROTECTED') {
      into.failures.push(at);
      if ((into.lastFailure?.at ?? '') < content.endedAt) {
        into.lastFailure = { at: content.endedAt, because: content.verdict.because.join('; ') };
      }
    }
    return;
  }
  if (content.workflow !== 'drill' || !isVerdict(content.verdict.is)) return;
  const drill = drillOf(record, content, content.verdict.is);
  into.drills.push({ at, verdict: drill.verdict });
  if (drill.rtoSeconds !== undefined) {
    into.trend.push({ at, seconds: drill.rtoSeconds, boundSeconds: drill.boundSeconds });
  }
  if (drill.verdict === 'PASS' && drill.instant !== undefined && (into.proof?.instant ?? '') <= drill.instant) {
    into.proof = drill;
  }
  into.kept.push(drill);
  if (into.kept.length > 2 * (drillsKept + troublesKept)) into.kept = worthKeeping(into.kept);
}

/** Undefined for a run that was asked what could be recovered, and recovered nothing. */
function recoveryOf({ resource, location }: EvidenceRecord, content: AttemptContent): RecoveryModel | undefined {
  const { verdict, points, restored, checks, timings, openedAt, endedAt } = content;
  const done = verdict.is === 'DONE';
  const point = points.find(({ as }) => as === 'recovered');
  if (done && point === undefined && restored === undefined) return undefined;
  return {
    subject: resource,
    name: '',
    location,
    openedAt,
    endedAt,
    done,
    because: verdict.because,
    checks,
    ...(point?.instant !== undefined && { instant: point.instant }),
    ...(timings.usable !== undefined && { usableSeconds: timings.usable }),
    ...(restored !== undefined && { as: restored.name ?? restored.arn }),
  };
}

/** The newest drills, and the newest of those that did not pass. */
export function worthKeeping(drills: readonly DrillModel[]): DrillModel[] {
  const sorted = [...drills].sort((one, other) => (one.endedAt < other.endedAt ? 1 : -1));
  const rest = sorted.slice(drillsKept).filter(({ verdict }) => verdict !== 'PASS');
  return [...sorted.slice(0, drillsKept), ...rest.slice(0, troublesKept)];
}

function isVerdict(is: string): is is DrillModel['verdict'] {
  return is === 'PASS' || is === 'FAIL' || is === 'SUSPECT' || is === 'NOT_TESTED';
}

function drillOf(record: EvidenceRecord, content: AttemptContent, verdict: DrillModel['verdict']): DrillModel {
  const { endedAt, checks, rto, points, timings, restored, scratch } = content;
  return {
    id: record.id,
    location: record.location,
    endedAt,
    verdict,
    because: content.verdict.because,
    checks,
    timings,
    ...(rto !== undefined && { rtoSeconds: rto.seconds, boundSeconds: rto.boundSeconds }),
    instant: points.find(({ as }) => as === 'drilled')?.instant,
    scratch,
    restored:
      restored === undefined
        ? undefined
        : [restored.engine, restored.engineVersion, restored.instanceClass].filter(Boolean).join(' '),
  };
}

function episodeOf(content: EpisodeContent, subject: string, location: string): EpisodeModel {
  const { kind, severity, openedAt, resolvedAt, because, resolvedBecause, seen } = content;
  const { escalatedAt, silenced, deliveries = [] } = content;
  const of = { subject, name: subject, kind, severity, location, openedAt, resolvedAt, because, resolvedBecause, seen };
  return { ...of, escalatedAt, silenced, deliveries };
}

/** The marks of one resource, each kind in the order of time. */
export function timelineOf(gathered: Gathered | undefined, episodes: readonly EpisodeModel[]): Timeline {
  const sorted = (instants: readonly number[] = []) => [...instants].sort((one, other) => one - other);
  return {
    backups: sorted(gathered?.backups),
    copies: sorted(gathered?.copies),
    failures: sorted(gathered?.failures),
    drills: [...(gathered?.drills ?? [])].sort((one, other) => one.at - other.at),
    recoveries: [...(gathered?.recoveries ?? [])].sort((one, other) => one.at - other.at),
    episodes: episodes.map(({ openedAt, resolvedAt, severity }) => ({
      from: Date.parse(openedAt),
      until: resolvedAt === undefined ? undefined : Date.parse(resolvedAt),
      severity,
    })),
  };
}
