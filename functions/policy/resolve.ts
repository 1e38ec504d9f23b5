import { LifeboatError } from '../platform/errors.ts';
import { inWords } from './duration.ts';
import { type Kind, kindWords } from './kind.ts';
import { nearest } from './nearest.ts';
import { placeName } from './place.ts';
import type { Checks, DatabaseChecks, FileChecks, Policy, Tier } from './policy.ts';

/** The tags that people set on their resources. */
export const tierTag = 'lifeboat:tier';
export const checksTag = 'lifeboat:checks';

/** What a resource asks for. Read it from AWS tags with `askedBy`, or from the roster. */
export type Asked = { tier: string; checks?: string | null };

/** Something about a resource or a tier that somebody has to mend. It is told, and never a reason to be silent. */
export type Finding = {
  code: 'unknown-tier' | 'kind-not-in-tier' | 'unknown-checks' | 'checks-of-another-kind' | 'empty-tier';
  words: string;
};

export type Settings = { tierName: string; tier: Tier; checksName: string | null; checks: Checks };

/**
 * A resource whose tier is found has settings, the reason for each, and findings that do not stop it: a slip in the
 * checks tag must not stop backups. One whose tier is not found has a finding alone.
 */
export type Resolution =
  | { ok: true; settings: Settings; reasons: Record<string, string>; findings: Finding[] }
  | { ok: false; finding: Finding };

/** Thrown when code asks for a tier that the policy does not have. */
export class UnknownTier extends LifeboatError {
  override readonly name = 'UnknownTier';
}

/** The value of `lifeboat:tier` that retires a resource: the one way, by tag, to end what is expected of it. */
export const retiredTier = 'retired';

/** What the tags of a resource ask for; null when it carries no tier tag and so is not Lifeboat's. */
export function askedBy(tags: Readonly<Record<string, string>>): Asked | null {
  const tier = tags[tierTag];
  return tier === undefined ? null : { tier: tier.trim(), checks: tags[checksTag]?.trim() ?? null };
}

/** Which settings hold for a resource of this kind, and why each. */
export function resolveTier(policy: Policy, asked: Asked, kind: Kind): Resolution {
  const tier = ownEntry(policy.tiers, asked.tier);
  if (tier === undefined) {
    const names = Object.keys(policy.tiers);
    const meant = nearest(asked.tier, names);
    const list = `${names.length === 1 ? 'the only tier is' : 'tiers are'} ${names.join(', ')}`;
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    return {
      ok: false,
      finding: { code: 'unknown-tier', words: `tier tag '${asked.tier}' matches no tier; ${list}${hint}` },
    };
  }
  if (!tier.kinds.includes(kind)) {
    const words = `tier '${asked.tier}' takes ${tier.kinds.join(', ')} only, and this is ${kindWords[kind].one}`;
    return { ok: false, finding: { code: 'kind-not-in-tier', words } };
  }
  const resolved = checksFor(policy, asked.checks ?? null, kind);
  return {
    ok: true,
    settings: { tierName: asked.tier, tier, checksName: resolved.name, checks: resolved.checks },
    reasons: { ...tierReasons(policy, asked.tier, tier), checks: resolved.because },
    findings: resolved.finding === null ? [] : [resolved.finding],
  };
}

export type ResolvedChecks = { name: string | null; checks: Checks; because: string; finding: Finding | null };

/**
 * Which checks a drill of this resource runs, and why. `name` is the value of the tag `lifeboat:checks`, null or empty
 * when there is none. A name that does not help gives the defaults of the kind together with the finding.
 */
export function checksFor(policy: Policy, name: string | null | undefined, kind: Kind): ResolvedChecks {
  const { holds, one } = kindWords[kind];
  const usual = (why: string, finding: Finding | null): ResolvedChecks => ({
    name: null,
    checks: defaultChecks(holds),
    because: `${why}, so the default checks of ${holds === 'files' ? 'files' : 'a database'} run`,
    finding,
  });
  if (name === null || name === undefined || name === '') return usual(`no tag ${checksTag}`, null);
  const checks = ownEntry(policy.checks, name);
  if (checks === undefined) {
    const names = Object.keys(policy.checks);
    const meant = nearest(name, names);
    const list = names.length === 0 ? `${policy.file} has no checks` : `checks are ${names.join(', ')}`;
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    const words = `checks tag '${name}' matches no checks; ${list}${hint}`;
    return usual(`tag ${checksTag}=${name} matches no checks`, { code: 'unknown-checks', words });
  }
  if (checks.of !== holds) {
    const words = `checks '${name}' ask for ${checks.of === 'files' ? 'files' : 'a database'}, and this is ${one}`;
    return usual(`tag ${checksTag}=${name} does not fit ${one}`, { code: 'checks-of-another-kind', words });
  }
  return { name, checks, because: `tag ${checksTag}=${name}, checks.${name} in ${policy.file}`, finding: null };
}

