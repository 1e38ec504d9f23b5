import type { Trouble } from './contract.ts';

/**
 * The database's and the driver's own words may hold rows ("invalid input syntax for type integer: …"), so only codes
 * leave the probe, with words of ours.
 */
interface Meaning {
  readonly codes: RegExp;
  readonly of: Trouble['of'];
  readonly words: string;
}

const mayNotRead = { of: 'access', words: 'the role may not read it' } as const;
const tookTooLong = { of: 'time', words: 'the statement took longer than its time limit' } as const;

/** PostgreSQL's SQLSTATEs (appendix A of its manual). */
const byState: readonly Meaning[] = [
  { codes: /^XX00[12]$/, of: 'data', words: 'the data is corrupted' },
  { codes: /^58/, of: 'data', words: 'a file of the database is missing or cannot be read' },
  { codes: /^XX/, of: 'data', words: 'the database met an internal error while it read the data' },
  { codes: /^22021$/, of: 'data', words: 'a text holds bytes that are no characters' },
  { codes: /^42501$/, ...mayNotRead },
  { codes: /^(42P01|3F000)$/, of: 'data', words: 'a table or schema that it asks for is missing' },
  { codes: /^(42703|42883)$/, of: 'data', words: 'a column or function that it asks for is missing' },
  { codes: /^42/, of: 'question', words: 'the statement is not right' },
  { codes: /^25006$/, of: 'question', words: 'the statement would write' },
  { codes: /^57014$/, ...tookTooLong },
  { codes: /^22/, of: 'question', words: 'the statement cannot be computed from the data' },
  { codes: /^53/, of: 'other', words: 'the database has too few resources for it' },
];

/** Numbers of MySQL and MariaDB's errors (their error references). */
const byNumber: readonly Meaning[] = [
  { codes: /^(1034|1035|1194|1195|1707|1712|1877|3000)$/, of: 'data', words: 'the data is corrupted' },
  {
    codes: /^(1016|1017|1024|1030|1812|1814|1815|1932)$/,
    of: 'data',
    words: 'a file of the database is missing or cannot be read',
  },
  { codes: /^(1044|1142|1143|1227|1370)$/, ...mayNotRead },
  { codes: /^(1049|1051|1146)$/, of: 'data', words: 'a table or schema that it asks for is missing' },
  { codes: /^(1054|1305|1630)$/, of: 'data', words: 'a column or function that it asks for is missing' },
  { codes: /^1792$/, of: 'question', words: 'the statement would write' },
  { codes: /^(1317|1969|3024)$/, ...tookTooLong },
  { codes: /^(1021|1037|1038|1041|1114|1135)$/, of: 'other', words: 'the database has too few resources for it' },
  {
    codes: /^(1060|1064|1149|1052|1055|1111|1140|1242|1267|1271)$/,
    of: 'question',
    words: 'the statement is not right',
  },
  {
    codes: /^(1264|1292|1365|1411|1426|1690)$/,
    of: 'question',
    words: 'the statement cannot be computed from the data',
  },
];

/** The driver's own clock ran out, since MySQL has none for every statement. */
const driversClock = 'PROTOCOL_SEQUENCE_TIMEOUT';

/** What went wrong with one statement; undefined when the connection itself is lost, which is no answer. */
export function troubleOf(error: unknown): Trouble | undefined {
  const code = codeOf(error);
  if (code === driversClock) return { is: 'trouble', code, ...tookTooLong };
  const number = /^MYSQL_(\d+)$/.exec(code)?.[1];
  if (number !== undefined) {
    // 1053: the server shuts down; 2006 and 2013: it is gone.
    return /^(1053|1077|1079|1152|1158|1159|1160|1161|2\d{3})$/.test(number)
      ? undefined
      : meaning(byNumber, number, code);
  }
  // An SQLSTATE has a digit: EPIPE and its like are the operating system's.
  if (!/^(?=.*\d)[0-9A-Z]{5}$/.test(code) || /^(08|57P)/.test(code)) return undefined;
  return meaning(byState, code, code);
}

function meaning(table: readonly Meaning[], name: string, code: string): Trouble {
  const { of, words } = table.find(({ codes }) => codes.test(name)) ?? {
    of: 'other' as const,
    words: 'the database refused the statement',
  };
  return { is: 'trouble', code, of, words };
}

/** A code that says nothing of content: SQLSTATE, MYSQL_ and its number, or what Node calls a failed connection. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'UNKNOWN';
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  // The operating system's own numbers are negative.
  if (typeof errno === 'number' && errno >= 1000) return `MYSQL_${errno}`;
  return typeof code === 'string' && /^[A-Z0-9_]{2,60}$/.test(code) ? code : 'UNKNOWN';
}
