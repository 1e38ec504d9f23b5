import { channel } from 'node:diagnostics_channel';
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
  /** The effect happened all the same, and `output` is what the caller never heard. */
  readonly unheard?: true;
}

/** Whether a call had its effect, whatever its caller heard. */
export function hadEffect({ error, unheard }: Pick<CallEntry, 'error' | 'unheard'>): boolean {
  return error === undefined || unheard === true;
}

export interface Trace {
  add(entry: TraceEntry): void;
  /**
   * Hands every later entry to a listener as it comes. One that names operations hears of their calls alone and of no
   * log line: a long run is spared the making of what nobody reads.
   */
  listen(listener: (entry: TraceEntry) => void, operations?: ReadonlySet<string>): void;
  /** Whether anybody reads the calls of an operation, or with `log` the lines of the functions' logs. */
  wants(operation: string): boolean;
  readonly entries: readonly TraceEntry[];
  /** Notes something that happened to the world itself: a workload's write, damage, an operator's act. */
  note(what: string, detail?: unknown): void;
}

/** Members that never leave the call itself, by their names in the AWS APIs. */
const secretMembers = new Set(['MasterUserPassword', 'Mac', 'password', 'SecretString']);

/** Every trace is shown here when it is made, so that a tool can listen to a run that it did not write. */
export const traces = channel('lifeboat.trace');

/** @param keep whether `entries` grows: a long run that only listens needs no memory for what is over */
export function traceOf(now: () => number, keep = true): Trace {
  const entries: TraceEntry[] = [];
  /** Whether an operation is read by anybody, as far as it was asked. */
  const wanted = new Map<string, boolean>();
  const listeners: { hear: (entry: TraceEntry) => void; operations: ReadonlySet<string> | undefined }[] = [];
  const add = (entry: TraceEntry) => {
    if (keep) entries.push(entry);
    const what = entry.kind === 'call' ? entry.operation : entry.kind === 'log' ? 'log' : undefined;
    for (const { hear, operations } of listeners) {
      if (what === undefined || operations === undefined || operations.has(what)) hear(entry);
    }
  };
  const trace: Trace = {
    add,
    entries,
    listen: (hear, operations) => {
      listeners.push({ hear, operations });
      wanted.clear();
    },
    wants: (operation) => {
      let wants = wanted.get(operation);
      if (wants === undefined) {
        wants = keep || listeners.some(({ operations }) => operations === undefined || operations.has(operation));
        wanted.set(operation, wants);
      }
      return wants;
    },
    note: (what, detail = null) => add({ kind: 'world', at: new Date(now()).toISOString(), what, detail }),
  };
  traces.publish(trace);
  return trace;
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
