import { LifeboatError } from '../platform/errors.ts';
import type { Kind } from './kind.ts';
import type { Place } from './place.ts';

/** Grows whenever the shape below changes, so that a function never reads a policy that it does not understand. */
export const policyVersion = 2;

/**
 * A policy that was read, checked and found feasible. It is plain JSON, written as `policy.json` into each function's
 * package. Times are in seconds or whole days, shares are fractions; what was left out is `null` or its default.
 */
export type Policy = {
  version: typeof policyVersion;
  /** The name of the file it was read from, for reasons that a person can follow. */
  file: string;
  home: string;
  alerts: {
    page: Receiver[];
    notices: Receiver[];
    /** PagerDuty's CloudWatch integrations, or Opsgenie's: they get pages as CloudWatch alarms. Absent where none is named. */
    pagerduty?: Receiver[];
    /** Chat channels of Amazon Q: they get pages and notices. Absent where none is named. */
    chat?: ChatChannel[];
    escalateAfterSeconds: number;
    /** How often a notice says that all is well, where it is. Absent where nobody wants one. */
    allWell?: 'daily';
  };
  tiers: Record<string, Tier>;
  checks: Record<string, Checks>;
  /** Where `recover` puts what it recovers, by Region, where the original's own network is not there to take. */
  recovery?: Record<string, RecoveryNetwork>;
  /**
   * How the vaults are locked: a `compliance` lock can be undone by nobody, not even AWS, from its third day on. Absent for
   * the other, `governance`, which whoever may administer AWS Backup can take off.
   */
  lock?: 'compliance';
  /** The fields that the file leaves out and that have their default value, such as `alerts.escalate_after`. */
  defaulted: string[];
};

/** Who is told. A `topic` is an SNS topic's ARN that exists already; the others are subscribed to Lifeboat's topics. */
export type Receiver = { via: 'email' | 'https'; to: string };

/** A channel of Slack that Amazon Q Developer in chat applications may write to, by the ids that Slack shows. */
export type ChatChannel = { via: 'slack'; workspace: string; channel: string };

export type Tier = {
  /** The kinds of resource that may carry this tier. */
  kinds: Kind[];
  mayBeEmpty: boolean;
  /** Null where another backup plan makes the recovery points, and Lifeboat watches and drills only. */
  backup: Backup | null;
  copies: Copy[];
  drill: Drill | null;
  /** The bounds in seconds. An objective that is not named does not hold. */
  objectives: Objectives;
};

/** Where applications reach what was recovered. `subnets` are those of a file system's mount targets. */
export type RecoveryNetwork = { subnetGroup: string | null; securityGroups: string[]; subnets: string[] };

export type Backup = { everySeconds: number; keepDays: number; coldAfterDays: number | null };

/** `keepDays` counts from the creation date of the point at home. It is null where Lifeboat does not make the copy. */
export type Copy = {
  to: Place;
  keepDays: number | null;
  coldAfterDays: number | null;
  /** RDS replicates its automated backups here: `pitr_rpo` holds here as it does at home. */
  pointInTime?: true;
  /** A replica stands here: `replica_rpo` holds here. */
  replica?: true;
};

export type Drill = { everySeconds: number; from: 'home' | Place; restore?: RestoreSettings };

/**
 * How drills restore databases, where the policy says anything of it. Null is the instance class of the source, and the
 * default group of the engine. The parameter group is one for instances or one for clusters, as the tier's kind is.
 */
export type RestoreSettings = {
  instanceClass: string | null;
  parameterGroup: string | null;
  optionGroup: string | null;
};

export type Objective = 'rpo' | 'copy_rpo' | 'pitr_rpo' | 'replica_rpo' | 'proof' | 'rto';

/** The objectives that pass with time alone, and so have a deadline. `rto` has none: a drill measures it. */
export type DeadlineObjective = Exclude<Objective, 'rto'>;

export type Objectives = Partial<Record<Objective, number>>;

/** What a drill asks of the data that it restored. */
export type Checks = DatabaseChecks | FileChecks;

export type DatabaseChecks = {
  of: 'database';
  /** The database to connect to. Null means the one that the instance or cluster was created with. */
  database: string | null;
  assertions: Assertion[];
  /** `full` reads every table to its end and checks every index. */
  integrity: 'full' | 'none';
  /** How far the rows of each table may move against the last PASS, as fractions, before that is suspect. */
  rowCounts: { mayDrop: number; mayGrow: number | null };
  /** Tables that the application drops itself, such as old partitions: `schema.table`, where `*` stands for any characters. */
  mayVanish: string[];
  /** Tables whose rows have to be those of the last PASS, or those of a digest that is known. */
  digest: { equalsLastPass: 'all' | string[]; equals: Record<string, string> };
};

/** One read-only statement that answers one row with one value, and at least one bound on that value. */
export type Assertion = { name: string; sql: string; bounds: Bound[] };

/**
 * `no_older_than` and `no_newer_than` hold the age of the answer, an instant, at the point's data instant: at most,
 * and at least, so many seconds. `may_drop` and `may_grow` compare a number with the answer of the last PASS.
 */
export type Bound =
  | { is: 'at_least' | 'at_most'; value: number }
  | { is: 'equals'; value: number | string }
  | { is: 'no_older_than' | 'no_newer_than'; seconds: number }
  | { is: 'may_drop' | 'may_grow'; fraction: number };

export type FileChecks = {
  of: 'files';
  /** Paths relative to the root of the file system. Each must be there and be readable. */
  mustExist: string[];
  checksums: 'sample' | 'all' | 'none';
  /** Who owns everything that is restored; a group that is null may be any. */
  owner: { user: number; group: number | null } | null;
  /** The permission bits of every file, such as 0o640. */
  mode: number | null;
  /** How far the number of files, and their bytes, may fall against the last PASS, as a fraction, before it is suspect. */
  mayDrop: number;
  /** The share of files that may have changed since the last PASS, however few it were before. */
  mayChange: number;
  /** The share of files whose endings may have turned into others since the last PASS. */
  mayTurnOver: number;
};

/** Whether a tier has `backup:`. Where none has, another plan makes the recovery points, and nothing that starts a backup is deployed. */
export function makesPoints({ tiers }: Pick<Policy, 'tiers'>): boolean {
  return Object.values(tiers).some(({ backup }) => backup !== null);
}

/** Thrown when the `policy.json` of a package cannot be used. Packaging again writes one that can. */
export class PolicyRejected extends LifeboatError {
  override readonly name = 'PolicyRejected';
}

/** The text of `policy.json`. The same policy gives the same bytes. */
export function policyJson(policy: Policy): string {
  return `${JSON.stringify(policy, null, 2)}\n`;
}

/**
 * Reads `policy.json`. It was checked when it was packaged, so only what a wrong or torn file would get wrong is looked
 * at here.
 *
 * @throws PolicyRejected when the text is not such a policy, or one of another version
 */
export function parsePolicyJson(text: string): Policy {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new PolicyRejected('policy.json is not JSON: run npm run package again', { cause });
  }
  const policy = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Partial<Policy>;
  if (policy.version !== policyVersion) {
    const found = policy.version === undefined ? 'has no version' : `is of version ${policy.version}`;
    throw new PolicyRejected(
      `policy.json ${found}, these functions read version ${policyVersion}: run npm run package again`,
    );
  }
  for (const field of ['home', 'alerts', 'tiers', 'checks'] as const) {
    if (policy[field] === undefined) {
      throw new PolicyRejected(`policy.json has no ${field}: run npm run package again`);
    }
  }
  return policy as Policy;
}
