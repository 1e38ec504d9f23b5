import '../../../simulator/world/globals.ts';
import { createEventBridge } from '../../../simulator/services/eventbridge/index.ts';
import { createIAM } from '../../../simulator/services/iam/index.ts';
import type { Services } from '../../../simulator/services/index.ts';
import { createLambda } from '../../../simulator/services/lambda/index.ts';
import { createScheduler } from '../../../simulator/services/scheduler/index.ts';
import { createSFN } from '../../../simulator/services/sfn/index.ts';
import { type Door, doorOf } from '../../../simulator/world/door.ts';
import type { Account, Asked, Caller, Operation, Region } from '../../../simulator/world/region.ts';
import type { CallEntry } from '../../../simulator/world/trace.ts';
import { createWorld, type World } from '../../../simulator/world/world.ts';

export const start = Date.parse('2026-03-01T12:00:00Z');
export const accountId = '111122223333';

export interface SmallAccount {
  readonly world: World;
  readonly account: Account;
  readonly region: Region;
  readonly door: Door;
  /** Runs the world for so many seconds more. */
  run(seconds: number): Promise<void>;
  calls(service: string, operation: string): CallEntry[];
}

/** An account with the services that run a stack, and whatever else a test stands in for. */
export function smallAccount(
  options: { seed?: string; services?: Record<string, unknown>; data?: unknown } = {},
): SmallAccount {
  const world = createWorld({ seed: options.seed ?? 'one', start });
  const regions = new Map<string, Region>();
  const account = {
    id: accountId,
    world,
    data: options.data ?? {},
    get regions() {
      return [...regions.values()];
    },
    region: (name: string) => regions.get(name) ?? open(name),
  } as unknown as Account;
  const door = doorOf(account);
  const open = (name: string): Region => {
    const region = {
      name,
      account,
      world,
      request: (caller: Caller, service: string, operation: string, input: object, actor?: never) =>
        door.pass(region, caller, service, operation, input, actor),
      ask: (asked: Asked) => door.ask(region, asked),
      emit: (event: never) => region.services.EventBridge.put(event),
    } as unknown as { -readonly [Key in keyof Region]: Region[Key] };
    regions.set(name, region);
    region.services = {
      ...options.services,
      EventBridge: createEventBridge(region),
      IAM: createIAM(region),
      Lambda: createLambda(region),
      Scheduler: createScheduler(region),
      SFN: createSFN(region),
    } as unknown as Services;
    return region;
  };
  let now = start;
  return {
    world,
    account,
    region: account.region('eu-central-1'),
    door,
    run: async (seconds) => {
      now += seconds * 1000;
      await world.run(now);
    },
    calls: (service, operation) =>
      world.trace.entries.filter(
        (entry): entry is CallEntry =>
          entry.kind === 'call' && entry.service === service && entry.operation === operation,
      ),
  };
}

/** A service that a test makes up. */
export function service(operations: Record<string, Operation>): { operations: Record<string, Operation> } {
  return { operations };
}

export const operator: Caller = { kind: 'operator', name: 'somebody', region: 'eu-central-1' };

/** Makes a call from outside and runs the world until it is answered. */
export async function ask<Output>(
  { region, run }: SmallAccount,
  name: string,
  operation: string,
  input: object,
  patienceSeconds = 120,
): Promise<Output> {
  let settled = false;
  const answer = region.request(operator, name, operation, input).finally(() => {
    settled = true;
  });
  answer.catch(() => {});
  for (let second = 0; second < patienceSeconds && !settled; second += 1) await run(1);
  if (!settled) throw new Error(`${name}.${operation} was not answered within ${patienceSeconds} seconds.`);
  return (await answer) as Output;
}
