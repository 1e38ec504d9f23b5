import type { Chance } from '../world/chance.ts';

/**
 * How long AWS takes for the things whose duration nobody promises. Every figure is an assumption unless its comment
 * says where it is documented. Times are milliseconds.
 */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** From `low` to `high`, every value equally likely. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

export const timing = {
  backup: {
    /** "Goes to Running within an hour" (documented): half start within `median`, the tail reaches `bound`. */
    startDelay: { least: 20 * second, median: 3 * minute, bound: 60 * minute },
    /** A job that cannot start is tried again at least every ten minutes inside its start window (documented). */
    retry: { low: 4 * minute, high: 10 * minute },
    /** An expired job is seen to be so this long after StartBy (about two minutes in the documented sample). */
    expiredAfter: 2 * minute,
    /** Default start window of a job: eight hours (documented). */
    startWindow: 8 * hour,
    /** Default completion window: seven days (documented for plans). */
    completeWindow: 7 * day,
    /** From ABORTING to ABORTED. */
    abort: { low: 5 * second, high: minute },
    /** How long jobs are listed (documented: 30 days). */
    listed: 30 * day,
    /** How long an idempotency token is known. */
    token: 7 * day,
    /** Events are emitted every five minutes (documented). */
    eventTick: 5 * minute,
    /** Between a lifecycle's end and the deletion: at random within eight hours (documented). */
    expiry: { low: 0, high: 8 * hour },
    /** From DELETING to gone. */
    deletion: { low: 20 * second, high: 5 * minute },
    /** A point that is in use when it expires is looked at again after this time. */
    inUse: 30 * minute,
  },
  copy: {
    startDelay: { low: 20 * second, high: 4 * minute },
    retry: { low: minute, high: 5 * minute },
    /** The retry phase of a copy that finds its resource busy (documented: two hours for system errors). */
    patience: 2 * hour,
    /** Copies into one Region that run at once: 100 for fully managed types, 20 of RDS and 5 of Aurora (documented). */
    concurrent: { EFS: 100, RDS: 20, Aurora: 5 },
    overhead: {
      EFS: { low: 2 * minute, high: 10 * minute },
      RDS: { low: 8 * minute, high: 35 * minute },
      Aurora: { low: 8 * minute, high: 35 * minute },
    },
    bytesPerSecond: 100e6,
  },
  restore: {
    startDelay: { low: 10 * second, high: 3 * minute },
    /** From the instance's `available` to the job's COMPLETED. */
    noticed: { low: 5 * second, high: 2 * minute },
    /** Reading from cold storage adds about four hours (documented). */
    cold: 4 * hour,
  },
  efs: {
    /** Documented: a backup reads 2,000 files/s or 400 MB/s, a restore writes 1,500 files/s or 200 MB/s. */
    backup: { filesPerSecond: 2000, bytesPerSecond: 400e6, overhead: { low: 2 * minute, high: 8 * minute } },
    restore: { filesPerSecond: 1500, bytesPerSecond: 200e6, overhead: { low: 3 * minute, high: 10 * minute } },
    created: { low: 3 * second, high: 15 * second },
    deleted: { low: 5 * second, high: 40 * second },
    mountTargetCreated: { low: 60 * second, high: 120 * second },
    mountTargetDeleted: { low: 30 * second, high: 60 * second },
    accessPointCreated: { low: 2 * second, high: 10 * second },
    accessPointDeleted: { low: 2 * second, high: 10 * second },
    /** How old the size is that DescribeFileSystems tells. */
    sizeLag: hour,
    /** From one sync of a replication to the next: most are within 15 minutes (documented). */
    sync: 6 * minute,
  },
  rds: {
    /** From the start of a snapshot to its end. */
    snapshot: { low: 5 * minute, high: 30 * minute },
    /** No backup job of AWS Backup starts within this time before a maintenance window (documented), nor in it. */
    beforeMaintenance: hour,
    /** From the restore's start to the end of `creating`. */
    creating: { low: 5 * minute, high: 14 * minute },
    /** The same for a cluster, which comes without instances, and for an instance that is made in one. */
    clusterCreating: { low: 4 * minute, high: 12 * minute },
    memberCreating: { low: 4 * minute, high: 10 * minute },
    clusterDeleting: { low: minute, high: 4 * minute },
    /** The first automated backup of an instance whose retention is not 0. */
    firstBackup: { low: minute, high: 4 * minute },
    deleting: { low: 1.5 * minute, high: 6 * minute },
    /** Until an accepted change is being made, and how long it then takes. */
    modifyBegins: { low: 5 * second, high: 30 * second },
    modifyTakes: { low: 15 * second, high: 90 * second },
    /** Another VPC: the instance is away meanwhile. */
    moveTakes: { low: 4 * minute, high: 12 * minute },
    /** A standby is made from a snapshot. */
    standbyTakes: { low: 5 * minute, high: 20 * minute },
    /** A failover is done in one to two minutes as a rule (documented: 60 to 120 seconds). */
    failover: { low: 60 * second, high: 120 * second },
    /** Until a host that died is replaced, for an instance in one zone. */
    hostReplaced: { low: 4 * minute, high: 15 * minute },
    /** From the promotion of a replica to its first own backup (documented: several minutes). */
    promoting: { low: 2 * minute, high: 8 * minute },
    /** Transaction logs are kept every five minutes (documented). */
    logs: 5 * minute,
    /** How long a log takes to another Region. */
    replicated: 3 * minute,
    /** How long `backing-up` lasts for a daily automated snapshot. */
    automatedSnapshot: { low: 3 * minute, high: 10 * minute },
    /** An automated snapshot of this age or younger may become a recovery point (no bound is documented). */
    automatedIsFresh: day,
    /** How long a stored block may stay unread after `available`. */
    lazy: { low: 2 * minute, high: 20 * minute },
  },
} as const;

/** Draws a duration. */
export function draw(chance: Chance, span: Span): number {
  return Math.round(chance.between(span.low, span.high));
}

/** Draws the start delay of a backup job: exponential around its median, cut at its bound. */
export function drawStartDelay(chance: Chance): number {
  const { least, median, bound } = timing.backup.startDelay;
  const tail = -Math.log2(1 - chance.number()) * (median - least);
  return Math.round(Math.min(bound, least + tail));
}

/** How long moving `files` files of `bytes` bytes takes at these speeds: the slower of the two decides. */
export function transfer(
  moved: { readonly files: number; readonly bytes: number },
  speed: { readonly filesPerSecond: number; readonly bytesPerSecond: number },
): number {
  return Math.round(second * Math.max(moved.files / speed.filesPerSecond, moved.bytes / speed.bytesPerSecond));
}
