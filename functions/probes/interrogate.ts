import { answerAssertion } from './assertion.ts';
import type {
  AssertionAnswer,
  DatabaseAnswer,
  DatabaseCursor,
  DatabaseQuestion,
  IndexAnswer,
  TableAnswer,
  Trouble,
  WithinTable,
} from './contract.ts';
import type { Session, Table } from './session.ts';
import { troubleOf } from './trouble.ts';

/** Longer than a statement of an assertion should take, shorter than Lambda's fifteen minutes. */
const statementMilliseconds = 600_000;
/** A statement is not begun with less time than this. */
const leastMilliseconds = 1_000;
/** What one invocation answers at most, so that it fits into a row of the ledger. */
const answerBytes = 150_000;

/** Says that the step has to wait for the next invocation. */
const later = Symbol('later');

/** What an interrogation needs to know of its invocation. */
export interface Invoked {
  now(): string;
  /** Milliseconds until the probe has to answer. */
  left(): number;
}

/**
 * Asks a restored database the drill's questions: the assertions first, then table by table, and each index. Goes on
 * from where the invocation before it stopped, and stops when the time is over or the answer is large. Each invocation
 * takes one step at least, however long that is, so that there is always progress.
 */
export async function interrogate(
  session: Session,
  asked: Pick<DatabaseQuestion, 'drill' | 'assertions' | 'integrity' | 'from'>,
  { now, left }: Invoked,
): Promise<DatabaseAnswer> {
  const { from } = asked;
  const connectedAt = from?.connectedAt ?? now();
  const takeStep = stepper(left);
  const assertions: AssertionAnswer[] = [];
  const tables: TableAnswer[] = [];
  let answeredAt = from?.assertionsAnsweredAt ?? null;
  let tableCount = 0;
  let bytes = 0;
  const answer = (within: WithinTable | null | 'done'): DatabaseAnswer => {
    const next: DatabaseCursor | undefined =
      within === 'done'
        ? undefined
        : {
            connectedAt,
            assertions: (from?.assertions ?? 0) + assertions.length,
            assertionsAnsweredAt: answeredAt,
            tables: (from?.tables ?? 0) + tables.length,
            within,
          };
    return {
      done: next === undefined,
      connectedAt,
      endedAt: now(),
      assertions,
      assertionsAnsweredAt: answeredAt,
      tables,
      tableCount,
      ...(next !== undefined && { next }),
    };
  };

  for (const { name, ...assertion } of asked.assertions.slice(from?.assertions ?? 0)) {
    const value = await takeStep((limitMilliseconds) =>
      answerAssertion(session, assertion, { drill: asked.drill, limitMilliseconds }),
    );
    if (value === later) return answer(null);
    assertions.push({ name, value });
  }
  answeredAt ??= now();

  const all = await session.tables(statementMilliseconds);
  tableCount = all.length;
  let within = from?.within ?? null;
  for (const table of all.slice(from?.tables ?? 0)) {
    if (bytes > answerBytes) return answer(null);
    const outcome = await askTable(session, table, asked.integrity, within, takeStep);
    within = null;
    if (outcome.is === 'later') return answer(outcome.within);
    tables.push(outcome.answer);
    bytes += Buffer.byteLength(JSON.stringify(outcome.answer));
  }
  return answer('done');
}

type Step = <Result>(work: (limitMilliseconds: number) => Promise<Result>) => Promise<Result | Trouble | typeof later>;

/**
 * Runs steps while there is time. What ran into the end of the invocation rather than into its own limit is no trouble:
 * it gets a whole invocation in the next one.
 */
function stepper(left: () => number): Step {
  let isFirst = true;
  return async (work) => {
    const wasFirst = isFirst;
    isFirst = false;
    const time = left();
    if (!wasFirst && time < leastMilliseconds) return later;
    const limit = Math.max(leastMilliseconds, Math.min(statementMilliseconds, time));
    try {
      return await work(limit);
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble === undefined) throw error;
      return trouble.of === 'time' && !wasFirst && limit < statementMilliseconds ? later : trouble;
    }
  };
}

type Outcome =
  | { readonly is: 'answer'; readonly answer: TableAnswer }
  | { readonly is: 'later'; readonly within: WithinTable | null };

async function askTable(
  session: Session,
  table: Table,
  integrity: DatabaseQuestion['integrity'],
  before: WithinTable | null,
  takeStep: Step,
): Promise<Outcome> {
  const { name } = table;
  if (!table.mayRead) {
    const rows = { is: 'trouble', code: '42501', of: 'access', words: 'the role may not read it' } as const;
    return { is: 'answer', answer: { table: name, rows } };
  }
  const isFull = integrity === 'full';
  let at: WithinTable = before ?? { table: name, rows: 0, sum: '0', block: 0, checks: 0, indexes: noIndexes };
  while (at.block !== null) {
    const { block } = at;
    const part = await takeStep((limit) => session.read(table, block, isFull, limit));
    if (part === later) return { is: 'later', within: at };
    if ('is' in part) return { is: 'answer', answer: { table: name, rows: part } };
    at = { ...at, rows: at.rows + part.rows, sum: String(BigInt(at.sum) + BigInt(part.sum)), block: part.next };
  }
  const { rows } = at;
  if (!isFull) return { is: 'answer', answer: { table: name, rows } };
  const digest = `${session.way}:${rows}:${at.sum}`;

  const found = await session.checks(table, statementMilliseconds).catch((error: unknown) => {
    const trouble = troubleOf(error);
    if (trouble === undefined) throw error;
    return { checks: [], untested: [{ name: 'its indexes', trouble }] };
  });
  for (const check of found.checks.slice(at.checks)) {
    const trouble = await takeStep((limit) => check.run(limit, rows));
    if (trouble === later) return { is: 'later', within: at };
    at = { ...at, checks: at.checks + 1, indexes: withCheck(at.indexes, check, trouble) };
  }
  const untested = [...found.untested, ...at.indexes.untested];
  return { is: 'answer', answer: { table: name, rows, digest, indexes: { ...at.indexes, untested } } };
}

const noIndexes: IndexAnswer = { checked: 0, damaged: [], untested: [] };

function withCheck(
  indexes: IndexAnswer,
  { name, covers }: { readonly name: string; readonly covers: number },
  trouble: Trouble | undefined,
): IndexAnswer {
  if (trouble === undefined) return { ...indexes, checked: indexes.checked + covers };
  return trouble.of === 'data'
    ? { ...indexes, damaged: [...indexes.damaged, { name, trouble }] }
    : { ...indexes, untested: [...indexes.untested, { name, trouble }] };
}
