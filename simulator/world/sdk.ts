import { running } from './globals.ts';
import { type Account, AwsError, type Caller, type Region } from './region.ts';
import type { Actor } from './world.ts';

/** Who is calling right now, and for whom the world waits. */
export interface Calling {
  readonly caller: Caller;
  /** Left out by callers outside every function, such as an operator's tool. */
  readonly actor?: Actor;
}

interface ClientConfiguration {
  readonly region: string;
  readonly maxAttempts: number;
}

type ClientFactory = <Client>(
  Client: new (configuration: ClientConfiguration) => Client,
  options?: { readonly region?: string },
) => Client;

/** What of an SDK client the simulated account touches. */
interface SdkClient {
  readonly config: {
    readonly protocol?: { readonly compositeErrorRegistry?: ErrorRegistry };
    readonly retryStrategy: () => Promise<RetryStrategy>;
  };
  send(command: SdkCommand, ...given: unknown[]): Promise<unknown>;
  destroy(): void;
  readonly middlewareStack: {
    remove(name: string): boolean;
    addRelativeTo(middleware: Middleware, options: { name: string; relation: 'after'; toMiddleware: string }): void;
  };
}

/** The SDK's own: a client whose calls fail too often stops to repeat them, and each success gives some of that back. */
interface RetryStrategy {
  recordSuccess(token: { getRetryCost(): number | undefined }): void;
}

type ClientClass = new (configuration: object) => unknown;

interface SdkCommand {
  readonly schema?: OperationSchema;
  readonly input: Record<string, unknown>;
}

type Middleware = (
  next: unknown,
  context: MiddlewareContext,
) => (step: { input: Record<string, unknown> }) => Promise<{ response: object; output: Record<string, unknown> }>;

interface MiddlewareContext {
  readonly commandName: string;
  readonly __smithy_context?: { readonly operationSchema?: OperationSchema };
}

/** A static schema of the SDK: kind, namespace, name, traits, then an operation's input and output. */
type OperationSchema = readonly [number, string, string, unknown, unknown, unknown];
/** A structure's: kind, namespace, name, traits, member names, member schemas. A member with traits is a pair. */
type StructureSchema = readonly [number, string, string, unknown, readonly string[], readonly unknown[]];
type ErrorSchema = readonly [number, string, string, unknown];

interface ErrorRegistry {
  readonly exceptions: ReadonlyMap<ErrorSchema, ErrorConstructor>;
}
type ErrorConstructor = new (options: Record<string, unknown>) => Error;

/** The credentials that every simulated client signs with: nobody ever checks them. */
const credentials = { accessKeyId: 'AKIASIMULATEDACCOUNT', secretAccessKey: 'simulated' };

/** No request of a simulated client may leave the process: one that gets as far as this is a mistake. */
const noNetwork = {
  handle: async () => {
    throw new Error('A request of a simulated client would have left the process.');
  },
  destroy: () => {},
};

/** Settings that the SDK would otherwise read from files of this machine. */
const settings = {
  credentials,
  requestHandler: noNetwork,
  authSchemePreference: [],
  defaultsMode: 'standard',
  ignoreConfiguredEndpointUrls: true,
  retryMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: async () => undefined,
  accountIdEndpointMode: 'disabled',
  endpointDiscoveryEnabledProvider: async () => false,
  disableRequestCompression: true,
  requestMinCompressionSizeBytes: 10_240,
  disableS3ExpressSessionAuth: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  sigv4aSigningRegionSet: [],
  useArnRegion: false,
};

/** What the account answered to one attempt of a call, before it has the SDK's form. */
type Answer = { readonly output: unknown } | { readonly error: unknown };

/** One call with all its attempts: the SDK sends one idempotency token with every one of them. */
interface Calls {
  /** Neither is called when the call is no longer listened to. */
  readonly attempt: (answered: (output: unknown) => void, refused: (error: unknown) => void) => void;
}

/** An SDK client that was really made, with the account below its retries. */
interface Walker {
  readonly client: SdkClient;
  readonly walk: (command: SdkCommand, ...given: unknown[]) => Promise<unknown>;
  /** A call succeeded at once without walking: it counts for the client's retries as any other. */
  readonly succeeded: () => void;
  /** Walks on with a call whose first attempt was answered already. */
  readonly walkOn: (command: SdkCommand, given: readonly unknown[], calls: Calls, first: Answer) => Promise<unknown>;
}

