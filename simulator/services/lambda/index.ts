import { AwsError, later, NotModelled, type Operation, type Region, type Service } from '../../world/region.ts';
import type { Datapoint } from '../cloudwatch/alarm.ts';
import { Metrics } from '../cloudwatch/metrics.ts';
import { eventQueue } from './asynchronous.ts';
import { configurationOperations, publish } from './configuration.ts';
import {
  type AsynchronousSettings,
  type Configuration,
  findVersion,
  type LambdaFunction,
  type Version,
} from './function.ts';
import { type InvocationFault, type Outcome, runInvocation } from './invocation.ts';
import { checkMounts } from './mount.ts';

export type { AsynchronousSettings, Code, Configuration, FileSystemConfig } from './function.ts';
export type { InvocationFault } from './invocation.ts';

/** One run of a function, as Lambda bills it: virtual milliseconds from its start, a cold one included, to its answer. */
export interface Run {
  readonly name: string;
  readonly memoryMegabytes: number;
  readonly milliseconds: number;
}

/** Lambda in one Region. */
export interface LambdaService extends Service {
  /**
   * Deploys a function: makes it, or gives `$LATEST` of the one there is this code and configuration. Published
   * versions stay as they are. Returns the ARN.
   */
  define(
    configuration: Configuration,
    options: { reservedConcurrency?: number | undefined; deadLetter?: string },
  ): string;
  /** How events that nobody waits for are treated. Defaults: 2 repetitions, 6 hours. */
  setAsynchronous(name: string, settings: Partial<AsynchronousSettings>): void;
  /** Publishes a version and returns its ARN. */
  publish(name: string): string;
  /** The published versions of a function that are there: for who judges. */
  versions(name: string): readonly Pick<Version, 'number' | 'description'>[];
  /** What Lambda puts as Errors of a function: a point for each run that ended in that time, 1 where it failed. */
  errors(name: string, from: number, to: number): Datapoint | undefined;
  /** From now on this is told of every run that ended. */
  onRun(listener: (run: Run) => void): void;
  /** From now on every invocation that is about to run is shown to this fault. The first that answers decides. */
  addFault(fault: InvocationFault): void;
}

/** A new account's quota of invocations under way in a Region. */
const regionConcurrency = 1_000;

