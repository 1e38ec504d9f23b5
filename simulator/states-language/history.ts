import { StateFailure } from './errors.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { historyEvents } from './limits.ts';

/**
 * One event in the shape of GetExecutionHistory: `id`, `previousEventId`, `timestamp`, `type`, and the one member of
 * details that belongs to the type (`stateEnteredEventDetails`, ...). Inputs, outputs and parameters are JSON in strings.
 */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: Date;
  readonly type: string;
  readonly [details: `${string}EventDetails`]: { readonly [member: string]: unknown };
}

/** Details as they are kept: values as they were, turned into strings only if somebody reads the history. */
type Details = { readonly [member: string]: JsonValue | undefined };

interface Kept {
  readonly type: string;
  readonly previousEventId: number;
  readonly at: number;
  readonly key: `${string}EventDetails` | undefined;
  readonly details: Details | undefined;
}

export interface History {
  /** Appends an event and returns its id. A full history fails the execution: only an end may be its last event. */
  add(type: string, previousEventId: number, key?: `${string}EventDetails`, details?: Details): number;
  /** Appends the event that ends the execution; it always has room. */
  addEnd(type: string, previousEventId: number, key?: `${string}EventDetails`, details?: Details): number;
  length(): number;
  events(): HistoryEvent[];
}

export function newHistory(now: () => number): History {
  const kept: Kept[] = [];
  const addEnd: History['addEnd'] = (type, previousEventId, key, details) => {
    kept.push({ type, previousEventId, at: now(), key, details });
    return kept.length;
  };
  return {
    add: (type, previousEventId, key, details) => {
      if (kept.length + 1 >= historyEvents) {
        throw new StateFailure({
          error: 'States.Runtime',
          cause: `The execution reached the maximum number of history events (${historyEvents}).`,
          terminal: true,
          lastEventId: previousEventId,
        });
      }
      return addEnd(type, previousEventId, key, details);
    },
    addEnd,
    length: () => kept.length,
    events: () => kept.map(written),
  };
}

function written({ type, previousEventId, at, key, details }: Kept, index: number): HistoryEvent {
  const event = { id: index + 1, previousEventId, timestamp: new Date(at), type };
  if (key === undefined || details === undefined) return event;
  const shown: { [member: string]: unknown } = {};
  for (const [member, value] of Object.entries(details)) {
    if (value === undefined) continue;
    if (member === 'input' || member === 'output') {
      shown[member] = JSON.stringify(value);
      shown[`${member}Details`] = { truncated: false };
    } else if (member === 'parameters') {
      shown[member] = JSON.stringify(value);
    } else if (member === 'assignedVariables') {
      const variables = Object.entries(value as JsonObject).map(([name, assigned]) => [name, JSON.stringify(assigned)]);
      shown[member] = Object.fromEntries(variables);
      shown.assignedVariablesDetails = { truncated: false };
    } else {
      shown[member] = value;
    }
  }
  return { ...event, [key]: shown };
}
