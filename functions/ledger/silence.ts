import type { Silence } from './episode.ts';
import type { Row } from './ledger.ts';

/** A silence that somebody asked for in this Region. It has an end; a row whose end has passed means nothing. */
export interface SilenceRow extends Row, Silence {
  /** The resource's ARN, or `pipeline`. */
  readonly subject: string;
  /** Since when, ISO 8601. */
  readonly from: string;
}

export const silencesPartition = 'SILENCES';

/** One for each subject and kind: asking again writes over it. The tag has a row of its own. */
export const silenceKey = (subject: string, kind: string | undefined, by: 'console' | 'tag') => ({
  pk: silencesPartition,
  sk: `${subject}#${by}#${kind ?? '*'}`,
});
