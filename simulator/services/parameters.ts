import { NotModelled } from '../world/region.ts';

/**
 * Refuses, by name, parameters of an operation that the simulated account does not model. `modelled` lists those that
 * are, and those that change nothing here.
 */
export function refuseOthers(operation: string, input: object, modelled: ReadonlySet<string>): void {
  for (const name in input) {
    const value: unknown = (input as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined && value !== null && !modelled.has(name)) {
      throw new NotModelled(`the parameter ${name} of ${operation}`);
    }
  }
}
