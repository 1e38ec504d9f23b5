import type { DataPlane } from '../data/index.ts';
import type { Services } from '../services/index.ts';
import type { Actor, World } from './world.ts';

/** Who makes a call. */
export interface Caller {
  readonly kind: 'function' | 'machine' | 'service' | 'operator';
  /** A function's or machine's name in its stack, an AWS service's principal, an operator's word. */
  readonly name: string;
  readonly region: string;
  /** The invocation's or execution's id, where there is one. */
  readonly id?: string;
  /** The ARN of the role that signs the call. */
  readonly role?: string;
}

/** A call as an operation sees it. */
export interface Call {
  readonly caller: Caller;
  readonly region: Region;
}

/**
 * One operation of a service. It runs in one instant. A promise that it returns is real work: virtual time stands
 * still until it settles. What takes virtual time is answered {@link later}. It refuses by throwing {@link AwsError}.
 */
export type Operation = (input: never, call: Call) => unknown;

/** A service in one Region: its operations by their names in the SDK (`StartBackupJob`). */
export interface Service {
  readonly operations: Readonly<Record<string, Operation>>;
}

/** One AWS account: its Regions share a world and the data behind them. */
export interface Account {
  readonly id: string;
  readonly world: World;
  readonly data: DataPlane;
  region(name: string): Region;
  readonly regions: readonly Region[];
  /** How wrong the clock of an execution environment is, by its function's name and Region: milliseconds. */
  readonly clockSkew: (environment: string) => number;
  /** Calls of the functions that will succeed walk the SDK's middleware too: slower, and the same in every byte. */
  readonly walksEveryCall?: boolean;
}

/** A call that is to be made, and who is told what came of it. */
export interface Asked {
  readonly caller: Caller;
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  /** The input with what the SDK draws for it, asked for when the call leaves: earlier than that no order is settled. */
  readonly finished?: () => object;
  readonly actor: Actor | undefined;
  readonly answered: (output: unknown) => void;
  readonly refused: (error: Error) => void;
}

export interface Region {
  readonly name: string;
  readonly account: Account;
  readonly world: World;
  readonly services: Services;
  /** Makes a call through the one door: checked, perhaps faulted, answered after a latency, traced. */
  request(caller: Caller, service: string, operation: string, input: object, actor?: Actor): Promise<unknown>;
  /** The same for many calls a second: the answer, or the refusal, is handed on without a promise. */
  ask(asked: Asked): void;
  /** Puts an event of an AWS service on the default bus. The service decides when; the bus decides how often. */
  emit(event: BusEvent): void;
}

/** What EventBridge delivers, less what it adds itself (id, time, account, Region, version). */
export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** An error as a service answers it: `name` as the JavaScript SDK names it. */
export class AwsError extends Error {
  override readonly name: string;
  readonly status: number;
  /** Further members of the error's shape, e.g. `FileSystemId`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(name: string, message: string, status = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = name;
    this.status = status;
    this.members = members;
  }
}

/** An answer that comes at a later virtual instant. */
export class Later {
  readonly begin: (answer: (output: unknown) => void, refuse: (error: Error) => void) => void;

  constructor(begin: (answer: (output: unknown) => void, refuse: (error: Error) => void) => void) {
    this.begin = begin;
  }
}

export function later(begin: Later['begin']): Later {
  return new Later(begin);
}

/** Thrown for what the simulated account does not model: an operation, a parameter, a property of the template. */
export class NotModelled extends Error {
  override readonly name = 'NotModelled';

  constructor(what: string) {
    super(`The simulated account does not model ${what}.`);
  }
}
