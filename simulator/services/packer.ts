import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Keeper } from '../world/attic.ts';

/** How much of an earlier text zlib can look back to. */
const longestPattern = 32_768;

/** Packs a series of things that are alike: what they share is written once, in the first, which is the pattern of all. */
export class Packer implements Keeper {
  readonly #keeper: Keeper;
  #pattern: Uint8Array | undefined;

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  put(bytes: Uint8Array): number {
    this.#pattern ??= bytes.slice(0, longestPattern);
    return this.#keeper.put(deflateRawSync(bytes, { dictionary: this.#pattern, level: 1 }));
  }

  get(place: number): Buffer {
    return inflateRawSync(this.#keeper.get(place), { dictionary: this.#pattern });
  }
}
