import type { $ZodIssue, $ZodRawIssue } from 'zod/v4/core';

/** What values are called in messages, by what the schema expects. */
const kindWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  date: 'an instant',
  null: 'null',
  never: 'left out',
};

/** What a length counts: `3 characters`, `1 item`. */
const counted: Readonly<Record<string, string>> = { string: 'character', array: 'item', set: 'item' };

/**
 * What a field must be, in words, for a value that does not fit its schema. `zod/mini` brings no words of its own, and
 * zod's locales would make every bundle larger. The value itself is never told: it may be a secret.
 */
export function misfit(issue: $ZodRawIssue | $ZodIssue): string {
  const found = 'input' in issue ? shapeOf(issue.input) : undefined;
  const but = found === undefined ? '' : `, and ${found}`;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kindWords[issue.expected] ?? issue.expected}${but}`;
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}${found === 'is missing' ? but : ''}`;
    case 'unrecognized_keys':
      return `must be without ${issue.keys.join(', ')}: nothing of that name is known here`;
    case 'too_small':
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${amount(issue.maximum, issue.origin)}`;
    case 'invalid_format':
      return `must be written as ${issue.pattern ?? issue.format}`;
    case 'invalid_union':
      return misfitOfUnion(issue);
    default:
      return issue.message ?? 'does not fit';
  }
}

function misfitOfUnion(issue: Extract<$ZodRawIssue | $ZodIssue, { code: 'invalid_union' }>): string {
  if (issue.discriminator !== undefined) {
    const { options } = issue as { options?: readonly unknown[] };
    return options === undefined ? 'is none of those known here' : `must be ${oneOf(options)}`;
  }
  const ways = issue.errors.map((issues) => issues.map(pathAndMessage).join(' and '));
  return ways.length === 0 ? 'fits more than one form' : [...new Set(ways)].join(', or ');
}

/** `copies[0].to: must be a text, and is missing`; the words alone for the input as a whole. */
function pathAndMessage({ path, message }: $ZodIssue): string {
  return path.length === 0 ? message : `${fieldName(path)}: ${message}`;
}

/** Every misfit of an input with the name of its field. */
export function misfits(issues: readonly $ZodIssue[]): string {
  return issues.map(({ path, message }) => `${fieldName(path) || 'the input'}: ${message}`).join('; ');
}

function fieldName(path: readonly PropertyKey[]): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  return parts.join('').replace(/^\./, '');
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(', ')}`;
}

function amount(limit: number | bigint, origin: string): string {
  const item = counted[origin];
  return item === undefined ? `${limit}` : `${limit} ${item}${Number(limit) === 1 ? '' : 's'}`;
}

function shapeOf(input: unknown): string {
  if (input === undefined) return 'is missing';
  if (input === null) return 'is null';
  if (Array.isArray(input)) return 'is a list';
  const kinds: Readonly<Record<string, string>> = { string: 'a text', number: 'a number', boolean: 'true or false' };
  return `is ${kinds[typeof input] ?? 'an object'}`;
}
