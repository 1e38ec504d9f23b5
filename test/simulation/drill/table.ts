/**
 * What a drill has to answer to everything that is tried on it. This page is data and was written before the code that
 * plays it: where the two differ, the product is looked at first.
 */

/** What is restored. MariaDB and MySQL are tried against a real server, in a test of their own. */
export const columns = ['efs', 'rds postgres', 'aurora postgres'] as const;
export type Column = (typeof columns)[number];

/** What is done to a stored copy, which the jobs of AWS Backup never notice. */
export type Damage =
  | { readonly sql: string }
  | { readonly relation: string; readonly block: number; readonly as: 'zero' | 'flip' | 'ones' }
  | { readonly file: string; readonly as: 'truncate' | 'flip' | 'delete' }
  /** Every file whose path ends with `files`: it goes, or gets this ending behind its name. */
  | { readonly files: string; readonly as: 'delete' | { readonly ending: string } };

/** What AWS does in that row, as far as it is not what it does every day. */
export type Fault =
  | 'the restore fails'
  /** It hangs for two days. Then AWS lets go of it, and it comes to its end. */
  | 'the restore never ends'
  /** A restored database ends up in a status that does not pass; a restored file system takes no mount. */
  | 'it cannot be reached'
  /** Lambda's sandbox is killed, as when memory runs out. */
  | 'the probe dies'
  /** The probe runs until Lambda ends it. */
  | 'the probe hangs'
  /** Every deletion is refused for two days. */
  | 'deletions are denied';

export interface Expected {
  readonly verdict: 'PASS' | 'FAIL' | 'SUSPECT' | 'NOT_TESTED';
  /** Fits one of the verdict's reasons. */
  readonly because: RegExp;
  /** Checks that have to have these answers, by name; with `only`, no check has another answer than PASS. */
  readonly checks?: Readonly<Record<string, 'PASS' | 'FAIL' | 'SUSPECT' | 'NOT_TESTED'>>;
  /** How the execution ends, and so the evidence: one terminal record. */
  readonly outcome: 'SUCCEEDED' | 'FAILED';
  readonly error?: string;
  /** The kinds of episodes that page, each once. */
  readonly pages: readonly string[];
  /** Kinds of episodes that must be over at the end, without an operator. */
  readonly resolved?: readonly string[];
  /** What is there of the drill's scratch when its execution ends. It is gone after the sweep in every row. */
  readonly scratch: 'gone' | 'there';
  /** What the evidence says of it. Undefined: it says nothing, since nobody can know. */
  readonly said: 'gone' | 'not gone' | undefined;
  /** Whether the point counts as proven. */
  readonly proven: boolean;
}

export interface Row {
  readonly name: string;
  /** The row of the issue that it belongs to. */
  readonly of: string;
  readonly in: readonly Column[];
  /** Says why the other columns have no such row. */
  readonly notIn?: string;
  /** Compares with an earlier PASS: a healthy point is drilled before, and has to pass. */
  readonly compares: boolean;
  /** Done to the source, in production, between the two backups. */
  readonly inProduction?:
    | { readonly remove: string }
    | { readonly ending: { readonly of: string; readonly to: string } };
  readonly damage?: Damage;
  readonly fault?: Fault;
  readonly expected: Expected;
}

const databases: readonly Column[] = ['rds postgres', 'aurora postgres'];
const all: readonly Column[] = columns;

const passed = { outcome: 'SUCCEEDED', pages: [], scratch: 'gone', said: 'gone', proven: true } as const;
/** A drill that does not pass pages; a later PASS would resolve it, and none comes here. */
const failed = {
  verdict: 'FAIL',
  outcome: 'FAILED',
  pages: ['drill'],
  scratch: 'gone',
  said: 'gone',
  proven: false,
} as const;
const suspect = { ...failed, verdict: 'SUSPECT' } as const;
const untested = { ...failed, verdict: 'NOT_TESTED' } as const;

