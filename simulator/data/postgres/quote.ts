/** A name as SQL takes it, whatever letters it has. */
export const name = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** A string as SQL takes it. */
export const literal = (text: string): string =>
  text.includes('\\') ? `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'` : `'${text.replaceAll("'", "''")}'`;
