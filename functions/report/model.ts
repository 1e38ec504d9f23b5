import type { CheckAnswer, DrillVerdict } from '../evidence/record.ts';
import type { ObjectiveStanding, StandingContent, TierStanding } from '../evidence/standing.ts';
import type { ReadPlace, Trouble } from './read.ts';

/** What the page shows, made from evidence alone. Instants are ISO 8601; the points of a timeline are milliseconds since 1970. */
export interface Model {
  readonly from: string;
  /** The instant that the page speaks of: ages of evidence count up to it. */
  readonly at: string;
  /** `YYYY-MM`, when the page is about one calendar month in UTC. */
  readonly month?: string | undefined;
  readonly verdict: Overall;
  readonly places: readonly PlaceModel[];
  /** The worst first, then by name. */
  readonly resources: readonly ResourceModel[];
  /** Open now, the oldest first. */
  readonly open: readonly EpisodeModel[];
  /** Ended in the period, and open; the newest first. */
  readonly episodes: readonly EpisodeModel[];
  /** Somebody recovered for real, or tried to; the newest first. */
  readonly recoveries: readonly RecoveryModel[];
  readonly untested: readonly Untested[];
  /** What of the evidence could not be read. */
  readonly troubles: readonly Trouble[];
  readonly counts: Counts;
}

/**
 * `ok`: proven within its bound, and nothing is broken. `waiting`: nothing is broken, and nothing is proven. `bad`: something
 * that was promised does not hold. `unknown`: the evidence does not say.
 */
export type State = 'ok' | 'waiting' | 'bad' | 'unknown';

export interface Overall {
  readonly state: State;
  /** One sentence. */
  readonly says: string;
  readonly because: readonly string[];
}

export interface Counts {
  readonly resources: Readonly<Record<State, number>>;
  readonly objectives: { readonly met: number; readonly all: number };
  readonly backups: number;
  readonly copies: number;
  readonly drills: Readonly<Record<DrillVerdict, number>>;
  readonly pages: number;
  readonly notices: number;
}

export interface PlaceModel extends ReadPlace {
  readonly part?: 'home' | 'copy' | undefined;
  readonly standing?: StandingContent | undefined;
  /** Why its newest standing says nothing of now, if so. */
  readonly stale?: string | undefined;
}

export interface ResourceModel {
  readonly arn: string;
  readonly name: string;
  readonly kind: string;
  readonly tier: string;
  readonly rules?: TierStanding | undefined;
  readonly state: State;
  readonly because: readonly string[];
  /** Home first. */
  readonly places: readonly ResourcePlace[];
  readonly timeline: Timeline;
  /** The newest first: with their checks, as far as the page keeps them. */
  readonly drills: readonly DrillModel[];
  readonly drillCount: number;
  readonly proof?: DrillModel | undefined;
  /** Recovery times as drills measured them, the oldest first. */
  readonly trend: readonly TrendPoint[];
  readonly rtoBoundSeconds?: number | undefined;
  readonly score: readonly ScoreLine[];
  readonly survival: readonly Survival[];
  readonly open: readonly EpisodeModel[];
}

export interface ResourcePlace {
  readonly location: string;
  readonly part: 'home' | 'copy';
  readonly at: string;
  readonly locked: boolean | undefined;
  readonly objectives: readonly ObjectiveStanding[];
}

export interface TrendPoint {
  readonly at: number;
  readonly seconds: number;
}

export interface Timeline {
  readonly backups: readonly number[];
  readonly copies: readonly number[];
  /** Backup runs that failed. */
  readonly failures: readonly number[];
  readonly drills: readonly { readonly at: number; readonly verdict: DrillVerdict }[];
  /** Recoveries for real. */
  readonly recoveries: readonly { readonly at: number; readonly done: boolean }[];
  /** `until` is absent while it is open. */
  readonly episodes: readonly {
    readonly from: number;
    readonly until?: number | undefined;
    readonly severity: 'page' | 'notice';
  }[];
}

export interface DrillModel {
  readonly id: string;
  readonly location: string;
  readonly endedAt: string;
  readonly verdict: DrillVerdict;
  readonly because: readonly string[];
  readonly checks: readonly CheckAnswer[];
  readonly rtoSeconds?: number | undefined;
  readonly boundSeconds?: number | undefined;
  /** The data instant of the point that was restored. */
  readonly instant?: string | undefined;
  readonly timings: Readonly<Record<string, number>>;
  readonly restored?: string | undefined;
  readonly scratch?: string | undefined;
}

/** One run of the workflow that recovers for real. */
export interface RecoveryModel {
  /** The resource's ARN; `pipeline` when it ended before it knew. */
  readonly subject: string;
  readonly name: string;
  readonly location: string;
  readonly openedAt: string;
  readonly endedAt: string;
  readonly done: boolean;
  readonly because: readonly string[];
  readonly checks: readonly CheckAnswer[];
  /** The instant whose data was recovered. */
  readonly instant?: string | undefined;
  /** From the restore's beginning until questions to the data were answered. */
  readonly usableSeconds?: number | undefined;
  /** What was left running. */
  readonly as?: string | undefined;
}

export interface EpisodeModel {
  readonly subject: string;
  readonly name: string;
  readonly kind: string;
  readonly severity: 'page' | 'notice';
  readonly location: string;
  readonly openedAt: string;
  readonly resolvedAt?: string | undefined;
  readonly because: string;
  readonly resolvedBecause?: string | undefined;
  readonly seen: number;
  readonly escalatedAt?: string | undefined;
  readonly silenced?: { readonly until: string; readonly because: string } | undefined;
  readonly deliveries: readonly {
    readonly message: string;
    readonly channel: string;
    readonly region: string;
    readonly at: string;
  }[];
}

export interface Untested {
  readonly name: string;
  readonly what: string;
  readonly because: string;
}

/** One figure of 3-2-1-1-0. `met` is undefined where the evidence does not say. */
export interface ScoreLine {
  readonly figure: '3' | '2' | '1' | '1 ' | '0';
  readonly asks: string;
  readonly met: boolean | undefined;
  readonly because: string;
}

export type Failure = 'instance' | 'zone' | 'region' | 'account' | 'key' | 'bad write';

/** `yes`: by what was proven. `unproven`: by something that no drill has proven within its bound. */
export interface Survival {
  readonly failure: Failure;
  readonly survives: 'yes' | 'unproven' | 'no' | 'unknown';
  /** What would be lost now, in seconds of the newest data. */
  readonly losesSeconds?: number | undefined;
  readonly because: string;
}
