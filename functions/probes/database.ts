import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { lambda, work } from '../platform/lambda.ts';
import { required, type Seam } from '../platform/seam.ts';
import type { DatabaseAnswer, DatabaseCursor, DatabaseQuestion } from './contract.ts';
import { interrogate } from './interrogate.ts';
import { mysqlSession } from './mysql.ts';
import { postgresSession } from './postgres.ts';
import type { Session } from './session.ts';
import { codeOf } from './trouble.ts';

/** Thrown when the database could not be asked. Its message holds codes only: the driver's words may hold content. */
class ProbeFailed extends Error {
  override readonly name = 'ProbeFailed';
}

const question = z.object({
  ask: z.literal('data'),
  drill: z.string(),
  connection: z.object({
    dialect: z.enum(['postgres', 'mysql']),
    host: z.string(),
    port: z.number(),
    user: z.string(),
    password: z.string(),
    database: z.string(),
  }),
  assertions: z.array(z.object({ name: z.string(), sql: z.string(), equals: z.optional(z.string()) })),
  integrity: z.enum(['full', 'none']),
  from: z.optional(z.custom<DatabaseCursor>((value) => typeof value === 'object' && value !== null)),
});

/** What the probe keeps to answer in before Lambda ends it. */
const reserveMilliseconds = 30_000;

const sessions: Readonly<
  Record<
    DatabaseQuestion['connection']['dialect'],
    (seam: Seam, asked: DatabaseQuestion, ca: string) => Promise<Session>
  >
> = { postgres: postgresSession, mysql: mysqlSession };

/**
 * Asks a restored database the drill's questions, from inside the sealed network. Answers counts, digests and instants.
 * When its time runs out it answers with `done: false` and goes on from there when it is asked again.
 */
export const handler = lambda((seam) =>
  work(question, async (asked, invocation): Promise<DatabaseAnswer> => {
    let session: Session | undefined;
    try {
      session = await sessions[asked.connection.dialect](seam, asked, certificateAuthorities(seam));
      return await interrogate(session, asked, {
        now: () => seam.clock.now().toISOString(),
        left: () => invocation.getRemainingTimeInMillis() - reserveMilliseconds,
      });
    } catch (error) {
      throw new ProbeFailed(`The database could not be asked: ${codeOf(error)}.`);
    } finally {
      await session?.end().catch(() => {});
    }
  }),
);

/**
 * The authorities that sign RDS's certificates. Lambda's Node runtimes carry them as `ca-cert.pem` in their own
 * directory and, from Node 20 on, do not load them by themselves (AWS Lambda developer guide).
 */
function certificateAuthorities({ environment }: Seam): string {
  return readFileSync(join(required(environment, 'LAMBDA_RUNTIME_DIR'), 'ca-cert.pem'), 'utf8');
}
