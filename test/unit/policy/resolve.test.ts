import { describe, expect, test } from '@jest/globals';
import { objectivesAt, roleOf, rtoAt } from '../../../functions/policy/owners.ts';
import { askedBy, checksFor, emptyTiers, resolveTier, tierNamed } from '../../../functions/policy/resolve.ts';
import { goldTier, goodPolicy } from './policies.ts';

const policy = goodPolicy({
  tiers: `${goldTier}
  silver:
    kinds: [ efs ]
    may_be_empty: true
    backup: { every: 1 day, keep: 200 days, cold_after: 30 days }
    objectives: { rpo: 26 hours 30 minutes }
  vaulted:
    backup: { every: 6 hours, keep: 14 days }
    copies: [ { to: eu-west-1, keep: 35 days }, { to: 123456789012/eu-west-1, keep: 90 days } ]
    drill: { every: 1 day, from: 123456789012/eu-west-1 }
    objectives: { rpo: 9 hours, copy_rpo: 12 hours, pitr_rpo: 15 minutes, proof: 48 hours, rto: 4 hours }
  local:
    backup: { every: 6 hours, keep: 14 days }
    drill: { every: 1 day, from: home }
    objectives: { rpo: 9 hours, proof: 48 hours, rto: 4 hours }`,
  checks: `  orders: { database: shop, integrity: none, assertions: [ { name: a, sql: select 1, equals: 1 } ] }
  mail: { files: { must_exist: [ data/names.nsf ] } }`,
});

const foundFor = (tags: Record<string, string>, kind: 'efs' | 'rds' | 'aurora') => {
  const asked = askedBy(tags);
  if (asked === null) throw new Error('no tier tag');
  return resolveTier(policy, asked, kind);
};

describe('a resource gets the settings of its tier, and the reason for each', () => {
  test('reasons name the field of the file, and say what is a default', () => {
    const found = foundFor({ 'lifeboat:tier': 'gold', 'lifeboat:checks': 'orders' }, 'rds');
    expect(found).toMatchObject({ ok: true, findings: [], settings: { tierName: 'gold', checksName: 'orders' } });
    expect(found.ok && found.reasons).toEqual({
      tier: 'tag lifeboat:tier=gold',
      kinds: 'default: policy.yml does not name tiers.gold.kinds, so it is efs, rds, aurora',
      mayBeEmpty: 'default: policy.yml does not name tiers.gold.may_be_empty, so it is false',
      'backup.everySeconds': 'tiers.gold.backup.every in policy.yml is 6 hours',
      'backup.keepDays': 'tiers.gold.backup.keep in policy.yml is 14 days',
      'backup.coldAfterDays': 'policy.yml does not name tiers.gold.backup.cold_after, so points stay warm',
      'copies[0].to': 'tiers.gold.copies[0].to in policy.yml is eu-west-1',
      'copies[0].keepDays': 'tiers.gold.copies[0].keep in policy.yml is 35 days',
      'drill.everySeconds': 'tiers.gold.drill.every in policy.yml is 1 day',
      'drill.from': 'tiers.gold.drill.from in policy.yml is eu-west-1',
      'objectives.rpo': 'tiers.gold.objectives.rpo in policy.yml is 9 hours',
      'objectives.copy_rpo': 'tiers.gold.objectives.copy_rpo in policy.yml is 12 hours',
      'objectives.proof': 'tiers.gold.objectives.proof in policy.yml is 2 days',
      'objectives.rto': 'tiers.gold.objectives.rto in policy.yml is 4 hours',
      checks: 'tag lifeboat:checks=orders, checks.orders in policy.yml',
    });
  });

  test('a resource without the tag is not ours', () => {
    expect(askedBy({ Name: 'shop' })).toBeNull();
  });

  test.each([
    ['glod', "tier tag 'glod' matches no tier; tiers are gold, silver, vaulted, local; did you mean gold?"],
    ['Gold', "tier tag 'Gold' matches no tier; tiers are gold, silver, vaulted, local; did you mean gold?"],
    ['', "tier tag '' matches no tier; tiers are gold, silver, vaulted, local"],
    ['constructor', "tier tag 'constructor' matches no tier; tiers are gold, silver, vaulted, local"],
  ])('the tier tag %p is a finding, not a resource that is skipped', (tier, words) => {
    expect(foundFor({ 'lifeboat:tier': tier }, 'rds')).toEqual({ ok: false, finding: { code: 'unknown-tier', words } });
  });

  test('a tier that does not take the kind is a finding', () => {
    expect(foundFor({ 'lifeboat:tier': 'silver' }, 'aurora')).toEqual({
      ok: false,
      finding: { code: 'kind-not-in-tier', words: "tier 'silver' takes efs only, and this is an Aurora cluster" },
    });
  });

  test('a slip in the checks tag is a finding and does not stop backups', () => {
    const found = foundFor({ 'lifeboat:tier': 'gold', 'lifeboat:checks': 'order' }, 'rds');
    expect(found).toMatchObject({
      ok: true,
      settings: { checksName: null, checks: { of: 'database', integrity: 'full' } },
      findings: [
        {
          code: 'unknown-checks',
          words: "checks tag 'order' matches no checks; checks are orders, mail; did you mean orders?",
        },
      ],
    });
  });
});