/**
 * SDK clients whose calls reach the simulated account, and nothing else, below the SDK's own retries. A call that
 * succeeds at once never walks the SDK's middleware, which takes longer than all the rest of it; one that fails is
 * handed to it with its first answer, so that the SDK's own retries, errors and waits are the real ones. The real client
 * is made when it is first needed: a cold start makes many whose calls all succeed.
 */
export function clientFactory(options: {
  account: Account;
  /** The Region of clients that name none. */
  region: string;
  caller(): Calling;
  /** Given where no AWS API can be reached: every call then waits for ever, and this is told. */
  sealed?(service: string, operation: string): void;
}): ClientFactory {
  const { account } = options;
  const callsOf = (
    region: Region,
    service: string,
    operation: string,
    schema: OperationSchema | undefined,
    input: Record<string, unknown>,
  ): Calls => {
    let complete: Record<string, unknown> | undefined;
    return {
      attempt: (answered, refused) => {
        const { caller, actor } = options.caller();
        if (actor?.open === false) return;
        if (options.sealed !== undefined) {
          options.sealed(service, operation);
          return;
        }
        region.ask({
          caller,
          service,
          operation,
          input,
          finished: () => {
            complete ??= withTokens(input, schema, account);
            return complete;
          },
          actor,
          answered,
          // The SDK's own waits belong to whoever made the call; an answer comes from nobody's code.
          refused: (error) => (actor === undefined ? refused(error) : running.run(actor, refused, error)),
        });
      },
    };
  };

  const walkerOf = (Client: ClientClass, service: string, region: Region): Walker => {
    const client = new Client({ region: region.name, maxAttempts: 5, ...settings }) as SdkClient;
    const { config, middlewareStack } = client;
    /** The call that is being handed to the SDK, with the answer that it has already. */
    let handed: { readonly calls: Calls; first: Answer | undefined } | undefined;

    const through: Middleware = (_next, context) => {
      const operation = context.commandName.replace(/Command$/, '');
      const begun = handed;
      let calls = begun?.calls;
      return async ({ input }) => {
        calls ??= callsOf(region, service, operation, context.__smithy_context?.operationSchema, input);
        const answer = begun?.first ?? (await answerOf(calls));
        if (begun !== undefined) begun.first = undefined;
        if ('output' in answer) {
          return { response: {}, output: handedOut(service, answer.output, { httpStatusCode: 200 }) };
        }
        const { error } = answer;
        throw error instanceof AwsError ? asSdkError(error, config.protocol?.compositeErrorRegistry, service) : error;
      };
    };
    for (const name of dressing) middlewareStack.remove(name);
    middlewareStack.addRelativeTo(through, {
      name: 'simulatedAccount',
      relation: 'after',
      toMiddleware: 'retryMiddleware',
    });
    const walk = client.send.bind(client);
    let retries: RetryStrategy | undefined;
    void config.retryStrategy().then((strategy) => {
      retries = strategy;
    });
    return {
      client,
      walk,
      succeeded: () => retries?.recordSuccess(atFirst),
      walkOn: (command, given, calls, first) => {
        handed = { calls, first };
        try {
          // The SDK builds its chain of middleware before it first waits, and ours takes the call over there.
          return walk(command, ...given);
        } finally {
          handed = undefined;
        }
      },
    };
  };

  return <Client>(Class: new (configuration: ClientConfiguration) => Client, asked?: { readonly region?: string }) => {
    const region = account.region(asked?.region ?? options.region);
    const service = Class.name.replace(/Client$/, '');
    let made: Walker | undefined;
    const walker = (): Walker => {
      made ??= walkerOf(Class as ClientClass, service, region);
      return made;
    };
    const send = (command: SdkCommand, ...given: unknown[]): Promise<unknown> => {
      const { schema, input } = command;
      const isOdd = typeof given[0] === 'function' || !Array.isArray(schema);
      if (isOdd || account.walksEveryCall === true) return walker().walk(command, ...given);
      const calls = callsOf(region, service, schema[2], schema, input);
      return new Promise((resolve, reject) => {
        calls.attempt(
          (output) => {
            made?.succeeded();
            resolve(handedOut(service, output, atOnce));
          },
          (error) => walker().walkOn(command, given, calls, { error }).then(resolve, reject),
        );
      });
    };
    return Object.create(Class.prototype as object, {
      send: { value: send, writable: true, configurable: true },
      destroy: { value: () => made?.client.destroy(), writable: true, configurable: true },
      config: { get: () => walker().client.config, enumerable: true },
      middlewareStack: { get: () => walker().client.middlewareStack, enumerable: true },
    }) as Client;
  };
}

/** The token of a call that was not repeated. */
const atFirst = { getRetryCost: () => undefined };

