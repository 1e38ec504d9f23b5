import { describe, expect, test } from '@jest/globals';
import { type ResourceRow, resourceKey } from '../../../functions/ledger/resource.ts';
import { copyRegions, rosterFrom } from '../../../functions/watch/roster.ts';
import { account, copyRegion, gold, mail, orders, policyOf } from '../watch-world.ts';

const now = new Date('2026-03-02T00:00:00.000Z');
const before: ResourceRow = {
  ...resourceKey(orders),
  version: 1,
  resource: orders,
  kind: 'rds',
  name: 'orders',
  tier: 'gold',
  firstSeenAt: '2026-01-01T00:00:00.000Z',
};
const from = (tier: string) =>
  rosterFrom({
    policy: policyOf(),
    tagged: [
      { arn: orders, tags: { 'lifeboat:tier': tier } },
      { arn: mail, tags: { 'lifeboat:tier': 'gold', 'lifeboat:checks': ' mail ' } },
    ],
    others: new Map(),
    before: [before],
    retire: [],
    refreshedAt: '2026-03-01T23:00:00.000Z',
    now,
  });

describe('the roster', () => {
  test('keeps when a resource was first seen, and says nothing new of one that is as it was', () => {
    const { version: _, ...asItWas } = before;
    expect(from('gold').rows.find(({ resource }) => resource === orders)).toEqual(asItWas);
  });

  test('keeps a resource as it was while its tier matches nothing', () => {
    const roster = from('godl');
    expect(roster.rows.find(({ resource }) => resource === orders)).toEqual(before);
    expect(roster.findings.map(({ code }) => code)).toContain('unknown-tier');
  });

  test('carries the checks that a resource asks for, and finds those that match nothing', () => {
    expect(from('gold').rows.find(({ resource }) => resource === mail)).toMatchObject({ checks: 'mail' });
    expect(from('gold').findings.map(({ subject, code }) => [subject, code])).toEqual([[mail, 'unknown-checks']]);
  });

  test('says of a resource whose tier has no backup: that another plan makes its points', () => {
    const made = (backup: (typeof gold)['backup']) =>
      rosterFrom({
        policy: policyOf({ gold: { ...gold, backup } }),
        tagged: [{ arn: orders, tags: { 'lifeboat:tier': 'gold' } }],
        others: new Map(),
        before: [{ ...before, madeElsewhere: true }],
        retire: [],
        refreshedAt: '2026-03-01T23:00:00.000Z',
        now,
      }).rows.map(({ madeElsewhere }) => madeElsewhere);
    expect(made(null)).toEqual([true]);
    expect(made(gold.backup)).toEqual([undefined]);
  });

  test('is written to the Regions that a tier copies to, of this account only', () => {
    const abroad = { ...gold, copies: [{ ...gold.copies[0], to: { region: 'us-east-1', account: '999988887777' } }] };
    expect(copyRegions(policyOf({ gold, abroad: abroad as typeof gold }), account)).toEqual([copyRegion]);
  });
});
