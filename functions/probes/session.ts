import type { Trouble } from './contract.ts';

/** A table as an engine lists it. */
export interface Table {
  /** `schema.table`, for people. */
  readonly name: string;
  /** The same, quoted for a statement. */
  readonly quoted: string;
  readonly mayRead: boolean;
  /** How many blocks it has, where it can be read block by block. */
  readonly blocks: number | null;
  /** What a statement needs to make one text of a row's columns, where the engine does not know by itself. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Rows and the sum of their digests in one part of a table; `next` is the block where the part after it begins. */
export interface Part {
  readonly rows: number;
  readonly sum: string;
  readonly next: number | null;
}

/** One look at a table's indexes or pages by the engine's own means. */
export interface TableCheck {
  /** An index, or what is looked at. */
  readonly name: string;
  /** How many indexes are known to be consistent when it finds nothing. */
  readonly covers: number;
  /** Undefined when all is well. Throws the driver's error as well. */
  run(limitMilliseconds: number, rows: number): Promise<Trouble | undefined>;
}

/** What one statement of an assertion answered, as texts. */
export interface Rows {
  readonly rows: readonly (readonly (string | null)[])[];
  readonly columns: number;
  /** What the first column holds. */
  readonly holds: 'number' | 'instant' | 'text';
}

/**
 * A read-only session with a restored database. Methods throw the driver's errors, which may hold content: only their
 * codes may leave the probe. Times are in milliseconds.
 */
export interface Session {
  /** How its digests are made: digests that were made otherwise cannot be compared. */
  readonly way: string;
  /** Asks a statement for two rows at most. */
  ask(sql: string, limitMilliseconds: number): Promise<Rows>;
  /** Every table that holds rows of its own, in one and the same order each time. */
  tables(limitMilliseconds: number): Promise<readonly Table[]>;
  /** Counts a table, or a part of it from a block on; when `full`, reads every column to its end for the sum. */
  read(table: Table, fromBlock: number, full: boolean, limitMilliseconds: number): Promise<Part>;
  /** The checks of a table in one and the same order each time, with those that cannot be made. */
  checks(
    table: Table,
    limitMilliseconds: number,
  ): Promise<{
    readonly checks: readonly TableCheck[];
    readonly untested: readonly { readonly name: string; readonly trouble: Trouble }[];
  }>;
  end(): Promise<void>;
}
