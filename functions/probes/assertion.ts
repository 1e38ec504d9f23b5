import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import type { DatabaseQuestion, Trouble, Value } from './contract.ts';
import { troubleOf } from './trouble.ts';

/** PostgreSQL's numbers for its built-in types. */
const numbers: readonly number[] = [20, 21, 23, 26, 700, 701, 1700];
const instants: readonly number[] = [1082, 1114, 1184];

/**
 * Asks one statement for its one value. It is asked as a subquery of two rows at most: what answers many rows is a
 * mistake that must not read them all.
 */
export async function answerAssertion(
  client: Client,
  { sql, equals }: Pick<DatabaseQuestion['assertions'][number], 'sql' | 'equals'>,
  drill: string,
): Promise<Value | Trouble> {
  const asked = `select * from (\n${sql}\n) as answer limit 2`;
  try {
    const { rows, fields } = await client.query<(string | null)[]>({
      text: asked,
      rowMode: 'array',
      types: { getTypeParser: () => (text: string) => text },
    });
    const [row, another] = rows;
    if (row === undefined) return notOne('it answers no row');
    if (another !== undefined) return notOne('it answers more than one row');
    if (row.length !== 1) return notOne(`it answers ${row.length} columns`);
    return readValue(row[0] ?? null, fields[0]?.dataTypeID ?? 0, { equals, drill });
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble === undefined) throw error;
    return trouble;
  }
}

function notOne(what: string): Trouble {
  return {
    is: 'trouble',
    code: 'NOT_ONE_VALUE',
    of: 'question',
    words: `${what}; it has to answer one row of one column`,
  };
}

/** Text leaves as its hash together with the drill's id: it may be the content of a row. */
function readValue(
  text: string | null,
  type: number,
  { equals, drill }: { equals: string | undefined; drill: string },
): Value {
  if (text === null) return { is: 'nothing' };
  const number = Number(text);
  if (numbers.includes(type) && Number.isFinite(number)) return { is: 'number', number };
  // The session's time zone is UTC, so an instant without a zone is taken for UTC.
  const instant = instants.includes(type) ? readInstant(text) : undefined;
  if (instant !== undefined) return { is: 'instant', instant };
  const sha256 = createHash('sha256').update(`${drill}\0${text}`).digest('hex');
  return { is: 'text', sha256, isEqual: equals === undefined ? null : text === equals };
}

function readInstant(text: string): string | undefined {
  const [, day, time = '00:00:00', zone = '+00'] =
    /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d(?:\.\d+)?))?([+-]\d\d(?::\d\d)?)?$/.exec(text) ?? [];
  if (day === undefined) return undefined;
  const milliseconds = Date.parse(`${day}T${time}${zone.length === 3 ? `${zone}:00` : zone}`);
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds).toISOString();
}
