import { readArn } from '../account/resource.ts';
import type { TaggedResource } from '../account/tagged.ts';
import { pipeline } from '../ledger/episode.ts';
import type { Draft } from '../ledger/ledger.ts';
import { type ResourceRow, resourceKey } from '../ledger/resource.ts';
import { placeName } from '../policy/place.ts';
import type { Policy } from '../policy/policy.ts';
import { askedBy, emptyTiers, resolveTier, retiredTier } from '../policy/resolve.ts';

/** Something somebody has to mend, as reconcile found it. Its episode is `finding:<code>` of its subject. */
export interface Found {
  readonly subject: string;
  readonly code: string;
  readonly words: string;
}

export interface Roster {
  /** Every resource that is expected from now on: seen now, or seen before and not retired. */
  readonly rows: readonly Draft<ResourceRow>[];
  readonly retired: readonly { readonly resource: string; readonly because: string }[];
  readonly findings: readonly Found[];
  /** `false`: the discovery says nothing about what is mended, so no finding may end because of it. */
  readonly trustworthy: boolean;
}

/**
 * Compares what carries our tag now with what was expected until now. Nothing leaves the roster but by retirement: a
 * resource that vanished stays, is a finding, and its deadlines go on. A discovery that finds nothing at all is not
 * believed.
 */
export function rosterFrom(known: {
  readonly policy: Policy;
  readonly tagged: readonly TaggedResource[];
  /** What of it is no database that Lifeboat protects though its ARN looks like one, in words. */
  readonly others: ReadonlyMap<string, string>;
  readonly before: readonly ResourceRow[];
  /** ARNs that somebody retires by hand: for what was deleted and cannot be tagged any more. */
  readonly retire: readonly string[];
  /** When home last refreshed the roster, ISO 8601: what was there then and is not now was last seen then. */
  readonly refreshedAt: string;
  readonly now: Date;
}): Roster {
  const { policy, tagged, others, before, retire, refreshedAt, now } = known;
  if (tagged.length === 0) return nothingFound(before, retire);
  const at = now.toISOString();
  const expected = new Map<string, ResourceRow>(before.map((row) => [row.resource, row]));
  const rows: Draft<ResourceRow>[] = [];
  const retired: { resource: string; because: string }[] = [];
  const findings: Found[] = [];
  const carriers: Record<string, number> = {};

  for (const { arn, tags } of tagged) {
    const asked = askedBy(tags);
    const row = expected.get(arn);
    expected.delete(arn);
    if (asked === null) continue;
    if (asked.tier === retiredTier) {
      if (row !== undefined) retired.push({ resource: arn, because: `it is tagged lifeboat:tier=${retiredTier}` });
      continue;
    }
    const kind = readArn(arn)?.kind;
    const other = others.get(arn);
    if (kind === undefined || other !== undefined) {
      const is = other === undefined ? '' : ` and is ${other}`;
      const until =
        row === undefined
          ? ''
          : `. It was protected as ${row.tier} until now, and stays expected until it is tagged lifeboat:tier=${retiredTier}`;
      const words = `it carries lifeboat:tier=${asked.tier}${is}: Lifeboat protects EFS file systems, RDS instances and Aurora clusters only${until}`;
      findings.push({ subject: arn, code: 'kind-not-supported', words });
      if (row !== undefined) rows.push(seenAgain(row));
      continue;
    }
    const resolution = resolveTier(policy, asked, kind);
    if (!resolution.ok) {
      findings.push({ subject: arn, code: resolution.finding.code, words: resolution.finding.words });
      // What it was protected by until now still holds.
      if (row !== undefined) rows.push(seenAgain(row));
      continue;
    }
    const { tierName, tier } = resolution.settings;
    carriers[tierName] = (carriers[tierName] ?? 0) + 1;
    for (const { code, words } of resolution.findings) findings.push({ subject: arn, code, words });
    rows.push({
      ...resourceKey(arn),
      resource: arn,
      kind,
      name: calledBy(arn, tags),
      tier: tierName,
      ...(asked.checks !== null && asked.checks !== undefined && asked.checks !== '' && { checks: asked.checks }),
      ...(tier.backup === null && { madeElsewhere: true as const }),
      firstSeenAt: row?.firstSeenAt ?? at,
    });
  }

  for (const row of expected.values()) {
    if (retire.includes(row.resource)) {
      retired.push({ resource: row.resource, because: 'it was retired by hand' });
      continue;
    }
    const lastSeenAt = row.lastSeenAt ?? refreshedAt;
    rows.push({ ...row, lastSeenAt });
    const words = `it was protected as ${row.tier}, last seen at ${lastSeenAt}, and is deleted or no longer tagged`;
    findings.push({ subject: row.resource, code: 'vanished', words });
  }
  for (const { code, words } of emptyTiers(policy, carriers)) {
    const [, tier = ''] = /=(\S+);/.exec(words) ?? [];
    findings.push({ subject: pipeline, code: `${code}:${tier}`, words });
  }
  rows.sort((one, other) => (one.sk < other.sk ? -1 : 1));
  return { rows, retired, findings, trustworthy: true };
}

function seenAgain({ lastSeenAt: _, ...row }: ResourceRow): Draft<ResourceRow> {
  return row;
}

/** What a person calls it: a file system by its tag Name, with the id; a database has a name for an id. */
function calledBy(arn: string, tags: Readonly<Record<string, string>>): string {
  const read = readArn(arn);
  const name = tags.Name?.trim() ?? '';
  if (read === undefined) return arn;
  return read.kind === 'efs' && name !== '' ? `${name} (${read.id})` : read.id;
}

function nothingFound(before: readonly ResourceRow[], retire: readonly string[]): Roster {
  const gone = before.filter(({ resource }) => retire.includes(resource));
  const rows = before.filter(({ resource }) => !retire.includes(resource));
  const finding =
    rows.length === 0
      ? { code: 'nothing-to-protect', words: 'no resource of this account and Region carries the tag lifeboat:tier' }
      : {
          code: 'empty-discovery',
          words: `not one resource carries lifeboat:tier, and ${rows.length} did. The list is not believed: all of them stay expected`,
        };
  return {
    rows,
    retired: gone.map(({ resource }) => ({ resource, because: 'it was retired by hand' })),
    findings: [{ subject: pipeline, ...finding }],
    trustworthy: false,
  };
}

/** The Regions of this account that a resource of a tier is copied to, and that must be told to expect it. */
export function copyRegionsOf(policy: Policy, tier: string, account: string): string[] {
  const copies = policy.tiers[tier]?.copies ?? [];
  return copies.filter(({ to }) => to.account === null || to.account === account).map(({ to }) => to.region);
}

/** Every Region of this account that some tier copies to. */
export function copyRegions(policy: Policy, account: string): string[] {
  return [...new Set(Object.keys(policy.tiers).flatMap((tier) => copyRegionsOf(policy, tier, account)))].sort();
}

/** What the policy asks for and this version does not do: told, never silently left out. */
export function notDone(policy: Policy, account: string): Found[] {
  const elsewhere = Object.values(policy.tiers)
    .flatMap((tier) => tier.copies)
    .filter(({ to }) => to.account !== null && to.account !== account)
    .map(({ to }) => placeName(to));
  return [...new Set(elsewhere)].sort().map((place) => ({
    subject: pipeline,
    code: `not-watched:${place.replace('/', '-')}`,
    words: `${policy.file} copies to ${place}, and this version cannot write the roster of another account`,
  }));
}
