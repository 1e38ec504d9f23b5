import { describe, expect, test } from '@jest/globals';
import { wantedFor } from '../../../cli/doctor/deployed.ts';
import { readPolicyFile } from '../../../cli/package/policy.ts';
import { machinesOf } from '../../../functions/watch/machines.ts';

describe('the machines that are asked for their executions', () => {
  test.each([
    ['policy.yml', 'home', true],
    ['policy.yml', 'copy', false],
    // There another plan makes the points: lifeboat-protect is not deployed, and a list of its executions is refused.
    ['examples/policies/another-plan.yml', 'home', false],
    ['examples/policies/another-plan.yml', 'copy', false],
  ] as const)('%s, %s: are deployed there', async (file, part, protects) => {
    const { policy } = await readPolicyFile(file);
    const machines = machinesOf(part, policy).map((machine) => `lifeboat-${machine}`);
    expect(wantedFor(policy, part).machines).toEqual(expect.arrayContaining(machines));
    expect(machines).toEqual(expect.arrayContaining(['lifeboat-drill', 'lifeboat-fleet', 'lifeboat-recover']));
    expect(machines.includes('lifeboat-protect')).toBe(protects);
  });
});
