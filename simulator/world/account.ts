import type { DataPlane } from '../data/index.ts';
import { startServices } from '../services/index.ts';
import { type Door, doorOf } from './door.ts';
import type { Account, Region } from './region.ts';
import type { World } from './world.ts';

/** An account in which Regions come to be when they are first named. */
export interface SimulatedAccount extends Account {
  readonly door: Door;
  /** From now on the functions' clocks are as wrong as this says. */
  setClocks(skew: (environment: string) => number): void;
}

export function createAccount(options: {
  id: string;
  world: World;
  data: DataPlane;
  /** See {@link Account.walksEveryCall}. */
  walksEveryCall?: boolean;
}): SimulatedAccount {
  const { world } = options;
  const regions = new Map<string, Region>();
  let skewOf = (_environment: string): number => 0;
  const account: SimulatedAccount = {
    id: options.id,
    world,
    data: options.data,
    walksEveryCall: options.walksEveryCall ?? false,
    get regions() {
      return [...regions.values()];
    },
    clockSkew: (environment) => skewOf(environment),
    setClocks: (skew) => {
      skewOf = skew;
    },
    region: (name) => regions.get(name) ?? open(name),
    get door() {
      return door;
    },
  };
  const door = doorOf(account);

  const open = (name: string): Region => {
    const region = {
      name,
      account,
      world,
      request: (caller, service, operation, input, actor) =>
        door.pass(region, caller, service, operation, input, actor),
      ask: (asked) => door.ask(region, asked),
      emit: (event) => region.services.EventBridge.put(event),
    } as Omit<Region, 'services'> as { -readonly [Key in keyof Region]: Region[Key] };
    regions.set(name, region);
    region.services = startServices(region);
    return region;
  };
  return account;
}
