// The simulated account replaces the globals for time and chance: before any library reads them.
import '../../../simulator/world/globals.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileTemplate, stacksOf } from '../../../cli/package.ts';
import { attemptId } from '../../../functions/ledger/attempt.ts';
import { drillIdOf } from '../../../functions/scratch/birth.ts';
import type { Checker } from '../../../simulator/checkers/checker.ts';
import { dataPlane } from '../../../simulator/data/index.ts';
import { createAccount, type SimulatedAccount } from '../../../simulator/world/account.ts';
import { deploy, type Stack, type Template } from '../../../simulator/world/deploy/index.ts';
import { AwsError, type Caller, type Region } from '../../../simulator/world/region.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { createWorld, type World } from '../../../simulator/world/world.ts';

const root = join(import.meta.dirname, '../../..');
const start = Date.parse('2026-03-03T00:00:00Z');
export const hour = 3_600_000;

/** A small account with both parts deployed, whose schedules of backups and drills are off: an operator starts each run. */
export interface Stage {
  readonly world: World;
  readonly account: SimulatedAccount;
  readonly home: Region;
  readonly copy: Region;
  /** A directory of this run, for what resources are made of. */
  readonly directory: string;
  /** Makes a call as an operator would, and lets time pass until it is answered. */
  ask(region: Region, service: string, operation: string, input: object): Promise<Record<string, unknown>>;
  /** Starts a workflow in a Region under this name; answers the execution's ARN. */
  start(region: Region, machine: 'protect' | 'drill' | 'recover', name: string, input: object): Promise<string>;
  statusOf(region: Region, execution: string): Promise<string>;
  /** Lets time pass an hour at a time until this is so. Throws when it takes longer than `hours`. */
  until(what: string, hours: number, isSo: () => boolean | Promise<boolean>): Promise<void>;
  run(milliseconds: number): Promise<void>;
  /** Backs resources up and waits until each has as many copies as `copies`. */
  protect(resources: readonly string[], label: string, copies: number): Promise<void>;
  /** The newest copy of a resource. */
  newest(resource: string): { readonly arn: string; readonly versionId: string };
  /** A deployment that changes every function, as one of new code does: `$LATEST` gets what the template says. */
  deployAgain(): Promise<void>;
  /** What stands in each Region, as it was deployed. */
  readonly stacks: ReadonlyMap<string, Stack>;
}

const operator = (region: Region): Caller => ({ kind: 'operator', name: 'an operator', region: region.name });

/** The drill that an execution runs, known before it does anything. */
export const drillOf = (execution: string) => drillIdOf(attemptId(execution, 0));

