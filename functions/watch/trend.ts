import type { AttemptContent, RecordDraft } from '../evidence/record.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type RecoveryTime, type TrendRow, trendKey } from '../ledger/trend.ts';

/** How many drills make the trend. */
const most = 10;

type AttemptDraft = RecordDraft & { content: AttemptContent };

/** The record of a drill that measured its recovery time, with those of the drills before it. */
export async function withTrend(ledger: Ledger, draft: AttemptDraft): Promise<AttemptDraft> {
  const { rto, endedAt } = draft.content;
  if (rto === undefined) return draft;
  const row = await ledger.get<TrendRow>(trendKey(draft.resource));
  const before = (row?.drills ?? [])
    .filter((drill) => drill.attempt !== draft.id && drill.endedAt <= endedAt)
    .map(({ seconds }) => seconds);
  return { ...draft, content: { ...draft.content, rto: { ...rto, before } } };
}

/** Adds what a drill measured to the trend of its resource, once for each attempt. */
export async function addToTrend(ledger: Ledger, resource: string, measured: RecoveryTime): Promise<void> {
  const key = trendKey(resource);
  for (let tries = 0; tries < 5; tries += 1) {
    const row = await ledger.get<TrendRow>(key);
    const known = row?.drills ?? [];
    if (known.some(({ attempt }) => attempt === measured.attempt)) return;
    const drills = [...known, measured].sort((one, other) => other.endedAt.localeCompare(one.endedAt)).slice(0, most);
    const written =
      row === undefined
        ? await ledger.create<TrendRow>({ ...key, drills })
        : await ledger.replace<TrendRow>({ ...row, drills });
    if (written) return;
  }
  throw new Error(`The trend of ${resource} changed under every one of five writes.`);
}
