// The simulated account replaces the globals for time and chance: before any library reads them.
import '../../simulator/world/globals.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bound } from '../../simulator/checkers/no-missed-breach.ts';
import { noMissedBreach } from '../../simulator/checkers/no-missed-breach.ts';
import { noOrphan } from '../../simulator/checkers/no-orphan.ts';
import { onePage } from '../../simulator/checkers/one-page.ts';
import { syntheticPlane } from '../../simulator/data/synthetic/index.ts';
import { boundsOf, type PolicyExcerpt } from '../../simulator/scenarios/summary.ts';
import { createAccount } from '../../simulator/world/account.ts';
import { deploy, type Template } from '../../simulator/world/deploy/index.ts';
import { real } from '../../simulator/world/real.ts';
import { createWorld } from '../../simulator/world/world.ts';
import { addFleet } from './account.ts';
import { meterOf, type Used } from './meter.ts';
import { type Waited, waitsOf } from './waits.ts';
import { type Wave, wavesOf } from './waves.ts';

/** What the benchmark hands to this process, on its command line as JSON. */
export interface FleetOrder {
  readonly settingFile: string;
  readonly resources: number;
  readonly days: number;
}

/** What it answers, on its standard output as JSON. */
export interface FleetPlayed {
  readonly used: Used;
  readonly waited: Waited;
  readonly waves: readonly Wave[];
  readonly pages: number;
  readonly violationCount: number;
  /** The first of them. */
  readonly violations: readonly string[];
  readonly objectives: number;
  readonly cpuSeconds: number;
  readonly clockSeconds: number;
  /** The most that this process ever had in memory, megabytes. */
  readonly megabytes: number;
}

const start = Date.parse('2026-01-05T00:00:00Z');
const hour = 3_600_000;

/** A healthy fleet under the functions, machines and schedules as deployed. */
async function play({ settingFile, resources, days }: FleetOrder): Promise<FleetPlayed> {
  const { policy, stacks, taskRoot } = JSON.parse(readFileSync(settingFile, 'utf8')) as {
    readonly policy: PolicyExcerpt;
    readonly stacks: readonly { readonly region: string; readonly template: Template }[];
    readonly taskRoot: string;
  };
  const world = createWorld({ seed: 'bench', start, keepTrace: false });
  const data = syntheticPlane();
  const account = createAccount({ id: '123456789012', world, data });
  const regions = stacks.map(({ region }) => region);
  const home = account.region(policy.home);
  const bounds: Bound[] = [];
  const checkers = [noOrphan(), onePage(), noMissedBreach(bounds)];
  for (const { see, operations } of checkers) world.trace.listen(see, operations && new Set(operations));
  const used = meterOf(account, regions);
  const waves = wavesOf(account);

  world.at(start, 'the account is set up', async () => {
    const others = regions.filter((region) => region !== policy.home).map((region) => account.region(region));
    for (const { arn, tags } of await addFleet(home, others, resources)) {
      const expected = { from: start, until: () => undefined };
      bounds.push(...boundsOf(policy, new Map([[arn, { tags }]])).map((bound) => ({ ...bound, expected })));
    }
    for (const { region, template } of stacks) {
      await deploy({
        region: account.region(region),
        template,
        taskRoot,
        sourceRoot: join(import.meta.dirname, '../..'),
      });
    }
  });
  await world.run(start);
  const began = { cpu: process.cpuUsage(), clock: real.now() };
  const end = start + days * 24 * hour;
  for (let now = start + hour; now <= end; now += hour) {
    await world.run(now);
    for (const checker of checkers) checker.look(account, now);
    if ((now - start) % (6 * hour) === 0) {
      const { rss, heapUsed } = process.memoryUsage();
      process.stderr.write(
        `day ${(now - start) / 24 / hour}: ${((real.now() - began.clock) / 1000).toFixed(0)} s, ${(rss / 1e6).toFixed(0)} MB resident, ${(heapUsed / 1e6).toFixed(0)} MB heap\n`,
      );
    }
  }
  const findings = checkers.map((checker) => checker.conclude(end));
  const violations = findings.flatMap((finding) => finding.violations);
  const { user, system } = process.cpuUsage(began.cpu);
  return {
    used: used(),
    waited: waitsOf(account.regions),
    waves: waves(),
    pages: account.regions
      .flatMap(({ services }) => services.SNS.deliveries())
      .filter(({ subject }) => subject?.startsWith('PAGE')).length,
    violationCount: violations.length,
    violations: violations.slice(0, 5),
    objectives: findings.reduce((sum, { examined }) => sum + (examined.objectives ?? 0), 0),
    cpuSeconds: (user + system) / 1e6,
    clockSeconds: (real.now() - began.clock) / 1000,
    megabytes: process.resourceUsage().maxRSS / 1000,
  };
}

process.stdout.write(JSON.stringify(await play(JSON.parse(process.argv[2] ?? '{}') as FleetOrder)));
