import type { Finding } from '../../checkers/checker.ts';
import { evidenceComplete } from '../../checkers/evidence-complete.ts';
import { getsWell } from '../../checkers/gets-well.ts';
import { honestEndings } from '../../checkers/honest-endings.ts';
import { honestReports } from '../../checkers/honest-reports.ts';
import { lastGoodPoint } from '../../checkers/last-good-point.ts';
import { lossesTold } from '../../checkers/losses-told.ts';
import { neverSilentlyGreen } from '../../checkers/never-silently-green.ts';
import { type Bound, noMissedBreach } from '../../checkers/no-missed-breach.ts';
import { noOrphan } from '../../checkers/no-orphan.ts';
import { onePage } from '../../checkers/one-page.ts';
import { oneRun } from '../../checkers/one-run.ts';
import { outOfReach } from '../../checkers/out-of-reach.ts';
import { overdue } from '../../checkers/overdue.ts';
import { pipelinePages } from '../../checkers/pipeline-pages.ts';
import { type RestoreBound, slowRestores } from '../../checkers/slow-restores.ts';
import { syntheticPlane } from '../../data/synthetic/index.ts';
import { allFaults, type FaultName, type Struck } from '../../faults/index.ts';
import { createAccount, type SimulatedAccount } from '../../world/account.ts';
import { deploy } from '../../world/deploy/index.ts';
import type { TraceEntry } from '../../world/trace.ts';
import { createWorld } from '../../world/world.ts';
import type { RegionalStack } from '../run.ts';
import { type PolicyExcerpt, tiersThatMayBeEmpty } from '../summary.ts';
import { type Drawn as DrawnResource, drawResources, putResource } from './account.ts';
import { everyBoundOf, keptDaysOf, meansOfCopies, restoreBoundsOf } from './bounds.ts';
import { calmFrom, chanceOfAccount, drawAccount, isBackedUp, start } from './draw.ts';
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
  /** Which of the incidents that were drawn happen, counted from 1; all when left out. */
  readonly incidents?: readonly number[];
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
  /** How many of them found something to go wrong. */
  readonly incidentsStruck: number;
  readonly findings: readonly Finding[];
  /** The fault that it was put under, and how often it struck. */
  readonly fault?: { readonly words: string; readonly fired: number };
}

const minute = 60_000;
const hour = 60 * minute;
/** Restores are slow by up to eleven hours, and a copy may follow upon a slow backup: so long may a run take. */
const longestRun = 13 * hour;

/** Draws an account and its troubles from a seed, and plays them on synthetic data. */
export async function playMonth(options: MonthOptions): Promise<Month> {
  const { policy, seed, days } = options;
  const world = createWorld({ seed, start, keepTrace: false });
  const data = syntheticPlane();
  const account = createAccount({ id: '123456789012', world, data, walksEveryCall: options.walksEveryCall ?? false });
  const home = account.region(policy.home);
  const [copyName = policy.home] = options.stacks.map(({ region }) => region).filter((name) => name !== policy.home);
  const copy = account.region(copyName);
  const chance = chanceOfAccount(seed);
  const tiers = Object.keys(policy.tiers);
  const end = start + days * 24 * hour;
  const over = calmFrom(days);
  const drawn = drawAccount(chance, policy, days, options.resources);
  const incidents = drawn.incidents.filter((_, index) => options.incidents?.includes(index + 1) ?? true);
  let incidentsStruck: ReadonlySet<DrawnIncident> = new Set();

  const bounds: Bound[] = [];
  const restoreBounds: RestoreBound[] = [];
  const resources: Standing[] = [];
  // A Region that is gone stays gone.
  const strikesUntil = options.fault === 'home-gone' ? end : over;
  const target = { account, home, copy, start, end: strikesUntil, chance: chance.fork('fault'), calm: 24 * hour };
  const struck: Struck | undefined = options.fault === undefined ? undefined : allFaults[options.fault](target);
  options.plant?.(account);
  const checkers = [
    noOrphan(struck?.leave),
    onePage(struck?.leave),
    neverSilentlyGreen(struck?.leave, tiersThatMayBeEmpty(policy)),
    noMissedBreach(bounds, struck?.leave),
    lastGoodPoint((region, arn) => {
      const tier = resources.find((resource) => resource.arn === arn)?.tier;
      return tier === undefined ? undefined : keptDaysOf(policy, tier, region);
    }, struck?.leave),
    evidenceComplete(struck?.leave),
    outOfReach(),
    honestEndings(struck?.leave),
    lossesTold([home.name, copy.name], struck?.leave),
    oneRun(struck?.leave),
    overdue([home.name, copy.name], struck?.leave),
    getsWell(bounds, over, longestRun, struck?.leave),
    slowRestores(restoreBounds, struck?.leave),
    pipelinePages(struck?.trouble, struck?.troubles),
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
    // What is backed up as RDS took it by itself is up to a day old: nobody can promise that it holds.
    const isAsItIs = drawn.automatedSnapshots && { everySeconds: Number.POSITIVE_INFINITY };
    bounds.push(...everyBoundOf(policy, arn, tier, kind).map((bound) => ({ ...bound, ...isAsItIs, expected })));
    restoreBounds.push(...restoreBoundsOf(policy, arn, tier, until));
    world.trace.note('put a resource there', { resource: arn, tier: drawn.tier });
  };
  const drilledIn = (tier: string) => {
    const from = policy.tiers[tier]?.drill?.from;
    return from === undefined || from === 'home' ? home : account.region(from.region);
  };

  world.at(start, 'the account is set up', async () => {
    for (const one of drawn.resources) await put(one);
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
    const stage = { account, home, copy, start, resources, otherPlan, addResource, homeIsGone, drilledIn };
    incidentsStruck = playIncidents(stage, incidents);
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
    incidentsStruck: incidentsStruck.size,
    findings: checkers.map((checker) => checker.conclude(end)),
    ...(struck !== undefined && { fault: { words: struck.words, fired: struck.fired() } }),
  };
}
