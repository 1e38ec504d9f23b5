/** A value of a cell. Undefined is an empty one. */
export type Cell = string | number | undefined;

/**
 * Rows as RFC 4180 writes them: commas, CRLF after each row, every text in quotes with its quotes doubled. Control
 * characters become spaces, so that a row is a line.
 */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(written).join(',')}\r\n`).join('');
}

function written(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  return `"${harmless(cell).replaceAll('"', '""')}"`;
}

/**
 * A spreadsheet takes a text for a formula if it begins with one of a few characters, in quotes or not. It gets an
 * apostrophe before it, which says that it is text. The same after a semicolon, where some countries' spreadsheets begin a
 * new cell. Names and causes come from anywhere.
 */
function harmless(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, ' ');
  return line.replace(/(^|;)(\s*"*\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20|%])/gu, "$1'$2");
}
