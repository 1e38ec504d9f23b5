import type { Kind } from '../../functions/policy/kind.ts';
import type { Checks, Copy, Policy, Tier } from '../../functions/policy/policy.ts';
import { askedBy, resolveTier } from '../../functions/policy/resolve.ts';
import type { Drilled } from './measured.ts';

/** A replica that somebody keeps in another Region. */
export interface Replica {
  readonly region: string;
  /** The replica's identifier, or the id of the file system that EFS replicates to. */
  readonly id: string;
}

/** The name that clients use for the resource. */
export interface DnsRecord {
  readonly zone: string;
  readonly record: string;
  readonly ttlSeconds: number;
}

/** A resource as the account file tells of it. What it does not tell is undefined, which is not the same as no. */
export interface AccountResource {
  readonly name: string;
  readonly kind: Kind;
  /** An identifier, or `fs-…`; undefined where the file names a file system by its tag Name alone. */
  readonly id: string | undefined;
  readonly arn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** A standby (RDS), or an instance (Aurora), in a second zone. */
  readonly multiAz: boolean | undefined;
  /** The zone that a One Zone file system is in; null: it is Regional. */
  readonly oneZone: string | null | undefined;
  readonly replicas: readonly Replica[];
  /** The Region that RDS replicates its automated backups to. */
  readonly backupsIn: string | undefined;
  readonly gigabytes: number | undefined;
  /** Its weekly maintenance window, as AWS writes it: `sun:03:00-sun:03:30`. */
  readonly maintenance: string | undefined;
  readonly key: string | undefined;
  readonly dns: DnsRecord | undefined;
}

export interface Account {
  readonly id: string;
  /** The name of the file it was read from. */
  readonly file: string;
  readonly resources: readonly AccountResource[];
}

/** A resource with the settings that hold for it. */
export interface Resource extends AccountResource {
  readonly tierName: string;
  readonly tier: Tier;
  readonly checksName: string | null;
  readonly checks: Checks;
}

/** All that a runbook is made from. Instants are ISO 8601. */
export interface Context {
  readonly policy: Policy;
  readonly account: Account;
  /** The resources that take part, the most urgent first. */
  readonly resources: readonly Resource[];
  /** Resources of the account that no tier takes: nothing here can bring them back. */
  readonly unprotected: readonly { readonly name: string; readonly because: string }[];
  /** The drills that evidence tells of, the newest first. */
  readonly drilled: readonly Drilled[];
  /** Whether evidence was given at all. */
  readonly evidence: boolean;
  /** When it failed. */
  readonly at: string;
  /** The last moment whose data was good, where somebody knows it. */
  readonly lastGood?: string;
}

export function contextOf(known: {
  readonly policy: Policy;
  readonly account: Account;
  readonly drilled: readonly Drilled[] | undefined;
  readonly at: string;
  readonly lastGood?: string | undefined;
}): Context {
  const { policy, account, at, lastGood } = known;
  const resources: Resource[] = [];
  const unprotected: { name: string; because: string }[] = [];
  for (const resource of account.resources) {
    const asked = askedBy(resource.tags);
    if (asked === null) {
      unprotected.push({ name: resource.name, because: 'it carries no tag lifeboat:tier' });
      continue;
    }
    const resolution = resolveTier(policy, asked, resource.kind);
    if (!resolution.ok) {
      unprotected.push({ name: resource.name, because: resolution.finding.words });
      continue;
    }
    resources.push({ ...resource, ...resolution.settings });
  }
  resources.sort((one, other) => urgency(one) - urgency(other));
  return {
    policy,
    account,
    resources,
    unprotected,
    drilled: known.drilled ?? [],
    evidence: known.drilled !== undefined,
    at,
    ...(lastGood !== undefined && { lastGood }),
  };
}

/** What has to be back soonest comes first; what promises nothing comes last. */
function urgency({ tier }: Resource): number {
  return tier.objectives.rto ?? tier.objectives.rpo ?? Number.MAX_SAFE_INTEGER;
}

/** The copies of a resource in other Regions of the same account, in the order of the policy. */
export function copiesHere({ tier }: Resource): readonly Copy[] {
  return tier.copies.filter(({ to }) => to.account === null);
}

/** The copies of a resource in other accounts. */
export function copiesElsewhere({ tier }: Resource): readonly Copy[] {
  return tier.copies.filter(({ to }) => to.account !== null);
}

/** Where to recover a resource when home is gone: where its drills are, since that is proven; else its first copy. */
export function refuge(resource: Resource): string | undefined {
  const { drill } = resource.tier;
  const copies = copiesHere(resource);
  if (drill !== null && drill.from !== 'home' && drill.from.account === null) return drill.from.region;
  return copies[0]?.to.region;
}
