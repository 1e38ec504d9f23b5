import * as z from 'zod/mini';

// Values that many doors take. What is let in here can be reckoned with, and fits where it is written to.

/** A sort key of DynamoDB takes 1,024 bytes, and some hold a text together with two more. */
const longestTextBytes = 512;

/** A name, an id or an ARN: short enough for the ledger, with no control character in it. */
export const text = z.string().check(
  z.refine(
    (value) => Buffer.byteLength(value) <= longestTextBytes,
    `must have at most ${longestTextBytes} bytes, which any name and ARN has`,
  ),
  z.refine((value) => !/\p{Cc}/u.test(value), 'must be without control characters'),
);

/** The same for what has to be said. */
export const filled = text.check(z.minLength(1, 'is empty'));

/** An instant in UTC, of a year that AWS could mean. */
export const instant = z.string().check(z.refine(isInstant, 'must be an instant like 2026-01-31T09:30:00Z'));

/** Whether a text is an instant in UTC, whatever else `Date.parse` would make of it. */
export function isInstant(value: string): boolean {
  return /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(value) && !Number.isNaN(Date.parse(value));
}

/** The ARN of an execution. */
export const execution = z
  .string()
  .check(
    z.regex(
      /^arn:[\w-]{1,20}:states:[\w-]{1,30}:\d{12}:execution:[\w-]{1,80}:[^\s:\p{Cc}]{1,80}$/u,
      'must be the ARN of an execution of Step Functions',
    ),
  );

/** A whole number of things, of minutes or of days. */
export const count = z.int().check(z.gte(0), z.lte(1_000_000_000));

/** Which run of which execution is asking. */
export const run = { execution, redriveCount: count };
