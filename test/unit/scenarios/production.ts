import '../../../simulator/world/globals.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataPlane } from '../../../simulator/data/index.ts';
import { putNetwork } from '../../../simulator/scenarios/network.ts';
import { createAccount } from '../../../simulator/world/account.ts';
import { createWorld } from '../../../simulator/world/world.ts';

export const home = 'eu-central-1';
export const away = 'eu-west-1';
export const minute = 60_000;
export const hour = 60 * minute;
/** A Wednesday, noon. */
export const start = Date.UTC(2026, 0, 7, 12);

/** An account with real data, a production network in two Regions, and nothing deployed. Close it when done. */
export function production(seed = 'one') {
  const directory = mkdtempSync(join(tmpdir(), 'lifeboat-test-'));
  const data = dataPlane({ scratchDirectory: join(directory, 'data') });
  const world = createWorld({ seed, start });
  const account = createAccount({ id: '123456789012', world, data });
  for (const region of [home, away]) putNetwork(account.region(region));

  /** Does work at an instant of the world, and answers with what came of it. */
  const at = async <Result>(instant: number, work: () => Promise<Result> | Result): Promise<Result> => {
    let result: { readonly value: Result } | { readonly error: unknown } | undefined;
    world.at(instant, 'a test', async () => {
      try {
        result = { value: await work() };
      } catch (error) {
        result = { error };
      }
    });
    await world.run(Math.max(world.now(), instant));
    if (result === undefined) throw new Error('The work did not run.');
    if ('error' in result) throw result.error;
    return result.value;
  };
  /** Calls an operation as an operator with a role does. */
  const call = <Answer = Record<string, never>>(
    service: 'Backup' | 'RDS' | 'EFS' | 'EC2' | 'KMS',
    operation: string,
    input: object,
    { region = home, role }: { readonly region?: string; readonly role?: string } = {},
  ): Promise<Answer> =>
    at(world.now(), async () => {
      const perform = account.region(region).services[service].operations[operation];
      if (perform === undefined) throw new Error(`There is no ${service}.${operation}.`);
      const caller = { kind: 'operator', name: 'a test', region, ...(role !== undefined && { role }) } as const;
      return (await perform(input as never, { caller, region: account.region(region) })) as Answer;
    });
  return {
    account,
    world,
    data,
    at,
    now: <Result>(work: () => Promise<Result> | Result) => at(world.now(), work),
    call,
    run: (milliseconds: number) => world.run(world.now() + milliseconds),
    close: async () => {
      await data.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export type Production = ReturnType<typeof production>;
