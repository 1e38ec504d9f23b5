import type { DatabaseAnswer, NamedTrouble, TableAnswer } from '../probes/contract.ts';
import { type CheckResult, mostNamed, some } from './compare.ts';

/** What the engine's own checks said of indexes and pages, and by name what they could not check. */
export function judgeIndexes({ tables }: DatabaseAnswer): CheckResult[] {
  const name = 'every index is consistent';
  const damaged = tables.flatMap((table) => told(table, table.indexes?.damaged ?? []));
  const untested = tables.flatMap((table) => told(table, table.indexes?.untested ?? []));
  const checked = tables.reduce((sum, { indexes }) => sum + (indexes?.checked ?? 0), 0);
  const unchecked: CheckResult[] =
    untested.length === 0
      ? []
      : [{ name: 'indexes that could not be checked', verdict: 'NOT_TESTED', because: some(untested, mostNamed) }];
  if (damaged.length > 0) return [{ name, verdict: 'FAIL', because: some(damaged) }, ...unchecked];
  if (checked > 0) return [{ name, verdict: 'PASS', because: `${checked} indexes` }, ...unchecked];
  return unchecked.length > 0 ? unchecked : [{ name, verdict: 'NOT_TESTED', because: 'there was no index to check' }];
}

function told({ table }: TableAnswer, troubles: readonly NamedTrouble[]): string[] {
  return troubles.map(({ name, trouble }) => {
    const of = name === table ? table : `${table}, ${name}`;
    return `${of}: ${trouble.words} (${trouble.code})`;
  });
}
