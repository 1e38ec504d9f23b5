/** Chance that a seed decides. Equal seeds give equal draws. */
export interface Chance {
  /** From 0 (included) to 1 (excluded). */
  number(): number;
  /** From `low` (included) to `high` (excluded). */
  between(low: number, high: number): number;
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** A version 4 UUID. */
  uuid(): string;
  /** `length` characters of 0-9a-f. */
  hex(length: number): string;
  /** An independent stream that depends on this stream's seed and the name alone, not on draws made so far. */
  fork(name: string): Chance;
}

/** The sfc32 generator, seeded from a text; see Doty-Humphrey, PractRand. */
export function chanceOf(seed: string): Chance {
  let [a, b, c, d] = seedWords(seed) as [number, number, number, number];
  const next = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) next();
  const number = () => (next() >>> 5) / 2 ** 27;
  const hex = (length: number) => {
    const digits = Buffer.allocUnsafe(Math.ceil(length / 8) * 8);
    for (let from = 0; from < length; from += 8) writeDigits(digits, next(), from, 8);
    return digits.toString('latin1', 0, length);
  };
  const uuid = () => {
    const [one, two, three, four] = [next(), next(), next(), next()] as const;
    writeDigits(uuidText, one, 0, 8);
    writeDigits(uuidText, two >>> 16, 9, 4);
    writeDigits(uuidText, (two & 0x0fff) | 0x4000, 14, 4);
    writeDigits(uuidText, ((three >>> 16) & 0x3fff) | 0x8000, 19, 4);
    writeDigits(uuidText, three, 24, 4);
    writeDigits(uuidText, four, 28, 8);
    return uuidText.toString('latin1');
  };
  return {
    number,
    between: (low, high) => low + number() * (high - low),
    whole: (low, high) => low + Math.floor(number() * (high - low + 1)),
    pick: (items) => {
      const item = items[Math.floor(number() * items.length)];
      if (item === undefined) throw new Error('There is nothing to pick from.');
      return item;
    },
    uuid,
    hex,
    fork: (name) => chanceOf(`${seed}/${name}`),
  };
}

/** Where a UUID is written before it is a text: the hyphens stay. */
const uuidText = Buffer.from('00000000-0000-0000-0000-000000000000', 'latin1');
const digitCodes = Buffer.from('0123456789abcdef', 'latin1');

/** The last `count` hexadecimal digits of a word, from a place of the text on. */
function writeDigits(text: Buffer, word: number, from: number, count: number): void {
  let rest = word;
  for (let place = from + count - 1; place >= from; place -= 1) {
    text[place] = digitCodes[rest & 15] as number;
    rest >>>= 4;
  }
}

/** Four words from a text: FNV-1a over it, once for each word with a different start. */
function seedWords(text: string): number[] {
  return [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35].map((start) => {
    let hash = start;
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
    return hash | 0;
  });
}
