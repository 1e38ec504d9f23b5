import type { Caller } from './region.ts';

/** One thing that happened. The story, the checkers and the leak tests read these alone. */
export type TraceEntry =
  | CallEntry
  | { readonly kind: 'event'; readonly at: string; readonly region: string; readonly event: unknown }
  | { readonly kind: 'log'; readonly at: string; readonly caller: string; readonly line: string }
  | { readonly kind: 'world'; readonly at: string; readonly what: string; readonly detail: unknown };

export interface CallEntry {
  readonly kind: 'call';
  /** When the call was made, ISO 8601, virtual. */
  readonly at: string;
  /** Milliseconds until it was answered. */
  readonly took: number;
  readonly caller: Caller;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly input: unknown;
  readonly output?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

export interface Trace {
  add(entry: TraceEntry): void;
  /** Hands every later entry to a listener as it comes. */
  listen(listener: (entry: TraceEntry) => void): void;
  readonly entries: readonly TraceEntry[];
  /** Notes something that happened to the world itself: a workload's write, damage, an operator's act. */
  note(what: string, detail?: unknown): void;
}

/** Members that never leave the call itself, by their names in the AWS APIs. */
const secretMembers = new Set(['MasterUserPassword', 'Mac', 'password', 'SecretString']);

export function traceOf(now: () => number): Trace {
  const entries: TraceEntry[] = [];
  const listeners: ((entry: TraceEntry) => void)[] = [];
  const add = (entry: TraceEntry) => {
    entries.push(entry);
    for (const listener of listeners) listener(entry);
  };
  return {
    add,
    entries,
    listen: (listener) => {
      listeners.push(listener);
    },
    note: (what, detail = null) => add({ kind: 'world', at: new Date(now()).toISOString(), what, detail }),
  };
}

/**
 * One JSON line for an entry: keys in the order they were given, bytes as text where they are JSON, otherwise by
 * their length, and secret members left out.
 */
export function traceLine(entry: TraceEntry): string {
  return JSON.stringify(entry, function (this: Readonly<Record<string, unknown>>, key, value: unknown) {
    // A buffer turns itself into an array of numbers before it gets here: its holder still has it.
    return plain(key, this[key] instanceof Uint8Array ? this[key] : value);
  });
}

function plain(key: string, value: unknown): unknown {
  if (secretMembers.has(key)) return '(withheld)';
  if (value instanceof Uint8Array) {
    return parsed(Buffer.from(value).toString('utf8')) ?? `(${value.length} bytes)`;
  }
  // The SDK takes a function's input as text too: what is secret in it is known by its name.
  if (key === 'Payload' && typeof value === 'string') return parsed(value) ?? value;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function') return undefined;
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
