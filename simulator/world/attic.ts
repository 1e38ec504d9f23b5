import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Keeps bytes, and gives them back for the place that it told. */
export interface Keeper {
  put(bytes: Uint8Array): number;
  get(place: number): Buffer;
}

/** So many bytes are held in memory; all before them lie in a file. */
const heldBytes = 1_048_576;
/** Before the bytes of each place stands how many they are. */
const lengthBytes = 4;
/** So many bytes are read at first: most places have no more. */
const guessedBytes = 2_048;

/** Files of attics that nobody can reach any more. */
const left = new FinalizationRegistry<number>(closeSync);

/**
 * Where an account keeps what hardly anybody asks for again. A small account never needs a file. That of a large one has
 * no name: it is gone with the attic or the process, however that ends.
 */
export class Attic implements Keeper {
  #held: Buffer | undefined;
  /** How many bytes of what is held are in use, and how many lie in the file before them. */
  #used = 0;
  #filed = 0;
  #file: number | undefined;
  #guess: Buffer | undefined;

  put(bytes: Uint8Array): number {
    const size = lengthBytes + bytes.length;
    if (this.#held === undefined || this.#used + size > this.#held.length) {
      this.#fileHeld();
      if (this.#held === undefined || size > this.#held.length) {
        this.#held = Buffer.allocUnsafeSlow(Math.max(heldBytes, size));
      }
    }
    const place = this.#filed + this.#used;
    this.#held.writeUInt32LE(bytes.length, this.#used);
    this.#held.set(bytes, this.#used + lengthBytes);
    this.#used += size;
    return place;
  }

  get(place: number): Buffer {
    if (place >= this.#filed) return bytesAt(this.#held as Buffer, place - this.#filed);
    this.#guess ??= Buffer.allocUnsafeSlow(guessedBytes);
    readSync(this.#file as number, this.#guess, 0, guessedBytes, place);
    const length = this.#guess.readUInt32LE();
    if (lengthBytes + length <= guessedBytes) return bytesAt(this.#guess, 0);
    const bytes = Buffer.allocUnsafe(length);
    readSync(this.#file as number, bytes, 0, length, place + lengthBytes);
    return bytes;
  }

  #fileHeld(): void {
    if (this.#held === undefined || this.#used === 0) return;
    if (this.#file === undefined) {
      this.#file = namelessFile();
      left.register(this, this.#file);
    }
    for (let written = 0; written < this.#used; ) {
      written += writeSync(this.#file, this.#held, written, this.#used - written, this.#filed + written);
    }
    this.#filed += this.#used;
    this.#used = 0;
  }
}

/** A copy: what is held, and what was read, is written over. */
function bytesAt(held: Buffer, at: number): Buffer {
  const from = at + lengthBytes;
  return Buffer.from(held.subarray(from, from + held.readUInt32LE(at)));
}

function namelessFile(): number {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-attic-'));
  try {
    return openSync(join(folder, 'attic'), 'wx+');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
