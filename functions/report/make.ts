import { buildModel } from './build.ts';
import { gatherer } from './gather.ts';
import type { Model } from './model.ts';
import { pageOf } from './page/page.ts';
import { type ReadOptions, readEvidence, type Shelf, type Trouble } from './read.ts';

export interface Made {
  readonly page: string;
  readonly model: Model;
}

/** What is read of one bucket, or why it could not be opened. */
export type Bucket = { readonly shelf: Shelf } | { readonly location: string; readonly unreadable: string };

/** What the page is to speak of, besides what is read. */
export interface MakeOptions extends ReadOptions {
  /** The instant it speaks of, ISO 8601; by default that of the newest record, since a copy on the disk stands still. */
  readonly at?: string;
  /** The page is about this calendar month (`YYYY-MM`, UTC), and says so. */
  readonly month?: string;
  /** What is known already not to hold, besides what reading shows. */
  readonly troubles?: readonly Trouble[];
}

/** Reads evidence and makes the page of it. */
export async function makeReport(buckets: readonly Bucket[], options: MakeOptions): Promise<Made> {
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
  const { month, troubles } = options;
  const from = options.from ?? firstOf(everything, at);
  const model = buildModel(everything, { from, at, ...(month !== undefined && { month }), troubles: troubles ?? [] });
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
