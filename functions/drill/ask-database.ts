import type { LambdaClient } from '@aws-sdk/client-lambda';
import { stepKey } from '../ledger/job.ts';
import type { Ledger, Row } from '../ledger/ledger.ts';
import { NotYet } from '../platform/errors.ts';
import type { Checks, DatabaseChecks } from '../policy/policy.ts';
import { defaultChecks } from '../policy/resolve.ts';
import type { DatabaseAnswer, DatabaseProgress } from '../probes/contract.ts';
import { databaseAnswer, type Measures } from './answers.ts';
import { askProbe } from './ask.ts';
import { ProbeFailed } from './errors.ts';
import type { Plan, Reached } from './plan.ts';

/** How far the database probe came. A read-only database has no place for it. */
interface ProgressRow extends Row {
  readonly progress: DatabaseProgress;
}

/** Measures, when the questions were answered, and when everything was read. */
export interface Asked {
  readonly measures: Measures;
  readonly answeredAt: string;
  readonly endedAt: string;
}

export async function askDatabase(
  parts: {
    readonly ledger: Ledger;
    readonly functions: LambdaClient;
    readonly probe: string;
    readonly password: (drill: string) => Promise<string>;
  },
  of: { plan: Plan; attempt: string; way: Extract<Reached, { by: 'connection' }>; checks: Checks },
): Promise<Asked> {
  const { ledger, functions, probe } = parts;
  const checks: DatabaseChecks = of.checks.of === 'database' ? of.checks : defaultChecks('database');
  const key = stepKey(of.attempt, 'questions');
  const row = await ledger.get<ProgressRow>(key);
  const { host, port, user } = of.way;
  const database = checks.database ?? of.way.database;
  const password = await parts.password(of.plan.drill);
  const answer = await askProbe(
    functions,
    { function: probe },
    {
      ask: 'data',
      drill: of.plan.drill,
      connection: { host, port, user, password, database },
      assertions: checks.assertions.map(({ name, sql, bounds }) => {
        const equal = bounds.find((bound) => bound.is === 'equals');
        return { name, sql, ...(equal !== undefined && { equals: String(equal.value) }) };
      }),
      integrity: checks.integrity,
      ...(row !== undefined && { progress: row.progress }),
    },
  );
  const parsed = databaseAnswer.safeParse(answer);
  if (!parsed.success) throw new ProbeFailed('The database probe answered what no database probe answers.');
  const told = parsed.data as DatabaseAnswer;
  if (!told.done) {
    const { connectedAt, assertions, assertionsAnsweredAt, tables } = told;
    const progress = { connectedAt, assertions, assertionsAnsweredAt, tables };
    if (row === undefined) await ledger.create<ProgressRow>({ ...key, progress });
    else await ledger.replace<ProgressRow>({ ...row, progress });
    throw new NotYet(`The probe has read ${tables.length} of ${told.tableCount} tables.`);
  }
  return { measures: { of: 'database', answer: told }, answeredAt: told.assertionsAnsweredAt, endedAt: told.endedAt };
}
