import { canonicalJson } from '../evidence/canonical.ts';
import { ordinaryShard } from '../ledger/deadline.ts';
import type { Draft, Ledger } from '../ledger/ledger.ts';
import { type RetiredRow, type RosterNewsRow, retiredKey, rosterNewsKey } from '../ledger/pipeline.ts';
import { type ResourceRow, resourceKey, rosterPartition } from '../ledger/resource.ts';
import { messageOf } from '../platform/errors.ts';
import { sideBySide } from '../platform/side-by-side.ts';

const mostTries = 5;

/** DynamoDB answers within some 10 ms and takes a thousand writes a second to one partition: ten thousand take seconds. */
const width = 8;

/**
 * Makes the roster rows of a ledger say what they have to say: only what differs is written, so that an hour in which
 * nothing changed costs a read. A row that cannot be written keeps no other from it, and fails the whole at the end.
 */
export async function writeRoster(ledger: Ledger, rows: readonly Draft<ResourceRow>[]): Promise<void> {
  const before = new Map((await ledger.list<ResourceRow>(rosterPartition)).map((row) => [row.resource, row]));
  const toWrite = rows.filter((row) => {
    const seen = before.get(row.resource);
    return seen === undefined || contentOf(seen) !== contentOf(row);
  });
  const failures: string[] = [];
  await sideBySide(toWrite, width, (row) => writeRow(ledger, row, before.get(row.resource)), {
    mayGoOn: () => true,
    failed: ({ resource }, error) => failures.push(`${resource}: ${messageOf(error)}`),
  });
  if (failures.length > 0) {
    const some = failures.slice(0, 3).join(' ');
    throw new Error(`${failures.length} of ${rows.length} roster rows could not be written. ${some}`);
  }
}

/** What a row says, however often it was written and in whatever order its members come back. */
function contentOf(row: Draft<ResourceRow> & { readonly version?: number }): string {
  const { version: _, ...content } = row;
  return canonicalJson(content);
}

async function writeRow(ledger: Ledger, draft: Draft<ResourceRow>, before: ResourceRow | undefined): Promise<void> {
  let seen = before;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const written =
      seen === undefined
        ? await ledger.create<ResourceRow>(draft)
        : await ledger.replace<ResourceRow>({ ...draft, version: seen.version });
    if (written) return;
    seen = await ledger.get<ResourceRow>(resourceKey(draft.resource));
  }
  throw new Error('it changed under every write');
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
 * Says in a ledger when (ISO 8601) home refreshed its roster; `copies` is for home's own, and counts the Regions that see
 * it for themselves. Due at once: the watch then resolves what stood open.
 */
export async function writeNews(
  ledger: Ledger,
  resources: number,
  refreshedAt: string,
  copies?: number,
): Promise<void> {
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
