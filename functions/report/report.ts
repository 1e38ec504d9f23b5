import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { hereOf } from '../account/here.ts';
import { evidenceOf } from '../evidence/evidence.ts';
import { evidenceBucket, type Shelves } from '../evidence/objects.ts';
import { reportChain, standingChain } from '../evidence/standing.ts';
import { ledgerOf } from '../ledger/ledger.ts';
import { messageOf } from '../platform/errors.ts';
import { lambda, work } from '../platform/lambda.ts';
import { required } from '../platform/seam.ts';
import { loadPolicy } from '../policy/load.ts';
import { type Bucket, makeReport } from './make.ts';
import { stand } from './stand.ts';

/** How far back the daily page goes. The evidence keeps more, and `lifeboat report` reads all of it. */
const usualDays = 31;
/** For as long as the bucket locks what it holds. */
const mostDays = 400;
/** Enough to write what was read. */
const reserveMilliseconds = 90_000;
const dayMilliseconds = 86_400_000;

const Input = z.looseObject({ days: z.optional(z.number()) });

/**
 * Daily, and whenever it is invoked, as with `{}` or `{"days": 7}`: writes down how everything stands here, then makes the
 * page of the evidence of all Regions, and puts it beside the evidence. A record names the page with its hash, so that the
 * next seal holds it. Reads ACCOUNT_ID and REPORTED_REGIONS: the Regions whose evidence it shows, with commas between them.
 */
export const handler = lambda((seam) => {
  const here = hereOf(seam);
  const policy = loadPolicy(seam);
  const ledger = ledgerOf(seam);
  const evidence = evidenceOf(seam);
  const own = evidenceBucket(seam);
  const regions = required(seam.environment, 'REPORTED_REGIONS').split(',').sort();
  const shelves = regions.map((region) => ({
    region,
    shelf:
      region === here.region
        ? own
        : evidenceBucket(seam, { bucket: `lifeboat-evidence-${here.account}-${region}`, region }),
  }));

  return work(Input, async ({ days = usualDays }, invocation) => {
    const now = seam.clock.now();
    const at = now.toISOString();
    const content = await stand({ ledger, policy, here }, now);
    await evidence.append({ id: `standing/${at}`, resource: standingChain, content }, at);

    const buckets: Bucket[] = [];
    for (const { region, shelf } of shelves) {
      buckets.push(await opened(shelf, `${here.account}/${region}`));
    }
    const told = Math.min(mostDays, Math.max(1, days));
    const from = new Date(now.getTime() - told * dayMilliseconds).toISOString();
    const mayGoOn = () => invocation.getRemainingTimeInMillis() > reserveMilliseconds;
    const { page, model } = await makeReport(buckets, { from, at, mayGoOn });

    const key = `reports/${here.account}-${here.region}/${at.replaceAll(':', '')}.html`;
    await own.create(key, page, 'text/html; charset=utf-8');
    const bytes = Buffer.byteLength(page);
    const sha256 = createHash('sha256').update(page).digest('hex');
    const says = model.verdict.says;
    const record = { what: 'report' as const, at, from, key, sha256, bytes, says };
    await evidence.append({ id: `report/${at}`, resource: reportChain, content: record }, at);
    const { state } = model.verdict;
    seam.log.info('The report is written.', { key, bytes, state, says, troubles: model.troubles.length });
    return { key, bytes, sha256, state, says, because: model.verdict.because.slice(0, 20) };
  });
});

/** A Region that does not answer is told on the page, and hides nothing of the others. */
async function opened(shelf: Shelves, location: string): Promise<Bucket> {
  try {
    await shelf.folders('evidence/');
    return { shelf };
  } catch (error) {
    return { location, unreadable: `its evidence could not be read: ${messageOf(error)}` };
  }
}
