/**
 * What a drill and its probes say to each other. A probe answers counts, digests and instants: never the content of a
 * row, never a plain path, never the words of a database or an operating system, which may hold either.
 */

/** A question to the database probe. The password is in this message and nowhere else. */
export interface DatabaseQuestion {
  readonly ask: 'data';
  readonly drill: string;
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly database: string;
  };
  /** `equals` is the text that the policy expects, where it expects one: the probe compares, and tells only whether it is. */
  readonly assertions: readonly { readonly name: string; readonly sql: string; readonly equals?: string | undefined }[];
  /** `full` reads every table to its end, with a digest of its rows; `none` counts only. */
  readonly integrity: 'full' | 'none';
  /** What earlier invocations of this drill have answered already. */
  readonly progress?: DatabaseProgress | undefined;
}

export interface DatabaseProgress {
  readonly connectedAt: string;
  readonly assertions: readonly AssertionAnswer[];
  readonly assertionsAnsweredAt: string;
  readonly tables: readonly TableAnswer[];
}

/** The database's answers; `done` is false when the time ran out, and what is there is the progress to hand in again. */
export interface DatabaseAnswer extends DatabaseProgress {
  readonly done: boolean;
  readonly endedAt: string;
  /** How many tables there are, those included that were not read yet. */
  readonly tableCount: number;
}

/** What one statement answered. Text is hashed together with the drill's id. */
export interface AssertionAnswer {
  readonly name: string;
  readonly value: Value | Trouble;
}

export type Value =
  | { readonly is: 'number'; readonly number: number }
  | { readonly is: 'instant'; readonly instant: string }
  | { readonly is: 'text'; readonly sha256: string; readonly isEqual: boolean | null }
  | { readonly is: 'nothing' };

/** Why there is no answer: a code of SQLSTATE or of the operating system, and our own words for it. */
export interface Trouble {
  readonly is: 'trouble';
  readonly code: string;
  readonly words: string;
  /** `data` when the data itself is at fault; `access` when the role may not read it; `question` when it was not asked well. */
  readonly of: 'data' | 'access' | 'question' | 'other';
}

/** One table by its name `schema.table`. */
export interface TableAnswer {
  readonly table: string;
  readonly rows: number | Trouble;
  /** A checksum of the rows that does not depend on their order; absent when they were only counted. */
  readonly digest?: string;
}

/** A question to the file probe: `mark` leaves the drill's nonce on the file system, `files` reads what was restored. */
export type FileQuestion =
  | { readonly ask: 'mark'; readonly drill: string }
  | {
      readonly ask: 'files';
      readonly drill: string;
      /** Hashed together with each path: the resource's ARN, so that two drills of it compare and two resources do not. */
      readonly salt: string;
      /** Paths relative to the root of the file system that was backed up. */
      readonly mustExist: readonly string[];
      readonly checksums: 'sample' | 'all' | 'none';
    };

export interface MarkAnswer {
  readonly marked: string;
}

/** How far the file probe came; its own notes on the scratch file system say where to go on. */
export interface FilesUnderWay {
  readonly done: false;
  readonly files: number;
}

export interface FileAnswer {
  readonly done: true;
  readonly endedAt: string;
  readonly files: number;
  readonly bytes: number;
  readonly directories: number;
  readonly links: number;
  /** Files whose bytes were read to the end. */
  readonly read: number;
  /** How many files could not be read, by the code of the error. */
  readonly unreadable: Readonly<Record<string, number>>;
  /** For each path of `mustExist`, in its order. */
  readonly required: readonly ('there' | 'missing' | 'unreadable')[];
  readonly digests?: BucketDigests;
}

/**
 * Digests over 4,096 path-hash buckets. `identity` covers path and modification time of every file of a bucket,
 * `content` also size and bytes: where two drills agree in the first and not in the second, a file changed that nobody
 * wrote to. Every digest is 16 hexadecimal digits.
 */
export interface BucketDigests {
  /** Only the buckets below this one were read to the end; the content of the others is zero. */
  readonly bucketsRead: number;
  /** `[bucket, identity, content]` of every bucket that holds a file, the bucket in three hexadecimal digits. */
  readonly buckets: readonly (readonly [string, string, string])[];
  /**
   * `[path hash, identity, content]` of the files and directories with the smallest path hashes, one by one. The content
   * of a directory is its names.
   */
  readonly sample: readonly (readonly [string, string, string])[];
}
