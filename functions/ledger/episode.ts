import type { Row } from './ledger.ts';
import type { StormKind } from './storm.ts';

/**
 * One continuous trouble of one kind, for one resource, in this Region. There is one row for each subject and kind:
 * opening it again after it resolved writes over it. While somebody has still to be told, or evidence to be written,
 * the row stands in the due index, so that `watch` finds what a run left undone.
 */
export interface EpisodeRow extends Row {
  /** The resource's ARN, or `pipeline` for Lifeboat's own troubles. */
  readonly subject: string;
  readonly kind: EpisodeKind;
  readonly status: 'open' | 'resolved';
  readonly openedAt: string;
  readonly resolvedAt?: string;
  /** Whether on-call was told by a page, or the team by a notice. */
  readonly severity: Severity;
  /** When it was last told again, louder, ISO 8601. */
  readonly escalatedAt?: string;
  /** The escalations that are still to come, the earliest first. */
  readonly escalations?: readonly Escalation[];
  /** What is wrong, in one sentence, as it was told first. */
  readonly because: string;
  /** The same as it was seen last. */
  readonly latest?: string;
  /** Somebody asked for silence: nobody is told until then. */
  readonly silenced?: Silence;
  /** The storm that tells of it, while that is so: it has no message of its own then. See `storm.ts`. */
  readonly storm?: StormKind;
  /** As of when it was known to be well again, ISO 8601: trouble from before cannot open it anew. */
  readonly wellSince?: string;
  /** The data instant of what ended it: trouble with newer data opens it anew. */
  readonly wellInstant?: string;
  /** What ended it, in one sentence. */
  readonly resolvedBecause?: string;
  /** What the message needs besides, so that whoever sends it needs nothing but this row. */
  readonly facts: EpisodeFacts;
  /** How often the same trouble was seen while open. */
  readonly seen: number;
  /** The instant of the newest sight of it, ISO 8601: what ended before cannot resolve it. */
  readonly lastSeenAt: string;
  /** What it was last seen by, such as an attempt: the same one never counts twice. */
  readonly occasion?: string;
  /** Whether SNS accepted the first message and the closing one. */
  readonly told: 'not yet' | 'opened' | 'resolved';
  /** Each message that SNS accepted, in the order in which it did. */
  readonly deliveries?: readonly Delivery[];
  /** How often SNS refused since it last accepted, since when, and what it said last. */
  readonly refusals?: { readonly times: number; readonly since: string; readonly because: string };
  /** Whoever wrote it sees to what is left to do alone until then, ISO 8601. */
  readonly leasedUntil?: string;
  /** Whether the record of the closed episode stands in the evidence. */
  readonly evidence: 'not yet' | 'written';
}

export type Severity = 'page' | 'notice';

/**
 * When an open page is told again, and why: it has been open for as long as the policy allows; what is allowed has
 * passed twice; or a silence has ended and it is still so.
 */
export interface Escalation {
  readonly at: string;
  readonly why: 'time' | 'twice' | 'silence';
}

/** Nobody is told until an instant (ISO 8601), because somebody said so. There is none without an end. */
export interface Silence {
  /** The one kind of episode that it is about; all kinds when it is absent. */
  readonly kind?: string;
  readonly until: string;
  readonly because: string;
  /** The execution that asked for it, or the tag. */
  readonly by: string;
}

/** The topic a message goes to: each has the shape that its receivers read. */
export type Channel = 'people' | 'pagerduty' | 'chat';

/** One message that SNS accepted. `region` is the topic's: another one than the episode's when SNS refused here. */
export interface Delivery {
  /** `opened`, `resolved`, or `escalated` and the instant at which it fell due. */
  readonly message: string;
  readonly channel: Channel;
  readonly region: string;
  readonly at: string;
  readonly messageId: string;
}

/**
 * The objectives by their names; `drill` when one did not pass; `tear-down` when scratch was left; `protect` and
 * `fleet:<workflow>/<tier>` when a run failed; `roster` when home no longer tells a copy Region what to expect;
 * `keep` when the last proven point may be lost; `seal` when evidence was not sealed for a day, `evidence` when records are
 * not as they were sealed;
 * `cannot-tell:<objective>` when AWS could not be asked, `cannot-tell:<check>` for a check of the pipeline; `finding:<code>`
 * for what somebody has to mend; `storm:<cause>` for many troubles by one cause.
 */
export type EpisodeKind =
  | 'rpo'
  | 'copy_rpo'
  | 'pitr_rpo'
  | 'replica_rpo'
  | 'proof'
  | 'rto'
  | 'drill'
  | 'tear-down'
  | 'protect'
  | 'recover'
  | 'roster'
  | 'keep'
  | 'seal'
  | 'evidence'
  | `fleet:${string}`
  | `cannot-tell:${string}`
  | `finding:${string}`
  | StormKind;

/** Plain facts about an episode. Instants are ISO 8601. Never content of restored data, never a secret. */
export interface EpisodeFacts {
  /** The subject as a person calls it. */
  readonly name?: string;
  readonly tier?: string;
  /** Since when it is broken, where that is not the moment it was seen: the deadline that passed. */
  readonly since?: string;
  /** The data instant that counts. */
  readonly instant?: string;
  readonly ageSeconds?: number;
  readonly boundSeconds?: number;
  /** The likely cause, in AWS's words where AWS said something. */
  readonly cause?: string;
  readonly execution?: string;
  readonly recoveryPoint?: string;
  /** The newest data instant that a drill did not prove: one of older data that passes does not end it. */
  readonly unproven?: string;
  /** Another plan makes its recovery points: there is no lifeboat-protect to start. */
  readonly madeElsewhere?: true;
}

export const pipeline = 'pipeline';

export const episodesPartition = 'EPISODES';
export const episodeKey = (subject: string, kind: EpisodeKind) => ({ pk: episodesPartition, sk: `${subject}#${kind}` });
