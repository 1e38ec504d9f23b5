import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { strikeNames } from '../../simulator/faults/sites/strikes.ts';
import { playedOnce } from '../session/played.ts';
import type { Ran } from './run.ts';
import { every, singleFaults } from './shared-runs.ts';
import { simulate } from './simulate.ts';

interface Total {
  readonly sites: number;
  readonly runs: number;
  readonly missed: number;
  readonly broken: number;
  readonly struck: Readonly<Record<string, number>>;
}

/** What was reached once is never reached less: who finds more writes it here. */
const floors = JSON.parse(readFileSync(join(import.meta.dirname, 'sites.floors.json'), 'utf8')) as Total;

describe('a fault at one call, before or after its effect', () => {
  let ran: Ran;
  let total: Total;
  beforeAll(async () => {
    ran = await playedOnce(singleFaults);
    total = JSON.parse(ran.output) as Total;
  }, 3_600_000);

  test('breaks no invariant, and is got over', () => {
    expect(ran.errors).toBe('');
    expect(total.broken).toBe(0);
    expect(ran.exitCode).toBe(0);
  });

  test('strikes wherever it was planned', () => {
    expect(total.missed).toBe(0);
    const struck = Object.values(total.struck).reduce((sum, count) => sum + count, 0);
    expect(struck).toBe(total.runs);
  });

  test('is tried at no fewer calls than before', () => {
    expect(total.sites).toBeGreaterThanOrEqual(floors.sites);
    expect(total.runs * every).toBeGreaterThanOrEqual(floors.runs);
    if (every > 1) return;
    for (const name of strikeNames) {
      expect({ name, enough: (total.struck[name] ?? 0) >= (floors.struck[name] ?? 0) }).toEqual({ name, enough: true });
    }
  });
});

describe('several faults at once', () => {
  test('break no invariant either', async () => {
    const { output, exitCode } = await simulate('--swarm', '--seeds', '6');
    expect(output).toContain('All 6 runs are good.');
    expect(exitCode).toBe(0);
  }, 600_000);
});
