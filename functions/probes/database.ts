import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import * as z from 'zod/mini';
import { lambda, work } from '../platform/lambda.ts';
import { required, type Seam } from '../platform/seam.ts';
import { answerAssertion } from './assertion.ts';
import type { AssertionAnswer, DatabaseAnswer, DatabaseQuestion, TableAnswer } from './contract.ts';
import { asSocket } from './stream.ts';
import { readTable, tablesOf } from './tables.ts';
import { codeOf } from './trouble.ts';

/** Thrown when the database could not be asked. Its message holds codes only: the driver's words may hold content. */
class ProbeFailed extends Error {
  override readonly name = 'ProbeFailed';
}

const question = z.object({
  ask: z.literal('data'),
  drill: z.string(),
  connection: z.object({
    host: z.string(),
    port: z.number(),
    user: z.string(),
    password: z.string(),
    database: z.string(),
  }),
  assertions: z.array(z.object({ name: z.string(), sql: z.string(), equals: z.optional(z.string()) })),
  integrity: z.enum(['full', 'none']),
  progress: z.optional(z.custom<NonNullable<DatabaseQuestion['progress']>>((value) => typeof value === 'object')),
});

const connectSeconds = 30;
/** Longer than a statement of an assertion should take, shorter than Lambda's fifteen minutes. */
const statementSeconds = 600;
/** What the probe keeps to answer in before Lambda ends it. */
const reserveMilliseconds = 30_000;

/** Every session: read-only, bounded, and with one way of writing values, so that digests compare between drills. */
const settings = [
  'set default_transaction_read_only = on',
  `set statement_timeout = '${statementSeconds}s'`,
  // Row security that would hide rows is an error instead.
  'set row_security = off',
  "set datestyle = 'ISO, YMD'",
  "set intervalstyle = 'postgres'",
  "set timezone = 'UTC'",
  'set extra_float_digits = 1',
  "set bytea_output = 'hex'",
];

/**
 * Asks a restored database the drill's questions, from inside the sealed network. Answers counts, digests and instants.
 * When its time runs out it answers with `done: false` and goes on from there when it is asked again.
 */
export const handler = lambda((seam) =>
  work(question, async (asked, invocation): Promise<DatabaseAnswer> => {
    const now = () => seam.clock.now().toISOString();
    const hasTime = () => invocation.getRemainingTimeInMillis() > reserveMilliseconds;
    const client = clientFor(seam, asked);
    // The driver tells of a connection that dies between two statements here; the next statement fails then.
    client.on('error', () => {});
    try {
      await client.connect();
      for (const setting of settings) await client.query(setting);
      const connectedAt = asked.progress?.connectedAt ?? now();

      const assertions: AssertionAnswer[] = [...(asked.progress?.assertions ?? [])];
      for (const assertion of asked.assertions.slice(assertions.length)) {
        assertions.push({ name: assertion.name, value: await answerAssertion(client, assertion, asked.drill) });
      }
      const assertionsAnsweredAt = asked.progress?.assertionsAnsweredAt ?? now();

      const all = await tablesOf(client);
      const tables: TableAnswer[] = [...(asked.progress?.tables ?? [])];
      const seen = new Set(tables.map(({ table }) => table));
      for (const table of all) {
        if (seen.has(table.name)) continue;
        if (!hasTime()) {
          return {
            done: false,
            endedAt: now(),
            connectedAt,
            assertions,
            assertionsAnsweredAt,
            tables,
            tableCount: all.length,
          };
        }
        tables.push(await readTable(client, table, asked.integrity));
      }
      return {
        done: true,
        endedAt: now(),
        connectedAt,
        assertions,
        assertionsAnsweredAt,
        tables,
        tableCount: all.length,
      };
    } catch (error) {
      throw new ProbeFailed(`The database could not be asked: ${codeOf(error)}.`);
    } finally {
      await client.end().catch(() => {});
    }
  }),
);

function clientFor(seam: Seam, { connection, drill }: Pick<DatabaseQuestion, 'connection' | 'drill'>): pg.Client {
  const { host, port, user, password, database } = connection;
  return new pg.Client({
    host,
    port,
    user,
    password,
    database,
    application_name: `lifeboat drill ${drill}`,
    stream: () => asSocket(seam.dial({ host, port })),
    ssl: { ca: certificateAuthorities(seam), rejectUnauthorized: true },
    connectionTimeoutMillis: connectSeconds * 1000,
  });
}

/**
 * The authorities that sign RDS's certificates. Lambda's Node runtimes carry them as `ca-cert.pem` in their own
 * directory and, from Node 20 on, do not load them by themselves (AWS Lambda developer guide).
 */
function certificateAuthorities({ environment }: Seam): string {
  return readFileSync(join(required(environment, 'LAMBDA_RUNTIME_DIR'), 'ca-cert.pem'), 'utf8');
}