export function createLambda(region: Region): LambdaService {
  const { world, account } = region;
  const chance = world.chance.fork(`lambda ${region.name}`);
  const functions = new Map<string, LambdaFunction>();
  const errors = new Metrics();
  const faults: InvocationFault[] = [];
  const listeners: ((run: Run) => void)[] = [];
  let environments = 0;
  const environmentNumber = () => {
    environments += 1;
    return environments;
  };

  /** Starts an invocation, or throws what Lambda answers instead. */
  const start = (
    found: LambdaFunction,
    version: Version,
    requestId: string,
    event: unknown,
    ended: (outcome: Outcome) => void,
  ) => {
    throttle(functions, found);
    checkMounts(region, version.configuration);
    const began = world.now();
    const counted = (outcome: Outcome) => {
      if (listeners.length > 0) {
        const { memoryMegabytes } = version.configuration;
        for (const listener of listeners) {
          listener({ name: found.name, memoryMegabytes, milliseconds: world.now() - began });
        }
      }
      errors.add(found.name, world.now(), outcome.error === undefined ? 0 : 1);
      ended(outcome);
    };
    runInvocation({ region, chance, found, version, requestId, event, environmentNumber, faults, ended: counted });
  };
  const enqueue = eventQueue(region, (queued, ended) =>
    start(queued.found, queued.version, queued.requestId, queued.event, ended),
  );

  const Invoke = (input: {
    FunctionName: string;
    Qualifier?: string;
    InvocationType?: string;
    LogType?: string;
    ClientContext?: string;
    Payload?: Uint8Array | string;
  }) => {
    const {
      FunctionName,
      Qualifier,
      InvocationType = 'RequestResponse',
      LogType,
      ClientContext,
      Payload,
      ...rest
    } = input;
    const unknown = Object.keys(rest)[0];
    if (unknown !== undefined) throw new NotModelled(`${unknown} of Lambda.Invoke`);
    if (LogType === 'Tail' || ClientContext !== undefined)
      throw new NotModelled('LogType and ClientContext of Lambda.Invoke');
    const { found, version } = findVersion(functions, region.name, account.id, FunctionName, Qualifier);
    const event = parsed(Payload);
    const requestId = chance.uuid();
    if (InvocationType === 'Event') {
      enqueue({ found, version, requestId, event });
      return { StatusCode: 202, Payload: new Uint8Array() };
    }
    if (InvocationType !== 'RequestResponse') throw new NotModelled(`InvocationType ${InvocationType}`);
    return later((answer) => {
      start(found, version, requestId, event, (outcome) =>
        answer({
          StatusCode: 200,
          ExecutedVersion: version.number,
          ...(outcome.error !== undefined && { FunctionError: 'Unhandled' }),
          Payload: Buffer.from(outcome.payload),
        }),
      );
    });
  };

  return {
    operations: { Invoke: Invoke as Operation, ...configurationOperations(region, functions) },
    define: (configuration, { reservedConcurrency, deadLetter }) => {
      const arn = `arn:aws:lambda:${region.name}:${account.id}:function:${configuration.name}`;
      const before = functions.get(configuration.name);
      const revision = chance.uuid();
      const asynchronous = {
        retries: 2,
        maximumAgeSeconds: 21_600,
        ...before?.asynchronous,
        ...(deadLetter !== undefined && { deadLetter }),
      };
      const latest = {
        number: '$LATEST',
        configuration,
        description: configuration.description ?? '',
        revision,
        modified: world.now(),
        update: 'Successful',
        environments: [],
      } as const;
      if (before !== undefined) {
        Object.assign(before.latest, latest);
        Object.assign(before, { reservedConcurrency, asynchronous });
        return arn;
      }
      functions.set(configuration.name, {
        name: configuration.name,
        arn,
        latest: { ...latest, environments: [] },
        versions: new Map(),
        nextVersion: 1,
        reservedConcurrency,
        asynchronous,
        running: 0,
      });
      return arn;
    },
    setAsynchronous: (name, settings) => {
      const { found } = findVersion(functions, region.name, account.id, name);
      found.asynchronous = { ...found.asynchronous, ...settings };
    },
    publish: (name) => {
      const { found } = findVersion(functions, region.name, account.id, name);
      return `${found.arn}:${publish(found, chance.uuid()).number}`;
    },
    versions: (name) => [...(functions.get(name)?.versions.values() ?? [])],
    errors: (name, from, to) => errors.between(name, from, to),
    onRun: (listener) => {
      listeners.push(listener);
    },
    addFault: (fault) => {
      faults.push(fault);
    },
  };
}

function throttle(functions: ReadonlyMap<string, LambdaFunction>, found: LambdaFunction): void {
  const { reservedConcurrency, running } = found;
  const refuse = (Reason: string) => {
    throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, { Reason, Type: 'User' });
  };
  if (reservedConcurrency !== undefined) {
    if (running >= reservedConcurrency) refuse('ReservedFunctionConcurrentInvocationLimitExceeded');
    return;
  }
  let reserved = 0;
  let used = 0;
  for (const other of functions.values()) {
    if (other.reservedConcurrency === undefined) used += other.running;
    else reserved += other.reservedConcurrency;
  }
  if (used >= regionConcurrency - reserved) refuse('ConcurrentInvocationLimitExceeded');
}

function parsed(payload: Uint8Array | string | undefined): unknown {
  if (payload === undefined || payload.length === 0) return {};
  const text = typeof payload === 'string' ? payload : Buffer.from(payload).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json.', 400, {
      Type: 'User',
    });
  }
}
