import type { Trouble } from './contract.ts';

/**
 * The database's and the driver's own words may hold rows ("invalid input syntax for type integer: …"), so only codes
 * leave the probe, with words of ours.
 */
const byState: readonly { readonly codes: RegExp; readonly of: Trouble['of']; readonly words: string }[] = [
  { codes: /^XX00[12]$/, of: 'data', words: 'the data is corrupted' },
  { codes: /^58/, of: 'data', words: 'a file of the database is missing or cannot be read' },
  { codes: /^XX/, of: 'data', words: 'the database met an internal error while it read the data' },
  { codes: /^22021$/, of: 'data', words: 'a text holds bytes that are no characters' },
  { codes: /^42501$/, of: 'access', words: 'the role may not read it' },
  { codes: /^(42P01|3F000)$/, of: 'data', words: 'a table or schema that it asks for is missing' },
  { codes: /^(42703|42883)$/, of: 'data', words: 'a column or function that it asks for is missing' },
  { codes: /^42/, of: 'question', words: 'the statement is not right' },
  { codes: /^25006$/, of: 'question', words: 'the statement would write' },
  { codes: /^57014$/, of: 'other', words: 'the statement took longer than its time limit' },
  { codes: /^22/, of: 'question', words: 'the statement cannot be computed from the data' },
  { codes: /^53/, of: 'other', words: 'the database has too few resources for it' },
];

/** What went wrong with one statement; undefined when the connection itself is lost, which is no answer. */
export function troubleOf(error: unknown): Trouble | undefined {
  const code = codeOf(error);
  if (!/^[0-9A-Z]{5}$/.test(code) || /^(08|57P)/.test(code)) return undefined;
  const { of, words } = byState.find(({ codes }) => codes.test(code)) ?? {
    of: 'other' as const,
    words: 'the database refused the statement',
  };
  return { is: 'trouble', code, of, words };
}

/** A code that says nothing of content: SQLSTATE, or what Node calls a failed connection. */
export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{2,60}$/.test(code) ? code : 'UNKNOWN';
}
