import type { Finding } from '../../checkers/checker.ts';
import { neverSilentlyGreen } from '../../checkers/never-silently-green.ts';
import { type Bound, noMissedBreach } from '../../checkers/no-missed-breach.ts';
import { noOrphan } from '../../checkers/no-orphan.ts';
import { onePage } from '../../checkers/one-page.ts';
import { pipelinePages } from '../../checkers/pipeline-pages.ts';
import { syntheticPlane } from '../../data/synthetic/index.ts';
import { type FaultName, faults, type Struck } from '../../faults/index.ts';
import { createAccount, type SimulatedAccount } from '../../world/account.ts';
import { chanceOf } from '../../world/chance.ts';
import { deploy } from '../../world/deploy/index.ts';
import type { TraceEntry } from '../../world/trace.ts';
import { createWorld } from '../../world/world.ts';
import type { RegionalStack } from '../run.ts';
import { boundsOf, type PolicyExcerpt } from '../summary.ts';
import { type Drawn as DrawnResource, drawResources, putResource } from './account.ts';
import { type Drawn as DrawnIncident, drawIncidents } from './incidents.ts';
import { playIncidents, type Standing } from './play.ts';

export interface MonthOptions {
  readonly seed: string;
  readonly days: number;
  readonly policy: PolicyExcerpt;
  readonly stacks: readonly RegionalStack[];
  /** What functions see as their own directory: it holds the packaged policy. */
  readonly taskRoot: string;
  /** Where the sources of the handlers lie. */
  readonly sourceRoot: string;
  /** What goes wrong besides, with AWS itself. */
  readonly fault?: FaultName;
  /** Does something to the account before anything is deployed: a defect that the checkers have to find. */
  readonly plant?: (account: SimulatedAccount) => void;
  readonly listen?: (entry: TraceEntry) => void;
}

/** What a generated account went through, and what the checkers found. */
export interface Month {
  readonly seed: string;
  readonly resources: number;
  readonly incidents: readonly DrawnIncident[];
  readonly findings: readonly Finding[];
  /** The fault that it was put under, and how often it struck. */
  readonly fault?: { readonly words: string; readonly fired: number };
}

const start = Date.parse('2026-01-05T00:00:00Z');
const hour = 3_600_000;

/** Draws an account and its troubles from a seed, and plays them on synthetic data. */
export async function playMonth(options: MonthOptions): Promise<Month> {
  const { policy, seed, days } = options;
  const world = createWorld({ seed, start, keepTrace: false });
  const data = syntheticPlane();
  const account = createAccount({ id: '123456789012', world, data });
  const home = account.region(policy.home);
  const [copyName = policy.home] = options.stacks.map(({ region }) => region).filter((name) => name !== policy.home);
  const copy = account.region(copyName);
  const chance = chanceOf(`${seed}/generated account`);
  const tiers = Object.keys(policy.tiers);
  const first = drawResources(chance, chance.whole(3, 12), tiers, 'first');
  const incidents = drawIncidents(chance, { days, resources: first.length, tiers });

  const bounds: Bound[] = [];
  const resources: Standing[] = [];
  const end = start + days * 24 * hour;
  const target = { account, home, copy, start, end, chance: chance.fork('fault') };
  const struck: Struck | undefined = options.fault === undefined ? undefined : faults[options.fault](target);
  options.plant?.(account);
  const checkers = [
    noOrphan(),
    onePage(),
    neverSilentlyGreen(struck?.leave),
    noMissedBreach(bounds, struck?.leave),
    pipelinePages(struck?.trouble),
  ];
  for (const { see, operations } of checkers) world.trace.listen(see, operations && new Set(operations));
  if (options.listen !== undefined) world.trace.listen(options.listen);

  const put = async (drawn: DrawnResource) => {
    const arn = await putResource(home, drawn);
    const standing: Standing = { arn, name: drawn.name, tier: drawn.tier, retiredAt: undefined };
    resources.push(standing);
    const expected = { from: world.now(), until: () => standing.retiredAt };
    const spec = { tags: { 'lifeboat:tier': drawn.tier } };
    bounds.push(...boundsOf(policy, new Map([[arn, spec]])).map((bound) => ({ ...bound, expected })));
    world.trace.note('put a resource there', { resource: arn, tier: drawn.tier });
  };
  const drilledIn = (tier: string) => {
    const from = policy.tiers[tier]?.drill?.from;
    return from === undefined || from === 'home' ? home : account.region(from.region);
  };

  world.at(start, 'the account is set up', async () => {
    for (const drawn of first) await put(drawn);
    for (const { region, template } of options.stacks) {
      const { taskRoot, sourceRoot } = options;
      await deploy({ region: account.region(region), template, taskRoot, sourceRoot });
    }
    let added = 0;
    const addResource = async () => {
      added += 1;
      for (const drawn of drawResources(chance, 1, tiers, `later-${added}`)) await put(drawn);
    };
    const homeIsGone = () => world.now() >= (struck?.leave.deafFrom ?? Number.POSITIVE_INFINITY);
    playIncidents({ account, home, copy, start, resources, addResource, homeIsGone, drilledIn }, incidents);
  });
  for (let now = start; now < end; now += hour) {
    await world.run(Math.min(end, now + hour));
    for (const checker of checkers) checker.look(account, world.now());
  }
  await data.close();
  return {
    seed,
    resources: resources.length,
    incidents,
    findings: checkers.map((checker) => checker.conclude(end)),
    ...(struck !== undefined && { fault: { words: struck.words, fired: struck.fired() } }),
  };
}
