import { createHash } from 'node:crypto';

/** What a synthetic database or file system holds: a name for its data, and whether somebody damaged it. */
export interface Content {
  readonly kind: 'postgres' | 'files';
  /** Equal data has equal names: what it is a copy of, however often it was copied. */
  readonly data: string;
  readonly damaged: boolean;
}

/** A hundred files or rows of ten kilobytes each: enough for AWS's durations to be those of something small. */
export const sizeOf = { pieces: 100, bytes: 1_000_000 } as const;

/** A digest that depends on the data alone, in hexadecimal. */
export function digestOf({ kind, data, damaged }: Content): string {
  return createHash('sha256')
    .update(`${kind} ${data}${damaged ? ' damaged' : ''}`)
    .digest('hex');
}
