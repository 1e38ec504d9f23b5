import type { Silence } from './episode.ts';
import type { Kind } from './kind.ts';
import type { Row } from './ledger.ts';

/**
 * A protected resource: one row of the roster. Home finds it by its tags and writes it into every copy Region's
 * ledger, so that a copy Region knows what to expect from its own ledger alone.
 */
export interface ResourceRow extends Row {
  readonly resource: string;
  readonly kind: Kind;
  readonly name: string;
  readonly tier: string;
  /** The name under `checks:` in the policy that the tag `lifeboat:checks` gave. */
  readonly checks?: string;
  /** Its tier has no `backup:`: another plan makes its recovery points, and Lifeboat can start none. */
  readonly madeElsewhere?: true;
  /** The silences that home knows of: they reach a copy Region with the roster. Any may be over. */
  readonly silences?: readonly Silence[];
  /** In a copy Region: why home's last backup run failed, while that is so. Only home hears of it. */
  readonly trouble?: string;
  /** When Lifeboat first saw it, ISO 8601: the first deadlines count from here. */
  readonly firstSeenAt: string;
  /**
   * When home last saw it, ISO 8601, where it sees it no more. Absent while it is seen: then the news of the roster says
   * when that was, and a row is written only when it says something new.
   */
  readonly lastSeenAt?: string;
}

/** Every resource of a Region stands in one partition, by its ARN. */
export const rosterPartition = 'ROSTER';

export const resourceKey = (resource: string) => ({ pk: rosterPartition, sk: resource });

/** What belongs to one resource: its deadlines, episodes, lane. */
export const partitionOf = (resource: string) => `RESOURCE#${resource}`;
