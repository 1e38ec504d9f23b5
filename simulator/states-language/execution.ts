import { StateFailure } from './errors.ts';
import { type HistoryEvent, newHistory } from './history.ts';
import type { CallbackAnswer, ExecutionInfo, Host, Outcome, Status } from './host.ts';
import { copy, fits, type JsonValue } from './json.ts';
import { executionSeconds, historyEvents, payloadBytes, redriveDays } from './limits.ts';
import type { Machine } from './machine.ts';
import { runState } from './states/all.ts';
import { drive, type Fiber, type Steps } from './steps.ts';
import { asFailure, instant, newThread, type Run, type Thread } from './thread.ts';
import { newTokens } from './tokens.ts';

/** Thrown by `redrive` for an execution that runs, has succeeded, ended too long ago, or has no room left in its history. */
export class NotRedrivable extends Error {
  override readonly name = 'NotRedrivable';
}

export interface Execution {
  status(): Status;
  history(): HistoryEvent[];
  /** Undefined while the execution runs. */
  outcome(): Outcome | undefined;
  /** SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat. */
  succeedTask(token: string, output: JsonValue): CallbackAnswer;
  failTask(token: string, error?: string, cause?: string): CallbackAnswer;
  heartbeat(token: string): CallbackAnswer;
  /** StopExecution: the execution ends as ABORTED. Nothing happens to one that has ended. */
  stop(error?: string, cause?: string): void;
  /** Its TimeoutSeconds are over: the execution ends as TIMED_OUT. Nothing happens to one that has ended. */
  timeOut(): void;
  /** RedriveExecution: takes up the states that did not succeed. `onEnd` is called again. Throws NotRedrivable. */
  redrive(): void;
}

/**
 * Starts an execution. Its first state is entered in an event of the host's own (`after(0, …)`), so that the caller
 * has the execution in hand before any task is started. `onEnd` is called once for the start and once for each redrive.
 */
export function start(
  machine: Machine,
  input: JsonValue,
  info: ExecutionInfo,
  host: Host,
  onEnd: (outcome: Outcome) => void,
): Execution {
  const given = copy(input);
  if (!fits(given, payloadBytes))
    throw new RangeError(`The input of an execution has at most ${payloadBytes} bytes of UTF-8`);
  const history = newHistory(() => host.now());
  const run: Run = {
    machine,
    info,
    input: given,
    host,
    history,
    tokens: newTokens(),
    runThread,
    redriveCount: info.redriveCount,
    redriveTime: undefined,
  };
  const thread = newThread(machine, given, {}, 0, undefined);
  let status: Status = 'RUNNING';
  let outcome: Outcome | undefined;
  let endedAt = 0;
  let fiber: Fiber | undefined;
  let cancelTimers: () => void = () => {};

  const end = (ended: Outcome): void => {
    if (status !== 'RUNNING') return;
    status = ended.status;
    outcome = ended;
    endedAt = host.now();
    cancelTimers();
    fiber?.cancel();
    fiber = undefined;
    onEnd(ended);
  };
  // A task's host may stop the execution from inside the call; what its state still does then no longer counts.
  const succeeded = (output: JsonValue): void => {
    if (status !== 'RUNNING') return;
    history.addEnd('ExecutionSucceeded', thread.lastEventId, 'executionSucceededEventDetails', { output });
    end({ status: 'SUCCEEDED', output });
  };
  const failed = (thrown: unknown): void => {
    const { facts } = asFailure(run, thread, thrown);
    if (status !== 'RUNNING') return;
    const words = spoken(facts.error, facts.cause);
    history.addEnd('ExecutionFailed', facts.lastEventId ?? thread.lastEventId, 'executionFailedEventDetails', words);
    end({ status: 'FAILED', ...words });
  };
  const timedOut = (): void => {
    if (status !== 'RUNNING') return;
    history.addEnd('ExecutionTimedOut', 0, 'executionTimedOutEventDetails', {});
    end({ status: 'TIMED_OUT' });
  };

  const begin = (): void => {
    const seconds = Math.min(machine.timeoutSeconds ?? executionSeconds, executionSeconds);
    const cancelTimeout = host.after(1000 * seconds, `timeout of execution ${info.name}`, timedOut);
    const cancelBegin = host.after(0, `begin of execution ${info.name}`, () => {
      fiber = drive(runThread(run, thread), succeeded, failed);
      if (status !== 'RUNNING') fiber.cancel();
    });
    cancelTimers = () => {
      cancelTimeout();
      cancelBegin();
    };
  };

  history.add('ExecutionStarted', 0, 'executionStartedEventDetails', { input: given, roleArn: info.roleArn });
  begin();

  return {
    status: () => status,
    history: () => history.events(),
    outcome: () => outcome,
    succeedTask: (token, output) => run.tokens.call(token, (task) => task.succeed(output)),
    failTask: (token, error, cause) => run.tokens.call(token, (task) => task.fail(error, cause)),
    heartbeat: (token) => run.tokens.call(token, (task) => task.heartbeat()),
    stop: (error, cause) => {
      if (status !== 'RUNNING') return;
      const words = spoken(error, cause);
      history.addEnd('ExecutionAborted', 0, 'executionAbortedEventDetails', words);
      end({ status: 'ABORTED', ...words });
    },
    timeOut: timedOut,
    redrive: () => {
      const why = whyNotRedrivable(status, history.length(), host.now() - endedAt);
      if (why !== undefined) throw new NotRedrivable(`Execution '${info.name}' cannot be redriven: ${why}`);
      status = 'RUNNING';
      outcome = undefined;
      run.redriveCount++;
      run.redriveTime = instant(run);
      const details = { redriveCount: run.redriveCount };
      thread.lastEventId = history.add('ExecutionRedriven', history.length(), 'executionRedrivenEventDetails', details);
      thread.resuming = thread.enteredEventId > 0;
      begin();
    },
  };
}

function spoken(error: string | undefined, cause: string | undefined): { error?: string; cause?: string } {
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}

function whyNotRedrivable(status: Status, events: number, sinceEnd: number): string | undefined {
  if (status === 'RUNNING') return 'it is running';
  if (status === 'SUCCEEDED') return 'it has succeeded';
  if (events >= historyEvents - 1) return `its history has ${events} events and there is no room for more`;
  if (sinceEnd > redriveDays * 86_400_000) return `it ended more than ${redriveDays} days ago`;
  return undefined;
}

/** Runs a thread from the state it stands at to the end of its scope. */
function* runThread(run: Run, thread: Thread): Steps<JsonValue> {
  for (;;) {
    const state = thread.scope.states.get(thread.stateName);
    if (state === undefined)
      throw new Error(`There is no state '${thread.stateName}': the loader should have refused this`);
    let step: { output: JsonValue; next: string | undefined };
    try {
      step = yield* runState(run, thread, state);
    } catch (thrown) {
      throw thrown instanceof StateFailure ? thrown : asFailure(run, thread, thrown);
    }
    if (step.next === undefined) return step.output;
    thread.stateName = step.next;
    thread.input = step.output;
  }
}
