import type { DatabaseChecks } from '../policy/policy.ts';
import type { DatabaseAnswer, TableAnswer } from '../probes/contract.ts';
import { type CheckResult, noLastPass, some } from './compare.ts';
import { vanishes } from './vanish.ts';

/**
 * Tables that have to hold exactly the rows of a known state: of the last PASS, or of a digest that the policy names. The
 * digest does not depend on the order of the rows.
 */
export function judgeDigests(
  { digest: asked, mayVanish }: DatabaseChecks,
  answer: DatabaseAnswer,
  last: DatabaseAnswer | undefined,
): CheckResult[] {
  const here = new Map(answer.tables.map((table) => [table.table, table]));
  const before = new Map((last?.tables ?? []).map((table) => [table.table, table.digest]));
  const isExpected = (table: string) => here.has(table) || !vanishes(mayVanish, table);
  const results: CheckResult[] = [];
  if (asked.equalsLastPass.length > 0) {
    const tables = asked.equalsLastPass === 'all' ? [...before.keys()].filter(isExpected) : asked.equalsLastPass;
    const name = 'the same rows as at the last PASS';
    results.push(
      last === undefined
        ? { name, verdict: 'NOT_TESTED', because: noLastPass }
        : inSum(
            name,
            tables.map((table) => compare(table, here.get(table), before.get(table))),
          ),
    );
  }
  const known = Object.entries(asked.equals);
  if (known.length > 0) {
    const found = known.map(([table, digest]) => compare(table, here.get(table), digest));
    results.push(inSum('the rows of a known digest', found));
  }
  return results;
}

type Found = { readonly table: string; readonly is: 'same' | 'other' | 'unknown'; readonly because: string };

function compare(table: string, now: TableAnswer | undefined, then: string | undefined): Found {
  const found = (is: Found['is'], because: string): Found => ({ table, is, because: `${table}: ${because}` });
  if (now === undefined) return found('other', 'it is missing');
  if (now.digest === undefined) return found('unknown', 'it could not be read to its end');
  if (then === undefined) return found('unknown', 'nothing is known of it to compare with');
  // A digest tells how it was made: those of two engines, or of two ways of making them, say nothing about each other.
  if (wayOf(now.digest) !== wayOf(then)) return found('unknown', 'its digest was made in another way');
  if (now.digest === then) return found('same', 'the same');
  return found('other', `its rows are not the same: ${now.digest} now, ${then} is asked for`);
}

const wayOf = (digest: string) => digest.slice(0, digest.indexOf(':'));

function inSum(name: string, found: readonly Found[]): CheckResult {
  const of = (is: Found['is']) => found.filter((one) => one.is === is).map(({ because }) => because);
  if (of('other').length > 0) return { name, verdict: 'FAIL', because: some(of('other')) };
  const same = of('same').length;
  const unknown = of('unknown');
  // A table that was named and could not be compared must not hide behind one that could.
  if (unknown.length > 0 || same === 0) {
    return {
      name,
      verdict: 'NOT_TESTED',
      because: unknown.length > 0 ? some(unknown) : 'there is no table to compare',
    };
  }
  return { name, verdict: 'PASS', because: `${same} tables hold the same rows` };
}