export async function onStage(
  options: {
    readonly seed: string;
    readonly policy?: string;
    readonly checkers?: readonly Checker[];
    readonly listen?: (entry: TraceEntry) => void;
    readonly resources: (home: Region, directory: string) => Promise<void>;
  },
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'lifeboat-stage-'));
  const taskRoot = join(directory, 'task');
  const data = dataPlane({ scratchDirectory: join(directory, 'data') });
  const policyFile = options.policy ?? join(import.meta.dirname, 'policy.yml');
  try {
    const stacks = await Promise.all(
      (await stacksOf(policyFile)).map(async (stack) => ({
        ...stack,
        template: (await compileTemplate({ ...stack, policyFile, outDir: taskRoot })) as Template,
      })),
    );
    writeFileSync(join(taskRoot, 'ca-cert.pem'), data.databases.certificateAuthority);
    const world = createWorld({ seed: options.seed, start });
    const account = createAccount({ id: '123456789012', world, data });
    const regionOf = (part: string) => account.region(stacks.find((stack) => stack.part === part)?.region ?? '');
    const [home, copy] = [regionOf('home'), regionOf('copy')];
    world.trace.listen((entry) => {
      for (const checker of options.checkers ?? []) checker.see(entry);
      options.listen?.(entry);
    });
    const deployed = new Map<string, Stack>();
    let deployments = 0;
    const deployAll = async () => {
      for (const { region, template } of stacks) {
        const stack = await deploy({
          region: account.region(region),
          template: changed(template, deployments),
          taskRoot,
          sourceRoot: root,
        });
        deployed.set(region, stack);
      }
      deployments += 1;
      for (const { services } of account.regions) {
        for (const schedule of ['lifeboat-protect-table', 'lifeboat-drill-table']) {
          if (services.Scheduler.has(schedule)) services.Scheduler.setState(schedule, 'DISABLED');
        }
      }
    };
    const run = async (milliseconds: number) => {
      const until = world.now() + milliseconds;
      while (world.now() < until) {
        await world.run(Math.min(until, world.now() + hour));
        for (const checker of options.checkers ?? []) checker.look(account, world.now());
      }
    };
    world.at(start, 'the account is set up', async () => {
      await options.resources(home, directory);
      await deployAll();
    });
    await run(1000);

    const stage: Stage = {
      stacks: deployed,
      world,
      account,
      home,
      copy,
      directory,
      run,
      ask: async (region, service, operation, input) => {
        let answered: { output: unknown } | { error: unknown } | undefined;
        world.at(world.now(), 'an operator asks', () => {
          region.request(operator(region), service, operation, input).then(
            (output) => {
              answered = { output };
            },
            (error: unknown) => {
              answered = { error };
            },
          );
        });
        while (answered === undefined) await world.run(world.now() + 1000);
        if ('error' in answered) throw answered.error;
        return answered.output as Record<string, unknown>;
      },
      start: async (region, machine, name, input) => {
        const { executionArn } = await stage.ask(region, 'SFN', 'StartExecution', {
          stateMachineArn: `arn:aws:states:${region.name}:${account.id}:stateMachine:lifeboat-${machine}`,
          name,
          input: JSON.stringify(input),
        });
        return String(executionArn);
      },
      statusOf: async (region, executionArn) =>
        String((await stage.ask(region, 'SFN', 'DescribeExecution', { executionArn })).status),
      until: async (what, hours, isSo) => {
        for (let passed = 0; passed < hours; passed += 1) {
          if (await isSo()) return;
          await run(hour);
        }
        if (!(await isSo())) throw new Error(`After ${hours} hours it is still not so that ${what}.`);
      },
      protect: async (resources, label, copies) => {
        for (const [index, resource] of resources.entries()) {
          await stage.start(home, 'protect', `${label}-${index}`, { resource });
        }
        await stage.until(`every resource has ${copies} copies`, 24, () =>
          resources.every((resource) => copiesOf(copy, resource).length >= copies),
        );
        // What is done with a copy begins when its workflow has ended too.
        await run(hour / 2);
      },
      newest: (resource) => {
        const [newest] = copiesOf(copy, resource);
        if (newest === undefined) throw new Error(`${resource} has no copy.`);
        return newest;
      },
      deployAgain: async () => {
        let done = false;
        world.at(world.now(), 'the stacks are deployed again', async () => {
          await deployAll();
          done = true;
        });
        while (!done) await world.run(world.now() + 1000);
      },
    };
    // Home tells the copy Region what to expect, once an hour.
    await run(1.5 * hour);
    await play(stage);
  } finally {
    await data.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** CloudFormation leaves alone what did not change, so each deployment gives every function a little more memory. */
function changed(template: Template, times: number): Template {
  if (times === 0) return template;
  const copy = structuredClone(template) as { Resources: Record<string, { Type: string; Properties?: object }> };
  for (const { Type, Properties } of Object.values(copy.Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const function_ = Properties as { MemorySize?: number };
    function_.MemorySize = (function_.MemorySize ?? 1024) + times;
  }
  return copy as Template;
}

function copiesOf(region: Region, resource: string) {
  return region.services.Backup.truth()
    .points.filter(({ resourceArn, status }) => resourceArn === resource && status === 'COMPLETED')
    .sort((one, other) => other.dataInstant - one.dataInstant);
}

/** What there is of a drill's scratch in a Region, by name. */
export function scratchOf(region: Region, drill: string): string[] {
  const { RDS, EFS } = region.services;
  const name = `lifeboat-scratch-${drill}`;
  return [
    ...[...RDS.instances, ...RDS.clusters]
      .filter(({ identifier }) => identifier === name || identifier === `${name}-1`)
      .map(({ identifier }) => identifier),
    ...EFS.fileSystems.filter(({ tags }) => tags.get('lifeboat:scratch') === drill).map(({ id }) => id),
  ];
}

/** Rows of a Region's ledger that the register of scratch holds for a drill. */
export function registered(region: Region, drill: string): string[] {
  return region.services.DynamoDB.items('lifeboat-ledger')
    .map(({ pk, sk }) => [(pk as { S: string }).S, (sk as { S: string }).S] as const)
    .filter(([pk, sk]) => pk === 'SCRATCH' && sk.startsWith(`${drill}#`))
    .map(([, sk]) => sk);
}

export const denied = (what: string) =>
  new AwsError('AccessDeniedException', `User is not authorized to perform: ${what}`, 403);
