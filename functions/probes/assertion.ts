import { createHash } from 'node:crypto';
import type { DatabaseQuestion, Trouble, Value } from './contract.ts';
import type { Rows, Session } from './session.ts';

/** What an assertion asks, without its name. */
type Asked = Pick<DatabaseQuestion['assertions'][number], 'sql' | 'equals'>;

/**
 * Asks one statement for its one value. It is asked as a subquery of two rows at most: what answers many rows is a
 * mistake that must not read them all. Throws the driver's errors.
 */
export async function answerAssertion(
  session: Session,
  { sql, equals }: Asked,
  { drill, limitMilliseconds }: { readonly drill: string; readonly limitMilliseconds: number },
): Promise<Value | Trouble> {
  const { rows, columns, holds } = await session.ask(`select * from (\n${sql}\n) as answer limit 2`, limitMilliseconds);
  const [row, another] = rows;
  if (columns !== 1) return notOne(`it answers ${columns} columns`);
  if (row === undefined) return notOne('it answers no row');
  if (another !== undefined) return notOne('it answers more than one row');
  return readValue(row[0] ?? null, holds, { equals, drill });
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
  holds: Rows['holds'],
  { equals, drill }: { equals: string | undefined; drill: string },
): Value {
  if (text === null) return { is: 'nothing' };
  const number = Number(text);
  if (holds === 'number' && Number.isFinite(number)) return { is: 'number', number };
  // The session's time zone is UTC, so an instant without a zone is taken for UTC.
  const instant = holds === 'instant' ? readInstant(text) : undefined;
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
