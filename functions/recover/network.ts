import type { Kind } from '../policy/kind.ts';
import type { RecoveryNetwork } from '../policy/policy.ts';
import { Refused } from './refusal.ts';
import type { WishedNetwork } from './wish.ts';

/** Where applications are to reach what is recovered. */
export interface Network {
  /** For databases and clusters. */
  readonly subnetGroup: string | null;
  readonly securityGroups: readonly string[];
  /** For file systems: one mount target in each. */
  readonly subnets: readonly string[];
  readonly because: string;
}

/** The network of the original, where it still stands in this Region. */
export type OriginalNetwork = Pick<Network, 'subnetGroup' | 'securityGroups' | 'subnets'>;

/**
 * What the input says goes first, then the original's own network, then the policy's `recovery`.
 *
 * @throws Refused when none says it; the field to give is named
 */
export function networkFor(known: {
  readonly kind: Kind;
  readonly region: string;
  readonly wished: WishedNetwork;
  readonly original: OriginalNetwork | undefined;
  readonly policy: RecoveryNetwork | undefined;
}): Network {
  const { kind, region, wished, original, policy } = known;
  const needs = kind === 'efs' ? ('subnets' as const) : ('subnetGroup' as const);
  const other = kind === 'efs' ? 'subnetGroup' : 'subnets';
  if (wished[other] !== undefined) {
    throw new Refused(
      'NetworkUnclear',
      kind === 'efs'
        ? 'subnetGroup: a file system has none. Name the subnets of its mount targets, as "subnets".'
        : 'subnets: a database has none of its own. Name a DB subnet group, as "subnetGroup".',
    );
  }
  const place = pick(needs, wished, original, policy);
  const groups = pick('securityGroups', wished, original, policy);
  const missing = [...(place === undefined ? [needs] : []), ...(groups === undefined ? ['securityGroups'] : [])];
  if (place === undefined || groups === undefined) {
    throw new Refused(
      'NetworkUnclear',
      `${missing.join(' and ')}: the original is not in ${region} and policy.yml names no recovery.${region}, so give it in the input. ` +
        'It is where your applications can reach a database or file system in that Region.',
    );
  }
  return {
    subnetGroup: kind === 'efs' ? null : String(place.value),
    subnets: kind === 'efs' ? (place.value as readonly string[]) : [],
    securityGroups: groups.value as readonly string[],
    because: `${needs}: ${place.because}; securityGroups: ${groups.because}`,
  };
}

function pick(
  field: 'subnetGroup' | 'securityGroups' | 'subnets',
  wished: WishedNetwork,
  original: OriginalNetwork | undefined,
  policy: RecoveryNetwork | undefined,
): { value: string | readonly string[]; because: string } | undefined {
  const ways = [
    [wished[field], "the input's"],
    [original?.[field], "the original's own"],
    [policy?.[field], "the policy's recovery"],
  ] as const;
  for (const [value, because] of ways) {
    if (value !== undefined && value !== null && value.length > 0) return { value, because };
  }
  return undefined;
}

/** What EC2 and RDS say of the network that was chosen. */
export interface Found {
  /** The VPC of each subnet, of the subnet group, and of each security group, by name; undefined: there is none such. */
  readonly vpcs: readonly { readonly what: string; readonly vpc: string | undefined }[];
  /** The Availability Zone of each subnet of a file system. */
  readonly zones: readonly { readonly subnet: string; readonly zone: string | undefined }[];
  readonly sealedVpc: string | undefined;
}

/** @throws Refused when something is not there, they are of several VPCs, or it is the sealed one */
export function mustFit({ vpcs, zones, sealedVpc }: Found): void {
  const gone = vpcs.find(({ vpc }) => vpc === undefined);
  if (gone !== undefined) throw new Refused('NetworkUnclear', `${gone.what} does not exist in this Region.`);
  const distinct = [...new Set(vpcs.map(({ vpc }) => vpc))];
  if (distinct.length > 1) {
    const told = vpcs.map(({ what, vpc }) => `${what} is in ${vpc}`).join(', ');
    throw new Refused('NetworkUnclear', `All of them have to be in one VPC: ${told}.`);
  }
  if (sealedVpc !== undefined && distinct[0] === sealedVpc) {
    throw new Refused('NetworkUnclear', `${sealedVpc} is the sealed network of drills, which no application reaches.`);
  }
  const twice = zones.find(({ zone, subnet }) => zones.some((one) => one.zone === zone && one.subnet !== subnet));
  if (twice !== undefined) {
    throw new Refused(
      'NetworkUnclear',
      `subnets: two are in ${twice.zone}, and a file system has one mount target in each Availability Zone.`,
    );
  }
}
