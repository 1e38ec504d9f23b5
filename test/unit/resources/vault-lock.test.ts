import { describe, expect, test } from '@jest/globals';
import { readPolicy } from '../../../functions/policy/read.ts';
import { vaultLock } from '../../../resources/vault-lock.ts';

const text = (more = '', backup = 'backup: { every: 6 hours, keep: 14 days }') => `
home: eu-central-1
${more}
alerts: { page: [ oncall@example.com ] }
tiers:
  gold:
    ${backup}
    copies: [ { to: eu-west-1, keep: 35 days } ]
    objectives: { rpo: 9 hours, copy_rpo: 12 hours }
`;
const policy = (...parts: Parameters<typeof text>) => {
  const read = readPolicy(text(...parts), 'policy.yml');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.policy;
};

describe('the lock of a vault', () => {
  test('lets no point live shorter than the policy asks for in that Region', () => {
    expect(vaultLock(policy(), 'home', 'eu-central-1')).toEqual({ MinRetentionDays: 14 });
    expect(vaultLock(policy(), 'copy', 'eu-west-1')).toEqual({ MinRetentionDays: 35 });
  });

  test('can be taken off by nobody only where the policy says compliance', () => {
    const compliance = policy('lock: compliance');
    expect(vaultLock(compliance, 'home', 'eu-central-1')).toEqual({ MinRetentionDays: 14, ChangeableForDays: 3 });
    expect(vaultLock(policy('lock: governance'), 'home', 'eu-central-1')).toEqual({ MinRetentionDays: 14 });
  });

  test('is not misspelt in silence', () => {
    const read = readPolicy(text('lock: strict'), 'policy.yml');
    expect(read.ok).toBe(false);
    expect(read.ok ? [] : read.problems.map(({ field, mend }) => [field, mend])).toEqual([
      ['lock', 'write governance or compliance'],
    ]);
  });
});
