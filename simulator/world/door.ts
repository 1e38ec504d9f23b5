import {
  type Account,
  type Asked,
  AwsError,
  type Caller,
  Later,
  NotModelled,
  type Region,
  type Service,
} from './region.ts';
import { inputCheck } from './schema-check.ts';
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
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** The sandbox that calls is killed, before the call leaves it or after its effect. */
  | { readonly kind: 'kill'; readonly when: 'before' | 'after' };

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
  /** {@link pass} for the many calls of the functions. */
  ask(region: Region, asked: Asked): void;
  /** From now on every call is shown to this fault. */
  add(fault: Fault): void;
}

/** What the door knows of one operation. */
interface Kind {
  /** `Backup.StartBackupJob`. */
  readonly name: string;
  /** How often it was called, over the whole account. */
  count: number;
  check: ((input: object) => void) | undefined;
}

/** A call that was made and has not left. */
interface Leaving {
  readonly region: Region;
  readonly asked: Asked;
}

/** One call on its way through the door. */
interface Passage {
  readonly region: Region;
  readonly asked: Asked;
  /** What was asked, with what the SDK adds to it. */
  readonly input: object;
  readonly kind: Kind;
  readonly since: number;
  readonly interference: Interference | undefined;
}

/**
 * The one place that every SDK call, machine task and call between services passes. The input is checked against the
 * SDK's own schema, a fault may strike, latency is drawn, the operation runs in one instant, and the trace keeps it.
 * Calls of one instant leave once everything that happened at it has settled.
 */
export function doorOf(account: Account): Door {
  const { world } = account;
  const chance = world.chance.fork('latency');
  const faults: Fault[] = [];
  const kinds = new Map<string, Map<string, Kind>>();

  const kindOf = (service: string, operation: string): Kind => {
    let ofService = kinds.get(service);
    if (ofService === undefined) {
      ofService = new Map();
      kinds.set(service, ofService);
    }
    let kind = ofService.get(operation);
    if (kind === undefined) {
      kind = { name: `${service}.${operation}`, count: 0, check: undefined };
      ofService.set(operation, kind);
    }
    return kind;
  };

  /** Calls that were made at this instant and have not left yet. */
  let leaving: Leaving[] = [];

  const leave = ({ region, asked }: Leaving): void => {
    const { caller, service, operation } = asked;
    const input = asked.finished?.() ?? asked.input;
    const kind = kindOf(service, operation);
    const number = kind.count;
    kind.count += 1;
    const interference =
      faults.length === 0
        ? undefined
        : strike(faults, { caller, region: region.name, service, operation, input, number });
    const passage: Passage = { region, asked, input, kind, since: world.now(), interference };
    const delay =
      chance.between(latency.low, latency.high) + (interference?.kind === 'slow' ? interference.milliseconds : 0);
    world.after(delay, kind.name, () => arrive(passage));
  };

  const leaveInOrder = (): void => {
    const calls = leaving;
    leaving = [];
    for (const call of calls.length > 1 ? inOrder(calls) : calls) leave(call);
  };

  const ask = (region: Region, asked: Asked): void => {
    if (asked.actor !== undefined) asked.actor.waiting += 1;
    if (leaving.length === 0) world.whenSettled(leaveInOrder);
    leaving.push({ region, asked });
  };

  return {
    add: (fault) => {
      faults.push(fault);
    },
    ask,
    pass: (region, caller, service, operation, input, actor) =>
      new Promise((answered, refused) => {
        ask(region, { caller, service, operation, input, actor, answered, refused });
      }),
  };
}

/**
 * Calls that are made at one instant leave in an order of their own. In what order they come here is a matter of how many
 * promises stand between the code and its call, which differs from client to client and says nothing.
 */
