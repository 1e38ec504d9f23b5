import { evidence } from '../../../functions/evidence/evidence.ts';
import type { RecordDraft } from '../../../functions/evidence/record.ts';
import { sealDay } from '../../../functions/report/seal-day.ts';
import { shelvesInMemory } from './shelves-in-memory.ts';

export const account = '111122223333';
export const region = 'eu-west-1';
export const location = `${account}-${region}`;
export const bucketName = `lifeboat-evidence-${location}`;
export const orders = `arn:aws:rds:eu-central-1:${account}:db:orders`;

const dayMilliseconds = 86_400_000;

export function draft(resource: string, id: string): RecordDraft {
  return {
    id,
    resource,
    content: {
      what: 'episode',
      kind: 'rpo',
      severity: 'page',
      openedAt: '2026-03-01T00:00:00.000Z',
      resolvedAt: '2026-03-01T00:00:00.000Z',
      lastedSeconds: 0,
      seen: 1,
      because: 'it was so',
      resolvedBecause: 'it is well',
    },
  };
}

/**
 * A bucket in use: on each day from 2026-03-01 on, two records of the database and one of the pipeline at noon, and the
 * seal at 05:00 of the day after. On the days in `without` nobody seals.
 */
export async function sealedBucket(days: number, without: readonly string[] = []) {
  let now = Date.parse('2026-03-01T12:00:00Z');
  const objects = shelvesInMemory();
  const store = evidence({ objects, clock: { now: () => new Date(now) }, here: { account, region } });
  const seal = () => sealDay(objects, { location: `${account}/${region}`, now: new Date(now) });
  const start = now;
  for (let day = 1; day <= days; day += 1) {
    now = start + (day - 1) * dayMilliseconds;
    const began = new Date(now).toISOString();
    await store.append(draft(orders, `drill/${day}/0`), began);
    await store.append(draft(orders, `protect/${day}/0`), began);
    await store.append(draft('pipeline', `fleet/${day}/0`), began);
    now += 17 * 3_600_000;
    if (!without.includes(new Date(now).toISOString().slice(0, 10))) await seal();
  }
  return { kept: objects.kept, objects, store, seal, wait: (hours: number) => (now += hours * 3_600_000) };
}
