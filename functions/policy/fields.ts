import { z } from 'zod';
import { inWords, parseDuration, type Reading } from './duration.ts';
import { inPercent, parsePercent } from './percent.ts';

// Only used where a policy.yml is read: when packaging and in the CLI. Lambdas import policy.json through policy.ts.

/** How one message carries both halves through zod: the problem on the first line, the mend on the second. */
export function say(problem: string, mend: string): string {
  return `${oneLine(problem)}\n${oneLine(mend)}`;
}

/** What was written is quoted in messages, and may be of any length and many lines. */
function oneLine(words: string): string {
  return words.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').replace(/'([^']{100})[^']*'/g, "'$1…'");
}

/** A field read by a function of our own. A missing field is an error that tells what to write. */
export function required<T>(read: (written: unknown) => Reading<T>, example: string) {
  return z.unknown().transform((written, context): T => {
    const reading: Reading<T> = isLeftOut(written)
      ? { ok: false, problem: written === null ? 'has no value' : 'is missing', mend: `write it, such as ${example}` }
      : read(written);
    if (reading.ok) return reading.value;
    context.issues.push({ code: 'custom', input: written, message: say(reading.problem, reading.mend) });
    return z.NEVER;
  });
}

/** A field that may be left out; it is then null. A field that is there without a value is a slip, and an error. */
export function optional<T>(read: (written: unknown) => Reading<T>, example: string) {
  return maybe(
    z.unknown().transform((written, context): T => {
      const reading: Reading<T> =
        written === null
          ? { ok: false, problem: 'has no value', mend: `write one, such as ${example}, or leave the field out` }
          : read(written);
      if (reading.ok) return reading.value;
      context.issues.push({ code: 'custom', input: written, message: say(reading.problem, reading.mend) });
      return z.NEVER;
    }),
  );
}

/** A mapping with exactly these fields. Its message for unknown fields is the list of those it knows. */
export function mapping<S extends Record<string, z.ZodType>>(shape: S, example: string) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? Object.keys(shape).join(' ')
        : wrongShape(issue.input, 'a mapping of fields', example),
  });
}

/** A list. */
export function list<T extends z.ZodType>(item: T, example: string) {
  return z.array(item, { error: (issue) => wrongShape(issue.input, 'a list', example) });
}

/** A list that means something only with something in it. */
export function filledList<T extends z.ZodType>(item: T, example: string) {
  return list(item, example).min(1, { error: () => say('is an empty list', `write it, such as ${example}`) });
}

/** A mapping or list that may be left out; it is then null. */
export function maybe<T extends z.ZodType>(inner: T) {
  return z.optional(inner).transform((value) => value ?? null);
}

function isLeftOut(written: unknown): boolean {
  return written === undefined || written === null;
}

function wrongShape(input: unknown, wanted: string, example: string): string {
  if (input === undefined) return say('is missing', `write it, such as ${example}`);
  if (input === null) return say('has no value', `write it, such as ${example}`);
  return say(`is ${shapeOf(input)}, not ${wanted}`, `write it as ${example}`);
}

function shapeOf(input: unknown): string {
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a mapping';
  return typeof input === 'string' ? 'a text' : typeof input === 'boolean' ? 'true or false' : 'a number';
}

/** Reads a duration within limits, in seconds. `why` says what stands behind the least that is allowed. */
export function durationOf(limits: { least?: number; why?: string; wholeDays?: boolean; wholeMinutes?: boolean }) {
  const least = limits.least ?? 1;
  return (written: unknown): Reading<number> => {
    const reading = parseDuration(written, limits.wholeDays ? 'days' : 'hours');
    if (!reading.ok) return reading;
    const seconds = reading.value;
    if (limits.wholeDays && seconds % 86_400 !== 0) {
      const up = Math.ceil(seconds / 86_400);
      const mend = `write ${up} day${up === 1 ? '' : 's'}`;
      return {
        ok: false,
        problem: `${inWords(seconds)} is not a whole number of days, which AWS Backup counts in`,
        mend,
      };
    }
    if (seconds < least) {
      const problem = `${inWords(seconds)} is too short${limits.why === undefined ? '' : `: ${limits.why}`}`;
      return { ok: false, problem, mend: `write at least ${inWords(least)}` };
    }
    if (limits.wholeMinutes && seconds % 60 !== 0) {
      const problem = `${inWords(seconds)} is not a whole number of minutes, which schedules count in`;
      return { ok: false, problem, mend: `write ${inWords(Math.ceil(seconds / 60) * 60)}` };
    }
    return reading;
  };
}

/** Whole days, as AWS Backup's lifecycles count. */
export function daysOf(leastDays: number, why: string) {
  const read = durationOf({ wholeDays: true, least: leastDays * 86_400, why });
  return (written: unknown): Reading<number> => {
    const reading = read(written);
    return reading.ok ? { ok: true, value: reading.value / 86_400 } : reading;
  };
}

/** Reads a percentage as a fraction; nothing can fall by more than all of it. */
export function percentUpTo(most: number) {
  return (written: unknown): Reading<number> => {
    const reading = parsePercent(written);
    if (!reading.ok || reading.value <= most) return reading;
    return {
      ok: false,
      problem: `${written} is more than ${inPercent(most)}`,
      mend: `write at most ${inPercent(most)}`,
    };
  };
}

export function oneOf<T extends string>(...choices: T[]) {
  return (written: unknown): Reading<T> => {
    const found = choices.find((choice) => choice === written);
    const mend = `write ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
    return found === undefined
      ? { ok: false, problem: `${quoted(written)} is not known here`, mend }
      : { ok: true, value: found };
  };
}

export function readNumber(written: unknown): Reading<number> {
  return typeof written === 'number' && Number.isFinite(written)
    ? { ok: true, value: written }
    : { ok: false, problem: `${quoted(written)} is not a number`, mend: 'write a number such as 1000, without quotes' };
}

export function readBoolean(written: unknown): Reading<boolean> {
  return typeof written === 'boolean'
    ? { ok: true, value: written }
    : { ok: false, problem: `${quoted(written)} is neither true nor false`, mend: 'write true or false' };
}

export function readText(written: unknown): Reading<string> {
  return typeof written === 'string' && written.trim() !== ''
    ? { ok: true, value: written.trim() }
    : {
        ok: false,
        problem: `${quoted(written)} is not a text`,
        mend: 'write some words, in quotes if they look like a number',
      };
}

export function quoted(written: unknown): string {
  if (typeof written === 'string') return `'${written}'`;
  return typeof written === 'object' ? (Array.isArray(written) ? 'a list' : 'a mapping') : String(written);
}
