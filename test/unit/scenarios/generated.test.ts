import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readPolicy } from '../../../functions/policy/read.ts';
import { everyBoundOf } from '../../../simulator/scenarios/generated/bounds.ts';
import { chanceOfAccount, drawAccount } from '../../../simulator/scenarios/generated/draw.ts';
import { meansTroubles } from '../../../simulator/scenarios/generated/means.ts';
import type { PolicyExcerpt } from '../../../simulator/scenarios/summary.ts';

const file = 'simulator/scenarios/generated/policy.yml';
const read = readPolicy(readFileSync(file, 'utf8'), file);
if (!read.ok) throw new Error(`${file} is not a policy.`);
const policy = read.policy as unknown as PolicyExcerpt;

/** What `npm test` plays. */
const accounts = Array.from({ length: 20 }, (_, index) => drawAccount(chanceOfAccount(String(index + 1)), policy, 4));

describe('twenty generated accounts', () => {
  test('have every kind of resource in every tier, some with points of older snapshots', () => {
    const resources = accounts.flatMap((account) => account.resources);
    const found = new Set(resources.map(({ kind, tier }) => `${kind} in ${tier}`));
    const kinds = ['efs', 'rds', 'aurora'] as const;
    expect([...found].sort()).toEqual(
      Object.keys(policy.tiers)
        .flatMap((tier) => kinds.map((kind) => `${kind} in ${tier}`))
        .sort(),
    );
    expect(resources.filter(({ automatedSnapshots }) => automatedSnapshots).length).toBeGreaterThan(2);
    expect(resources.filter(({ saysMinusOne }) => saysMinusOne).length).toBeGreaterThan(2);
  });

  test('meet every trouble that windows and replicas can have, and that restores and other plans can', () => {
    const drawn = new Set(accounts.flatMap(({ incidents }) => incidents.map((incident) => incident.do)));
    const troubles = Object.values(meansTroubles).flatMap((byKind) => Object.values(byKind).flat());
    for (const trouble of [...troubles, 'restores are slow', 'the other plan stops'] as const) {
      expect([...drawn]).toContain(trouble);
    }
  });

  test('are held to every objective that the policy can name', () => {
    const bounds = accounts.flatMap(({ resources }) =>
      resources.flatMap(({ name, kind, tier }) => everyBoundOf(policy, name, tier, kind)),
    );
    const counts = (objective: string, region: string) =>
      bounds.filter((bound) => bound.objective === objective && bound.region === region).length;
    for (const [objective, region] of [
      ['rpo', 'eu-central-1'],
      ['copy_rpo', 'eu-west-1'],
      ['pitr_rpo', 'eu-central-1'],
      ['pitr_rpo', 'eu-west-1'],
      ['replica_rpo', 'eu-west-1'],
      ['proof', 'eu-central-1'],
      ['proof', 'eu-west-1'],
    ] as const) {
      expect({ objective, region, enough: counts(objective, region) >= 5 }).toEqual({
        objective,
        region,
        enough: true,
      });
    }
  });
});
