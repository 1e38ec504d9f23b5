/**
 * What a drill and its probes say to each other. A probe answers counts, digests and instants: never the content of a
 * row, never a plain path, never the words of a database or an operating system, which may hold either.
 */

/** A question to the database probe. The password is in this message and nowhere else. */
export interface DatabaseQuestion {
  readonly ask: 'data';
  readonly drill: string;
  readonly connection: {
    /** Whose protocol and SQL it speaks: MariaDB and Aurora speak one of the two. */
    readonly dialect: 'postgres' | 'mysql';
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly database: string;
  };
  /** `equals` is the text that the policy expects, where it expects one: the probe compares, and tells only whether it is. */
  readonly assertions: readonly { readonly name: string; readonly sql: string; readonly equals?: string | undefined }[];
  /** `full` reads every table to its end, with a digest of its rows, and checks every index; `none` counts only. */
  readonly integrity: 'full' | 'none';
  /** Where an earlier invocation of this drill says to go on. */
  readonly from?: DatabaseCursor | undefined;
}

/** How far the database probe came: counts of what it has answered already, and what it knows of the table it is at. */
export interface DatabaseCursor {
  readonly connectedAt: string;
  readonly assertions: number;
  readonly assertionsAnsweredAt: string | null;
  readonly tables: number;
  readonly within: WithinTable | null;
}

/** A table that was not finished. */
export interface WithinTable {
  readonly table: string;
  /** Rows and the sum of their digests so far, and the block to go on at; null when all of it was read. */
  readonly rows: number;
  readonly sum: string;
  readonly block: number | null;
  /** How many of its checks are done, and what they found. */
  readonly checks: number;
  readonly indexes: IndexAnswer;
}

/**
 * What one invocation of the database probe found out, on top of those before it. `next` is there when its time ran out:
 * ask again from there. All invocations together are the whole answer.
 */
export interface DatabaseAnswer {
  readonly done: boolean;
  readonly connectedAt: string;
  readonly endedAt: string;
  readonly assertions: readonly AssertionAnswer[];
  /** When the last assertion was answered, counted from the first invocation; null while there are more to ask. */
  readonly assertionsAnsweredAt: string | null;
  readonly tables: readonly TableAnswer[];
  /** How many tables there are, those included that were not read yet. */
  readonly tableCount: number;
  readonly next?: DatabaseCursor | undefined;
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

/** Why there is no answer: a code of SQLSTATE, of MySQL or of the operating system, and our own words for it. */
export interface Trouble {
  readonly is: 'trouble';
  readonly code: string;
  readonly words: string;
  /** `data` when the data itself is at fault; `access` when the role may not read it; `question` when it was not asked well. */
  readonly of: 'data' | 'access' | 'question' | 'time' | 'other';
}

/** One table by its name `schema.table`. */
export interface TableAnswer {
  readonly table: string;
  readonly rows: number | Trouble;
  /**
   * A checksum of the rows that does not depend on their order, such as `pg1:60:-8251…`: how it was made, the number of
   * rows, the sum of their hashes. Absent when they were only counted.
   */
  readonly digest?: string | undefined;
  /** Absent where nothing was asked of indexes, or the table could not be read. */
  readonly indexes?: IndexAnswer | undefined;
}

/** What the engine's own checks say of a table's indexes and pages. Names are names of indexes, or say what was looked at. */
export interface IndexAnswer {
  /** Indexes that were read to their end and are consistent with their table. */
  readonly checked: number;
  readonly damaged: readonly NamedTrouble[];
  readonly untested: readonly NamedTrouble[];
}

export interface NamedTrouble {
  readonly name: string;
  readonly trouble: Trouble;
}

/**
 * A question to the file probe: `mark` leaves the drill's nonce on the file system, `files` reads what was restored, and
 * `leave` takes nonce and notes away again, for a file system that stays.
 */
export type FileQuestion =
  | { readonly ask: 'mark'; readonly drill: string }
  | { readonly ask: 'leave'; readonly drill: string }
  | {
      readonly ask: 'files';
      readonly drill: string;
      /** Hashed together with each path: the resource's ARN, so that two drills of it compare and two resources do not. */
      readonly salt: string;
      /** Paths relative to the root of the file system that was backed up. */
      readonly mustExist: readonly string[];
      readonly checksums: 'sample' | 'all' | 'none';
      /** Who owns everything that was restored, and the permission bits of every file, where they are asked for. */
      readonly owner?: { readonly user: number; readonly group: number | null } | undefined;
      readonly mode?: number | undefined;
    };

export interface MarkAnswer {
  readonly marked: string;
}

/** The directory under the root that AWS Backup restored into: its name is AWS Backup's own, and no path of anybody. */
export interface LeaveAnswer {
  readonly left: string;
  readonly directory: string;
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
  /** Files, directories and links of somebody else, and files with other permissions; absent where nobody asked. */
  readonly strangers?: number | undefined;
  readonly otherModes?: number | undefined;
  /**
   * `[hash, files]` of the commonest endings of file names. An ending is hashed with the salt of the paths. The files
   * of all other endings are those that are missing from the sum.
   */
  readonly endings?: readonly (readonly [string, number])[] | undefined;
  readonly digests?: BucketDigests | undefined;
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
  /** `[path hash, identity, content]` of the files and links with the smallest path hashes, one by one. */
  readonly sample: readonly (readonly [string, string, string])[];
  /** The same of directories, whose content is their names. */
  readonly directories?: readonly (readonly [string, string, string])[] | undefined;
}
