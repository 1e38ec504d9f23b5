import type { Reading } from './duration.ts';

const mend = 'write one SELECT (or WITH … SELECT) that answers one row with one value';

/** What may stand in a statement and hide a semicolon or a keyword: comments, strings, quoted names, dollar quotes. */
const opaque = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\$([a-z_]\w*)?\$[\s\S]*?\$\1\$/gi;

/** Statements that change data and may hide behind WITH or SELECT. */
const changes =
  /\b(insert\s+into|delete\s+from|merge\s+into|update\s+\S+\s+set|into|for\s+(?:no\s+key\s+)?update|for\s+(?:key\s+)?share|lock\s+in\s+share\s+mode)\b/i;

/**
 * Reads the statement of an assertion: a single SELECT, or WITH that ends in one, that changes nothing. A semicolon at
 * the end is taken off. This catches mistakes early; what protects the data is that the probe's session is read-only.
 */
export function parseSelect(written: unknown): Reading<string> {
  if (typeof written !== 'string' || written.trim() === '') {
    return { ok: false, problem: 'is not an SQL statement', mend };
  }
  const sql = written.trim().replace(/[;\s]+$/, '');
  const bare = sql.replaceAll(opaque, ' ? ');
  if (/['"`]|\/\*/.test(bare)) {
    return {
      ok: false,
      problem: 'has a quote or comment that does not end',
      mend: 'close it; a quote inside a string is written twice',
    };
  }
  if (bare.includes(';')) {
    return { ok: false, problem: 'holds more than one statement', mend: 'make each statement an assertion of its own' };
  }
  const first = /[a-z]+/i.exec(bare)?.[0].toLowerCase() ?? '';
  if (first !== 'select' && first !== 'with') {
    return { ok: false, problem: `begins with ${first === '' ? 'no keyword' : first.toUpperCase()}`, mend };
  }
  const change = changes.exec(bare)?.[0].replaceAll(/\s+/g, ' ').toUpperCase();
  if (change !== undefined) return { ok: false, problem: `would change data or lock it: ${change}`, mend };
  return { ok: true, value: sql };
}
