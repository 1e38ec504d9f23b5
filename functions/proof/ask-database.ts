import type { LambdaClient } from '@aws-sdk/client-lambda';
import { expiryFrom, type PassingRow, stepKey } from '../ledger/job.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { NotYet } from '../platform/errors.ts';
import type { Clock } from '../platform/seam.ts';
import type { Checks, DatabaseChecks } from '../policy/policy.ts';
import { defaultChecks } from '../policy/resolve.ts';
import type {
  AssertionAnswer,
  DatabaseAnswer,
  DatabaseCursor,
  DatabaseQuestion,
  TableAnswer,
} from '../probes/contract.ts';
import { askProbe } from '../restore/ask.ts';
import { ProbeFailed } from '../restore/errors.ts';
import type { Plan, Reached } from '../restore/plan.ts';
import { databaseAnswer, type Measures } from './answers.ts';

/** What one invocation of the probe answered, and where the next one goes on. A read-only database has no place for it. */
interface AnswersRow extends PassingRow {
  readonly assertions: readonly AssertionAnswer[];
  readonly tables: readonly TableAnswer[];
  readonly next: DatabaseCursor;
}

/** Measures, when the questions were answered, and when everything was read. */
export interface Asked {
  readonly measures: Measures;
  readonly answeredAt: string;
  readonly endedAt: string;
}

/**
 * Asks the database probe, which answers a part at a time: each part is a row of the ledger, small enough for one. Throws
 * `NotYet` until the last part is there.
 */
export async function askDatabase(
  parts: {
    readonly ledger: Ledger;
    readonly clock: Clock;
    readonly functions: LambdaClient;
    readonly probe: string;
    readonly password: (drill: string) => Promise<string>;
  },
  of: { plan: Plan; attempt: string; way: Extract<Reached, { by: 'connection' }>; checks: Checks },
): Promise<Asked> {
  const { ledger, clock, functions, probe } = parts;
  const checks: DatabaseChecks = of.checks.of === 'database' ? of.checks : defaultChecks('database');
  const { pk, sk } = stepKey(of.attempt, 'answers ');
  const before = await ledger.list<AnswersRow>(pk, sk);
  const password = await parts.password(of.plan.drill);
  const answer = await askProbe(
    functions,
    { function: probe },
    { ...questionFor(of.plan, of.way, checks, password), from: before.at(-1)?.next },
  );
  const parsed = databaseAnswer.safeParse(answer);
  if (!parsed.success) throw new ProbeFailed('The database probe answered what no database probe answers.');
  const told: DatabaseAnswer = parsed.data;
  const assertions = [...before.flatMap((row) => row.assertions), ...told.assertions];
  const tables = [...before.flatMap((row) => row.tables), ...told.tables];
  if (told.next !== undefined) {
    const key = { pk, sk: `${sk}${String(before.length).padStart(5, '0')}` };
    const expiresAt = expiryFrom(clock.now());
    const { next } = told;
    await ledger.create<AnswersRow>({ ...key, assertions: told.assertions, tables: told.tables, next, expiresAt });
    throw new NotYet(`The probe has read ${tables.length} of ${told.tableCount} tables.`);
  }
  const { endedAt, tableCount } = told;
  const answeredAt = told.assertionsAnsweredAt ?? endedAt;
  return { measures: { of: 'database', answer: { ...told, assertions, tables, tableCount } }, answeredAt, endedAt };
}

function questionFor(
  { drill }: Plan,
  { host, port, user, engine, database }: Extract<Reached, { by: 'connection' }>,
  checks: DatabaseChecks,
  password: string,
): DatabaseQuestion {
  const dialect = engine.includes('postgres') ? 'postgres' : 'mysql';
  return {
    ask: 'data',
    drill,
    connection: { dialect, host, port, user, password, database: checks.database ?? database },
    assertions: checks.assertions.map(({ name, sql, bounds }) => {
      const equal = bounds.find((bound) => bound.is === 'equals');
      return { name, sql, ...(equal !== undefined && { equals: String(equal.value) }) };
    }),
    integrity: checks.integrity,
  };
}
