import type { Clock } from '../platform/seam.ts';

/**
 * One means of recovery, asked of AWS in the Region where it stands. Each has a file of its own under `means/`. It
 * throws when AWS gives no answer: no answer never reads as an instant, nor as none.
 */
export interface Means {
  /**
   * The newest instant whose data it could bring back now. `resource` is the ARN of what is protected; what is older
   * than `boundSeconds` need not be looked for.
   */
  newest(resource: string, now: Date, boundSeconds: number): Promise<Newest>;
}

export interface Newest {
  /** ISO 8601; absent when there is nothing that could bring anything back. */
  readonly instant: string | undefined;
  /** What AWS says about it, for a person: the first thing to know when it is too old. */
  readonly said?: string;
}

/**
 * Asks once for all who want the same list within a few seconds, so that a round of the watch costs one listing however
 * many resources it looks at. An error is handed to those who wait for it, and kept for nobody.
 */
export function listedOnce<List>(clock: Clock, ask: () => Promise<List>): () => Promise<List> {
  let asked: { readonly at: number; readonly list: Promise<List> } | undefined;
  return () => {
    const now = clock.now().getTime();
    if (asked !== undefined && now - asked.at < keptMilliseconds && now >= asked.at) return asked.list;
    const list = ask();
    const mine = { at: now, list };
    asked = mine;
    list.catch(() => {
      if (asked === mine) asked = undefined;
    });
    return list;
  };
}

/** Far less than the minute between two rounds. */
const keptMilliseconds = 20_000;
