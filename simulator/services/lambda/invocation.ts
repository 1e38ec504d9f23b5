import type { Invocation } from '../../../functions/platform/lambda.ts';
import type { Chance } from '../../world/chance.ts';
import { running } from '../../world/globals.ts';
import type { Region } from '../../world/region.ts';
import type { Actor } from '../../world/world.ts';
import { type ExecutionEnvironment, openEnvironment } from './environment.ts';
import type { LambdaFunction, Version } from './function.ts';
import { syntheticProbe } from './synthetic.ts';

/** What one run of the code came to. The payload is JSON. */
export interface Outcome {
  readonly payload: string;
  /** Set if the function failed. */
  readonly error?: { readonly type: string; readonly message: string };
}

/** What goes wrong with an invocation that is about to run: its sandbox is killed, or its code never comes to an end. */
export type InvocationFault = (invocation: {
  readonly name: string;
  readonly version: string;
  readonly event: unknown;
}) => 'dies' | 'hangs' | undefined;

/** Milliseconds, all of them assumptions: nothing depends on them but the order of things. */
const durations = {
  coldStart: { low: 180, high: 900 },
  warmStart: { low: 1, high: 12 },
  /** The code's own computing, beside the calls it waits for. */
  computing: { low: 1, high: 25 },
  /** A run that reads restored data, which happens in one instant of the world. */
  reading: { low: 400, high: 6_000 },
};

/** A synchronous answer is at most 6 MB. */
const largestAnswer = 6 * 1024 * 1024;

/** Runs one invocation in a free or a new execution environment and tells its outcome when Lambda would. */
export function runInvocation(options: {
  region: Region;
  chance: Chance;
  found: LambdaFunction;
  version: Version;
  requestId: string;
  event: unknown;
  environmentNumber: () => number;
  faults: readonly InvocationFault[];
  ended: (outcome: Outcome) => void;
}): void {
  const { region, chance, found, version, requestId, event } = options;
  const { world } = region;
  const { configuration } = version;
  const environment = takeEnvironment(region, version, options.environmentNumber);
  const cold = environment.handler === undefined;
  const between = ({ low, high }: { low: number; high: number }) => chance.between(low, high);
  const actor: Actor = { name: `${environment.name} ${requestId}`, open: true, waiting: 0 };
  const limit = configuration.timeoutSeconds * 1000;
  found.running += 1;

  const end = (outcome: Outcome, keep: boolean) => {
    found.running -= 1;
    environment.busy = false;
    environment.idleSince = world.now();
    if (!keep) version.environments = version.environments.filter((other) => other !== environment);
    options.ended(outcome);
  };
  const timedOut = (): Outcome =>
    failure(
      'Sandbox.Timedout',
      `RequestId: ${requestId} Error: Task timed out after ${configuration.timeoutSeconds.toFixed(2)} seconds`,
    );

  const killed = failure(
    'Runtime.ExitError',
    `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
  );

  const open = (): Promise<Outcome> => {
    const deadline = world.now() + limit;
    const context = contextOf(found, version, requestId, () => Math.max(0, deadline - world.now()));
    return running.run(actor, async () => {
      try {
        environment.handler ??= syntheticProbe(region, configuration) ?? configuration.code.start(environment.seam);
        return success(await environment.handler(event, context));
      } catch (error) {
        return failureOf(error);
      }
    });
  };

  const alone = async (): Promise<void> => {
    const late = timedOut();
    const hung = new Promise<Outcome>((resolve) => {
      environment.current = { requestId, actor, hang: () => resolve(late) };
    });
    const outcome = await Promise.race([open(), hung]);
    actor.open = false;
    const took = outcome === late ? limit : Math.min(limit, between(durations.reading));
    world.after(took, `${actor.name} answers`, () => end(outcome, outcome !== late));
  };

  const together = (): void => {
    environment.current = { requestId, actor, hang: () => {} };
    world.watch(actor);
    const stopClock = world.after(limit, `${actor.name} reaches its timeout`, () => {
      actor.open = false;
      end(timedOut(), false);
    });
    actor.kill = () => {
      actor.open = false;
      stopClock();
      end(killed, false);
    };
    void open().then((outcome) => {
      if (!actor.open) return;
      actor.open = false;
      stopClock();
      world.after(between(durations.computing), `${actor.name} answers`, () => end(outcome, true));
    });
  };

  const struck = strike(options.faults, { name: found.name, version: version.number, event });
  if (struck !== undefined) {
    const outcome = struck === 'hangs' ? timedOut() : killed;
    const took = struck === 'hangs' ? limit : Math.min(limit, between(durations.reading));
    world.after(took, `${actor.name} is ended by Lambda`, () => end(outcome, false));
    return;
  }

  const startsIn = between(cold ? durations.coldStart : durations.warmStart);
  world.after(startsIn, `${actor.name} starts`, configuration.vpc === undefined ? together : alone);
}

function strike(faults: readonly InvocationFault[], invocation: Parameters<InvocationFault>[0]) {
  for (const fault of faults) {
    const struck = fault(invocation);
    if (struck !== undefined) return struck;
  }
  return undefined;
}

/** An idle environment, or a new one. Idle ones that Lambda would have reclaimed are gone. */
function takeEnvironment(region: Region, version: Version, number: () => number): ExecutionEnvironment {
  const now = region.world.now();
  version.environments = version.environments.filter(
    (environment) => environment.busy || now - environment.idleSince < environment.reclaimedAfter,
  );
  const free = version.environments.find((environment) => !environment.busy);
  if (free !== undefined) {
    free.busy = true;
    return free;
  }
  const environment = openEnvironment(region, version, number());
  environment.busy = true;
  version.environments.push(environment);
  return environment;
}

function contextOf(found: LambdaFunction, version: Version, requestId: string, remaining: () => number): Invocation {
  const context = {
    awsRequestId: requestId,
    functionName: found.name,
    functionVersion: version.number,
    invokedFunctionArn: version.number === '$LATEST' ? found.arn : `${found.arn}:${version.number}`,
    memoryLimitInMB: String(version.configuration.memoryMegabytes),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: remaining,
  };
  return context;
}

function success(answer: unknown): Outcome {
  const payload = JSON.stringify(answer) ?? 'null';
  // No character takes more than three bytes of UTF-8 for each unit of a string.
  if (payload.length * 3 > largestAnswer && Buffer.byteLength(payload) > largestAnswer) {
    return failure(
      'Function.ResponseSizeTooLarge',
      `Response payload size exceeded maximum allowed payload size (${largestAnswer} bytes).`,
    );
  }
  return { payload };
}

/** Lambda's error shape. Its trace is cut to the first line: the rest would name this machine's paths. */
function failureOf(error: unknown): Outcome {
  if (error instanceof Error) return failure(error.name, error.message);
  return failure(typeof error, String(error));
}

function failure(type: string, message: string): Outcome {
  const timeout = type === 'Sandbox.Timedout';
  const shape = { errorType: type, errorMessage: message, ...(!timeout && { trace: [`${type}: ${message}`] }) };
  return { payload: JSON.stringify(shape), error: { type, message } };
}
