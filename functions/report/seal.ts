import * as z from 'zod/mini';
import { hereOf } from '../account/here.ts';
import { type Episodes, episodesOf } from '../episodes/episodes.ts';
import { evidenceBucket } from '../evidence/objects.ts';
import { type EpisodeKind, pipeline, type Severity } from '../ledger/episode.ts';
import { ledgerOf } from '../ledger/ledger.ts';
import { routineDone } from '../ledger/routine.ts';
import { lambda, work } from '../platform/lambda.ts';
import { sealDay } from './seal-day.ts';

/**
 * Daily: seals the heads of all chains of this location in a record that is written once. What the last seal holds and
 * the bucket does not is a page; a day without a seal, or without a report since the last one, is a notice. A second run
 * on the same day writes nothing, and tells what it finds.
 */
export const handler = lambda((seam) => {
  const here = hereOf(seam);
  const objects = evidenceBucket(seam);
  const episodes = episodesOf(seam);
  const ledger = ledgerOf(seam);

  return work(z.looseObject({}), async () => {
    const now = seam.clock.now();
    const { seal, written, broken, reported } = await sealDay(objects, {
      location: `${here.account}/${here.region}`,
      now,
    });
    const { day, heads, missed } = seal;
    // Also where the seal was there: whoever wrote it may have died before it told.
    await tell(episodes, now, {
      kind: 'evidence',
      severity: 'page',
      trouble:
        broken.length > 0 ? `${broken.length} of ${heads.length} chains of evidence: ${some(broken)}` : undefined,
      well: `what the last seal holds is there, in all ${heads.length} chains`,
    });
    await tell(episodes, now, {
      kind: 'seal',
      severity: 'notice',
      trouble: missed.length > 0 ? `the evidence was not sealed on ${some(missed)}` : undefined,
      well: `the evidence of ${day} is sealed, and no day before it was missed`,
    });
    await tell(episodes, now, {
      kind: 'finding:overdue:report',
      severity: 'notice',
      trouble: reported ? undefined : `lifeboat-report has written no report since the seal of ${seal.follows}`,
      well: 'a report was written since the last seal',
    });
    await routineDone(ledger, 'report-seal', seam.clock.now());
    const counts = { day, written, chains: heads.length, broken: broken.length, missed: missed.length };
    seam.log.info('The evidence of a day is sealed.', counts);
    return counts;
  });
});

async function tell(
  episodes: Episodes,
  now: Date,
  about: { kind: EpisodeKind; severity: Severity; trouble: string | undefined; well: string },
): Promise<void> {
  const { kind, severity, trouble, well } = about;
  const at = now.toISOString();
  if (trouble === undefined) await episodes.resolve({ subject: pipeline, kind, because: well, at });
  else await episodes.open({ subject: pipeline, kind, severity, because: trouble, at });
}

/** The first few, and how many more. */
function some(words: readonly string[]): string {
  const more = words.length > 5 ? `; and ${words.length - 5} more` : '';
  return `${words.slice(0, 5).join('; ')}${more}`;
}
