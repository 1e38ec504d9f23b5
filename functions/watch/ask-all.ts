import type { DeadlineRow } from '../ledger/deadline.ts';
import { sideBySide } from '../platform/side-by-side.ts';
import { type LookParts, type Seen, see, seenAs } from './look.ts';

/** What was asked of AWS, in the order of the answers. */
export interface Asked {
  readonly seen: Seen[];
  questions: number;
}

/** After so many calls in a row without one answer the others are not asked: they would only wait as well. */
const mostWithoutAnswer = 16;

/** Asks AWS about each objective and changes nothing. Answers how many were not reached in time. */
export async function askAll(
  parts: LookParts,
  rows: readonly DeadlineRow[],
  how: {
    readonly width: number;
    readonly mayGoOn: () => boolean;
    readonly failed: (row: DeadlineRow, error: unknown) => void;
    readonly into: Asked;
  },
): Promise<number> {
  const { into, width, mayGoOn, failed } = how;
  let answers = 0;
  let silent = '';
  return sideBySide(
    rows,
    width,
    async (row) => {
      if (answers === 0 && into.seen.length >= mostWithoutAnswer) {
        const because = `not asked, since none of ${mostWithoutAnswer} others got an answer: ${silent}`;
        into.seen.push(seenAs(row, { known: false, because }, parts.clock.now()));
        return;
      }
      into.questions += 1;
      const seen = await see(parts, row);
      if (seen.truth.known) answers += 1;
      else silent = seen.truth.because;
      into.seen.push(seen);
    },
    { mayGoOn, failed },
  );
}
