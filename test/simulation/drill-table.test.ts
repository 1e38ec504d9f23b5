import { beforeAll, describe, expect, test } from '@jest/globals';
import { playedOnce } from '../session/played.ts';
import type { CellResult } from './drill/cells.ts';
import { differences } from './drill/judge.ts';
import { printed } from './drill/launch.ts';
import { cells, columns, table } from './drill/table.ts';
import { drillTables } from './shared-runs.ts';

interface Played {
  readonly results: readonly CellResult[];
  readonly findings: readonly { readonly invariant: string; readonly violations: readonly string[] }[];
}
let played: readonly Played[] = [];

beforeAll(async () => {
  played = await Promise.all(
    drillTables.map(async (one) => printed<Played>(await playedOnce(one, { listened: true }))),
  );
}, 900_000);

describe.each(columns)('a drill of %s', (column) => {
  test.each(cells([column]).map(({ row }) => row))('answers as the table says: $name', (row) => {
    const result = played
      .flatMap(({ results }) => results)
      .find((one) => one.column === column && one.row === row.name);
    expect(result).toBeDefined();
    expect(differences(row, result as CellResult)).toEqual([]);
  });
});

describe('the table of drills', () => {
  test('breaks no invariant while all of that goes on', () => {
    const findings = played.flatMap((one) => one.findings);
    expect(played.flatMap(({ results }) => results)).toHaveLength(47);
    expect(findings).toHaveLength(8);
    expect(findings.flatMap(({ violations }) => violations)).toEqual([]);
  });

  test('has every row of the issue, in every column or with the reason why not', () => {
    const wanted = [
      'healthy',
      'missing rows',
      'missing table',
      'damaged heap page',
      'damaged index',
      'truncated file',
      'changed bytes with size kept',
      'renamed endings',
      'empty restore',
      'restore that never ends',
      'restore that fails',
      'reachability that fails',
      'probe that dies or hangs',
      'table the role may not read',
      'tear-down that is denied',
    ];
    for (const of of wanted) {
      const rows = table.filter((row) => row.of === of);
      const there = columns.filter((column) => rows.some((row) => row.in.includes(column)));
      const why = rows.some(({ notIn }) => notIn !== undefined);
      expect({ of, complete: there.length === columns.length || why }).toEqual({ of, complete: true });
    }
    expect(table.every(({ of }) => wanted.includes(of))).toBe(true);
  });

  test('is missed by a cell that comes out in any other way', () => {
    const [row] = table;
    const healthy = played.flatMap(({ results }) => results).find((one) => one.row === row?.name) as CellResult;
    const [record] = healthy.records as [CellResult['records'][0]];
    const wrong: Partial<CellResult>[] = [
      { before: 'FAIL' },
      { records: [] },
      { records: [record, record] },
      { records: [{ ...record, verdict: 'SUSPECT' }] },
      { records: [{ ...record, outcome: 'TIMED_OUT' }] },
      { records: [{ ...record, because: ['something else'] }] },
      { records: [{ ...record, checks: { ...record.checks, tables: 'NOT_TESTED' } }] },
      { records: [{ ...record, scratch: undefined }] },
      { pages: [{ kind: 'drill', phase: 'opened', because: '' }] },
      { scratchAtEnd: ['lifeboat-scratch-1'] },
      { scratchAfter: ['lifeboat-scratch-1'] },
      { registeredAfter: ['1#database'] },
      { proven: false },
    ];
    for (const one of wrong) expect(differences(row as (typeof table)[0], { ...healthy, ...one })).not.toEqual([]);
  });
});