/** What is asked of data about which the policy says nothing. Against a last PASS, a fall by a fifth is suspect. */
export function defaultChecks(of: 'database'): DatabaseChecks;
export function defaultChecks(of: 'files'): FileChecks;
export function defaultChecks(of: 'database' | 'files'): Checks;
export function defaultChecks(of: 'database' | 'files'): Checks {
  return of === 'files'
    ? {
        of,
        mustExist: [],
        checksums: 'sample',
        owner: null,
        mode: null,
        mayDrop: 0.2,
        mayChange: 0.5,
        mayTurnOver: 0.2,
      }
    : {
        of,
        database: null,
        assertions: [],
        integrity: 'full',
        rowCounts: { mayDrop: 0.2, mayGrow: null },
        mayVanish: [],
        digest: { equalsLastPass: [], equals: {} },
      };
}

/** The tiers that nobody carries, unless they say that this may be. `carriers` counts the resources of each tier. */
export function emptyTiers(policy: Policy, carriers: Readonly<Record<string, number>>): Finding[] {
  return Object.entries(policy.tiers)
    .filter(([name, tier]) => !tier.mayBeEmpty && (ownEntry(carriers, name) ?? 0) === 0)
    .map(([name]) => ({
      code: 'empty-tier',
      words: `no resource carries ${tierTag}=${name}; tag one, remove the tier, or write may_be_empty: true`,
    }));
}

/** The tier of this name. @throws UnknownTier */
export function tierNamed(policy: Policy, name: string): Tier {
  const tier = ownEntry(policy.tiers, name);
  if (tier !== undefined) return tier;
  throw new UnknownTier(`tier '${name}' is not in ${policy.file}; tiers are ${Object.keys(policy.tiers).join(', ')}`);
}

/** A tag may say `constructor`, which every object has and no policy means. */
function ownEntry<T>(entries: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}

function tierReasons(policy: Policy, name: string, tier: Tier): Record<string, string> {
  const at = `tiers.${name}`;
  const says = (field: string, value: string) =>
    policy.defaulted.includes(`${at}.${field}`)
      ? `default: ${policy.file} does not name ${at}.${field}, so it is ${value}`
      : `${at}.${field} in ${policy.file} is ${value}`;
  const absent = (field: string, so: string) => `${policy.file} does not name ${at}.${field}, so ${so}`;
  const days = (count: number) => inWords(count * 86_400);
  const reasons: Record<string, string> = {
    tier: `tag ${tierTag}=${name}`,
    kinds: says('kinds', tier.kinds.join(', ')),
    mayBeEmpty: says('may_be_empty', String(tier.mayBeEmpty)),
  };
  if (tier.backup === null) {
    reasons.backup = absent('backup', 'another plan makes the recovery points');
  } else {
    reasons['backup.everySeconds'] = says('backup.every', inWords(tier.backup.everySeconds));
    reasons['backup.keepDays'] = says('backup.keep', days(tier.backup.keepDays));
    const cold = tier.backup.coldAfterDays;
    reasons['backup.coldAfterDays'] =
      cold === null ? absent('backup.cold_after', 'points stay warm') : says('backup.cold_after', days(cold));
  }
  if (tier.copies.length === 0) reasons.copies = absent('copies', 'points stay at home');
  tier.copies.forEach((copy, index) => {
    const field = `copies[${index}]`;
    reasons[`${field}.to`] = says(`${field}.to`, placeName(copy.to));
    if (copy.keepDays !== null) reasons[`${field}.keepDays`] = says(`${field}.keep`, days(copy.keepDays));
    if (copy.coldAfterDays !== null) {
      reasons[`${field}.coldAfterDays`] = says(`${field}.cold_after`, days(copy.coldAfterDays));
    }
    if (copy.pointInTime) reasons[`${field}.pointInTime`] = says(`${field}.point_in_time`, 'true');
    if (copy.replica) reasons[`${field}.replica`] = says(`${field}.replica`, 'true');
  });
  if (tier.drill === null) {
    reasons.drill = absent('drill', 'nothing is proven');
  } else {
    const { from } = tier.drill;
    reasons['drill.everySeconds'] = says('drill.every', inWords(tier.drill.everySeconds));
    reasons['drill.from'] = says('drill.from', from === 'home' ? 'home' : placeName(from));
    const { instanceClass, parameterGroup, optionGroup } = tier.drill.restore ?? {};
    if (instanceClass) reasons['drill.restore.instanceClass'] = says('drill.instance_class', instanceClass);
    if (parameterGroup) reasons['drill.restore.parameterGroup'] = says('drill.parameter_group', parameterGroup);
    if (optionGroup) reasons['drill.restore.optionGroup'] = says('drill.option_group', optionGroup);
  }
  for (const [objective, seconds] of Object.entries(tier.objectives)) {
    reasons[`objectives.${objective}`] = says(`objectives.${objective}`, inWords(seconds));
  }
  return reasons;
}
