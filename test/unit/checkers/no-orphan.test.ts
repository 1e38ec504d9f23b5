import { describe, expect, test } from '@jest/globals';
import { noOrphan } from '../../../simulator/checkers/no-orphan.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { account, anError, call, find, hour, iso, ledgerRow, record, start } from './entries.ts';

describe('no orphan: the checker', () => {
  const registered = (name: string, more = {}) => ledgerRow(1, 'SCRATCH', { sk: name, name }, more);
  const files = (token: string | undefined, more = {}) => call(2, 'CreateFileSystem', { CreationToken: token }, more);
  const database = (name: string, more = {}) =>
    call(2, 'StartRestoreJob', { Metadata: { DBInstanceIdentifier: name } }, more);
  const intoFiles = call(3, 'StartRestoreJob', { Metadata: { 'file-system-id': 'fs-1', newFileSystem: 'false' } });
  const found = (...entries: TraceEntry[]) => find(noOrphan(), entries);

  test('finds nothing where everything is in the ledger first and gone in time, and says how much it saw', () => {
    const alive = account({
      databases: ['lifeboat-scratch-0a', 'shop'],
      scratchFileSystems: ['fs-1'],
      fileSystems: ['fs-production'],
    });
    const looks: [number, ReturnType<typeof account>][] = [
      [3, alive],
      [28, alive],
      [30, account({ databases: ['shop'], fileSystems: ['fs-production'] })],
      [400, account({ databases: ['shop'] })],
    ];
    expect(
      find(
        noOrphan(),
        [registered('0a'), files('0a'), intoFiles, registered('lifeboat-scratch-0a'), database('lifeboat-scratch-0a')],
        { looks },
      ),
    ).toEqual({
      examined: { 'scratch resources created': 2, 'seen alive': 2 },
      violations: [],
    });
  });
  describe('in the record of a drill', () => {
    const name = 'lifeboat-scratch-0a';
    const row = ledgerRow(1, 'SCRATCH', { sk: '0a#database', name, what: 'database', attempt: 'drill-3' });
    /** A drill that ended after three hours, whose database came after three and a half. Its record is written when it is there. */
    const told = (content: Parameters<typeof record>[1], there: Parameters<typeof account>[0] = {}) => {
      const checker = noOrphan();
      const restores = [{ as: name, createdAt: 2, completedAt: 3.5 }];
      checker.look(account({ databases: [name], restores, ...there }), start);
      return find(checker, [row, database(name), record(3, { verdict: 'NOT_TESTED', outcome: 'FAILED', ...content })])
        .violations;
    };
    const silent = [expect.stringContaining('drill-3 does not say that its scratch is left, and it is there')];

    test('scratch that is there is told', () => {
      expect(told({ scratch: 'not gone' })).toEqual([]);
      expect(told({})).toEqual(silent);
      expect(told({ scratch: 'gone' })).toEqual(silent);
      expect(told({ outcome: 'ABORTED' })).toEqual([]);
    });
    test('scratch that was still to come when it ended is told as such', () => {
      expect(told({ scratchBecause: ['restore job 1 is still running'] })).toEqual([]);
      const restores = [{ as: name, createdAt: 2, completedAt: 2.5 }];
      expect(told({ scratchBecause: ['restore job 1 is still running'] }, { restores })).toEqual(silent);
    });
  });
  test('looks at nothing and says so, where nothing was created', () => {
    expect(found()).toEqual({ examined: { 'scratch resources created': 0, 'seen alive': 0 }, violations: [] });
  });
  test.each<[string, TraceEntry[], string]>([
    [
      'a file system that is not in the ledger',
      [files('0a')],
      'creates 0a, which is not in the ledger of eu-central-1',
    ],
    [
      'a database that is not in the ledger',
      [registered('0a'), database('lifeboat-scratch-0a')],
      'creates lifeboat-scratch-0a',
    ],
    ['a row that is written after the call', [files('0a'), registered('0a')], 'creates 0a'],
    ['a row whose write was refused', [registered('0a', { error: anError }), files('0a')], 'creates 0a'],
    ['a row in the ledger of another Region', [registered('0a', { region: 'eu-west-1' }), files('0a')], 'creates 0a'],
    ['a row of another partition', [ledgerRow(1, 'ROSTER', { sk: '0a', name: '0a' }), files('0a')], 'creates 0a'],
    ['a file system without a token', [files(undefined)], 'creates a file system without a token'],
    [
      'a restore into a new file system',
      [call(2, 'StartRestoreJob', { Metadata: { newFileSystem: 'true' } })],
      'creates a file system that nothing in the ledger can name',
    ],
    [
      'a cluster that is not in the ledger',
      [call(2, 'StartRestoreJob', { Metadata: { dbClusterIdentifier: 'lifeboat-scratch-0c' } })],
      'creates lifeboat-scratch-0c',
    ],
    [
      'an instance that is not in the ledger',
      [call(2, 'CreateDBInstance', { DBInstanceIdentifier: 'lifeboat-scratch-0c' })],
      'creates lifeboat-scratch-0c',
    ],
    [
      'a version of the probe that is not in the ledger',
      [
        ledgerRow(1, 'SCRATCH', { sk: '0a#probe-version', what: 'probe-version', name: 'lifeboat-probe-files' }),
        call(2, 'PublishVersion', { FunctionName: 'lifeboat-probe-files', Description: 'lifeboat-scratch-0b' }),
      ],
      'creates 0b#probe-version',
    ],
  ])('finds %s', (_what, entries, words) => {
    expect(found(...entries).violations).toEqual([expect.stringContaining(words)]);
  });
  test('does not mind a creation that AWS refused', () => {
    expect(found(files('0a', { error: anError })).violations).toEqual([]);
  });
  test('finds scratch that stayed too long, and tells each once', () => {
    const alive = account({
      databases: ['lifeboat-scratch-0a'],
      clusters: ['lifeboat-scratch-0c', 'orders'],
      scratchFileSystems: ['fs-1'],
    });
    const { violations } = find(noOrphan(), [], {
      looks: [
        [1, alive],
        [26, alive],
        [28, alive],
        [29, alive],
      ],
    });
    expect(violations).toEqual([
      `eu-central-1 lifeboat-scratch-0a is there since ${iso(1)}`,
      `eu-central-1 lifeboat-scratch-0c is there since ${iso(1)}`,
      `eu-central-1 fs-1 is there since ${iso(1)}`,
    ]);
  });
  test('finds what keeps restored data when its database is gone, and what was published to read it', () => {
    const left = account({
      backups: [
        { identifier: 'final-1', of: 'lifeboat-scratch-0a' },
        { identifier: 'automated backups', of: 'lifeboat-scratch-0c' },
        { identifier: 'rds:shop-2026-01-05', of: 'shop' },
      ],
      versions: ['lifeboat-scratch-0d', 'the probe of files'],
    });
    const { violations } = find(noOrphan(), [], {
      looks: [
        [1, left],
        [28, left],
      ],
    });
    expect(violations).toEqual([
      `eu-central-1 final-1 of lifeboat-scratch-0a is there since ${iso(1)}`,
      `eu-central-1 automated backups of lifeboat-scratch-0c is there since ${iso(1)}`,
      `eu-central-1 lifeboat-probe-files:1 is there since ${iso(1)}`,
    ]);
  });
  test('blames nobody for what stands in a Region that is gone', () => {
    const alive = account({ databases: ['lifeboat-scratch-0a'] });
    const looks: [number, typeof alive][] = [
      [1, alive],
      [28, alive],
    ];
    const goneFrom = (gone: string) => (region: string) => (region === gone ? start + 2 * hour : undefined);
    const violations = (gone: string) => find(noOrphan({ goneFrom: goneFrom(gone) }), [], { looks }).violations;
    expect(violations('eu-central-1')).toEqual([]);
    expect(violations('eu-west-1')).toHaveLength(1);
  });
});
