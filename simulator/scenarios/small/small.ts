import type { Checker, Finding } from '../../checkers/checker.ts';
import type { About, Leave } from '../../checkers/compare.ts';
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
import { syntheticPlane } from '../../data/synthetic/index.ts';
import type { Added } from '../../faults/fault.ts';
import { type Struck, type WeatherName, weathers } from '../../faults/index.ts';
import { type Site, sitesFrom } from '../../faults/sites/site.ts';
import { type SiteFault, strikeAt } from '../../faults/sites/strikes.ts';
import { createAccount, type SimulatedAccount } from '../../world/account.ts';
import { chanceOf } from '../../world/chance.ts';
import { deploy } from '../../world/deploy/index.ts';
import type { Region } from '../../world/region.ts';
import type { TraceEntry } from '../../world/trace.ts';
import { createWorld } from '../../world/world.ts';
import { retag } from '../generated/account.ts';
import type { MonthOptions } from '../generated/month.ts';
import { boundsOf } from '../summary.ts';

const start = Date.parse('2026-01-05T00:00:00Z');
const hour = 3_600_000;
/** Faults strike in the first hours alone: backups stand still meanwhile, a copy is damaged, so that pages open and resolve. */
const struckFor = 9 * hour;
/** Then time to get well: drills come every four hours, and one takes its time. */
const getsWellWithin = 5 * hour;
/** A drill of this account may take so long. */
const longestRun = 4 * hour;

export interface Small {
  readonly findings: readonly Finding[];
  /** How often each fault struck, as they were given; 0 where the run took another way than the one in which its site was found. */
  readonly fired?: readonly number[];
  /** What went on for a while, and how often each of it struck. */
  readonly weather?: readonly { readonly name: WeatherName; readonly words: string; readonly fired: number }[];
  /** The sites of a run without a fault. */
  readonly sites?: readonly Site[];
}

/**
 * Plays the same few hours of a small account, in which everything happens once: backups, copies, drills that pass and
 * one that fails, an objective that breaks and holds again. With a fault at one site, or without any to find the sites.
 */
