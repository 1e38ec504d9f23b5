import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import middy from '@middy/core';
import type { $ZodType, output } from 'zod/v4/core';
import { safeParse } from 'zod/v4/core';
import { AwsUnavailable, InputRejected, isTransient, messageOf, nameOf } from './errors.ts';
import { jsonLog } from './log.ts';
import { misfit, misfits } from './misfit.ts';
import type { ClientConfiguration, Environment, Seam } from './seam.ts';

/** What Lambda tells of one invocation, as far as handlers use it. */
export interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** A function's work: the schema of what it takes, and its answer. */
export interface Work<Schema extends $ZodType, Answer> {
  readonly event: Schema;
  readonly answer: (event: output<Schema>, invocation: Invocation) => Promise<Answer>;
}

/** Pairs a schema with its answer, so that the answer's event has the schema's type. */
export function work<Schema extends $ZodType, Answer>(
  event: Schema,
  answer: Work<Schema, Answer>['answer'],
): Work<Schema, Answer> {
  return { event, answer };
}

export type Handler = (event: unknown, invocation: Invocation) => Promise<unknown>;

/** A Lambda handler that can also be started in another execution environment than Lambda's. */
export interface LambdaHandler extends Handler {
  /** Runs `build` for a new execution environment and returns its handler. */
  start(seam: Seam): Handler;
}

/**
 * The one seam between a handler and its world. `build` runs once for each execution environment; what it returns
 * answers every invocation there. Input is checked against the schema before `answer` sees it. An AWS error that
 * passes by itself leaves as {@link AwsUnavailable}, so that state machines need one name for it.
 */
export function lambda<Schema extends $ZodType, Answer>(build: (seam: Seam) => Work<Schema, Answer>): LambdaHandler {
  const start = (seam: Seam): Handler => {
    const work = build(seam);
    return middy({ timeoutEarlyInMillis: 0 })
      .before((request) => {
        request.event = checked(work.event, request.event);
      })
      .onError((request) => {
        seam.log.error('The invocation failed.', { error: nameOf(request.error), message: messageOf(request.error) });
        if (isTransient(request.error)) {
          throw new AwsUnavailable(`${nameOf(request.error)}: ${messageOf(request.error)}`, { cause: request.error });
        }
      })
      .handler((event: unknown, invocation: unknown) =>
        work.answer(event as output<Schema>, invocation as Invocation),
      ) as unknown as Handler;
  };
  let warm: Handler | undefined;
  const handler: Handler = (event, invocation) => {
    warm ??= start(seamOfLambda(process.env));
    return warm(event, invocation);
  };
  return Object.assign(handler, { start });
}

function checked<Schema extends $ZodType>(schema: Schema, event: unknown): output<Schema> {
  const result = safeParse(schema, event ?? {}, { error: misfit });
  if (result.success) return result.data;
  throw new InputRejected(`The input does not fit. ${misfits(result.error.issues)}.`);
}

/** The world as Lambda gives it: the real clock, real chance, real clients, real connections. */
function seamOfLambda(environment: Environment): Seam {
  const region = environment.AWS_REGION;
  if (region === undefined) throw new Error('AWS_REGION is not set: this runs only where Lambda sets it.');
  return {
    environment,
    clock: { now: () => new Date() },
    chance: { number: () => Math.random(), uuid: () => randomUUID() },
    client: (Client, options) =>
      new Client({ region: options?.region ?? region, maxAttempts: 5 } satisfies ClientConfiguration),
    log: jsonLog((line) => process.stdout.write(`${line}\n`), { function: environment.AWS_LAMBDA_FUNCTION_NAME }),
    dial: ({ host, port }) => connect({ host, port }),
    mount: (path) => path,
  };
}
