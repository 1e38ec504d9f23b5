import { QueryFailure, StateFailure, whileExecuting } from './errors.ts';
import type { Bindings, Variables } from './expression.ts';
import type { History } from './history.ts';
import type { ExecutionInfo, Host } from './host.ts';
import { fits, type JsonObject, type JsonValue, jsonBytes } from './json.ts';
import { allVariablesBytes, payloadBytes, variableBytes } from './limits.ts';
import type { Machine, State, StateScope, Transition } from './machine.ts';
import type { Region } from './region.ts';
import { type Steps, settled } from './steps.ts';
import type { Tokens } from './tokens.ts';

/** What all threads of one execution share. */
export interface Run {
  readonly machine: Machine;
  readonly info: ExecutionInfo;
  readonly input: JsonValue;
  readonly host: Host;
  readonly history: History;
  readonly tokens: Tokens;
  /** Runs a thread to the end of its scope. Here, so that Parallel and Map need not import what imports them. */
  readonly runThread: (run: Run, thread: Thread) => Steps<JsonValue>;
  redriveCount: number;
  redriveTime: string | undefined;
}

/** One line of execution through one scope: the execution's own, a branch's, an iteration's. What a redrive needs is here. */
export interface Thread {
  readonly scope: StateScope;
  readonly mapItem: { readonly index: number; readonly value: JsonValue } | undefined;
  stateName: string;
  input: JsonValue;
  variables: Variables;
  /** Id of the event that the next one follows. */
  lastEventId: number;
  enteredEventId: number;
  beforeEnteredEventId: number;
  enteredTime: string;
  retryCount: number;
  /** Set for a state that a redrive takes up again: it has been entered before. */
  resuming: boolean;
  /** The branches or iterations of the Parallel or Map state that the thread is in. */
  region: Region | undefined;
  /** The state's own failed event is written, so that no aborted event has to be. */
  stateFailed: boolean;
}

export function newThread(
  scope: StateScope,
  input: JsonValue,
  variables: Variables,
  lastEventId: number,
  mapItem: Thread['mapItem'],
): Thread {
  return {
    scope,
    mapItem,
    stateName: scope.startAt,
    input,
    variables,
    lastEventId,
    enteredEventId: 0,
    beforeEnteredEventId: 0,
    enteredTime: '',
    retryCount: 0,
    resuming: false,
    region: undefined,
    stateFailed: false,
  };
}

/** What a state ends with: its output, and where the thread goes on unless the scope ends. */
export interface Step {
  readonly output: JsonValue;
  readonly next: string | undefined;
}

export function instant(run: Run): string {
  return new Date(run.host.now()).toISOString();
}

/** Writes `…StateEntered`. Task, Parallel and Map that a redrive takes up again were entered long ago and are not entered twice. */
export function enter(run: Run, thread: Thread, state: State): void {
  thread.stateFailed = false;
  run.host.billed?.(state.name);
  const again = thread.resuming && (state.type === 'Task' || state.type === 'Parallel' || state.type === 'Map');
  if (again) return;
  thread.resuming = false;
  thread.region = undefined;
  thread.enteredTime = instant(run);
  thread.beforeEnteredEventId = thread.lastEventId;
  const details = { name: state.name, input: thread.input };
  const id = run.history.add(`${state.type}StateEntered`, thread.lastEventId, 'stateEnteredEventDetails', details);
  thread.enteredEventId = id;
  thread.lastEventId = id;
}

/** What the state's expressions see. */
export function bindings(
  run: Run,
  thread: Thread,
  more?: { taskToken?: string; mapItem?: Thread['mapItem'] },
): Bindings {
  return {
    input: thread.input,
    variables: thread.variables,
    host: run.host,
    context: () => context(run, thread, more?.taskToken, more?.mapItem ?? thread.mapItem),
  };
}

const countsRetries = new Set<State['type']>(['Task', 'Parallel', 'Map']);

