import type { Workflow } from '../ledger/attempt.ts';
import type { Delivery, Severity, Silence } from '../ledger/episode.ts';
import type { JobKind } from '../ledger/job.ts';
import type { ReportContent, StandingContent } from './standing.ts';

/** How an execution ended. `REDRIVEN`: it failed and runs again; `UNKNOWN`: Step Functions no longer knows it. */
export type Outcome = 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT' | 'REDRIVEN' | 'UNKNOWN';

export type DrillVerdict = 'PASS' | 'FAIL' | 'SUSPECT' | 'NOT_TESTED';

/** What an attempt came to, and why. */
export interface Verdict {
  readonly is: DrillVerdict | 'PROTECTED' | 'COALESCED' | 'NOT_PROTECTED' | 'DONE' | 'NOT_DONE';
  readonly because: readonly string[];
}

/** A recovery point that an attempt made, copied or restored. */
export interface PointUsed {
  readonly as: 'backup' | 'copy' | 'drilled' | 'recovered';
  readonly arn: string;
  /** The location that a copy went to. */
  readonly to?: string;
  /** Its data instant, where the attempt knew it. */
  readonly instant?: string;
}

export interface JobUsed {
  readonly kind: JobKind;
  readonly id: string;
  readonly to?: string;
  readonly state?: string;
}

/** One question and its answer, in the words of the drill; never rows, paths or values of restored data. */
export interface CheckAnswer {
  readonly name: string;
  readonly verdict: DrillVerdict;
  readonly because: readonly string[];
}

/** The one terminal record of an attempt. Instants are ISO 8601, timings in seconds. */
export interface AttemptContent {
  readonly what: 'attempt';
  readonly workflow: Workflow;
  readonly execution: string;
  readonly redriveCount: number;
  readonly kind?: string;
  readonly tier?: string;
  /** Of a fleet, what it was of: `protect/gold`; `all` stands for what its input did not name. */
  readonly fleet?: string;
  readonly openedAt: string;
  readonly endedAt: string;
  readonly outcome: Outcome;
  /** The error's name and its words, when the execution did not succeed. */
  readonly error?: string;
  readonly cause?: string;
  readonly points: readonly PointUsed[];
  readonly jobs: readonly JobUsed[];
  readonly checks: readonly CheckAnswer[];
  readonly timings: Readonly<Record<string, number>>;
  /** Why this point was drilled and these checks ran. */
  readonly chosenBecause?: string;
  readonly checksBecause?: string;
  /** What the data was restored as, such as its engine and class. */
  readonly restored?: Readonly<Record<string, string>>;
  /** The key, in this bucket, of the counts and digests that the checks compared. */
  readonly measures?: string;
  /** What of the account's quotas a restore needed, and how long it waited for room there. */
  readonly room?: {
    readonly of: string;
    readonly used?: number | undefined;
    readonly most?: number | undefined;
    readonly waitedSeconds: number;
    readonly waitsAtMostSeconds: number;
  };
  /**
   * The recovery time that was measured, the bound on it where the tier has one, and what up to ten drills of the resource
   * measured before, the newest first.
   */
  readonly rto?: { readonly seconds: number; readonly boundSeconds?: number; readonly before?: readonly number[] };
  readonly scratch?: 'gone' | 'not gone';
  readonly scratchBecause?: readonly string[];
  readonly verdict: Verdict;
}

/** The one record of a closed episode. */
export interface EpisodeContent {
  readonly what: 'episode';
  readonly kind: string;
  readonly severity: Severity;
  readonly openedAt: string;
  readonly resolvedAt: string;
  readonly lastedSeconds: number;
  readonly seen: number;
  readonly because: string;
  readonly resolvedBecause: string;
  /** When it was last told again, louder. */
  readonly escalatedAt?: string;
  /** Who asked for silence about it, until when and why. */
  readonly silenced?: Silence;
  /** The storm that told of it: it had no message of its own then. */
  readonly toldBy?: string;
  /** Each message that SNS accepted: when, for which topic, and in which Region. */
  readonly deliveries?: readonly Delivery[];
}

/** Somebody asked that nobody be told of a resource's episodes for a while. */
export interface SilenceContent extends Silence {
  readonly what: 'silence';
  readonly from: string;
}

export type Content = AttemptContent | EpisodeContent | SilenceContent | StandingContent | ReportContent;

/** A record before it has its place in the chain. `id` names the work: the same work has one record. */
export interface RecordDraft {
  readonly id: string;
  /** The resource's ARN, or `pipeline`; `standing` and `report` for what tells of all of them. */
  readonly resource: string;
  readonly content: Content;
}

/** One link of the chain of a resource in a location. */
export interface EvidenceRecord extends RecordDraft {
  readonly version: 1;
  /** The account and Region that wrote it: `ACCOUNT/REGION`. */
  readonly location: string;
  /** Counts from 1, without a gap. */
  readonly seq: number;
  readonly writtenAt: string;
  /** The hash of the record before it; 64 zeros in the first. */
  readonly previous: string;
  /** SHA-256 of the canonical form of everything else here, in hexadecimal. */
  readonly hash: string;
}
