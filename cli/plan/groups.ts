import { type Kind, kinds } from '../../functions/policy/kind.ts';
import { nearest } from '../../functions/policy/nearest.ts';
import type { Policy, Tier } from '../../functions/policy/policy.ts';
import { askedBy, emptyTiers, resolveTier, tierTag } from '../../functions/policy/resolve.ts';
import type { PlannedAccount, PlannedResource } from './account.ts';
import type { Finding } from './finding.ts';

export type Protected = PlannedResource & { readonly kind: Kind };

/** The resources of one kind in one tier: they are treated alike. */
export interface Group {
  readonly tierName: string;
  readonly tier: Tier;
  readonly kind: Kind;
  readonly resources: readonly Protected[];
}

const mends: Readonly<Record<string, string>> = {
  'unknown-tier': `give them the tag ${tierTag} with the name of a tier, or add the tier to the policy`,
  'kind-not-in-tier': 'give them another tier, or add the kind to the tier',
  'unknown-checks': 'mend the tag lifeboat:checks, or add the checks to the policy; until then the default checks run',
  'checks-of-another-kind': 'name checks of their kind in lifeboat:checks; until then the default checks run',
};

/** Sorts the resources into tiers, and says what is tagged wrongly. Equal troubles are one finding. */
export function grouped(policy: Policy, account: PlannedAccount): { groups: Group[]; findings: Finding[] } {
  const members = new Map<string, { tierName: string; tier: Tier; kind: Kind; resources: Protected[] }>();
  const troubles = new Map<string, Omit<Finding, 'resources'> & { resources: string[] }>();
  const carriers: Record<string, number> = Object.create(null);
  const untagged: string[] = [];

  const trouble = (name: string, finding: Omit<Finding, 'resources'>) => {
    const key = `${finding.code} ${finding.words}`;
    const known = troubles.get(key);
    if (known === undefined) troubles.set(key, { ...finding, resources: [name] });
    else known.resources.push(name);
  };

  const keyMeant = misspeltKeys();
  // Fleets are large and have few ways to be tagged: each way is resolved once.
  const resolved = new Map<string, ReturnType<typeof resolveTier>>();
  for (const resource of account.resources) {
    const { name, tags, kind } = resource;
    const asked = askedBy(tags);
    if (asked === null) {
      const meant = keyMeant(tags);
      if (meant === undefined) {
        if (kind !== null) untagged.push(name);
        continue;
      }
      const words = `the tag ${meant} is not ${tierTag}, and counts for nothing: they are not backed up`;
      trouble(name, { severity: 'wrong', code: 'misspelt-tag', field: meant, words, mend: `name the tag ${tierTag}` });
      continue;
    }
    if (kind === null) {
      const words = `${resource.is} is no kind that Lifeboat protects: it takes EFS file systems, RDS instances and Aurora clusters`;
      const mend = `take the tag ${tierTag} away, and back it up by other means`;
      trouble(name, { severity: 'wrong', code: 'unsupported-kind', field: tierTag, words, mend });
      continue;
    }
    const key = `${asked.tier}\n${asked.checks ?? ''}\n${kind}`;
    const resolution = resolved.get(key) ?? resolveTier(policy, asked, kind);
    resolved.set(key, resolution);
    const findings = resolution.ok ? resolution.findings : [resolution.finding];
    for (const { code, words } of findings) {
      const field = code.includes('checks') ? 'lifeboat:checks' : tierTag;
      trouble(name, { severity: 'wrong', code, field, words, mend: mends[code] ?? 'mend the tag' });
    }
    if (!resolution.ok) continue;
    const { tierName, tier } = resolution.settings;
    carriers[tierName] = (carriers[tierName] ?? 0) + 1;
    const group = members.get(`${tierName}\n${kind}`) ?? { tierName, tier, kind, resources: [] };
    group.resources.push({ ...resource, kind });
    members.set(`${tierName}\n${kind}`, group);
  }

  const names = Object.keys(policy.tiers);
  const groups = [...members.values()].sort(
    (one, other) =>
      names.indexOf(one.tierName) - names.indexOf(other.tierName) ||
      kinds.indexOf(one.kind) - kinds.indexOf(other.kind),
  );
  const empty = emptyTiers(policy, { ...carriers }).map(({ code, words }): Finding => {
    const [what = '', mend = ''] = words.split('; ');
    const [, tier = ''] = what.split('=');
    return { severity: 'wrong', code, field: `tiers.${tier}`, words: what, mend, resources: [] };
  });
  const unprotected: Finding[] =
    untagged.length === 0
      ? []
      : [
          {
            severity: 'note',
            code: 'untagged',
            field: tierTag,
            words: `no tag ${tierTag}: Lifeboat does nothing for them`,
            mend: `give them the tag ${tierTag} if they hold anything that somebody would miss`,
            resources: untagged,
          },
        ];
  return { groups, findings: [...troubles.values(), ...empty, ...unprotected] };
}

/** Keys that were meant as our tag, such as `Lifeboat:Tier` and `lifeboat_tier`. */
function misspeltKeys(): (tags: Readonly<Record<string, string>>) => string | undefined {
  const known = new Map<string, boolean>();
  return (tags) =>
    Object.keys(tags).find((key) => {
      let isMeant = known.get(key);
      if (isMeant === undefined) {
        isMeant = key !== tierTag && nearest(key.replaceAll(/[:._/]/g, '-'), ['lifeboat-tier']) !== undefined;
        known.set(key, isMeant);
      }
      return isMeant;
    });
}
