import { type Account, AwsError, type Caller, Later, NotModelled, type Region, type Service } from './region.ts';
import { checkInput } from './schema-check.ts';
import type { Actor } from './world.ts';

/** A call on its way, before anything has happened. */
export interface Request {
  readonly caller: Caller;
  readonly region: string;
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  /** How often this service and operation were called before, over the whole account. */
  readonly number: number;
}

/** What a fault does to one call. */
export type Interference =
  | { readonly kind: 'refuse'; readonly error: AwsError }
  /** The effect happens, and the answer is lost. */
  | { readonly kind: 'lose the answer'; readonly error: AwsError }
  | { readonly kind: 'slow'; readonly milliseconds: number };

/** Decides, for each call, whether something goes wrong with it. */
export type Fault = (request: Request) => Interference | undefined;

/** Network and service time of one call, milliseconds. An assumption; the order of calls depends on it, no rule does. */
const latency = { low: 8, high: 90 };

export interface Door {
  pass(
    region: Region,
    caller: Caller,
    service: string,
    operation: string,
    input: object,
    actor?: Actor,
  ): Promise<unknown>;
  /** From now on every call is shown to this fault. */
  add(fault: Fault): void;
}

/**
 * The one place that every SDK call, machine task and call between services passes. The input is checked against the
 * SDK's own schema, a fault may strike, latency is drawn, the operation runs in one instant, and the trace keeps it.
 */
export function doorOf(account: Account): Door {
  const { world } = account;
  const chance = world.chance.fork('latency');
  const faults: Fault[] = [];
  const counts = new Map<string, number>();

  return {
    add: (fault) => {
      faults.push(fault);
    },
    pass: (region, caller, service, operation, input, actor) =>
      new Promise((resolve, reject) => {
        const asked = world.now();
        if (actor !== undefined) actor.waiting += 1;
        const name = `${service}.${operation}`;
        const number = counts.get(name) ?? 0;
        counts.set(name, number + 1);
        const request: Request = { caller, region: region.name, service, operation, input, number };
        const interference = strike(faults, request);
        const delay =
          chance.between(latency.low, latency.high) + (interference?.kind === 'slow' ? interference.milliseconds : 0);

        const keep = (result: { output: unknown } | { error: Error }) =>
          world.trace.add({
            kind: 'call',
            at: new Date(asked).toISOString(),
            took: Math.round(world.now() - asked),
            caller,
            service,
            operation,
            region: region.name,
            input,
            ...('output' in result
              ? { output: result.output }
              : { error: { name: result.error.name, message: result.error.message } }),
          });
        const settle = (result: { output: unknown } | { error: Error }) => {
          if (actor !== undefined) actor.waiting -= 1;
          if (world.trace.wants(operation)) keep(result);
          if (actor?.open === false) return;
          if ('output' in result) resolve(result.output);
          else reject(result.error);
        };

        const effect = (): void | Promise<void> => {
          if (interference?.kind === 'refuse') return settle({ error: interference.error });
          const finish = (output: unknown): void =>
            settle(interference?.kind === 'lose the answer' ? { error: interference.error } : { output: output ?? {} });
          const fail = (error: unknown): void => {
            if (error instanceof AwsError) settle({ error });
            else throw error;
          };
          try {
            const answer = run(region, service, operation, input, caller);
            if (answer instanceof Later) {
              answer.begin(finish, (error) => settle({ error }));
              return undefined;
            }
            if (answer instanceof Promise) return answer.then(finish, fail);
            return finish(answer);
          } catch (error) {
            return fail(error);
          }
        };
        world.after(delay, name, effect);
      }),
  };
}

function strike(faults: readonly Fault[], request: Request): Interference | undefined {
  for (const fault of faults) {
    const interference = fault(request);
    if (interference !== undefined) return interference;
  }
  return undefined;
}

function run(region: Region, service: string, operation: string, input: object, caller: Caller): unknown {
  const found: Service | undefined = region.services[service as keyof typeof region.services];
  if (found === undefined) throw new NotModelled(`the service ${service}`);
  const perform = found.operations[operation];
  if (perform === undefined) throw new NotModelled(`${service}.${operation}`);
  checkInput(service, operation, input);
  return perform(input as never, { caller, region });
}