function context(run: Run, thread: Thread, taskToken: string | undefined, mapItem: Thread['mapItem']): JsonObject {
  const { info } = run;
  const type = thread.scope.states.get(thread.stateName)?.type;
  return {
    Execution: {
      Id: info.id,
      Input: run.input,
      Name: info.name,
      RoleArn: info.roleArn,
      StartTime: info.startTime,
      RedriveCount: run.redriveCount,
      ...(run.redriveTime !== undefined && { RedriveTime: run.redriveTime }),
    },
    StateMachine: { Id: info.stateMachine.id, Name: info.stateMachine.name },
    State: {
      Name: thread.stateName,
      EnteredTime: thread.enteredTime,
      ...(type !== undefined && countsRetries.has(type) && { RetryCount: thread.retryCount }),
    },
    ...(taskToken !== undefined && { Task: { Token: taskToken } }),
    ...(mapItem !== undefined && { Map: { Item: { Index: mapItem.index, Value: mapItem.value } } }),
  };
}

/** Evaluates Output and Assign, both from the values at entry, then leaves the state. Nothing is assigned if either fails. */
export function* leave(
  run: Run,
  thread: Thread,
  state: State,
  transition: Transition,
  given: Bindings,
  otherwise: JsonValue,
): Steps<Step> {
  const output = transition.output === undefined ? otherwise : yield* settled(transition.output(given));
  const assigned =
    transition.assign === undefined ? undefined : ((yield* settled(transition.assign(given))) as JsonObject);
  if (output !== thread.input) withinLimit(state.name, output);
  const variables = assigned === undefined ? thread.variables : withAssigned(run, thread, assigned);

  thread.lastEventId = run.history.add(`${state.type}StateExited`, thread.lastEventId, 'stateExitedEventDetails', {
    assignedVariables: assigned,
    name: state.name,
    output,
  });
  thread.variables = variables;
  thread.region = undefined;
  return { output, next: transition.next };
}

/** Fails for a value that is too large to be handed on: an output, a branch's or an iteration's input. */
export function withinLimit(state: string, value: JsonValue): void {
  if (fits(value, payloadBytes)) return;
  const cause = `The state/task '${state}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  throw new StateFailure({ error: 'States.DataLimitExceeded', cause, outputTooLarge: true });
}

function withAssigned(run: Run, thread: Thread, assigned: JsonObject): Variables {
  const variables = { ...thread.variables, ...assigned };
  if (!fits(variables, variableBytes)) {
    if (jsonBytes(assigned) > variableBytes) {
      throw variablesTooLarge(`assigned variables with a size exceeding ${variableBytes} bytes`, thread);
    }
    if (jsonBytes(variables) > allVariablesBytes) {
      throw variablesTooLarge(
        `made the size of all variables of execution '${run.info.name}' exceed ${allVariablesBytes} bytes`,
        thread,
      );
    }
  }
  return variables;
}

function variablesTooLarge(what: string, thread: Thread): StateFailure {
  return new StateFailure({
    error: 'States.DataLimitExceeded',
    cause: `The state '${thread.stateName}' ${what}.`,
    outputTooLarge: true,
  });
}

/** A failure of the service's own making that nothing catches. */
export function runtimeFailure(thread: Thread, detail: string): StateFailure {
  return new StateFailure({
    error: 'States.Runtime',
    cause: whileExecuting(thread.stateName, thread.enteredEventId, detail),
    terminal: true,
    lastEventId: thread.lastEventId,
  });
}

/**
 * Turns whatever a state threw into its failure. A failed expression writes EvaluationFailed on its way; while nothing
 * but the entering has happened, that event follows what came before the entering, as in recorded histories.
 * Anything else that was thrown is a mistake in this program and goes on.
 */
export function asFailure(run: Run, thread: Thread, thrown: unknown): StateFailure {
  if (thrown instanceof StateFailure) return thrown;
  if (!(thrown instanceof QueryFailure)) throw thrown;
  const error = 'States.QueryEvaluationError';
  const cause = whileExecuting(thread.stateName, thread.enteredEventId, thrown.detail);
  const previous = thread.lastEventId === thread.enteredEventId ? thread.beforeEnteredEventId : thread.lastEventId;
  try {
    thread.lastEventId = run.history.add('EvaluationFailed', previous, 'evaluationFailedEventDetails', {
      cause,
      error,
      location: thrown.location,
      state: thread.stateName,
    });
  } catch (full) {
    if (full instanceof StateFailure) return full;
    throw full;
  }
  return new StateFailure({ error, cause });
}

/** Waits on the host's clock. */
export function* sleep(run: Run, milliseconds: number, what: string): Steps<void> {
  yield (resume) => run.host.after(milliseconds, what, () => resume(undefined));
}
