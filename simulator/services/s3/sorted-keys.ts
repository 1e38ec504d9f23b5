import { compareTexts } from '../dynamodb/value.ts';
import { first } from '../first.ts';

/** The longest piece. A key that comes or goes moves no more than this many. */
const longest = 1_024;

/** Keys in the order of their UTF-8 bytes, in pieces: a bucket of a large account holds a million, and gets more all the time. */
export class SortedKeys {
  readonly #pieces: string[][] = [];

  add(key: string): void {
    const at = this.#pieceOf(key);
    const piece = this.#pieces[at];
    if (piece === undefined) {
      this.#pieces.push([key]);
      return;
    }
    const place = first(piece, (other) => compareTexts(other, key) >= 0);
    if (piece[place] === key) return;
    piece.splice(place, 0, key);
    if (piece.length > longest) this.#pieces.splice(at + 1, 0, piece.splice(longest / 2));
  }

  remove(key: string): void {
    const at = this.#pieceOf(key);
    const piece = this.#pieces[at];
    const place = piece === undefined ? -1 : first(piece, (other) => compareTexts(other, key) >= 0);
    if (piece === undefined || piece[place] !== key) return;
    piece.splice(place, 1);
    if (piece.length === 0) this.#pieces.splice(at, 1);
  }

  /** All of them, or those from the first that is not less than `from`. */
  *from(from = ''): Iterable<string> {
    let at = this.#pieceOf(from);
    let place = first(this.#pieces[at] ?? [], (key) => compareTexts(key, from) >= 0);
    for (let piece = this.#pieces[at]; piece !== undefined; piece = this.#pieces[at]) {
      for (; place < piece.length; place += 1) yield piece[place] as string;
      at += 1;
      place = 0;
    }
  }

  /** The piece in which a key is, or belongs: the last that begins with it or before it. */
  #pieceOf(key: string): number {
    return Math.max(0, first(this.#pieces, ([begin = '']) => compareTexts(begin, key) > 0) - 1);
  }
}