/** What the SDK says of a call that succeeded at once. */
const atOnce = Object.freeze({ httpStatusCode: 200, attempts: 1, totalRetryDelay: 0 });

/** The answer of one attempt; never, where the call is no longer listened to. */
function answerOf(calls: Calls): Promise<Answer> {
  return new Promise((resolve) => {
    calls.attempt(
      (output) => resolve({ output }),
      (error) => resolve({ error }),
    );
  });
}

/** Steps of the SDK that only dress a request that is never sent. They take a third of a call's time. */
const dressing = ['loggerMiddleware', 'getUserAgentMiddleware', 'hostHeaderMiddleware', 'recursionDetectionMiddleware'];

/** The idempotency token trait in the SDK's schemas. */
const idempotencyTokenBit = 4;

/** The members of each operation's input that are idempotency tokens: facts of the installed packages. */
const tokenMembers = new WeakMap<OperationSchema, readonly string[]>();

function tokensOf(operation: OperationSchema): readonly string[] {
  const known = tokenMembers.get(operation);
  if (known !== undefined) return known;
  const structure = dereferenced(operation[4]) as StructureSchema | undefined;
  const names = Array.isArray(structure) && Array.isArray(structure[4]) ? (structure as StructureSchema)[4] : [];
  const tokens = names.filter((_, index) => {
    const schema = structure?.[5][index];
    const traits: unknown = Array.isArray(schema) ? schema[1] : undefined;
    if (typeof traits === 'number') return (traits & idempotencyTokenBit) !== 0;
    return typeof traits === 'object' && traits !== null && 'idempotencyToken' in traits;
  });
  tokenMembers.set(operation, tokens);
  return tokens;
}

/** Fills in idempotency tokens that the caller left out, as the SDK does when it writes the request. */
function withTokens(
  input: Record<string, unknown>,
  operation: OperationSchema | undefined,
  account: Account,
): Record<string, unknown> {
  let complete = input;
  if (operation === undefined) return complete;
  for (const member of tokensOf(operation)) {
    if (complete[member] === undefined) complete = { ...complete, [member]: account.world.chance.uuid() };
  }
  return complete;
}

function dereferenced(schema: unknown): unknown {
  return typeof schema === 'function' ? dereferenced(schema()) : schema;
}

/** Lambda's payload and S3's body have methods in the SDK; the services here answer plain bytes. */
function handedOut(service: string, answer: unknown, $metadata: object): Record<string, unknown> {
  const output = answer as Readonly<Record<string, unknown>>;
  if (service === 'Lambda' && output.Payload instanceof Uint8Array) {
    return { ...output, Payload: withText(output.Payload), $metadata };
  }
  if (service === 'S3' && output.Body instanceof Uint8Array) {
    return { ...output, Body: bodyOf(output.Body), $metadata };
  }
  return { ...output, $metadata };
}

function withText(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const text = (encoding: BufferEncoding = 'utf8') => Buffer.from(copy).toString(encoding);
  return Object.defineProperty(copy, 'transformToString', { value: text, enumerable: false });
}

function bodyOf(bytes: Uint8Array): object {
  return {
    transformToByteArray: async () => Uint8Array.from(bytes),
    transformToString: async (encoding: BufferEncoding = 'utf8') => Buffer.from(bytes).toString(encoding),
    [Symbol.asyncIterator]: async function* () {
      yield Uint8Array.from(bytes);
    },
  };
}

/** A lost connection is no answer of a service: the SDK knows it by its code alone. */
const connectionErrors = new Set(['TimeoutError', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE']);

/** The error as the SDK would throw it: an instance of the service's own class where the service models the error. */
function asSdkError(error: AwsError, registry: ErrorRegistry | undefined, service: string): Error {
  if (connectionErrors.has(error.name)) {
    return Object.assign(new Error(error.message), { name: error.name, code: error.name, $metadata: {} });
  }
  const fault = error.status >= 500 ? 'server' : 'client';
  const common = { message: error.message, $fault: fault, $metadata: { httpStatusCode: error.status } };
  const classes = [...(registry?.exceptions ?? [])];
  const exact = classes.find(([schema]) => schema[2] === error.name);
  const base = classes.find(([schema]) => schema[1].startsWith('smithy.ts.sdk.synthetic.'));
  const Class = (exact ?? base)?.[1];
  if (Class === undefined) throw new Error(`The SDK's client of ${service} tells nothing about its errors.`);
  return Object.assign(new Class({ ...common, name: error.name }), { name: error.name, $fault: fault }, error.members);
}
