import { ordinaryShard } from '../ledger/deadline.ts';
import type { Draft, Ledger } from '../ledger/ledger.ts';
import { type RetiredRow, type RosterNewsRow, retiredKey, rosterNewsKey } from '../ledger/pipeline.ts';
import { type ResourceRow, resourceKey, rosterPartition } from '../ledger/resource.ts';

const mostTries = 5;

/** Writes the roster rows that a ledger has to have; rows that are there already are written over. */
export async function writeRoster(ledger: Ledger, rows: readonly Draft<ResourceRow>[]): Promise<void> {
  const before = new Map((await ledger.list<ResourceRow>(rosterPartition)).map((row) => [row.resource, row]));
  for (const draft of rows) {
    let seen = before.get(draft.resource);
    for (let tries = 0; ; tries += 1) {
      if (tries === mostTries) throw new Error(`The roster row of ${draft.resource} changed under every write.`);
      const written =
        seen === undefined
          ? await ledger.create<ResourceRow>(draft)
          : await ledger.replace<ResourceRow>({ ...draft, version: seen.version });
      if (written) break;
      seen = await ledger.get<ResourceRow>(resourceKey(draft.resource));
    }
  }
}

/** Takes retired resources out of a ledger's roster, and keeps the fact that they were retired. */
export async function writeRetired(
  ledger: Ledger,
  retired: readonly { readonly resource: string; readonly because: string }[],
  now: Date,
): Promise<void> {
  for (const { resource, because } of retired) {
    // The fact first: a row that is missing without it would be a finding.
    await ledger.create<RetiredRow>({ ...retiredKey(resource), resource, because, retiredAt: now.toISOString() });
    const row = await ledger.get<ResourceRow>(resourceKey(resource));
    if (row !== undefined) await ledger.remove(row);
  }
}

/** A resource that carries a tier again is no longer retired. */
export async function forgetRetired(ledger: Ledger, resources: readonly string[]): Promise<void> {
  for (const resource of resources) {
    const row = await ledger.get<RetiredRow>(retiredKey(resource));
    if (row !== undefined) await ledger.remove(row);
  }
}

/**
 * Says in a ledger that its roster is fresh; `copies` is for home's own, and counts the Regions that see it for
 * themselves. Due at once: the watch then resolves what stood open.
 */
export async function writeNews(ledger: Ledger, resources: number, now: Date, copies?: number): Promise<void> {
  const refreshedAt = now.toISOString();
  const news = {
    ...rosterNewsKey,
    refreshedAt,
    writtenBy: 'home' as const,
    resources,
    ...(copies !== undefined && { copies }),
    dueShard: ordinaryShard,
    dueAt: refreshedAt,
  };
  for (let tries = 0; tries < mostTries; tries += 1) {
    const seen = await ledger.get<RosterNewsRow>(rosterNewsKey);
    const written =
      seen === undefined
        ? await ledger.create<RosterNewsRow>(news)
        : await ledger.replace<RosterNewsRow>({ ...news, version: seen.version });
    if (written) return;
  }
  throw new Error(`The row that says when the roster was refreshed changed under every one of ${mostTries} writes.`);
}
