import type { Kind } from '../../functions/policy/kind.ts';

/** What `plan` knows of one resource. Null is what nobody said: the plan then assumes something, and says so. */
export interface PlannedResource {
  /** What a person finds it by: the name in an account file, else the id in its ARN. */
  readonly name: string;
  /** Null for a kind that Lifeboat does not protect; `is` says which. */
  readonly kind: Kind | null;
  readonly is: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly gigabytes: number | null;
  /** The share of the data that changes in a day. */
  readonly changePerDay: number | null;
  /** Of a file system. */
  readonly files: number | null;
  /** Of a database: the class that a drill restores it as. */
  readonly instanceClass: string | null;
  readonly encryption: 'none' | 'aws-managed key' | 'customer key' | null;
  /** For how many days AWS keeps automated backups, of which point-in-time recovery is made; 0 is off. */
  readonly automatedBackupDays: number | null;
}

/** The quotas of one Region that somebody told, by their names in quotas.ts; the others are AWS's defaults. */
export type ToldQuotas = Readonly<Record<string, { readonly most?: number; readonly used?: number }>>;

export interface PlannedAccount {
  /** Null where nobody said. */
  readonly id: string | null;
  /** In words: where this was read. */
  readonly from: string;
  readonly resources: readonly PlannedResource[];
  readonly quotas: Readonly<Record<string, ToldQuotas>>;
  /** What could not be read, and so is not planned for: never nothing. */
  readonly unread: readonly { readonly what: string; readonly because: string; readonly mend: string }[];
}