function inOrder(calls: readonly Leaving[]): Leaving[] {
  const texts = new Map<Leaving, string>();
  const inputOf = (call: Leaving): string => {
    let text = texts.get(call);
    if (text === undefined) {
      text = textOf(call.asked.input);
      texts.set(call, text);
    }
    return text;
  };
  return [...calls].sort(
    (one, other) =>
      compare(one.asked.service, other.asked.service) ||
      compare(one.asked.operation, other.asked.operation) ||
      compare(one.region.name, other.region.name) ||
      compare(callerOf(one), callerOf(other)) ||
      compare(inputOf(one), inputOf(other)),
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function callerOf({ asked: { caller } }: Leaving): string {
  return [caller.kind, caller.name, caller.region, caller.id].join(' ');
}

function textOf(input: object): string {
  return JSON.stringify(input, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

/** The call has come to its service. A promise is real work: the world waits for it. */
function arrive(passage: Passage): void | Promise<void> {
  const { interference } = passage;
  if (interference?.kind === 'refuse') return settle(passage, undefined, interference.error);
  if (interference?.kind === 'kill' && interference.when === 'before') return kill(passage);
  let answer: unknown;
  try {
    answer = run(passage);
  } catch (error) {
    return fail(passage, error);
  }
  if (answer instanceof Later) {
    answer.begin(
      (output) => finish(passage, output),
      (error) => settle(passage, undefined, error),
    );
    return undefined;
  }
  if (answer instanceof Promise) {
    return answer.then(
      (output) => finish(passage, output),
      (error: unknown) => fail(passage, error),
    );
  }
  return finish(passage, answer);
}

function finish(passage: Passage, output: unknown): void {
  const { interference } = passage;
  if (interference?.kind === 'lose the answer') settle(passage, output ?? {}, interference.error, true);
  else if (interference?.kind === 'kill') kill(passage, output ?? {});
  else settle(passage, output ?? {}, undefined);
}

function fail(passage: Passage, error: unknown): void {
  if (error instanceof AwsError) settle(passage, undefined, error);
  else throw error;
}

/** Nobody is left who would hear the answer. */
function kill(passage: Passage, output?: unknown): void {
  passage.asked.actor?.kill?.();
  const error = new AwsError('Killed', 'The sandbox that called was killed.', 0);
  settle(passage, output, error, output !== undefined);
}

function settle(passage: Passage, output: unknown, error: Error | undefined, unheard = false): void {
  const { actor, answered, refused, operation } = passage.asked;
  if (actor !== undefined) actor.waiting -= 1;
  // Whoever asked may be gone by now: then nobody hears that it happened.
  const isGone = actor?.open === false;
  const wasLost = unheard || (isGone && error === undefined);
  if (passage.region.world.trace.wants(operation)) keep(passage, output, error, wasLost);
  if (isGone) return;
  if (error === undefined) answered(output);
  else refused(error);
}

function keep(passage: Passage, output: unknown, error: Error | undefined, unheard: boolean): void {
  const { region, asked, input, since } = passage;
  const { caller, service, operation } = asked;
  const { world } = region;
  world.trace.add({
    kind: 'call',
    at: new Date(since).toISOString(),
    took: Math.round(world.now() - since),
    caller,
    service,
    operation,
    region: region.name,
    input,
    ...((error === undefined || unheard) && { output }),
    ...(error !== undefined && { error: { name: error.name, message: error.message } }),
    ...(unheard && { unheard }),
  });
}

function strike(faults: readonly Fault[], request: Request): Interference | undefined {
  for (const fault of faults) {
    const interference = fault(request);
    if (interference !== undefined) return interference;
  }
  return undefined;
}

function run({ region, asked, input, kind }: Passage): unknown {
  const { service, operation, caller } = asked;
  const found: Service | undefined = region.services[service as keyof typeof region.services];
  if (found === undefined) throw new NotModelled(`the service ${service}`);
  const perform = found.operations[operation];
  if (perform === undefined) throw new NotModelled(`${service}.${operation}`);
  kind.check ??= inputCheck(service, operation);
  kind.check(input);
  return perform(input as never, { caller, region });
}
