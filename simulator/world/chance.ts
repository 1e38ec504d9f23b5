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
    let text = '';
    while (text.length < length) text += next().toString(16).padStart(8, '0');
    return text.slice(0, length);
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
    uuid: () => {
      const digits = hex(32);
      const variant = '89ab'[Number.parseInt(digits.charAt(16), 16) % 4];
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
    },
    hex,
    fork: (name) => chanceOf(`${seed}/${name}`),
  };
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
