import type { Services } from '../../../simulator/services/index.ts';
import { AwsError, type Caller, type Region } from '../../../simulator/world/region.ts';
import { checkInput } from '../../../simulator/world/schema-check.ts';
import { createWorld, type World } from '../../../simulator/world/world.ts';

export const accountId = '111122223333';

/** A Region in which only the given services are, and whose calls need no door: they are answered at once. */
export function regionAlone(
  start: (region: Region) => Partial<Services>,
  { name = 'eu-central-1', seed = 'one', world = createWorld({ seed, start: Date.UTC(2026, 0, 5) }) } = {},
): Region & { readonly world: World } {
  const regions: Region[] = [];
  const region = {
    name,
    world,
    account: { id: accountId, world, regions, region: () => region },
    services: {} as Services,
    request: async (_caller: unknown, service: string, operation: string, input: object) =>
      call(region as unknown as Region, service, operation, input),
    emit: () => {},
  };
  regions.push(region as unknown as Region);
  Object.assign(region.services, start(region as unknown as Region));
  return region as unknown as Region;
}

/** Calls an operation as the door does: checked against the SDK's schema first. */
export function call(
  region: Region,
  service: string,
  operation: string,
  input: object,
  caller: Caller = { kind: 'operator', name: 'a test', region: region.name },
): Record<string, unknown> {
  const found = region.services[service as keyof Services];
  const perform = found.operations[operation];
  if (perform === undefined) throw new Error(`${service}.${operation} is not modelled.`);
  checkInput(service, operation, input);
  return perform(input as never, { caller, region }) as Record<string, unknown>;
}

/** How a call was refused: the error's name, and its message behind a colon. */
export function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AwsError) return `${error.name}: ${error.message}`;
    throw error;
  }
  return 'It was not refused.';
}
