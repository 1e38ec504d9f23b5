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
import type { Region } from '../../simulator/world/region.ts';
import { createWorld } from '../../simulator/world/world.ts';

/** What the benchmark hands to this process, and what it answers: on its command line and its standard output, as JSON. */
export interface MixOrder {
  readonly settingFile: string;
  readonly resources: number;
  readonly days: number;
}

export interface MixSetting {
  readonly policy: PolicyExcerpt;
  readonly stacks: readonly { readonly region: string; readonly template: Template }[];
  readonly taskRoot: string;
}

export interface MixPlayed {
  readonly transitions: number;
  readonly executions: number;
  readonly calls: number;
  readonly violations: number;
  readonly objectives: number;
  readonly cpuSeconds: number;
}

const start = Date.parse('2026-01-05T00:00:00Z');
const hour = 3_600_000;

/** One resource in so many is a database, since an account may have 40; the others are file systems. */
const perDatabase = 10;

/** A healthy fleet under the functions, machines and schedules as deployed. */
async function play({ settingFile, resources, days }: MixOrder): Promise<MixPlayed> {
  const { policy, stacks, taskRoot } = JSON.parse(readFileSync(settingFile, 'utf8')) as MixSetting;
  const world = createWorld({ seed: 'bench', start, keepTrace: false });
  const data = syntheticPlane();
  const account = createAccount({ id: '123456789012', world, data });
  const home = account.region(policy.home);
  const tiers = Object.keys(policy.tiers);
  const bounds: Bound[] = [];
  const checkers = [noOrphan(), onePage(), noMissedBreach(bounds)];
  for (const { see, operations } of checkers) world.trace.listen(see, operations && new Set(operations));
  let calls = 0;
  account.door.add(() => {
    calls += 1;
    return undefined;
  });

  world.at(start, 'the account is set up', async () => {
    for (let index = 0; index < resources; index += 1) {
      const tags = { 'lifeboat:tier': tiers[index % tiers.length] ?? '' };
      const name = `fleet-${index}`;
      const added =
        index % perDatabase === 0
          ? await home.services.RDS.addDatabase({ identifier: name, databaseName: 'app', tags })
          : await home.services.EFS.addFileSystem({ name, tags });
      const expected = { from: start, until: () => undefined };
      bounds.push(...boundsOf(policy, new Map([[added.arn, { tags }]])).map((bound) => ({ ...bound, expected })));
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
  // The first instant brings the account about and loads the handlers: that is no work of the fleet.
  await world.run(start);
  const before = process.cpuUsage();
  const end = start + days * 24 * hour;
  for (let now = start + hour; now <= end; now += hour) {
    await world.run(now);
    for (const checker of checkers) checker.look(account, now);
  }
  const findings = checkers.map((checker) => checker.conclude(end));
  const spent = process.cpuUsage(before);
  await data.close();
  const counted = account.regions.map(entered);
  return {
    transitions: counted.reduce((sum, { transitions }) => sum + transitions, 0),
    executions: counted.reduce((sum, { executions }) => sum + executions, 0),
    calls,
    violations: findings.reduce((sum, { violations }) => sum + violations.length, 0),
    objectives: findings.reduce((sum, { examined }) => sum + (examined.objectives ?? 0), 0),
    cpuSeconds: (spent.user + spent.system) / 1e6,
  };
}

/** State transitions of a Region, as Step Functions bills them: one for each state that was entered. */
function entered(region: Region): { transitions: number; executions: number } {
  const ask = <Answer>(operation: string, input: object): Answer =>
    region.services.SFN.operations[operation]?.(input as never, {
      caller: { kind: 'operator', name: 'the benchmark', region: region.name },
      region,
    }) as Answer;
  let transitions = 0;
  let executions = 0;
  const { stateMachines } = ask<{ stateMachines: { stateMachineArn: string }[] }>('ListStateMachines', {});
  for (const { stateMachineArn } of stateMachines) {
    for (const { executionArn } of pages(ask, 'ListExecutions', 'executions', { stateMachineArn, maxResults: 1000 })) {
      executions += 1;
      for (const { type } of pages(ask, 'GetExecutionHistory', 'events', { executionArn, maxResults: 1000 })) {
        if (type?.endsWith('StateEntered')) transitions += 1;
      }
    }
  }
  return { transitions, executions };
}

type Listed = Readonly<Record<string, string>>;

function* pages(ask: (operation: string, input: object) => object, operation: string, member: string, input: object) {
  let nextToken: string | undefined;
  do {
    const page = ask(operation, { ...input, ...(nextToken !== undefined && { nextToken }) });
    yield* (page as Record<string, Listed[]>)[member] ?? [];
    nextToken = (page as { nextToken?: string }).nextToken;
  } while (nextToken !== undefined);
}

process.stdout.write(JSON.stringify(await play(JSON.parse(process.argv[2] ?? '{}') as MixOrder)));