export const table: readonly Row[] = [
  {
    // The base of everything: with an earlier PASS, no check may be left out of a healthy drill.
    name: 'healthy',
    of: 'healthy',
    in: databases,
    compares: true,
    expected: {
      ...passed,
      verdict: 'PASS',
      because: /^\d+ checks ran on the restored data and passed$/,
      checks: {
        'orders exist': 'PASS',
        tables: 'PASS',
        'every table reads to its end': 'PASS',
        'every index is consistent': 'PASS',
        'row counts': 'PASS',
        'the same rows as at the last PASS': 'PASS',
      },
    },
  },
  {
    name: 'healthy files',
    of: 'healthy',
    in: ['efs'],
    compares: true,
    expected: {
      ...passed,
      verdict: 'PASS',
      because: /^\d+ checks ran on the restored data and passed$/,
      checks: {
        'required files': 'PASS',
        files: 'PASS',
        'every file reads to its end': 'PASS',
        'number of files': 'PASS',
        bytes: 'PASS',
        'endings of file names': 'PASS',
        'files that nobody wrote to': 'PASS',
        'share of changed files': 'PASS',
      },
    },
  },
  {
    // Rows that are gone are no damage: what is there reads well. A fall beyond what policy allows is suspect.
    name: 'missing rows',
    of: 'missing rows',
    in: databases,
    compares: true,
    damage: { sql: 'delete from orders where id % 2 = 0' },
    expected: {
      ...suspect,
      because: /row counts: public\.orders: 400 at the last PASS, 200 now/,
      checks: { 'row counts': 'SUSPECT', tables: 'PASS', 'every index is consistent': 'PASS' },
    },
  },
  {
    // The application deleted them: the directory was written to. It is a fall like that of rows.
    name: 'files deleted in production',
    of: 'missing rows',
    in: ['efs'],
    compares: true,
    inProduction: { remove: 'notes' },
    expected: {
      ...suspect,
      because: /number of files: 41 at the last PASS, 1 now/,
      checks: { 'number of files': 'SUSPECT', 'required files': 'PASS' },
    },
  },
  {
    // The copy lost them: nobody wrote to the directory, and it holds other names. That is damage, whatever the share.
    name: 'files lost by the copy',
    of: 'missing rows',
    in: ['efs'],
    compares: true,
    damage: { file: 'notes/note-7.txt', as: 'delete' },
    expected: {
      ...failed,
      because: /files that nobody wrote to: .*hold something else than at the last PASS/,
      checks: { 'files that nobody wrote to': 'FAIL', 'number of files': 'PASS' },
    },
  },
  {
    // A table that was there at the last PASS is no fall of rows: it fails whatever may_drop says.
    name: 'missing table',
    of: 'missing table',
    in: databases,
    compares: true,
    damage: { sql: 'drop table customers cascade' },
    expected: {
      ...failed,
      because: /tables: there at the last PASS and missing now: public\.customers/,
      checks: { tables: 'FAIL' },
    },
  },
  {
    // The nearest thing that files have: a path that policy asks for. No earlier PASS is needed to miss it.
    name: 'missing required file',
    of: 'missing table',
    in: ['efs'],
    compares: false,
    damage: { file: 'ledger.txt', as: 'delete' },
    expected: {
      ...failed,
      because: /required files: ledger\.txt is missing/,
      checks: { 'required files': 'FAIL' },
    },
  },
  {
    // One bit: the page's checksum does not fit, so reading is an error of the engine. It is damage of the data.
    name: 'damaged heap page',
    of: 'damaged heap page',
    in: databases,
    notIn: 'files have no pages',
    compares: false,
    damage: { relation: 'orders', block: 0, as: 'flip' },
    expected: {
      ...failed,
      because: /every table reads to its end: public\.orders: the data is corrupted \(XX001\)/,
      checks: { 'every table reads to its end': 'FAIL' },
    },
  },
  {
    // A page of zeros reads as an empty one and nothing complains; only an index still knows the rows. No earlier PASS is
    // needed to see it.
    name: 'zeroed heap page',
    of: 'damaged heap page',
    in: databases,
    notIn: 'files have no pages',
    compares: false,
    damage: { relation: 'orders', block: 1, as: 'zero' },
    expected: {
      ...failed,
      because: /every index is consistent: public\.orders, .*another number of rows/,
      checks: { 'every table reads to its end': 'PASS', 'every index is consistent': 'FAIL' },
    },
  },
  {
    // Reading the table never touches it. amcheck reads the index: the checksum of its page does not fit.
    name: 'damaged index',
    of: 'damaged index',
    in: databases,
    notIn: 'files have no indexes',
    compares: false,
    damage: { relation: 'orders_pkey', block: 1, as: 'flip' },
    expected: {
      ...failed,
      because: /every index is consistent: public\.orders, .*orders_pkey/,
      checks: { 'every table reads to its end': 'PASS', 'every index is consistent': 'FAIL' },
    },
  },
  {
    // A zeroed page passes for a new one, with no checksum to fail. The index has a hole all the same.
    name: 'zeroed index page',
    of: 'damaged index',
    in: databases,
    notIn: 'files have no indexes',
    compares: false,
    damage: { relation: 'orders_pkey', block: 1, as: 'zero' },
    expected: {
      ...failed,
      because: /every index is consistent: public\.orders, /,
      checks: { 'every table reads to its end': 'PASS', 'every index is consistent': 'FAIL' },
    },
  },
  {
    // Half of a file is lost, and nobody wrote to it. All bytes together fall by less than may_drop.
    name: 'truncated file',
    of: 'truncated file',
    in: ['efs'],
    notIn: 'a database is damaged by relation and block',
    compares: true,
    damage: { file: 'notes/note-3.txt', as: 'truncate' },
    expected: {
      ...failed,
      because: /files that nobody wrote to: /,
      checks: { 'files that nobody wrote to': 'FAIL', 'number of files': 'PASS', bytes: 'PASS' },
    },
  },
  {
    // One bit of one file. Names, sizes and times are those of before.
    name: 'changed bytes',
    of: 'changed bytes with size kept',
    in: ['efs'],
    compares: true,
    damage: { file: 'notes/note-3.txt', as: 'flip' },
    expected: {
      ...failed,
      because: /files that nobody wrote to: 1 buckets? /,
      checks: { 'files that nobody wrote to': 'FAIL', 'number of files': 'PASS', bytes: 'PASS' },
    },
  },
  {
    // A row that is still a valid row: only a digest of the table can tell. Policy asks for one of countries.
    name: 'changed value',
    of: 'changed bytes with size kept',
    in: databases,
    compares: true,
    damage: { sql: "update countries set name = 'Nowhere' where code = 'C3'" },
    expected: {
      ...failed,
      because: /the same rows as at the last PASS: public\.countries: its rows are not the same/,
      checks: { 'the same rows as at the last PASS': 'FAIL', 'row counts': 'PASS' },
    },
  },
  {
    // What encrypts files for ransom works in production: it renames, the directory is written to, and the backup is a
    // true one. The data reads well, so it is suspect.
    name: 'renamed endings',
    of: 'renamed endings',
    in: ['efs'],
    notIn: 'a database has no file names',
    compares: true,
    inProduction: { ending: { of: '.txt', to: '.locked' } },
    expected: {
      ...suspect,
      because: /endings of file names: 9\d(\.\d+)?% of the files turned/,
      checks: { 'endings of file names': 'SUSPECT', 'required files': 'PASS', 'number of files': 'PASS' },
    },
  },
  {
    // The same in the stored copy alone: nobody wrote to the directory, so it is damage before it is suspect.
    name: 'endings renamed in the copy',
    of: 'renamed endings',
    in: ['efs'],
    notIn: 'a database has no file names',
    compares: true,
    damage: { files: 'notes/', as: { ending: '.locked' } },
    expected: {
      ...failed,
      because: /files that nobody wrote to: /,
      checks: { 'endings of file names': 'SUSPECT', 'files that nobody wrote to': 'FAIL' },
    },
  },
  {
    // A database without a table. No earlier PASS is needed: nothing is never right.
    name: 'empty restore',
    of: 'empty restore',
    in: databases,
    compares: false,
    damage: { sql: 'drop table orders, customers, countries, payments cascade' },
    expected: {
      ...failed,
      because: /tables: the restored database holds no table/,
      checks: { tables: 'FAIL' },
    },
  },
  {
    name: 'empty file system',
    of: 'empty restore',
    in: ['efs'],
    compares: false,
    damage: { files: '', as: 'delete' },
    expected: {
      ...failed,
      because: /files: the restored file system holds no file/,
      checks: { files: 'FAIL' },
    },
  },
  {
    // Nothing is known of the point, so it is not a FAIL of the data; somebody is woken all the same. The drill ends by
    // itself, within its own time limit, and its reason speaks of the restore. A file system of ours is taken down at
    // once; a database that AWS may still create is nobody's leftover while it does not exist: one page, not two.
    name: 'a restore that never ends',
    of: 'restore that never ends',
    in: databases,
    compares: false,
    fault: 'the restore never ends',
    expected: { ...untested, error: 'RestoreNotEnded', because: /restore job .* has not ended/, said: undefined },
  },
  {
    name: 'a restore of files that never ends',
    of: 'restore that never ends',
    in: ['efs'],
    compares: false,
    fault: 'the restore never ends',
    expected: { ...untested, error: 'RestoreNotEnded', because: /restore job .* has not ended/ },
  },
  {
    // AWS Backup says that the point did not come back, in words that nobody thinks will pass.
    name: 'a restore that fails',
    of: 'restore that fails',
    in: all,
    compares: false,
    fault: 'the restore fails',
    expected: {
      ...failed,
      error: 'RestoreJobFailed',
      because: /RestoreJobFailed: Access Denied when calling KMS/,
    },
  },
  {
    // What was restored cannot be used: that is a failure of the restore, not a question that was not asked.
    name: 'reachability that fails',
    of: 'reachability that fails',
    in: all,
    compares: false,
    fault: 'it cannot be reached',
    expected: { ...failed, error: 'Unreachable', because: /Unreachable: / },
  },
  {
    // Nothing is known of the data, so it is NOT_TESTED, and never a PASS.
    name: 'a probe that dies',
    of: 'probe that dies or hangs',
    in: all,
    compares: false,
    fault: 'the probe dies',
    expected: { ...untested, error: 'ProbeFailed', because: /ProbeFailed: The probe ended without an answer/ },
  },
  {
    // Lambda ends the probe after its fifteen minutes. The drill must not hang with it.
    name: 'a probe that hangs',
    of: 'probe that dies or hangs',
    in: all,
    compares: false,
    fault: 'the probe hangs',
    expected: { ...untested, error: 'ProbeFailed', because: /ProbeFailed: The probe ended without an answer/ },
  },
  {
    // Everything else was asked and held, so the drill passes; the table is named, and nobody can take it for tested.
    name: 'a table the role may not read',
    of: 'table the role may not read',
    in: databases,
    notIn: 'the file probe reads as root',
    compares: false,
    damage: { sql: 'alter table payments owner to rdsadmin; revoke all on payments from public' },
    expected: {
      ...passed,
      verdict: 'PASS',
      because: /not tested: .*tables that could not be read/,
      checks: { 'tables that could not be read': 'NOT_TESTED', 'every table reads to its end': 'PASS' },
    },
  },
  {
    // The data was proven: that stands. The tear-down is an episode of its own, which ends when the sweep gets through.
    name: 'a tear-down that is denied',
    of: 'tear-down that is denied',
    in: all,
    compares: false,
    fault: 'deletions are denied',
    expected: {
      ...passed,
      verdict: 'PASS',
      because: /^\d+ checks ran on the restored data and passed$/,
      outcome: 'FAILED',
      error: 'TearDownFailed',
      pages: ['tear-down'],
      resolved: ['tear-down'],
      scratch: 'there',
      said: 'not gone',
    },
  },
];

/** Every row in every column that has it. */
export function cells(wanted: readonly Column[]): { readonly row: Row; readonly column: Column }[] {
  return wanted.flatMap((column) => table.filter((row) => row.in.includes(column)).map((row) => ({ row, column })));
}
