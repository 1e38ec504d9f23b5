import { S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import type { Work } from '../../../functions/platform/lambda.ts';
import { lambda, work } from '../../../functions/platform/lambda.ts';
import { jsonLog } from '../../../functions/platform/log.ts';
import { required, type Seam } from '../../../functions/platform/seam.ts';

const invocation = { awsRequestId: 'request', getRemainingTimeInMillis: () => 900_000 };

/** Starts a function of these parts and invokes it; its log lines, its answer, or how it failed. */
async function invoke(event: unknown, schema: z.core.$ZodType, answer: Work<z.core.$ZodType, unknown>['answer']) {
  const lines: string[] = [];
  const seam = { environment: {}, log: jsonLog((line) => lines.push(line), { function: 'lifeboat-test' }) };
  const handler = lambda(() => work(schema, answer)).start(seam as unknown as Seam);
  const outcome = await handler(event, invocation).then(
    (answered) => ({ answered }),
    (error: Error) => ({ failed: `${error.name}: ${error.message}`, error }),
  );
  return { ...outcome, lines };
}

const anything = z.unknown();

/** What the function says when it gets this instead of what it wants. */
async function told(schema: z.core.$ZodType, event: unknown): Promise<string> {
  const { failed = 'it was accepted' } = (await invoke(event, schema, async () => 'done')) as { failed?: string };
  return failed.replace('InputRejected: The input does not fit. ', '');
}

describe('an input that does not fit is rejected by name', () => {
  const order = z.object({
    resource: z.string(),
    copies: z.array(z.object({ to: z.string(), keepDays: z.number() })),
  });

  test('and the message says of every field what it must be', async () => {
    expect(await told(order, { resource: 7, copies: [{ to: 'eu-west-1', keepDays: 3 }, { keepDays: '35' }] })).toBe(
      'resource: must be a text, and is a number; copies[1].to: must be a text, and is missing; ' +
        'copies[1].keepDays: must be a number, and is a text.',
    );
  });

  test.each<[string, z.core.$ZodType, unknown, string]>([
    ['a word of a few', z.enum(['protect', 'drill']), 'prtoect', 'must be one of protect, drill'],
    ['one word', z.literal('home'), 'copy', 'must be home'],
    ['a missing word', z.enum(['a', 'b']), undefined, 'must be one of a, b, and is missing'],
    ['an amount', z.number().check(z.gte(1)), 0, 'must be at least 1'],
    ['an upper bound', z.number().check(z.lte(4)), 5, 'must be at most 4'],
    ['an open bound', z.number().check(z.gt(0)), 0, 'must be more than 0'],
    ['a list with something in it', z.array(z.string()).check(z.minLength(1)), [], 'must be at least 1 item'],
    ['a text of some length', z.string().check(z.maxLength(3)), 'four', 'must be at most 3 characters'],
    ['a text of some form', z.string().check(z.regex(/^fs-/)), 'vol-1', 'must be written as /^fs-/'],
    [
      'nothing else',
      z.strictObject({}),
      { surprise: 1 },
      'must be without surprise: nothing of that name is known here',
    ],
    [
      'one of two',
      z.union([z.string(), z.null()]),
      1,
      'must be a text, and is a number, or must be null, and is a number',
    ],
    ['what must be left out', z.never(), 1, 'must be left out, and is a number'],
    ['true or false', z.boolean(), null, 'must be true or false, and is null'],
    ['an object', z.record(z.string(), z.string()), [], 'must be an object, and is a list'],
  ])('%s', async (_what, schema, value, words) => {
    expect(await told(z.looseObject({ field: schema }), { field: value })).toBe(`field: ${words}.`);
  });

  test('a form that is chosen by a word names the words there are', async () => {
    const schema = z.discriminatedUnion('via', [
      z.object({ via: z.literal('email'), to: z.string() }),
      z.object({ via: z.literal('https'), url: z.string() }),
    ]);
    expect(await told(schema, { via: 'pigeon' })).toBe('via: must be one of email, https.');
    expect(await told(schema, { via: 'https' })).toBe('url: must be a text, and is missing.');
  });

  test('an input that is no object at all is told as such', async () => {
    expect(await told(order, 'start')).toBe('the input: must be an object, and is a text.');
  });

  test('a message never repeats a value: it may be a password', async () => {
    const words = await told(z.object({ password: z.number(), mode: z.literal('x') }), {
      password: 'hunter2',
      mode: 'hunter2',
    });
    expect(words).toBe('password: must be a number, and is a text; mode: must be x.');
  });

  test('no input is an empty object, so that the console’s default start works', async () => {
    const schema = z.object({ resource: z.optional(z.string()) });
    expect(await invoke(undefined, schema, async (event) => event)).toMatchObject({ answered: {} });
    expect(await invoke(null, schema, async (event) => event)).toMatchObject({ answered: {} });
  });

  test('and the work is not begun', async () => {
    let begun = false;
    await invoke({}, order, async () => {
      begun = true;
    });
    expect(begun).toBe(false);
  });
});

describe('an error of AWS that passes by itself leaves as AwsUnavailable', () => {
  const aws = (members: object) => Object.assign(new Error('as AWS says it'), members);
  test.each([
    ['throttling', aws({ name: 'ThrottlingException', $fault: 'client' })],
    ['the throttling of RDS and EC2', aws({ name: 'RequestLimitExceeded', $fault: 'client' })],
    ['a fault of the server', aws({ name: 'SomethingNobodyModelled', $fault: 'server' })],
    [
      'an answer of 503 that no service models',
      new S3ServiceException({
        name: 'InternalError',
        $fault: 'client',
        message: '',
        $metadata: { httpStatusCode: 503 },
      }),
    ],
    ['a connection that was cut', aws({ name: 'Error', code: 'ECONNRESET' })],
    ['a name that was not resolved', aws({ name: 'Error', code: 'ENOTFOUND' })],
    ['a call that took too long', aws({ name: 'TimeoutError' })],
    ['what the SDK calls retryable', aws({ name: 'OddException', $fault: 'client', $retryable: { throttling: true } })],
  ])('%s', async (_what, error) => {
    const outcome = await invoke({}, anything, async () => {
      throw error;
    });
    expect(outcome).toMatchObject({
      failed: `AwsUnavailable: ${error.name}: ${error.message}`,
      error: { cause: error },
    });
  });

  test.each([
    ['a refusal', aws({ name: 'AccessDeniedException', $fault: 'client', $metadata: { httpStatusCode: 403 } })],
    ['a thing that is not there', aws({ name: 'ResourceNotFoundException', $fault: 'client' })],
    ['a mistake of our own', new TypeError('x is not a function')],
  ])('but not %s: asking again would not help', async (_what, error) => {
    const outcome = await invoke({}, anything, async () => {
      throw error;
    });
    expect(outcome).toMatchObject({ failed: `${error.name}: ${error.message}` });
  });
});

describe('the log of a function', () => {
  test('is a JSON line for each call: a constant sentence, and the facts beside it', () => {
    const lines: string[] = [];
    const log = jsonLog((line) => lines.push(line), { function: 'lifeboat-watch' });
    log.info('Looked at what is due.', { rows: 3, more: undefined });
    log.warn('Odd.');
    expect(lines).toEqual([
      '{"level":"info","words":"Looked at what is due.","function":"lifeboat-watch","rows":3}',
      '{"level":"warn","words":"Odd.","function":"lifeboat-watch"}',
    ]);
  });

  test('says why an invocation failed, by the name that AWS gave', async () => {
    const { lines } = await invoke({}, anything, async () => {
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    });
    expect(lines).toEqual([
      '{"level":"error","words":"The invocation failed.","function":"lifeboat-test","error":"ThrottlingException","message":"Rate exceeded"}',
    ]);
  });

  test('is silent about an invocation that answered', async () => {
    expect(await invoke({}, anything, async () => 'done')).toEqual({ answered: 'done', lines: [] });
  });
});

describe('the seam', () => {
  test('builds once for an execution environment, however often it is invoked', async () => {
    let built = 0;
    const handler = lambda(() => {
      built += 1;
      return work(z.unknown(), async () => built);
    });
    const seam = { environment: {}, log: jsonLog(() => {}) } as unknown as Seam;
    const warm = handler.start(seam);
    expect([await warm({}, invocation), await warm({}, invocation)]).toEqual([1, 1]);
    expect(await handler.start(seam)({}, invocation)).toBe(2);
  });

  test('names the variable that is not set, and where to set it', () => {
    const words = 'The environment variable LEDGER_TABLE is not set. Set it for this function in serverless.yml.';
    expect(() => required({}, 'LEDGER_TABLE')).toThrow(words);
    expect(() => required({ LEDGER_TABLE: '' }, 'LEDGER_TABLE')).toThrow(words);
    expect(required({ LEDGER_TABLE: 'lifeboat-ledger' }, 'LEDGER_TABLE')).toBe('lifeboat-ledger');
  });
});
