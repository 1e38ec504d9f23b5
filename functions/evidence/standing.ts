import type { Severity, Silence } from '../ledger/episode.ts';
import type { Kind } from '../ledger/kind.ts';

/**
 * How everything stands in one location at one instant, as its ledger knew it: what is expected, by which rules, what is
 * known to count, and what is open. The report is made from this and from the other records, and asks the ledger nothing.
 * Instants are ISO 8601.
 */
export interface StandingContent {
  readonly what: 'standing';
  readonly at: string;
  readonly part: 'home' | 'copy';
  /** The home Region. */
  readonly home: string;
  /** The locations (`ACCOUNT/REGION`) that copies go to by the policy; each has a standing of its own where it has a stack. */
  readonly copies: readonly string[];
  /** Whether the roster can be trusted to name all there is, and why. */
  readonly roster: { readonly fresh: boolean; readonly because: string };
  readonly tiers: Readonly<Record<string, TierStanding>>;
  readonly vault: { readonly lock: 'locked' | 'not locked' | 'not known' };
  readonly resources: readonly ResourceStanding[];
  /** What is on no roster any more because somebody said so: nothing is expected of it. */
  readonly retired: readonly { readonly resource: string; readonly retiredAt: string; readonly because: string }[];
  readonly open: readonly OpenEpisode[];
}

/** The rules of a tier as far as a reader needs them. Null: the tier does not do it. */
export interface TierStanding {
  readonly backup: { readonly everySeconds: number; readonly keepDays: number } | null;
  readonly copies: readonly { readonly to: string; readonly keepDays: number | null }[];
  readonly drill: { readonly everySeconds: number; readonly from: string } | null;
}

export interface ResourceStanding {
  readonly resource: string;
  readonly kind: Kind;
  readonly name: string;
  readonly tier: string;
  readonly checks?: string;
  readonly firstSeenAt: string;
  readonly refreshedAt: string;
  /** Those that this location owns. */
  readonly objectives: readonly ObjectiveStanding[];
  /** The bound on a restore, where this location drills. */
  readonly rtoBoundSeconds?: number;
}

/** `instant` is never newer than the truth: it is what AWS said last. `not told`: AWS has given no answer since then. */
export interface ObjectiveStanding {
  readonly objective: 'rpo' | 'copy_rpo' | 'pitr_rpo' | 'replica_rpo' | 'proof' | 'rto';
  readonly boundSeconds: number;
  readonly instant?: string;
  readonly deadline: string;
  readonly ageSeconds: number;
  readonly is: 'met' | 'broken' | 'not told';
  readonly because: string;
}

export interface OpenEpisode {
  readonly subject: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly openedAt: string;
  readonly because: string;
  readonly seen: number;
  readonly escalatedAt?: string;
  readonly silenced?: Silence;
  readonly deliveries?: readonly {
    readonly message: string;
    readonly channel: string;
    readonly region: string;
    readonly at: string;
    readonly messageId: string;
  }[];
}

/** A page that was written: its key in the same bucket, and its SHA-256, so that the seal holds the page as well. */
export interface ReportContent {
  readonly what: 'report';
  readonly at: string;
  /** The first instant that the page tells of. */
  readonly from: string;
  readonly key: string;
  readonly sha256: string;
  readonly bytes: number;
  /** What the page says first: whether everything is recoverable. */
  readonly says: string;
}

/** What the chains of standings and of pages are named by, as a resource is by its ARN. */
export const standingChain = 'standing';
export const reportChain = 'report';
