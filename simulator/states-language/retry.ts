import { matches, reservedErrors, type StateFailure } from './errors.ts';
import { listAt, objectAt, onlyFields, stringAt } from './fields.ts';
import type { JsonObject } from './json.ts';
import { longestSeconds } from './limits.ts';
import type { Reading } from './refusals.ts';

/** One entry of a Retry list. Each counts its own attempts. */
export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds?: number;
  readonly jitter: boolean;
}

const retryFields = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];

/** Reads a Retry list. What is left out is 1 s, 3 attempts, rate 2, no bound, no jitter. */
export function readRetry(reading: Reading, source: unknown, path: string): readonly Retrier[] {
  if (source === undefined) return [];
  const entries = listAt(reading, source, path);
  return entries.map((entry, index) => {
    const at = `${path}[${index}]`;
    const fields = objectAt(reading, entry, at);
    onlyFields(reading, fields, at, retryFields);
    const number = numberIn(reading, fields, at);
    const intervalSeconds = number('IntervalSeconds', 1, 1, longestSeconds, true);
    const maxDelaySeconds = number('MaxDelaySeconds', undefined, 1, 31_622_399, true);
    if (maxDelaySeconds !== undefined && maxDelaySeconds <= (intervalSeconds ?? 1)) {
      reading.refuse(`${at}/MaxDelaySeconds`, String(maxDelaySeconds), 'must be more than IntervalSeconds');
    }
    const jitter = fields.JitterStrategy ?? 'NONE';
    if (jitter !== 'NONE' && jitter !== 'FULL')
      reading.refuse(`${at}/JitterStrategy`, JSON.stringify(jitter), 'must be NONE or FULL');
    return {
      errorEquals: readErrorEquals(reading, fields.ErrorEquals, at, index === entries.length - 1),
      intervalSeconds: intervalSeconds ?? 1,
      maxAttempts: number('MaxAttempts', 3, 0, longestSeconds, true) ?? 3,
      backoffRate: number('BackoffRate', 2, 1, Number.MAX_VALUE, false) ?? 2,
      ...(maxDelaySeconds !== undefined && { maxDelaySeconds }),
      jitter: jitter === 'FULL',
    };
  });
}

function numberIn(reading: Reading, fields: JsonObject, at: string) {
  return (
    name: string,
    otherwise: number | undefined,
    least: number,
    most: number,
    whole: boolean,
  ): number | undefined => {
    const value = fields[name];
    if (value === undefined) return otherwise;
    if (typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value)))
      return value;
    const bounds = most === Number.MAX_VALUE ? `at least ${least}` : `from ${least} to ${most}`;
    reading.refuse(`${at}/${name}`, JSON.stringify(value), `must be a ${whole ? 'whole ' : ''}number ${bounds}`);
    return otherwise;
  };
}

/** Reads ErrorEquals of Retry and Catch: at least one name, States.ALL alone and last, reserved names only as reserved. */
export function readErrorEquals(reading: Reading, source: unknown, at: string, last: boolean): readonly string[] {
  const path = `${at}/ErrorEquals`;
  const names = listAt(reading, source, path).map((name) => stringAt(reading, name, path));
  for (const name of names) {
    if (name.startsWith('States.') && !reservedErrors.has(name)) {
      reading.refuse(path, name, 'is not an error of Step Functions; names of your own must not begin with "States."');
    }
  }
  if (names.includes('States.ALL') && (names.length > 1 || !last)) {
    reading.refuse(path, 'States.ALL', 'must stand alone and in the last entry of the list');
  }
  return names;
}

/** The retriers of one state while it is being tried. */
export interface Retrying {
  /** How many milliseconds to wait before the next attempt; undefined if there is to be none. */
  next(failure: StateFailure): number | undefined;
}

export function beginRetrying(retriers: readonly Retrier[], random: () => number): Retrying {
  const used = retriers.map(() => 0);
  return {
    next: (failure) => {
      const index = retriers.findIndex((retrier) => matches(retrier.errorEquals, failure));
      const retrier = retriers[index];
      if (retrier === undefined) return undefined;
      const attempts = used[index] as number;
      if (attempts >= retrier.maxAttempts) return undefined;
      used[index] = attempts + 1;
      return delayMilliseconds(retrier, attempts, random);
    },
  };
}

/** The wait after so many retries by this retrier: interval × rate^n, bounded, and with FULL jitter anything from 0 up to that. */
export function delayMilliseconds(retrier: Retrier, retriesBefore: number, random: () => number): number {
  const grown = retrier.intervalSeconds * retrier.backoffRate ** retriesBefore;
  const seconds = Math.min(grown, retrier.maxDelaySeconds ?? Number.POSITIVE_INFINITY, longestSeconds);
  return Math.round(1000 * seconds * (retrier.jitter ? random() : 1));
}
