/** A file of SQL, and the name that errors call it by. */
export interface SqlFile {
  readonly name: string;
  readonly text: string;
}

/** One statement, with the data that follows it in the file if it is a COPY ... FROM stdin. */
export interface Statement {
  readonly text: string;
  /** Line of the statement's first word, from 1. */
  readonly line: number;
  readonly data?: string;
}

export class SqlFileError extends Error {
  override readonly name = 'SqlFileError';
}

const at = (file: SqlFile, line: number, text: string) => new SqlFileError(`${file.name}, line ${line}: ${text}`);

/** psql's commands that change nothing about the data. pg_dump writes the first two since August 2025. */
const harmless = new Set(['restrict', 'unrestrict', 'echo', 'qecho', 'warn', 'timing', 'pset', 'x', 'set', 'unset']);

// What can end a run of plain text: a word, a quote, a comment, a bracket, the end of a statement, a psql command.
const token =
  /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|'|"|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|--|\/\*|[();\\]|\S/g;

/**
 * Splits plain SQL, as pg_dump writes it and psql reads it, into statements: quotes, dollar quotes, nested comments,
 * bracketed rule bodies, BEGIN ATOMIC bodies and COPY data are seen for what they are. Nothing is run.
 */
export function statementsOf(file: SqlFile): Statement[] {
  const { text } = file;
  if (text.startsWith('PGDMP')) {
    throw at(file, 1, 'this is a dump in the custom format. Make a plain one: pg_dump --format=plain.');
  }
  if (text.includes('\0')) throw at(file, 1, 'this is not a text file: it has zero bytes.');

  const statements: Statement[] = [];
  let line = 1;
  let counted = 0;
  const lineAt = (position: number) => {
    for (let next = text.indexOf('\n', counted); next >= 0 && next < position; next = text.indexOf('\n', next + 1)) {
      line += 1;
      counted = next + 1;
    }
    return line;
  };

  let begin = -1;
  let words: string[] = [];
  let brackets = 0;
  let bodies = 0;
  let clean = '';
  const reset = () => {
    begin = -1;
    words = [];
    brackets = 0;
    bodies = 0;
    clean = '';
  };

  token.lastIndex = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [what] = found;
    const start = found.index;
    const upTo = (end: number, missing: string): number => {
      if (end < 0) throw at(file, lineAt(start), `${missing} is never closed.`);
      return end;
    };

    if (what === '--') {
      const end = text.indexOf('\n', start);
      token.lastIndex = end < 0 ? text.length : end;
      continue;
    }
    if (what === '/*') {
      token.lastIndex = upTo(commentEnd(text, start), 'this comment');
      continue;
    }
    if (what === '\\') {
      const end = text.indexOf('\n', start);
      const command = text.slice(start + 1, end < 0 ? undefined : end).trim();
      const [word = ''] = command.split(/\s/, 1);
      if (begin >= 0 || !harmless.has(word)) throw at(file, lineAt(start), refusal(word, begin >= 0));
      token.lastIndex = end < 0 ? text.length : end;
      continue;
    }
    if (what === ';' && brackets === 0 && bodies === 0) {
      if (begin >= 0) {
        const sql = text.slice(begin, start + 1);
        const first = lineAt(begin);
        if (/^copy\b.*\bfrom stdin\b/i.test(clean)) {
          const { data, next } = copyData(file, start + 1, first);
          statements.push({ text: sql, line: first, data });
          token.lastIndex = next;
        } else statements.push({ text: sql, line: first });
      }
      reset();
      continue;
    }

    if (begin < 0) begin = start;
    if (what === "'") {
      const escapes = /(^|[^\w$])[eE]$/.test(text.slice(Math.max(0, start - 2), start));
      token.lastIndex = upTo(stringEnd(text, start, escapes), 'this string');
      clean += "''";
    } else if (what === '"') {
      token.lastIndex = upTo(text.indexOf('"', start + 1) + 1 || -1, 'this quoted name');
      clean += 'x';
    } else if (what.startsWith('$') && what.length > 1 && what.endsWith('$')) {
      const end = text.indexOf(what, start + what.length);
      token.lastIndex = upTo(end < 0 ? -1 : end + what.length, `this string (${what})`);
      clean += "''";
    } else if (what === '(') brackets += 1;
    else if (what === ')') brackets = Math.max(0, brackets - 1);
    else if (/^\w/.test(what)) {
      const word = what.toLowerCase();
      if (words.length < 5) words.push(word);
      clean += `${clean === '' ? '' : ' '}${word}`;
      if (/^create (or replace )?(function|procedure)\b/.test(words.join(' '))) {
        if (word === 'begin' || (word === 'case' && bodies > 0)) bodies += 1;
        else if (word === 'end' && bodies > 0) bodies -= 1;
      }
    }
  }
  if (begin >= 0) statements.push({ text: text.slice(begin), line: lineAt(begin) });
  return statements;

  function copyData(source: SqlFile, from: number, statementLine: number): { data: string; next: number } {
    const lineEnd = text.indexOf('\n', from);
    const start = lineEnd + 1;
    if (lineEnd < 0 || text.slice(from, lineEnd).trim() !== '') {
      throw at(source, statementLine, 'the rows of COPY ... FROM stdin must begin on the next line.');
    }
    const ending = /^\\\.\r?$/gm;
    ending.lastIndex = start;
    const end = ending.exec(text);
    if (end === null)
      throw at(source, statementLine, 'the rows of COPY ... FROM stdin are never ended by a line "\\.".');
    return { data: text.slice(start, end.index), next: end.index + end[0].length };
  }
}

function commentEnd(text: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return -1;
}

function stringEnd(text: string, start: number, escapes: boolean): number {
  if (!escapes) return text.indexOf("'", start + 1) + 1 || -1;
  for (let position = start + 1; position < text.length; position += 1) {
    if (text[position] === '\\') position += 1;
    else if (text[position] === "'") return position + 1;
  }
  return -1;
}

function refusal(word: string, inside: boolean): string {
  if (word === 'c' || word === 'connect') {
    return `\\${word} would change the database. Dump one database, without --create, and name it in the account file.`;
  }
  if (word === 'i' || word === 'ir' || word === 'include') {
    return `\\${word} reads another file. Name that file in the account file, in the order the files are to run.`;
  }
  if (inside) return `\\${word} inside a statement is a command of psql, and psql is not here.`;
  return `\\${word} is a command of psql, and psql is not here. Take the line out.`;
}

/** The statement's words in lower case, without comments, strings and quoted names: enough to see what it is. */
export function outline(sql: string): string {
  return sql
    .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .replace(/'(?:[^']|'')*'/g, "''")
    .replace(/"(?:[^"]|"")*"/g, 'x')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}
