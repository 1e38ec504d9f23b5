import { inWords } from '../../functions/policy/duration.ts';
import { instant } from './aws.ts';
import type { Context, Resource } from './context.ts';
import type { Expectation } from './expect.ts';
import { drillsOf } from './measured.ts';
import type { Step } from './runbook.ts';
import { decide } from './steps.ts';

/** `shop`, or `shop and monitoring`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? 'none';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

export function namesOf(resources: readonly Pick<Resource, 'name'>[]): string {
  return listed(resources.map(({ name }) => name));
}

/**
 * How long a recovery may take, given what drills measured: it also hands over what it restored, which no drill does. Twice
 * is what the simulated account shows of Aurora, the slowest to be handed over.
 */
const asLongAsDrills = 2;

/** How long there is to wait and see: what the policy allows, less what a recovery takes. */
function waitUntil({ at }: Context, resource: Resource, expected: Expectation | undefined): Step[] {
  const { rto } = resource.tier.objectives;
  const takes = expected?.takesAtMostSeconds;
  if (rto === undefined || expected === undefined || takes === null || takes === undefined) return [];
  const recovering = takes * asLongAsDrills;
  const slack = rto - recovering;
  const about = { resource: resource.name };
  if (!expected.measured || slack < 15 * 60) {
    return [
      decide(
        `If ${resource.name} is not back after 15 minutes, recover it. ${expected.measured ? `Its rto of ${inWords(rto)} leaves no more` : `How long a recovery takes is not measured, so its rto of ${inWords(rto)} tells no time to wait`}. Else stop.`,
        about,
      ),
    ];
  }
  return [
    decide(
      `If ${resource.name} is not back by ${instant(Math.floor((Date.parse(at) + slack * 1000) / 60_000) * 60_000)}, recover it: later than that, its rto of ${inWords(rto)} is missed, since a recovery may take ${inWords(Math.ceil(recovering / 60) * 60)}: twice what a drill took, with the handing over. Else stop.`,
      about,
    ),
  ];
}

/** The same, for the recovery that follows it. `due` is in milliseconds since 1970. */
export function waitFirst(
  context: Context,
  resource: Resource,
  expected: Expectation | undefined,
): { readonly steps: readonly Step[]; readonly due: number } {
  const { rto = 0 } = resource.tier.objectives;
  const slack = expected?.measured === true ? rto - (expected.takesAtMostSeconds ?? 0) * asLongAsDrills : 0;
  return {
    steps: waitUntil(context, resource, expected),
    due: Date.parse(context.at) + Math.max(slack, 15 * 60) * 1000,
  };
}

/** Resources that nothing can bring back, in words for the top of a runbook. */
export function unprotectedWords({ unprotected }: Context): string[] {
  return unprotected.map(
    ({ name, because }) => `**${name} is not protected**: ${because}. Nothing here brings it back.`,
  );
}

/** What drills said of each resource, the newest data first: so that nobody has to search for a good point. */
export function drillWords(context: Context, resources: readonly Resource[]): string[] {
  if (!context.evidence) {
    return [
      'What the drills said is in the evidence. Print this page with `--evidence DIR` (or the name of the evidence bucket) and it stands here.',
    ];
  }
  return resources.map((resource) => {
    const drills = drillsOf(context.drilled, resource).slice(0, 5);
    if (drills.length === 0) return `${resource.name}: the evidence holds no drill.`;
    const words = drills.map(({ dataInstant, endedAt, verdict, region }) =>
      dataInstant === undefined
        ? `${verdict} at ${endedAt.slice(0, 16)}Z in ${region}`
        : `data of ${dataInstant.slice(0, 16)}Z: ${verdict} in ${region}`,
    );
    const good = drillsOf(context.drilled, resource).find(({ verdict }) => verdict === 'PASS');
    const best =
      good?.dataInstant === undefined
        ? 'none passed'
        : `the newest data that passed is of ${good.dataInstant.slice(0, 16)}Z`;
    return `${resource.name}: ${words.join('; ')}. **${best[0]?.toUpperCase()}${best.slice(1)}.**`;
  });
}

/** The gaps in policy and account that this page ran into. */
export function gaps(context: Context, resources: readonly Resource[], region: string | undefined): string[] {
  const { policy, account } = context;
  const found: string[] = [];
  const unnamed = resources.filter(({ kind, dns }) => kind !== 'efs' && dns === undefined);
  if (unnamed.length > 0) {
    found.push(
      `${account.file} names no DNS record for ${namesOf(unnamed)}: write \`dns: { zone: Z…, record: db.example.com, ttl: 60 seconds }\` there, and the change is printed ready. Keep the TTL at 60 seconds or less before anything fails: clients keep an old address for that long.`,
    );
  }
  if (region !== undefined && region !== policy.home && policy.recovery?.[region] === undefined) {
    found.push(
      `${policy.file} names no network for recoveries in ${region}: write \`recovery: { ${region}: { subnet_group: …, security_groups: [ … ], subnets: [ … ] } }\`. Without it lifeboat-recover refuses and names the field; give \`subnetGroup\`, \`securityGroups\` or \`subnets\` in the input then.`,
    );
  }
  const undrilled = resources.filter(({ tier }) => tier.drill === null);
  if (undrilled.length > 0)
    found.push(`Nothing drills ${namesOf(undrilled)}: no point of theirs is proven, and no time is measured.`);
  return found;
}
