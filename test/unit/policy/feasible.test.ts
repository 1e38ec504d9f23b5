import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { misfits } from '../../../functions/policy/consistent.ts';
import { copyAge, feasibility, homeAge, proofAge } from '../../../functions/policy/feasible.ts';
import { type Kind, kinds } from '../../../functions/policy/kind.ts';
import type { Tier } from '../../../functions/policy/policy.ts';

const hour = 3_600;
const copyPlace = { region: 'eu-west-1', account: null };

const durations = (most: number) => fc.integer({ min: 1, max: most }).map((hours) => hours * hour);

const anyTier = fc
  .record({
    kinds: fc.subarray([...kinds], { minLength: 1 }) as fc.Arbitrary<Kind[]>,
    every: durations(72),
    keepDays: fc.integer({ min: 1, max: 30 }),
    copyKeepDays: fc.integer({ min: 1, max: 60 }),
    drillEvery: durations(24 * 14),
    fromHome: fc.boolean(),
    rpo: fc.option(durations(96), { nil: undefined }),
    copyRpo: fc.option(durations(120), { nil: undefined }),
    proof: fc.option(durations(24 * 20), { nil: undefined }),
    rto: fc.option(durations(24), { nil: undefined }),
  })
  .map(
    (drawn): Tier => ({
      kinds: drawn.kinds,
      mayBeEmpty: false,
      backup: { everySeconds: drawn.every, keepDays: drawn.keepDays, coldAfterDays: null },
      copies: [{ to: copyPlace, keepDays: drawn.copyKeepDays, coldAfterDays: null }],
      drill: { everySeconds: drawn.drillEvery, from: drawn.fromHome ? 'home' : copyPlace },
      objectives: {
        ...(drawn.rpo === undefined ? {} : { rpo: drawn.rpo }),
        ...(drawn.copyRpo === undefined ? {} : { copy_rpo: drawn.copyRpo }),
        ...(drawn.proof === undefined ? {} : { proof: drawn.proof }),
        ...(drawn.rto === undefined ? {} : { rto: drawn.rto }),
      },
    }),
  );

const broken = (tier: Tier) =>
  feasibility(tier)
    .filter((ruling) => !ruling.holds)
    .map((ruling) => ruling.field);

/** Every field that is broken after the change was broken before it. */
const noneIsNew = (before: Tier, after: Tier) => expect(broken(before)).toEqual(expect.arrayContaining(broken(after)));

describe('what can be met stays so when less is promised', () => {
  test('by an older proof', () => {
    fc.assert(
      fc.property(anyTier, durations(100), (tier, more) => {
        const { proof } = tier.objectives;
        fc.pre(proof !== undefined);
        noneIsNew(tier, { ...tier, objectives: { ...tier.objectives, proof: (proof ?? 0) + more } });
      }),
    );
  });

  test('by every age bound at once, while points are kept as much longer', () => {
    fc.assert(
      fc.property(anyTier, fc.integer({ min: 1, max: 30 }), (tier, days) => {
        const more = days * 24 * hour;
        const objectives = Object.fromEntries(
          Object.entries(tier.objectives).map(([name, seconds]) => [name, name === 'rto' ? seconds : seconds + more]),
        );
        const backup = tier.backup && { ...tier.backup, keepDays: tier.backup.keepDays + days };
        const copies = tier.copies.map((copy) => ({ ...copy, keepDays: (copy.keepDays ?? 0) + days }));
        noneIsNew(tier, { ...tier, objectives, backup, copies });
      }),
    );
  });

  test('or when more is done: more backups, more drills, longer retention, fewer kinds', () => {
    fc.assert(
      fc.property(anyTier, fc.integer({ min: 0, max: 100 }), (tier, percent) => {
        const fewer = (seconds: number) => Math.max(hour, Math.round((seconds * percent) / 100));
        const { backup, drill } = tier;
        fc.pre(backup !== null && drill !== null);
        if (backup === null || drill === null) return;
        noneIsNew(tier, {
          ...tier,
          backup: { ...backup, everySeconds: Math.min(backup.everySeconds, fewer(backup.everySeconds)) },
        });
        noneIsNew(tier, {
          ...tier,
          drill: { ...drill, everySeconds: Math.min(drill.everySeconds, fewer(drill.everySeconds)) },
        });
        noneIsNew(tier, { ...tier, backup: { ...backup, keepDays: backup.keepDays + percent } });
        noneIsNew(tier, { ...tier, kinds: tier.kinds.slice(0, 1) });
      }),
    );
  });

  test('the least that a refusal asks for is enough', () => {
    fc.assert(
      fc.property(anyTier, (tier) => {
        const rpo = homeAge(tier)?.seconds ?? 0;
        const withRpo = { ...tier, objectives: { rto: 4 * hour, rpo } };
        const copyRpo = copyAge(withRpo)?.seconds ?? 0;
        const withCopy = { ...tier, objectives: { ...withRpo.objectives, copy_rpo: copyRpo } };
        const proof = proofAge(withCopy)?.seconds ?? 0;
        const met = { ...tier, objectives: { ...withCopy.objectives, proof } };
        expect(broken(met).filter((field) => field.startsWith('objectives'))).toEqual([]);
        const justBelow = { ...met, objectives: { ...met.objectives, proof: proof - 1 } };
        expect(broken(justBelow)).toContain('objectives.proof');
      }),
    );
  });
});

describe('every ruling has its reason', () => {
  const gold: Tier = {
    kinds: [...kinds],
    mayBeEmpty: false,
    backup: { everySeconds: 6 * hour, keepDays: 14, coldAfterDays: null },
    copies: [{ to: copyPlace, keepDays: 35, coldAfterDays: null }],
    drill: { everySeconds: 24 * hour, from: copyPlace },
    objectives: { rpo: 9 * hour, copy_rpo: 12 * hour, pitr_rpo: 900, proof: 48 * hour, rto: 4 * hour },
  };

  test('the tier of the design can be met, and each answer says why', () => {
    const rulings = feasibility(gold);
    expect(misfits(gold, 'eu-central-1')).toEqual([]);
    expect(rulings.map(({ field, holds }) => [field, holds])).toEqual([
      ['objectives.rpo', true],
      ['objectives.copy_rpo', true],
      ['objectives.proof', true],
      ['backup.keep', true],
      ['copies[0].keep', true],
    ]);
    expect(rulings.every((ruling) => ruling.because.includes('hours'))).toBe(true);
  });

  test('where another plan makes the points, nothing is said about what that plan can do', () => {
    const watched = { ...gold, backup: null, copies: [], drill: null, objectives: { rpo: hour } };
    expect(feasibility(watched)).toEqual([]);
  });

  test('an rpo that the backups cannot meet does not excuse what follows from it', () => {
    const hasty = { ...gold, objectives: { ...gold.objectives, rpo: hour, copy_rpo: 3 * hour } };
    expect(broken(hasty)).toEqual(['objectives.rpo']);
    const impossible = { ...gold, objectives: { copy_rpo: 3 * hour } };
    expect(broken(impossible)).toEqual(['objectives.copy_rpo']);
  });
});
