import type { Row } from './ledger.ts';

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
  readonly escalatedAt?: string;
  /** What is wrong, in one sentence, as it was told first. */
  readonly because: string;
  /** As of when it was known to be well again, ISO 8601: trouble from before cannot open it anew. */
  readonly wellSince?: string;
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
  /** Whether the record of the closed episode stands in the evidence. */
  readonly evidence: 'not yet' | 'written';
}

export type Severity = 'page' | 'notice';

/**
 * The objectives by their names; `drill` when one did not pass; `tear-down` when scratch was left; `protect` and
 * `fleet:<workflow>/<tier>` when a run failed; `roster` when home no longer tells a copy Region what to expect;
 * `cannot-tell:<objective>` when AWS could not be asked; `finding:<code>` for what somebody has to mend.
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
  | 'roster'
  | `fleet:${string}`
  | `cannot-tell:${string}`
  | `finding:${string}`;

/** Plain facts about an episode. Instants are ISO 8601. Never content of restored data, never a secret. */
export interface EpisodeFacts {
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
}

export const pipeline = 'pipeline';

export const episodesPartition = 'EPISODES';
export const episodeKey = (subject: string, kind: EpisodeKind) => ({ pk: episodesPartition, sk: `${subject}#${kind}` });
