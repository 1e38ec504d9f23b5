import '../../../simulator/world/globals.ts';
import { settingOf } from '../../../cli/simulate/setting.ts';
import { syntheticPlane } from '../../../simulator/data/synthetic/index.ts';
import { networkIn, putNetwork } from '../../../simulator/scenarios/network.ts';
import { createAccount, type SimulatedAccount } from '../../../simulator/world/account.ts';
import { deploy } from '../../../simulator/world/deploy/index.ts';
import type { Region } from '../../../simulator/world/region.ts';
import type { CallEntry } from '../../../simulator/world/trace.ts';
import { createWorld, type World } from '../../../simulator/world/world.ts';
import type { Json } from '../../unit/fuzz/mutations.ts';

const start = Date.parse('2026-01-05T00:00:00Z');
const hour = 3_600_000;

/** A true input of a function or machine, as an account that works well gave it. */
export interface Sample {
  readonly region: string;
  readonly name: string;
  readonly input: Json;
}

/** An account in which everything has happened once, and nothing happens any more unless it is asked to. */
export interface Stage {
  readonly account: SimulatedAccount;
  readonly world: World;
  readonly regions: readonly Region[];
  readonly functions: readonly Sample[];
  readonly machines: readonly Sample[];
  /** Every call since the last time that this was asked. */
  calls(): readonly CallEntry[];
}

/** So many different true inputs of each function and machine are kept. */
const mostSamples = 4;

/**
 * Plays some hours of a small account: backups, copies, drills of a database and of files, and a recovery of each. Then
 * stops its schedules and waits until all is quiet.
 */
export async function quietAccount(taskRoot: string): Promise<Stage> {
  const { policy, stacks, sourceRoot } = await settingOf('simulator/scenarios/small/policy.yml', taskRoot);
  const world = createWorld({ seed: '7', start, keepTrace: false });
  const account = createAccount({ id: '123456789012', world, data: syntheticPlane() });
  const home = account.region(policy.home);
  const copy = account.region(stacks.map(({ region }) => region).find((name) => name !== policy.home) ?? policy.home);
  const functions = new Samples();
  const machines = new Samples();
  let calls: CallEntry[] = [];
  let listening = true;
  world.trace.listen((entry) => {
    if (entry.kind !== 'call') return;
    if (!listening) calls.push(entry);
    else if (entry.service === 'SFN' && entry.operation === 'StartExecution' && entry.error === undefined) {
      const { stateMachineArn, input } = entry.input as { stateMachineArn: string; input?: string };
      machines.add(entry.region, stateMachineArn.split(':').at(-1) ?? '', JSON.parse(input ?? '{}') as Json);
    }
  });

  let shop = '';
  let files = '';
  world.at(start, 'the account is set up', async () => {
    const of = (tier: string) => ({ tags: { 'lifeboat:tier': tier } });
    const { subnetGroup, databaseGroup, fileGroup, subnetIds } = putNetwork(home);
    putNetwork(copy);
    const database = { identifier: 'shop', databaseName: 'app', subnetGroup, securityGroupIds: [databaseGroup] };
    shop = (await home.services.RDS.addDatabase({ ...database, ...of('databases') })).arn;
    const network = { subnetIds, securityGroups: [fileGroup] };
    files = (await home.services.EFS.addFileSystem({ name: 'files', network, ...of('files') })).arn;
    for (const { region, template } of stacks) {
      await deploy({ region: account.region(region), template, taskRoot, sourceRoot: sourceRoot });
    }
    for (const region of [home, copy]) {
      region.services.Lambda.addFault(({ name, event }) => {
        if (listening) functions.add(region.name, name, event as Json);
        return undefined;
      });
    }
  });
  const there = networkIn(copy.name);
  const operator = { kind: 'operator', name: 'somebody', region: copy.name } as const;
  const starts = (hours: number, region: Region, machine: string, input: () => object) =>
    world.at(start + hours * hour, 'somebody starts an execution', () => {
      void region.request({ ...operator, region: region.name }, 'SFN', 'StartExecution', {
        stateMachineArn: `arn:aws:states:${region.name}:${account.id}:stateMachine:lifeboat-${machine}`,
        input: JSON.stringify(input()),
      });
    });
  starts(9, copy, 'recover', () => ({
    resource: shop,
    name: 'shop-recovered',
    subnetGroup: there.subnetGroup,
    securityGroups: [there.databaseGroup],
  }));
  starts(9, copy, 'recover', () => ({
    resource: files,
    paths: ['data/names.nsf'],
    subnets: there.subnetIds,
    securityGroups: [there.fileGroup],
  }));
  starts(9.1, home, 'recover', () => ({ resource: shop, instant: '2026-01-05T08:00:00Z', location: home.name }));
  for (const region of [home, copy]) {
    starts(9.2, region, 'silence', () => ({
      resource: shop,
      until: '2026-01-05T12:00Z',
      because: 'a test',
      kind: 'rpo',
    }));
    starts(9.3, region, 'fleet', () => ({}));
  }
  await world.run(start + 10 * hour);
  for (const { region, template } of stacks) {
    for (const { Type, Properties } of Object.values(template.Resources)) {
      const { Name } = (Properties ?? {}) as { readonly Name?: unknown };
      if (Type === 'AWS::Scheduler::Schedule')
        account.region(region).services.Scheduler.setState(String(Name), 'DISABLED');
    }
  }
  await world.run(start + 13 * hour);
  listening = false;
  return {
    account,
    world,
    regions: [home, copy],
    // Only started where a policy asks for it; an operator may invoke it anywhere.
    functions: [...functions.all(), { region: home.name, name: 'lifeboat-all-well', input: {} }],
    machines: machines.all(),
    calls: () => {
      const since = calls;
      calls = [];
      return since;
    },
  };
}

/** The first inputs of each kind: those that have other members than the ones before them. */
class Samples {
  readonly kept = new Map<string, Sample[]>();

  add(region: string, name: string, input: Json): void {
    const key = `${region} ${name}`;
    const known = this.kept.get(key) ?? [];
    this.kept.set(key, known);
    const shape = shapeOf(input);
    if (known.length >= mostSamples || known.some((one) => shapeOf(one.input) === shape)) return;
    known.push({ region, name, input: JSON.parse(JSON.stringify(input ?? {})) as Json });
  }

  all(): Sample[] {
    return [...this.kept.values()].flat();
  }
}

function shapeOf(value: Json): string {
  if (Array.isArray(value)) return `[${shapeOf((value as readonly Json[])[0] ?? null)}]`;
  if (typeof value !== 'object' || value === null) return typeof value;
  return `{${Object.entries(value).map(([key, one]) => `${key}:${shapeOf(one as Json)}`)}}`;
}
