import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Total } from '../../cli/simulate/tally.ts';
import { strikeNames } from '../../simulator/faults/sites/strikes.ts';
import { playedOnce } from '../session/played.ts';
import type { Ran } from './run.ts';
import { every, singleFaults } from './shared-runs.ts';
import { simulate } from './simulate.ts';

/** What was reached once is never reached less: who finds more writes it here. */
const floors = JSON.parse(readFileSync(join(import.meta.dirname, 'sites.floors.json'), 'utf8')) as Pick<
  Total,
  'sites' | 'runs' | 'struck'
>;
/** Nothing is taken away by a fault at one call, and few of them are trouble of the pipeline: `--weather` shows both. */
const needMore = [
  '6 never silently green: what is taken away',
  'the pipeline is paged about when it is in trouble, and only then',
];

describe('a fault at one call, before or after its effect', () => {
  let ran: Ran;
  let total: Total;
  beforeAll(async () => {
    ran = await playedOnce(singleFaults);
    total = JSON.parse(ran.output) as Total;
  }, 3_600_000);

  test('breaks no invariant, and is got over', () => {
    expect(ran.errors).toBe('');
    // Told whole: what broke, under which fault, and the command that plays it again.
    expect(total.failures).toEqual([]);
    expect(total.broken).toBe(0);
    expect(total.runs).toBe(total.ordered);
    expect(ran.exitCode).toBe(0);
  });

  test('is held against something by every checker', () => {
    const nothing = Object.entries(total.examined).flatMap(([invariant, counts]) =>
      Object.values(counts).some((count) => count > 0) ? [] : [invariant],
    );
    expect(Object.keys(total.examined).length).toBeGreaterThanOrEqual(13);
    expect(nothing.filter((invariant) => !needMore.includes(invariant))).toEqual([]);
  });

  test('strikes wherever it was planned', () => {
    expect(total.neverStruck).toEqual([]);
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
