import type { Row } from './ledger.ts';
import { partitionOf } from './resource.ts';

/**
 * When home last wrote the roster: in a copy Region's ledger, and in its own, so that each sees for itself. It stands in
 * the due index by the moment at which the roster counts as stale, so that a home that falls silent is seen without
 * anybody asking home.
 */
export interface RosterNewsRow extends Row {
  /** ISO 8601. Before home has ever written it: when this Region first looked. */
  readonly refreshedAt: string;
  readonly writtenBy: 'home' | 'this Region';
  /** How many resources this Region has to expect. */
  readonly resources: number;
  /** At home: how many copy Regions see it for themselves, and page. */
  readonly copies?: number;
  readonly dueShard: string;
  readonly dueAt: string;
}

export const pipelinePartition = 'PIPELINE';

export const rosterNewsKey = { pk: pipelinePartition, sk: 'ROSTER' };

/** What the watch asks about the pipeline itself, whatever the number of resources. */
export const checkNames = ['vault', 'role', 'keys', 'topics', 'routines'] as const;

export type CheckName = (typeof checkNames)[number];

/**
 * One check of the pipeline. It stands in the due index by the moment at which it counts as unanswered, so that the watch
 * sees a check that AWS does not answer, or that nobody asks any more. Instants are ISO 8601.
 */
export interface CheckRow extends Row {
  readonly check: CheckName;
  /** When AWS answered it last; before it ever did, when it was first expected. */
  readonly answeredAt: string;
  /** The codes of the findings that stood open then. */
  readonly open: readonly string[];
  /** What is wrong, when it explains why objectives break, and in which words. */
  readonly cause?: { readonly words: string; readonly since: string };
  /** What AWS said the last time it was asked, where that was no answer. */
  readonly silentBecause?: string;
  /** Since when the watch tells that it has no answer; absent while there is nothing to resolve. */
  readonly silentSince?: string;
  /** How things were when they were first seen, for what may only change on purpose. */
  readonly baseline?: Readonly<Record<string, string>>;
  readonly dueShard: string;
  readonly dueAt: string;
}

export const checkPrefix = 'CHECK#';

export const checkKey = (check: CheckName) => ({ pk: pipelinePartition, sk: `${checkPrefix}${check}` });

/**
 * The recovery points of a resource as they were last seen here, to notice one that somebody deleted. A row for each month in
 * which points were made: those of years of hourly backups are more than one item of DynamoDB may hold.
 */
export interface PointsRow extends Row {
  readonly resource: string;
  /** When each expires by itself, ISO 8601, by its ARN; '' when it never does. */
  readonly points: Readonly<Record<string, string>>;
  readonly seenAt: string;
}

/** Points of a resource were missed that nobody should have deleted, and none made since is there. */
export interface PointsMissedRow extends Row {
  readonly resource: string;
  readonly missedAt: string;
}

/** A resource that was retired on purpose: nothing is expected of it any more. */
export interface RetiredRow extends Row {
  readonly resource: string;
  readonly retiredAt: string;
  readonly because: string;
}

export const retiredPartition = 'RETIRED';

export const retiredKey = (resource: string) => ({ pk: retiredPartition, sk: resource });

export const pointsPrefix = 'POINTS#';

/** `month` such as `2026-03`. */
export const pointsKey = (resource: string, month: string) => ({
  pk: partitionOf(resource),
  sk: `${pointsPrefix}${month}`,
});

export const pointsMissedKey = (resource: string) => ({ pk: partitionOf(resource), sk: 'POINTS-MISSED' });
