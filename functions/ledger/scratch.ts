import type { Row } from './ledger.ts';

/** A thing that a drill is about to create, or has created, and that must go. Written before the call that creates it. */
export interface ScratchRow extends Row {
  readonly drill: string;
  /** Whose recovery point was restored; unknown for what was adopted. */
  readonly resource?: string;
  readonly attempt: string;
  readonly execution: string;
  /**
   * `cluster`: an Aurora cluster, `cluster-instance`: the instance made in it; `database`: an RDS instance; `sealed-mount`:
   * the mount targets and access point through which a recovered file system, which stays, was checked.
   */
  readonly what: 'database' | 'cluster' | 'cluster-instance' | 'file-system' | 'probe-version' | 'sealed-mount';
  /** The name it is born with: a database identifier, a file system's creation token, a function's name. */
  readonly name: string;
  /** Its id once AWS gave one: `fs-…`, a version number. */
  readonly id?: string;
  /** The sealed subnets that a recovered file system is mounted in for its check. */
  readonly subnets?: readonly string[];
  /** The restore job that fills or creates it: while it runs, the thing may still come to be. */
  readonly restoreJob?: string;
  readonly registeredAt: string;
  /** After this instant the sweep takes it, whatever the drill does. */
  readonly goneBy: string;
}

/** All scratch of a Region stands in one partition. */
export const scratchPartition = 'SCRATCH';

export const scratchKey = (drill: string, what: ScratchRow['what']) => ({
  pk: scratchPartition,
  sk: `${drill}#${what}`,
});
