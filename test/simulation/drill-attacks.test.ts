import { beforeAll, describe, expect, test } from '@jest/globals';
import { playDrill } from './drill/launch.ts';
import type { AttackResult } from './drill/play-attacks.ts';

let result: AttackResult;
beforeAll(async () => {
  result = await playDrill<AttackResult>('play-attacks.ts');
}, 120_000);

describe('a tear-down that is called with what names production', () => {
  test('deletes nothing, and does not even try', () => {
    expect(result.attacks).toHaveLength(24);
    expect(result.attacks.filter(({ lost }) => lost.length > 0)).toEqual([]);
    expect(result.attacks.filter(({ deletions }) => deletions.length > 0)).toEqual([]);
  });

  test('says so: each attack ends in a refusal, or finds nothing of that name', () => {
    for (const { name, answered } of result.attacks) {
      expect({ name, answered }).toEqual({
        name,
        answered: expect.stringMatching(
          /^(NotScratch|InputRejected|scratch gone)( \| (NotScratch|InputRejected|scratch gone))?$/,
        ),
      });
    }
    const refused = result.attacks.filter(({ answered }) => /NotScratch|InputRejected/.test(answered));
    expect(refused.length).toBeGreaterThan(20);
  });

  test('could have deleted: true scratch goes in the same way', () => {
    expect(result.control.before - result.control.after).toBe(2);
    expect(result.control.allowedTo).toEqual(
      expect.arrayContaining(['DrillTearDownRole eu-central-1', 'SweepRole eu-central-1']),
    );
  });
});

describe('the packaged roles', () => {
  test('refuse by themselves what is not born as scratch', () => {
    expect(result.roles.length).toBeGreaterThan(30);
    const refused = result.attacks.filter(({ roles }) => roles === 'refuse');
    expect(refused).toHaveLength(15);
    expect(refused.filter(({ allowedTo }) => allowedTo.length > 0)).toEqual([]);
  });

  test('let nobody but the tear-down and the sweep delete even what carries a name of scratch', () => {
    const others = result.attacks
      .flatMap(({ allowedTo }) => allowedTo)
      .filter((role) => !/^(DrillTearDown|RecoverTearDown|Sweep)Role /.test(role));
    expect(others).toEqual([]);
  });

  test('let nobody make scratch of production, or take away backups, evidence or the means to restore', () => {
    expect(result.forbidden).toHaveLength(20);
    expect(result.forbidden.filter(({ allowedTo }) => allowedTo.length > 0)).toEqual([]);
  });
});
