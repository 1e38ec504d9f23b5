import { beforeAll, describe, expect, test } from '@jest/globals';
import { playedOnce } from '../session/played.ts';
import { printed } from './drill/launch.ts';
import type { ScratchRun } from './scratch-run.ts';
import { scratch } from './shared-runs.ts';

let played: ScratchRun;
/** Deletions in the copy Region are denied until then; what was restored a day late comes after it. */
const deniedUntil = 8;
beforeAll(async () => {
  played = printed(await playedOnce(scratch, { listened: true }));
}, 900_000);

const drillOf = (resource: string) => played.drills.find((drill) => drill.resource === resource)?.content ?? {};
const told = (kind: string, resource: string) =>
  played.messages.filter((message) => message.kind === kind && message.resource === resource);
const standing = (hours: number) => played.scratch.find((look) => look.hours === hours)?.names ?? [];

describe('scratch that may not be deleted', () => {
  test.each(['ledger', 'notes'])('keeps the verdict of %s, and is in its evidence', (resource) => {
    expect(drillOf(resource)).toMatchObject({
      verdict: { is: 'PASS' },
      outcome: 'FAILED',
      error: 'TearDownFailed',
      scratch: 'not gone',
    });
  });

  test.each(['ledger', 'notes', 'wiki'])('is an episode of its own for %s, told once and resolved once', (resource) => {
    const phases = told('tear-down', resource).map(({ phase }) => phase);
    expect(phases.filter((phase) => phase === 'opened')).toHaveLength(1);
    expect(phases.at(-1)).toBe('resolved');
    // What another resource left does not keep it open.
    const resolved = told('tear-down', resource).at(-1)?.hours ?? 0;
    expect(resolved).toBeGreaterThan(deniedUntil);
    expect(resolved).toBeLessThan(deniedUntil + 4);
  });

  test('goes within two sweeps once it may: the instance before its cluster, mount targets before the files', () => {
    expect(standing(5).length).toBeGreaterThanOrEqual(4);
    expect(standing(deniedUntil + 2)).toEqual([]);
    const order = played.deleted.map(({ operation }) => operation);
    expect(order.indexOf('DeleteDBInstance')).toBeLessThan(order.indexOf('DeleteDBCluster'));
    expect(order.indexOf('DeleteMountTarget')).toBeLessThan(order.indexOf('DeleteFileSystem'));
  });
});

describe('a restore that comes after its drill was given up', () => {
  test('is found and removed, and the drill that waited for it proves nothing', () => {
    const late = drillOf('late');
    expect(late).toMatchObject({ verdict: { is: 'NOT_TESTED' }, outcome: 'FAILED' });
    expect(JSON.stringify(late?.verdict)).toContain('RestoreNotEnded');
    const names = played.scratch.filter(({ hours }) => hours > 28).flatMap((look) => look.names);
    expect(names.length).toBeGreaterThan(0);
    expect(played.scratch.at(-1)?.names).toEqual([]);
  });
});

describe('all along', () => {
  test('nothing of production is deleted, and nothing that was not born as scratch', () => {
    expect([...played.production].sort()).toEqual(['late', 'ledger', 'ledger-instance-1', 'notes', 'wiki']);
    const named = played.deleted.map(({ name }) => name).filter((name) => name !== '' && !name.startsWith('fs-'));
    expect(named.length).toBeGreaterThanOrEqual(4);
    for (const name of named) expect(name).toMatch(/^lifeboat-scratch-[0-9a-f]{20}(-1)?$/);
  });

  test('the invariants hold: nothing is created that is not in the ledger, and each episode pages once', () => {
    expect(played.violations).toEqual([]);
  });

  test('evidence names the class that the policy gave and the times of the stages', () => {
    expect(drillOf('ledger')).toMatchObject({
      restored: { instanceClass: 'db.r6g.large', instanceClassBecause: "the policy's" },
      room: { of: 'DB clusters', waitedSeconds: 0 },
      timings: { restore: expect.any(Number), reach: expect.any(Number), rto: expect.any(Number) },
    });
  });
});