export async function playSmall(
  options: Pick<MonthOptions, 'policy' | 'stacks' | 'taskRoot' | 'sourceRoot'> & {
    readonly faults?: readonly SiteFault[];
    /** What goes wrong with AWS itself, until the time after which nothing does any more. */
    readonly weather?: readonly WeatherName[];
    readonly seed?: string;
    readonly plant?: (account: SimulatedAccount) => void;
    readonly listen?: (entry: TraceEntry) => void;
  },
): Promise<Small> {
  const { policy, stacks, taskRoot, sourceRoot } = options;
  const world = createWorld({ seed: options.seed ?? '1', start, keepTrace: false });
  const data = syntheticPlane();
  const account = createAccount({ id: '123456789012', world, data });
  const home = account.region(policy.home);
  const copy = account.region(stacks.map(({ region }) => region).find((name) => name !== policy.home) ?? policy.home);
  const bounds: Bound[] = [];

  const deployAll = async (stackName = 'lifeboat') => {
    for (const { region, template } of stacks) {
      await deploy({ region: account.region(region), template, taskRoot, sourceRoot, stackName });
    }
  };
  const expect = (arn: string, tier: string, until: () => number | undefined = () => undefined) => {
    const expected = { from: world.now(), until };
    const tags = { 'lifeboat:tier': tier };
    bounds.push(...boundsOf(policy, new Map([[arn, { tags }]])).map((bound) => ({ ...bound, expected })));
  };
  let added = 0;
  /** One more resource for a while: retired, it is expected no longer. */
  const addForAWhile = async (tier: 'files' | 'databases'): Promise<Added> => {
    added += 1;
    const name = `old-${added}`;
    const tags = { 'lifeboat:tier': tier };
    const { EFS, RDS } = home.services;
    const { arn } =
      tier === 'files'
        ? await EFS.addFileSystem({ name, tags })
        : await RDS.addDatabase({ identifier: name, databaseName: 'app', tags });
    let until: number | undefined;
    expect(arn, tier, () => until);
    const isGone = () => {
      until = world.now();
      world.trace.note('retired', { resource: arn });
    };
    return {
      arn,
      isGone,
      retire: () => {
        retag(home, arn, 'retired');
        isGone();
      },
      isNow: (renamed) => expect(renamed, tier),
    };
  };
  const weather = (options.weather ?? []).map((name) => ({
    name,
    ...weathers[name]({
      account,
      home,
      copy,
      start,
      end: start + struckFor,
      chance: chanceOf(`${world.seed}/${name}`),
      calm: 0.7 * hour,
      deployAgain: () => deployAll(),
      deployBeside: () => deployAll('lifeboat-of-somebody-else'),
      addForAWhile,
    }),
  }));
  const strikes = (options.faults ?? []).map((fault) => strikeAt(account, fault, start + struckFor));
  const struck = [...weather, ...strikes];
  const over = Math.max(start + struckFor, ...weather.map(({ overBy = 0 }) => overBy));
  options.plant?.(account);
  const skew = Math.max(0, ...weather.map((one) => one.leave.skew ?? 0));
  const slow = Math.max(0, ...weather.map((one) => one.leave.slow ?? 0));
  const leave = {
    openBy: (region: string, deadline: number, about?: About) =>
      Math.max(0, ...struck.map((one) => one.leave.openBy?.(region, deadline, about) ?? 0)),
    mayFail: (...run: Parameters<NonNullable<Leave['mayFail']>>) =>
      struck.some((one) => one.leave.mayFail?.(...run) === true),
    mayGiveUp: (...handed: Parameters<NonNullable<Leave['mayGiveUp']>>) =>
      struck.some((one) => one.leave.mayGiveUp?.(...handed) === true),
    // Whose clock is ahead takes a message that is still on its way for lost.
    mayRepeat: (region: string, at: number) =>
      (skew > 0 && slow > 0) || struck.some((one) => one.leave.mayRepeat?.(region, at) === true),
    ...(weather.some((one) => one.leave.listedBy !== undefined) && {
      listedBy: (region: string, since: number) =>
        Math.max(since, ...weather.map((one) => one.leave.listedBy?.(region, since) ?? since)),
    }),
    skew,
    slow,
  };
  const keptDays = keptDaysOf(policy);
  const checkers: readonly Checker[] = [
    noOrphan(),
    noMissedBreach(bounds, leave),
    onePage(leave),
    lastGoodPoint((region) => keptDays[region]),
    evidenceComplete(),
    neverSilentlyGreen(leave),
    outOfReach(),
    honestEndings(leave),
    honestReports(bounds, leave),
    lossesTold([home.name, copy.name], leave),
    oneRun(leave),
    overdue([home.name, copy.name], leave),
    getsWell(bounds, over, longestRun),
    pipelinePages(troubleOf(weather, strikes.length), () => struck.flatMap(({ troubles }) => troubles?.() ?? [])),
  ];
  for (const { see, operations } of checkers) world.trace.listen(see, operations && new Set(operations));
  if (options.listen !== undefined) world.trace.listen(options.listen);
  const found = options.faults === undefined && options.weather === undefined ? sitesFrom() : undefined;
  if (found !== undefined) {
    world.trace.listen((entry) => {
      if (world.now() < start + struckFor) found.see(entry);
    });
  }

  world.at(start, 'the account is set up', async () => {
    const of = (tier: string) => ({ tags: { 'lifeboat:tier': tier } });
    const shop = await home.services.RDS.addDatabase({ identifier: 'shop', databaseName: 'app', ...of('databases') });
    const files = await home.services.EFS.addFileSystem({ name: 'files', ...of('files') });
    expect(shop.arn, 'databases');
    expect(files.arn, 'files');
    await deployAll();
    incidents(home, copy);
  });
  const end = over + getsWellWithin;
  for (let now = start; now < end; now += hour) {
    await world.run(Math.min(end, now + hour));
    for (const checker of checkers) checker.look(account, world.now());
  }
  await data.close();
  return {
    findings: checkers.map((checker) => checker.conclude(end)),
    ...(strikes.length > 0 && { fired: strikes.map((one) => one.fired()) }),
    ...(weather.length > 0 && { weather: weather.map(({ name, words, fired }) => ({ name, words, fired: fired() })) }),
    ...(found !== undefined && { sites: found.sites() }),
  };
}

/** What on-call has to be paged about. Only where nothing else is wrong: another fault may keep it from that. */
function troubleOf(weather: readonly Pick<Struck, 'trouble'>[], strikes: number): Struck['trouble'] {
  const [first] = weather;
  return strikes === 0 && weather.length === 1 ? first?.trouble : undefined;
}

/** Backups of the files stand still until their objective breaks, and the copies of the database that are there go bad. */
function incidents(home: Region, copy: Region): void {
  const { world } = home;
  const schedule = (hours: number, state: 'ENABLED' | 'DISABLED') =>
    world.at(start + hours * hour, 'a schedule is switched', () => {
      home.services.Scheduler.setState('lifeboat-protect-files', state);
      world.trace.note(state === 'ENABLED' ? 'start schedule' : 'stop schedule', {
        schedule: 'lifeboat-protect-files',
      });
    });
  schedule(2.5, 'DISABLED');
  schedule(7.9, 'ENABLED');
  world.at(start + 3.5 * hour, 'copies are damaged', async () => {
    for (const { arn, versionId, resourceArn, status } of copy.services.Backup.truth().points) {
      if (!resourceArn.includes(':rds:') || status !== 'COMPLETED') continue;
      await copy.account.data.versions.damage(versionId, { kind: 'file', path: '', as: 'flip' });
      world.trace.note('damaged a copy', { point: arn, resource: resourceArn, region: copy.name });
    }
  });
}

/** For how many days the tiers keep points in each Region, the fewest. */
function keptDaysOf({ home, tiers }: MonthOptions['policy']): Readonly<Record<string, number>> {
  const kept: Record<string, number> = {};
  const keep = (region: string, days: number | null | undefined) => {
    if (typeof days === 'number') kept[region] = Math.min(kept[region] ?? days, days);
  };
  for (const { backup, copies } of Object.values(tiers)) {
    keep(home, backup?.keepDays);
    for (const { to, keepDays } of copies) keep(to.region, keepDays);
  }
  return kept;
}
