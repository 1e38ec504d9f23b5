import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileTemplate, stacksOf } from '../../cli/package.ts';
import { attacksIn, onlyFor } from './rights/attacks.ts';
import { courtOf, type Role } from './rights/decide.ts';
import { standing } from './rights/packaged.ts';
import type { Tapped } from './rights/tapped.ts';

const [home, copy] = ['eu-central-1', 'eu-west-1'];
let folder = '';
let stacks: Tapped['stacks'] = [];
let roles: readonly Role[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-attacks-'));
  const policyFile = 'policy.yml';
  stacks = await Promise.all(
    (await stacksOf(policyFile)).map(async (stack) =>
      standing(await compileTemplate({ ...stack, policyFile, outDir: folder }), stack.region),
    ),
  );
  // AWS Backup's own role is assumed by AWS Backup alone, and holds what AWS defines as its managed policies.
  roles = courtOf(stacks).roles.filter(({ logicalId }) => logicalId !== 'BackupRole');
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each([
  [home, copy],
  [copy, home],
])('in %s, whoever has taken over any of our roles', (region, other) => {
  const attacks = attacksIn(region, other);

  test('would find more than fifty things to try', () => {
    expect(Object.values(attacks).flat().length).toBeGreaterThan(100);
    expect(roles.length).toBeGreaterThan(50);
  });

  test.each(Object.entries(attacks))(
    'cannot %s',
    async (_what, requests) => {
      const { decide } = courtOf(stacks);
      const done: string[] = [];
      for (const { context = {}, ...request } of requests) {
        for (const role of roles) {
          const { allowed } = await decide(role, { ...request, context });
          if (allowed) done.push(`${role.name}: ${request.action} on ${request.resource}`);
        }
      }
      expect(done).toEqual([]);
    },
    60_000,
  );

  test('can do what its work asks for, and nobody else can', async () => {
    const { decide } = courtOf(stacks);
    for (const { attack, roles: expected } of onlyFor(region)) {
      const { context = {}, ...request } = attack;
      const allowed: string[] = [];
      for (const role of roles) if ((await decide(role, { ...request, context })).allowed) allowed.push(role.logicalId);
      const there = expected.filter((name) => roles.some((role) => role.logicalId === name && role.region === region));
      expect({ ...request, allowed: [...new Set(allowed)].sort() }).toEqual({ ...request, allowed: there.sort() });
    }
  });
});
