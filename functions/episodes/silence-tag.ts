import type { TaggedResource } from '../account/tagged.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Silence } from '../ledger/episode.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type SilenceRow, silenceKey, silencesPartition } from '../ledger/silence.ts';
import { keepSilence, longestSilenceDays } from './silences.ts';

/** The tag that asks for silence about a resource: `until 2026-01-31T06:00Z because the file server is moved`. */
export const silenceTag = 'lifeboat:silence';

const mend = 'write it as: until 2026-01-31T06:00Z because who works on what';

/** What a value of the tag asks for, or what is wrong with it. */
export function readSilenceTag(
  value: string,
  now: Date,
):
  | { readonly ok: true; readonly until: string; readonly because: string }
  | { readonly ok: false; readonly words: string } {
  const [, written = '', because = ''] = /^\s*until\s+(\S+)\s+because\s+(\S.*?)\s*$/i.exec(value) ?? [];
  if (because === '') return { ok: false, words: `the tag ${silenceTag}='${value}' is not understood: ${mend}` };
  const read = readEnd(written, now);
  return read.ok ? { ...read, because } : { ok: false, words: `the tag ${silenceTag} ${read.words}` };
}

/** Reads the end of a silence: an instant in UTC that is not too far away. */
export function readEnd(
  written: string,
  now: Date,
): { readonly ok: true; readonly until: string } | { readonly ok: false; readonly words: string } {
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(instant)) {
    return { ok: false, words: `says until '${written}', which is no instant: write it in UTC as 2026-01-31T06:00Z` };
  }
  if (instant > now.getTime() + longestSilenceDays * 86_400_000) {
    return {
      ok: false,
      words: `says until ${written}, and no silence is longer than ${longestSilenceDays} days: name a nearer end, and say so again then`,
    };
  }
  return { ok: true, until: new Date(instant).toISOString() };
}

/**
 * Makes the silences of this Region those that the tags ask for. A tag whose end has passed means nothing any more; one
 * that is not understood is a finding, and no silence. A tag that was taken off ends its silence.
 */
export async function hearTags(
  parts: { readonly ledger: Ledger; readonly evidence: Evidence },
  tagged: readonly TaggedResource[],
  now: Date,
): Promise<{ subject: string; code: string; words: string }[]> {
  const findings: { subject: string; code: string; words: string }[] = [];
  const asked = new Map<string, Pick<Silence, 'until' | 'because'>>();
  for (const { arn, tags } of tagged) {
    const value = tags[silenceTag];
    if (value === undefined) continue;
    const read = readSilenceTag(value, now);
    if (read.ok) asked.set(arn, { until: read.until, because: read.because });
    else findings.push({ subject: arn, code: 'silence-not-understood', words: read.words });
  }
  const rows = await parts.ledger.list<SilenceRow>(silencesPartition);
  const at = now.toISOString();
  for (const row of rows) {
    const isGone = row.by === 'tag' && !asked.has(row.subject);
    if (row.until <= at || isGone) await parts.ledger.remove(row);
  }
  for (const [subject, { until, because }] of asked) {
    const key = silenceKey(subject, undefined, 'tag');
    const known = rows.find(({ sk }) => sk === key.sk);
    if (until <= at || (known?.until === until && known.because === because)) continue;
    await keepSilence(parts, { subject, from: at, until, because, by: 'tag' });
  }
  return findings;
}
