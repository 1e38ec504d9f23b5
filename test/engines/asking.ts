import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LambdaHandler } from '../../functions/platform/lambda.ts';
import { defaultChecks } from '../../functions/policy/resolve.ts';
import type { DatabaseAnswer, DatabaseQuestion } from '../../functions/probes/contract.ts';
import { handler as probeDatabase } from '../../functions/probes/database.ts';
import type { Measures } from '../../functions/proof/answers.ts';
import { type Judgement, judge } from '../../functions/proof/verdict.ts';
import { worldAt } from '../unit/drill/function.ts';
import { dialTo, hostName, type Server } from './servers.ts';

type Asked = Partial<Omit<DatabaseQuestion, 'connection'>> & {
  readonly connection?: Partial<DatabaseQuestion['connection']>;
};

/** Asks a real server through the probe's own handler, as a drill does. */
export function asking(
  server: Server,
  usual: Pick<DatabaseQuestion['connection'], 'dialect' | 'user' | 'password' | 'database'>,
  handler: LambdaHandler = probeDatabase,
) {
  const runtime = mkdtempSync(join(tmpdir(), 'lifeboat-runtime-'));
  const trust = (certificate: string) => writeFileSync(join(runtime, 'ca-cert.pem'), certificate);
  trust(server.certificateAuthority);
  const logged: string[] = [];
  const ask = async (asked: Asked = {}, remaining: () => number = () => 900_000): Promise<DatabaseAnswer> => {
    const { connection, ...question } = asked;
    const world = worldAt('2026-03-01T12:00:00.000Z', {
      environment: { LAMBDA_RUNTIME_DIR: runtime },
      dial: dialTo(server),
    });
    try {
      return (await handler.start(world.seam)(
        {
          ask: 'data',
          drill: '0'.repeat(20),
          assertions: [],
          integrity: 'full',
          ...question,
          connection: { host: hostName, port: server.port, ...usual, ...connection },
        },
        { awsRequestId: 'request', getRemainingTimeInMillis: remaining },
      )) as DatabaseAnswer;
    } finally {
      logged.push(...world.logged);
    }
  };
  return {
    ask,
    /** Everything that the probe has written to its log. */
    logged,
    trust,
    /** The answer of one statement. */
    value: async (sql: string, equals?: string) => {
      const assertion = { name: 'it', sql, ...(equals !== undefined && { equals }) };
      return (await ask({ assertions: [assertion], integrity: 'none' })).assertions[0]?.value;
    },
    /** Asks until the probe is done, each time for so many looks at the clock, and puts the answers together. */
    askInParts: async (asked: Asked, looks: number) => {
      const parts: DatabaseAnswer[] = [];
      for (;;) {
        let left = looks;
        const from = parts.at(-1)?.next;
        const part = await ask({ ...asked, ...(from !== undefined && { from }) }, () =>
          left-- > 0 ? 900_000 : 30_000,
        );
        parts.push(part);
        if (part.done) break;
      }
      return parts;
    },
    remove: () => rmSync(runtime, { recursive: true, force: true }),
  };
}

/** What a drill makes of the answers, without checks of its own. */
export function judged(answer: DatabaseAnswer, last?: DatabaseAnswer): Judgement {
  const measures: Measures = { of: 'database', answer };
  const instant = '2026-03-01T12:00:00.000Z';
  return judge({
    checks: defaultChecks('database'),
    measures,
    last: last === undefined ? undefined : { measures: { of: 'database', answer: last }, instant },
    instant,
    finding: null,
  });
}

/** The reason of one check of a judgement. */
export const check = ({ checks }: Judgement, name: string) => checks.find((one) => one.name === name);

/** Strings that stand in rows and nowhere else. */
export const planted = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `planted-${((from + index) * 7_919 + 104_729).toString(36)}-row`);
