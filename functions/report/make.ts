import { buildModel } from './build.ts';
import { gatherer } from './gather.ts';
import type { Model } from './model.ts';
import { pageOf } from './page/page.ts';
import { type ReadOptions, readEvidence, type Shelf } from './read.ts';

export interface Made {
  readonly page: string;
  readonly model: Model;
}

/** What is read of one bucket, or why it could not be opened. */
export type Bucket = { readonly shelf: Shelf } | { readonly location: string; readonly unreadable: string };

/**
 * Reads evidence and makes the page of it. `at` (ISO 8601) is the instant it speaks of; by default that of the newest record,
 * since a copy on the disk stands still.
 */
export async function makeReport(
  buckets: readonly Bucket[],
  options: ReadOptions & { readonly at?: string },
): Promise<Made> {
  const gathered = gatherer();
  for (const bucket of buckets) {
    if ('shelf' in bucket) await readEvidence(bucket.shelf, gathered, options);
    else {
      const { location, unreadable } = bucket;
      const troubles = [{ of: location, words: unreadable }];
      gathered.place({ location, chains: 0, records: 0, read: 0, seals: { count: 0, missed: [] }, troubles });
    }
  }
  const everything = gathered.everything();
  const at = options.at ?? (everything.newest === '' ? new Date(0).toISOString() : everything.newest);
  const model = buildModel(everything, { from: options.from ?? firstOf(everything, at), at });
  return { page: pageOf(model), model };
}

/** The first instant that anything is known of. */
function firstOf({ resources }: ReturnType<ReturnType<typeof gatherer>['everything']>, at: string): string {
  let first = Date.parse(at);
  for (const { backups, drills } of resources.values()) {
    for (const one of backups) first = Math.min(first, one);
    for (const one of drills) first = Math.min(first, one.at);
  }
  return new Date(first).toISOString();
}
