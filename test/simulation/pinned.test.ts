import { beforeAll, describe, expect, test } from '@jest/globals';
import { playTogether } from './simulate.ts';
import type { Outcome } from './together.ts';

/** What the swarm or a generated account once broke, with the seed and the faults that showed it. Each was mended in the product. */
const pinned: readonly (readonly [what: string, options: readonly string[]])[] = [
  ['a drill that is stopped and redriven ends in a record of its own', ['--from', '3', '--weather', 'runs-stopped']],
  [
    'a function that dies right after it has started a job is asked again, and the run goes on with that job',
    ['--from', '3', '--weather', 'starters-killed'],
  ],
  [
    'a drill that is redriven waits for the restore that it has left behind, and does not start a second one',
    ['--from', '5043', '--weather', 'runs-stopped'],
  ],
  [
    'a drill whose tear-down cannot write to the ledger says that its scratch is left, and pages',
    ['--seeds', '1', '--from', '1', '--days', '3', '--resources', '10', '--fault', 'ledger-throttled'],
  ],
  [
    'scratch whose restore nobody could write down stays registered while that restore runs, however long',
    ['--seeds', '1', '--from', '17', '--days', '4', '--resources', '10', '--fault', 'ledger-throttled'],
  ],
  [
    'a page whose end the ledger refused ends minutes later, not hours',
    ['--seeds', '1', '--from', '50', '--days', '4', '--resources', '10', '--fault', 'ledger-throttled'],
  ],
  [
    'a drill of bad data pages by itself, though an earlier run of it was stopped and told with others',
    [
      ...['--from', '163', '--weather', 'resource-deleted', '--weather', 'resource-retired'],
      ...['--weather', 'keys-disabled', '--weather', 'runs-stopped'],
    ],
  ],
  [
    'a drill that was going on when its resource was retired calls nobody afterwards',
    ['--seeds', '1', '--from', '353', '--days', '4', '--resources', '10', '--fault', 'events-lost'],
  ],
  [
    'a drill that could not open its attempt pages, though whoever wrote its record was refused the page',
    ['--seeds', '1', '--from', '191', '--days', '4', '--resources', '10', '--fault', 'ledger-throttled'],
  ],
  [
    'what other vaults hold counts on when somebody deletes our own, and nobody is paged about it',
    ['--seeds', '1', '--from', '1', '--days', '3', '--resources', '6', '--fault', 'vaults-deleted'],
  ],
  [
    'copies that are lost with their vault are paged within the hour',
    ['--seeds', '1', '--from', '2', '--days', '3', '--resources', '6', '--fault', 'vaults-deleted'],
  ],
  [
    'a silence that somebody ends at home is over at once, though the reconciliation came by meanwhile',
    [
      ...['--from', '3015', '--weather', 'silenced', '--weather', 'schedules-twice', '--weather', 'recovered'],
      ...['--weather', 'events-reordered', '--weather', 'evidence-refused'],
    ],
  ],
  [
    'a copy Region whose reconciliation is off pages nobody about what home has retired',
    ['--from', '7593', '--weather', 'resource-deleted', '--weather', 'schedule-off'],
  ],
  [
    'somebody is told of the key under which the proven points lie, though the other vault is gone',
    ['--from', '10433', '--weather', 'keys-disabled', '--weather', 'vaults-deleted'],
  ],
  [
    'a page that was opened by a clock that is ahead ends minutes later, not with the next reconciliation',
    ['--seeds', '1', '--from', '8419', '--days', '5', '--resources', '10', '--fault', 'clocks-wrong'],
  ],
  ['somebody is told that the vault of proven points is gone', ['--from', '5', '--weather', 'vaults-deleted']],
];

describe('what the swarm has found stays mended', () => {
  const outcomes: Outcome[] = [];
  beforeAll(async () => {
    outcomes.push(...(await playTogether(pinned.map(([, options]) => options))));
  }, 600_000);

  test.each(pinned.map(([what], index) => [what, index] as const))('%s', (_, index) => {
    const { troubles, struck } = outcomes[index] as Outcome;
    expect(troubles).toEqual([]);
    expect(struck.length).toBeGreaterThan(0);
    expect(struck).not.toContain(0);
  });
});
