import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** How much of an earlier text zlib can look back to. */
const longestPattern = 32_768;

/** Bytes that are kept small. As a text of one byte each: an array of bytes costs 300 bytes more than it holds. */
export class Packed {
  readonly #text: string;
  readonly #pattern: Uint8Array;

  constructor(bytes: Uint8Array, pattern: Uint8Array) {
    this.#text = deflateRawSync(bytes, { dictionary: pattern, level: 1 }).toString('latin1');
    this.#pattern = pattern;
  }

  unpack(): Buffer {
    return inflateRawSync(Buffer.from(this.#text, 'latin1'), { dictionary: this.#pattern });
  }
}

/** Packs a series of things that are alike: what they share is written once, in the first, which is the pattern of all. */
export function packer(): (bytes: Uint8Array) => Packed {
  let pattern: Uint8Array | undefined;
  return (bytes) => {
    pattern ??= bytes.slice(0, longestPattern);
    return new Packed(bytes, pattern);
  };
}
