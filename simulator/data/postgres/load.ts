import { type SqlFile, SqlFileError, type Statement, statementsOf } from './dump.ts';
import type { Engine, SqlError } from './engine.ts';
import { type ExtensionName, known, knownNames } from './extensions.ts';
import { literal, name as quoted } from './quote.ts';
import { becomeSuperuser, becomeUser } from './session.ts';
import { message, query } from './wire.ts';

/** Files of SQL, read and split, and the extensions that they create. Throws SqlFileError. */
export interface Load {
  readonly extensions: ReadonlySet<ExtensionName>;
  run(engine: Engine, owner: string): Promise<void>;
}

export function prepareLoad(files: readonly SqlFile[]): Load {
  const parts = files.map((file) => ({ file, statements: statementsOf(file) }));
  const extensions = new Set<ExtensionName>();
  const owners = new Set<string>();
  for (const { file, statements } of parts) {
    for (const { text, line } of statements) {
      const wanted = /^\s*create\s+extension\s+(?:if\s+not\s+exists\s+)?("[^"]+"|[\w-]+)/i.exec(plain(text))?.[1];
      if (wanted !== undefined) {
        const extension = wanted.startsWith('"') ? wanted.slice(1, -1) : wanted.toLowerCase();
        if (extension === 'plpgsql') continue;
        if (!known(extension)) {
          throw new SqlFileError(
            `${file.name}, line ${line}: the extension ${extension} is not here. These are: plpgsql, ${knownNames.join(', ')}.`,
          );
        }
        extensions.add(extension);
      }
      const named = /^\s*alter\b[^']*\bowner\s+to\s+("[^"]+"|[\w$]+)/i.exec(plain(text))?.[1];
      if (named?.startsWith('"')) owners.add(named.slice(1, -1));
      else if (named !== undefined && !/^(current|session)_(user|role)$/i.test(named)) owners.add(named.toLowerCase());
      const encoding = /^\s*set\s+client_encoding\s*(?:=|to)\s*'?([\w-]+)/i.exec(text)?.[1]?.toUpperCase();
      if (encoding !== undefined && !['UTF8', 'UTF-8', 'UNICODE', 'SQL_ASCII'].includes(encoding)) {
        throw new SqlFileError(
          `${file.name}, line ${line}: this file is in ${encoding}. Make it again with pg_dump --encoding=UTF8.`,
        );
      }
    }
  }
  return {
    extensions,
    async run(engine, owner) {
      for (const role of [...owners].sort()) {
        const [row] = await engine.run(
          `select count(*)::int as n from pg_catalog.pg_roles where rolname = ${literal(role)}`,
        );
        if (row?.n === 0) await makeRole(engine, role, owner);
      }
      await becomeUser(engine, owner);
      for (const { file, statements } of parts) {
        for (const statement of statements) await runOne(engine, owner, file, statement);
        const [row] = await engine.run('select pg_current_xact_id_if_assigned() is not null as open');
        if (row?.open === true) {
          throw new SqlFileError(`${file.name}: it begins a transaction and does not end it. Add COMMIT.`);
        }
        // A dump empties the search path for itself; the next file begins as a new connection would.
        await becomeSuperuser(engine);
        await becomeUser(engine, owner);
      }
      await becomeSuperuser(engine);
    },
  };
}

/** Leading comments would hide what a statement is. */
const plain = (text: string) => text.replace(/^(?:\s+|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '');

/**
 * What the master of an RDS instance may do and a plain role may not: create extensions, comment on them, and hand
 * objects to roles that may not create them themselves.
 */
const asSuperuser = [
  /^\s*(create|alter|comment\s+on|drop)\s+extension\b/i,
  /^\s*alter\b[^']*\bowner\s+to\b/i,
  /^\s*create\s+(or\s+replace\s+)?(trusted\s+)?(procedural\s+)?language\b/i,
  /^\s*comment\s+on\s+(database|language)\b/i,
];

async function runOne(engine: Engine, owner: string, file: SqlFile, statement: Statement): Promise<void> {
  const privileged = asSuperuser.some((pattern) => pattern.test(plain(statement.text)));
  const missing = new Set<string>();
  for (;;) {
    try {
      if (privileged) await engine.run(`set session authorization ${quoted('rdsadmin')}`);
      await engine.run(asMessages(statement));
      if (privileged) await engine.run(`set session authorization ${quoted(owner)}`);
      return;
    } catch (error) {
      if (engine.broken) throw error;
      const role = missingRole(error as SqlError);
      if (role === undefined || missing.has(role)) throw inFile(file, statement, error as SqlError);
      missing.add(role);
      const superuser = await engine.run(`select current_user = 'rdsadmin' as already`);
      if (superuser[0]?.already !== true) await engine.run(`set session authorization ${quoted('rdsadmin')}`);
      await makeRole(engine, role, owner);
      await engine.run(`set session authorization ${quoted(owner)}`);
    }
  }
}

/** Dumps name roles that are not in the dump. They are made, and the master is a member, as it would have to be on RDS. */
async function makeRole(engine: Engine, role: string, owner: string): Promise<void> {
  await engine.run(`create role ${quoted(role)} nologin`);
  await engine.run(`grant ${quoted(role)} to ${quoted(owner)} with admin option`);
}

function asMessages({ text, data }: Statement): Uint8Array {
  if (data === undefined) return query(text);
  const bytes = Buffer.from(data);
  const messages = [query(text)];
  for (let at = 0; at < bytes.length; at += 65_536) messages.push(message('d', bytes.subarray(at, at + 65_536)));
  return Buffer.concat([...messages, message('c')]);
}

const missingRole = (error: SqlError): string | undefined =>
  error.code === '42704' ? /^role "(.+)" does not exist$/.exec(error.message)?.[1] : undefined;

function inFile(file: SqlFile, statement: Statement, error: SqlError): SqlFileError {
  const before = error.position === undefined ? '' : statement.text.slice(0, error.position - 1);
  const line = statement.line + (before.match(/\n/g)?.length ?? 0);
  const inData = error.detail === undefined ? '' : ` (${error.detail})`;
  return new SqlFileError(`${file.name}, line ${line}: ${error.message}${inData} [${error.code}]`, { cause: error });
}
