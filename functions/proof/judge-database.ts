import type { DatabaseChecks } from '../policy/policy.ts';
import type { DatabaseAnswer, TableAnswer, Trouble } from '../probes/contract.ts';
import { type CheckResult, fellTooFar, mostNamed, noLastPass, roseTooFar, some, type Verdict } from './compare.ts';
import { judgeAssertion } from './judge-assertion.ts';
import { judgeDigests } from './judge-digests.ts';
import { judgeIndexes } from './judge-indexes.ts';
import { vanishes } from './vanish.ts';

/** Every check of a restored database: the policy's assertions first, then what is asked of every database. */
export function judgeDatabase(
  checks: DatabaseChecks,
  answer: DatabaseAnswer,
  against: { readonly instant: string; readonly last: DatabaseAnswer | undefined },
): CheckResult[] {
  const { last, instant } = against;
  const assertions = checks.assertions.map((assertion) => {
    const before = last?.assertions.find(({ name }) => name === assertion.name)?.value;
    return judgeAssertion(
      assertion,
      answer.assertions.find(({ name }) => name === assertion.name),
      { instant, last: before?.is === 'trouble' ? undefined : before },
    );
  });
  return [
    ...assertions,
    tableList(checks, answer, last),
    readable(checks, answer),
    ...untested(answer),
    ...(checks.integrity === 'full' ? judgeIndexes(answer) : []),
    rowCounts(checks, answer, last),
    ...judgeDigests(checks, answer, last),
  ];
}

function tableList(
  { mayVanish }: DatabaseChecks,
  answer: DatabaseAnswer,
  last: DatabaseAnswer | undefined,
): CheckResult {
  const name = 'tables';
  const now = new Set(answer.tables.map(({ table }) => table));
  if (now.size === 0) return { name, verdict: 'FAIL', because: 'the restored database holds no table' };
  const gone = (last?.tables ?? []).map(({ table }) => table).filter((table) => !now.has(table));
  const missing = gone.filter((table) => !vanishes(mayVanish, table));
  if (missing.length > 0) {
    const because = `there at the last PASS and missing now: ${some(missing)}; if they were dropped on purpose, name them in may_vanish`;
    return { name, verdict: 'FAIL', because };
  }
  if (answer.tables.every(({ rows }) => typeof rows !== 'number')) {
    // A list of names is no data.
    return { name, verdict: 'NOT_TESTED', because: `${now.size} tables are listed, and none of them could be read` };
  }
  return {
    name,
    verdict: 'PASS',
    because: [
      `${now.size} tables`,
      ...(last === undefined ? [] : ['none is missing']),
      ...(gone.length === 0 ? [] : [`gone as policy allows: ${some(gone)}`]),
    ].join(', '),
  };
}

/** Whether the rows of every table could be read; with `integrity: full` that is every column to its end. */
function readable(checks: DatabaseChecks, answer: DatabaseAnswer): CheckResult {
  const name = checks.integrity === 'full' ? 'every table reads to its end' : 'every table can be counted';
  const damaged = answer.tables.filter(
    (table) => troubleIn(table)?.of === 'data' || troubleIn(table)?.of === 'question',
  );
  if (damaged.length > 0) {
    const told = damaged.map((table) => `${table.table}: ${troubleIn(table)?.words} (${troubleIn(table)?.code})`);
    return { name, verdict: 'FAIL', because: some(told) };
  }
  const read = answer.tables.filter((table) => typeof table.rows === 'number');
  if (read.length === 0) return { name, verdict: 'NOT_TESTED', because: 'no table could be read' };
  const rows = read.reduce((sum, table) => sum + (typeof table.rows === 'number' ? table.rows : 0), 0);
  const because = `${read.length} tables, ${rows} rows`;
  return rows === 0
    ? { name, verdict: 'SUSPECT', because: `${because}: every table is empty` }
    : { name, verdict: 'PASS', because };
}

/** Tables that could not be asked, for a reason that says nothing of the data. They are named, never left out. */
function untested(answer: DatabaseAnswer): CheckResult[] {
  const tables = answer.tables.filter((table) => ['access', 'time', 'other'].includes(troubleIn(table)?.of ?? ''));
  if (tables.length === 0) return [];
  const told = tables.map((table) => `${table.table}: ${troubleIn(table)?.words} (${troubleIn(table)?.code})`);
  return [{ name: 'tables that could not be read', verdict: 'NOT_TESTED', because: some(told, mostNamed) }];
}

/** A fall or a rise beyond what policy allows is suspect: the data reads well, and somebody should look. */
function rowCounts(
  { rowCounts: allowed }: DatabaseChecks,
  answer: DatabaseAnswer,
  last: DatabaseAnswer | undefined,
): CheckResult {
  const name = 'row counts';
  if (last === undefined) return { name, verdict: 'NOT_TESTED', because: noLastPass };
  const before = new Map(last.tables.flatMap(({ table, rows }) => (typeof rows === 'number' ? [[table, rows]] : [])));
  const fallen: string[] = [];
  const risen: string[] = [];
  let compared = 0;
  for (const { table, rows } of answer.tables) {
    const then = before.get(table);
    if (typeof rows !== 'number' || then === undefined) continue;
    compared += 1;
    const fell = fellTooFar(rows, then, allowed.mayDrop);
    if (fell !== undefined) fallen.push(`${table}: ${fell}`);
    const rose = allowed.mayGrow === null ? undefined : roseTooFar(rows, then, allowed.mayGrow);
    if (rose !== undefined) risen.push(`${table}: ${rose}`);
  }
  const told = (verdict: Verdict, because: string): CheckResult => ({ name, verdict, because });
  if (fallen.length + risen.length > 0) return told('SUSPECT', some([...fallen, ...risen]));
  if (compared === 0) return told('NOT_TESTED', 'no table of the last PASS could be counted now');
  return told('PASS', `${compared} tables compared with the last PASS`);
}

function troubleIn({ rows }: TableAnswer): Trouble | undefined {
  return typeof rows === 'number' ? undefined : rows;
}
