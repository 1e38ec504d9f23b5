import type { Finding } from '../../checkers/checker.ts';
import { honestReports } from '../../checkers/honest-reports.ts';
import { neverSilentlyGreen } from '../../checkers/never-silently-green.ts';
import { type Bound, noMissedBreach } from '../../checkers/no-missed-breach.ts';
import { noOrphan } from '../../checkers/no-orphan.ts';
import { onePage } from '../../checkers/one-page.ts';
import { pipelinePages } from '../../checkers/pipeline-pages.ts';
import { type RestoreBound, slowRestores } from '../../checkers/slow-restores.ts';
import { syntheticPlane } from '../../data/synthetic/index.ts';
import { allFaults, type FaultName, type Struck } from '../../faults/index.ts';
import { createAccount, type SimulatedAccount } from '../../world/account.ts';
import { chanceOf } from '../../world/chance.ts';
import { deploy } from '../../world/deploy/index.ts';
import type { TraceEntry } from '../../world/trace.ts';
import { createWorld } from '../../world/world.ts';
import type { RegionalStack } from '../run.ts';
import { type PolicyExcerpt, tiersThatMayBeEmpty } from '../summary.ts';
import { type Drawn as DrawnResource, drawResources, putResource } from './account.ts';
import { everyBoundOf, meansOfCopies, restoreBoundsOf } from './bounds.ts';
import { drawAccount, isBackedUp } from './draw.ts';
import type { Drawn as DrawnIncident } from './incidents.ts';
import { cutOff, putMeans } from './means.ts';
import { playOtherPlan } from './other-plan.ts';
import { playIncidents, type Standing } from './play.ts';

export interface MonthOptions {
  readonly seed: string;
  readonly days: number;
  /** How many resources the account begins with; drawn when left out. */
  readonly resources?: number;
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
  /** See `Account.walksEveryCall`. */
  readonly walksEveryCall?: boolean;
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
const minute = 60_000;
const hour = 60 * minute;

/** Draws an account and its troubles from a seed, and plays them on synthetic data. */
export async function playMonth(options: MonthOptions): Promise<Month> {
  const { policy, seed, days } = options;
  const world = createWorld({ seed, start, keepTrace: false });
  const data = syntheticPlane();
  const account = createAccount({ id: '123456789012', world, data, walksEveryCall: options.walksEveryCall ?? false });
  const home = account.region(policy.home);
  const [copyName = policy.home] = options.stacks.map(({ region }) => region).filter((name) => name !== policy.home);
  const copy = account.region(copyName);
  const chance = chanceOf(`${seed}/generated account`);
  const tiers = Object.keys(policy.tiers);
  const { resources: first, incidents } = drawAccount(chance, policy, days, options.resources);

  const bounds: Bound[] = [];
  const restoreBounds: RestoreBound[] = [];
  const resources: Standing[] = [];
  const end = start + days * 24 * hour;
  const target = { account, home, copy, start, end, chance: chance.fork('fault'), calm: 24 * hour };
  const struck: Struck | undefined = options.fault === undefined ? undefined : allFaults[options.fault](target);
  options.plant?.(account);
  const checkers = [
    noOrphan(struck?.leave),
    onePage(struck?.leave),
    neverSilentlyGreen(struck?.leave, tiersThatMayBeEmpty(policy)),
    noMissedBreach(bounds, struck?.leave),
    slowRestores(restoreBounds, struck?.leave),
    pipelinePages(struck?.trouble),
    honestReports(bounds, struck?.leave),
  ];
  for (const { see, operations } of checkers) world.trace.listen(see, operations && new Set(operations));
  if (options.listen !== undefined) world.trace.listen(options.listen);

  const put = async (drawn: DrawnResource) => {
    const arn = await putResource(home, drawn);
    const { name, kind, tier, saysMinusOne } = drawn;
    const standing: Standing = { arn, name, kind, tier, saysMinusOne, retiredAt: undefined };
    resources.push(standing);
    for (const { to, pointInTime = false, replica = false } of meansOfCopies(policy, tier)) {
      putMeans(account.region(to.region), standing, { pointInTime, replica });
    }
    const until = () => standing.retiredAt;
    const expected = { from: world.now(), until };
    bounds.push(...everyBoundOf(policy, arn, tier, kind).map((bound) => ({ ...bound, expected })));
    restoreBounds.push(...restoreBoundsOf(policy, arn, tier, until));
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
    const gone = struck?.leave.deafFrom ?? Number.POSITIVE_INFINITY;
    const homeIsGone = () => world.now() >= gone;
    if (gone < end) {
      world.at(gone, 'nothing arrives from home any more', () => {
        for (const resource of resources) cutOff(copy, resource);
      });
    }
    const otherPlan = playOtherPlan({
      home,
      copy,
      resources: () =>
        resources
          .filter(({ tier, retiredAt }) => retiredAt === undefined && !isBackedUp(policy, tier))
          .map(({ arn }) => arn),
      isOver: homeIsGone,
    });
    playIncidents({ account, home, copy, start, resources, otherPlan, addResource, homeIsGone, drilledIn }, incidents);
  });
  for (let now = start + minute; now <= end; now += minute) {
    await world.run(now);
    for (const checker of checkers) {
      checker.read?.(account, now);
      if ((now - start) % hour === 0) checker.look(account, now);
    }
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