describe('checks of a resource', () => {
  test('without a tag, the defaults of its kind run and say so', () => {
    expect(checksFor(policy, null, 'aurora')).toEqual({
      name: null,
      checks: {
        of: 'database',
        database: null,
        assertions: [],
        integrity: 'full',
        rowCounts: { mayDrop: 0.2, mayGrow: null },
        mayVanish: [],
        digest: { equalsLastPass: [], equals: {} },
      },
      because: 'no tag lifeboat:checks, so the default checks of a database run',
      finding: null,
    });
    expect(checksFor(policy, undefined, 'efs').checks).toEqual({
      of: 'files',
      mustExist: [],
      checksums: 'sample',
      owner: null,
      mode: null,
      mayDrop: 0.2,
      mayChange: 0.5,
      mayTurnOver: 0.2,
    });
  });

  test('checks of files on a database are a finding', () => {
    expect(checksFor(policy, 'mail', 'rds')).toMatchObject({
      name: null,
      checks: { of: 'database' },
      finding: { code: 'checks-of-another-kind', words: "checks 'mail' ask for files, and this is an RDS instance" },
    });
  });
});

describe('the stack in a place owns every objective there', () => {
  const at = (tier: string, region: string, account?: string, homeAccount?: string) =>
    objectivesAt(policy, tier, {
      region,
      ...(account === undefined ? {} : { account }),
      ...(homeAccount === undefined ? {} : { homeAccount }),
    }).map(({ objective, boundSeconds }) => `${objective} ${boundSeconds / 3_600}`);

  test('home owns the recovery points, the copy Region the copies and what is proven there', () => {
    expect(at('gold', 'eu-central-1')).toEqual(['rpo 9']);
    expect(at('gold', 'eu-west-1')).toEqual(['copy_rpo 12', 'proof 48']);
    expect(at('gold', 'us-east-1')).toEqual([]);
  });

  test('home owns the proof when drills are from home', () => {
    expect(at('local', 'eu-central-1')).toEqual(['rpo 9', 'proof 48']);
    expect(rtoAt(policy, 'local', { region: 'eu-central-1' })?.boundSeconds).toBe(14_400);
  });

  test('of two copies in one Region, each account owns its own', () => {
    expect(at('vaulted', 'eu-west-1', '123456789012', '999999999999')).toEqual(['copy_rpo 12', 'proof 48']);
    expect(at('vaulted', 'eu-west-1', '999999999999', '999999999999')).toEqual(['copy_rpo 12']);
    expect(at('vaulted', 'eu-west-1', '555555555555', '999999999999')).toEqual([]);
    expect(at('gold', 'eu-west-1', '123456789012', '999999999999')).toEqual([]);
    expect(at('gold', 'eu-central-1', '123456789012', '999999999999')).toEqual([]);
  });

  test('an account that is given without the home account counts as home’s own', () => {
    expect(at('gold', 'eu-west-1', '999999999999')).toEqual(['copy_rpo 12', 'proof 48']);
    expect(at('gold', 'eu-central-1', '999999999999')).toEqual(['rpo 9']);
  });

  test('a point in time is an objective of databases only', () => {
    const here = { region: 'eu-central-1' };
    const names = (kind: 'efs' | 'rds') =>
      objectivesAt(policy, 'vaulted', here, kind).map(({ objective }) => objective);
    expect(names('rds')).toEqual(['rpo', 'pitr_rpo']);
    expect(names('efs')).toEqual(['rpo']);
  });

  test('each bound has its reason', () => {
    expect(objectivesAt(policy, 'gold', { region: 'eu-west-1' }).map(({ because }) => because)).toEqual([
      'tiers.gold.objectives.copy_rpo in policy.yml is 12 hours, and copies go to eu-west-1',
      'tiers.gold.objectives.proof in policy.yml is 2 days, and drills are from eu-west-1',
    ]);
  });

  test('rto has no deadline: it is measured where drills run', () => {
    expect(rtoAt(policy, 'gold', { region: 'eu-west-1' })).toEqual({
      boundSeconds: 14_400,
      because: 'tiers.gold.objectives.rto in policy.yml is 4 hours, and drills are from eu-west-1',
    });
    expect(rtoAt(policy, 'gold', { region: 'eu-central-1' })).toBeNull();
  });

  test('a tier that is not in the policy is an error, never an empty list', () => {
    expect(() => objectivesAt(policy, 'glod', { region: 'eu-west-1' })).toThrow("tier 'glod' is not in policy.yml");
    expect(() => tierNamed(policy, 'toString')).toThrow("tier 'toString' is not in policy.yml");
    expect(() => roleOf(policy, 'glod', { region: 'eu-west-1' })).toThrow(
      expect.objectContaining({ name: 'UnknownTier' }),
    );
  });
});

describe('a tier without resources', () => {
  test('is a finding, unless it says that it may be empty', () => {
    const findings = emptyTiers(policy, { gold: 3, silver: 0, vaulted: 1 });
    expect(findings).toEqual([
      {
        code: 'empty-tier',
        words: 'no resource carries lifeboat:tier=local; tag one, remove the tier, or write may_be_empty: true',
      },
    ]);
  });
});
