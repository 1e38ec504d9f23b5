/** Facts that go with a line: identifiers, counts, names. Never content of restored data, never a secret. */
export type Facts = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One JSON line for each call. The words are a constant sentence; what varies is in the facts. */
export interface Log {
  info(words: string, facts?: Facts): void;
  warn(words: string, facts?: Facts): void;
  error(words: string, facts?: Facts): void;
}

export function jsonLog(write: (line: string) => void, common: Facts = {}): Log {
  const line =
    (level: string) =>
    (words: string, facts: Facts = {}) =>
      write(JSON.stringify({ level, words, ...common, ...facts }));
  return { info: line('info'), warn: line('warn'), error: line('error') };
}
