import { withRetryAndCatch } from '../attempts.ts';
import { type Catcher, readCatch } from '../catch.ts';
import { StateFailure } from '../errors.ts';
import type { Evaluate } from '../expression.ts';
import { onlyFields, readNext, readOutputAndAssign } from '../fields.ts';
import type { TaskRequest } from '../host.ts';
import { copy, fits, type JsonObject, type JsonValue } from '../json.ts';
import { longestSeconds, payloadBytes } from '../limits.ts';
import type { Transition } from '../machine.ts';
import type { Reading } from '../refusals.ts';
import { type Retrier, readRetry } from '../retry.ts';
import { newMailbox, type Steps, settled } from '../steps.ts';
import { compileInteger, compileTemplate, ofInput, ofResult } from '../template.ts';
import { bindings, enter, leave, type Run, runtimeFailure, type Step, type Thread } from '../thread.ts';
import { readArguments, readResource } from './task-resource.ts';

/** Task: one call by the host, tried again as Retry says; with `.waitForTaskToken` the callback's output is the result. */
export interface TaskState extends Transition {
  readonly type: 'Task';
  readonly name: string;
  readonly resource: TaskRequest['resource'];
  readonly arguments?: Evaluate;
  readonly timeoutSeconds?: Evaluate;
  readonly heartbeatSeconds?: Evaluate;
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

const limits = ['TimeoutSeconds', 'HeartbeatSeconds'];
const flow = ['Output', 'Assign', 'Retry', 'Catch', 'Next', 'End'];

export function readTask(reading: Reading, name: string, source: JsonObject, path: string): TaskState {
  onlyFields(reading, source, path, ['Type', 'Comment', 'QueryLanguage', 'Resource', 'Arguments', ...limits, ...flow]);
  const known = readResource(reading, source.Resource, `${path}/Resource`);
  if (known !== undefined) readArguments(reading, known, source.Arguments, `${path}/Arguments`);
  // After a refusal the rest is read all the same, as if it were a callback, so that its own mistakes are told too.
  const resource = known ?? { service: 'lambda', action: 'invoke', waitForTaskToken: true };
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = source;
  if (heartbeat !== undefined && !resource.waitForTaskToken) {
    reading.refuse(`${path}/HeartbeatSeconds`, 'HeartbeatSeconds', 'only a .waitForTaskToken task can send heartbeats');
  }
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    reading.refuse(
      `${path}/HeartbeatSeconds`,
      String(heartbeat),
      `must be less than TimeoutSeconds, which is ${timeout}`,
    );
  }
  const place = (field: string) => ({ path: `${path}/${field}`, field, allowed: ofInput });
  const bounds = { least: 1, most: longestSeconds };
  return {
    type: 'Task',
    name,
    resource,
    ...(source.Arguments !== undefined && {
      arguments: compileTemplate(reading, source.Arguments, place('Arguments')),
    }),
    ...(timeout !== undefined && { timeoutSeconds: compileInteger(reading, timeout, place('TimeoutSeconds'), bounds) }),
    ...(heartbeat !== undefined && {
      heartbeatSeconds: compileInteger(reading, heartbeat, place('HeartbeatSeconds'), bounds),
    }),
    retry: readRetry(reading, source.Retry, `${path}/Retry`),
    catch: readCatch(reading, source.Catch, `${path}/Catch`),
    ...readOutputAndAssign(reading, source, path, '', ofResult),
    ...readNext(reading, source, path),
  };
}

export function* runTask(run: Run, thread: Thread, state: TaskState): Steps<Step> {
  enter(run, thread, state);
  return yield* withRetryAndCatch(run, thread, state, () => attempt(run, thread, state));
}

type Message =
  | { what: 'answered'; result: JsonValue }
  | { what: 'succeeded'; output: JsonValue }
  | { what: 'failed'; error: string | undefined; cause: string | undefined }
  | { what: 'timed out'; heartbeat: boolean };

function* attempt(run: Run, thread: Thread, state: TaskState): Steps<Step> {
  thread.resuming = false;
  const taskToken = state.resource.waitForTaskToken ? run.host.uuid() : undefined;
  const given = bindings(run, thread, taskToken === undefined ? {} : { taskToken });
  const parameters = state.arguments === undefined ? {} : yield* settled(state.arguments(given));
  const timeout =
    state.timeoutSeconds === undefined ? undefined : ((yield* settled(state.timeoutSeconds(given))) as number);
  const heartbeat =
    state.heartbeatSeconds === undefined ? undefined : ((yield* settled(state.heartbeatSeconds(given))) as number);
  if (heartbeat !== undefined && heartbeat >= (timeout ?? longestSeconds)) {
    throw runtimeFailure(
      thread,
      `HeartbeatSeconds (${heartbeat}) must be less than TimeoutSeconds (${timeout ?? longestSeconds}).`,
    );
  }
  if (!fits(parameters, payloadBytes)) throw tooLarge(state, 'was given arguments');

  const named = resourceNames(state);
  const event = (
    type: string,
    key: `task${string}EventDetails`,
    details: { [member: string]: JsonValue | undefined },
  ): void => {
    thread.lastEventId = run.history.add(type, thread.lastEventId, key, { ...named, ...details });
  };
  event('TaskScheduled', 'taskScheduledEventDetails', {
    region: run.info.id.split(':')[3] ?? '',
    parameters,
    timeoutInSeconds: timeout,
    heartbeatInSeconds: heartbeat,
  });
  event('TaskStarted', 'taskStartedEventDetails', {});

  const mailbox = newMailbox<Message>();
  const call = beginCall(run, thread, state, { parameters, taskToken, timeout, heartbeat }, (message) =>
    mailbox.post(message),
  );
  try {
    for (;;) {
      const message = yield* mailbox.receive();
      switch (message.what) {
        case 'answered':
        case 'succeeded': {
          const output = copy(message.what === 'answered' ? message.result : message.output);
          if (!fits(output, payloadBytes)) {
            const failure = tooLarge(state, 'returned a result');
            event('TaskFailed', 'taskFailedEventDetails', { error: failure.facts.error, cause: failure.facts.cause });
            throw failure;
          }
          if (message.what === 'answered' && state.resource.waitForTaskToken) {
            event('TaskSubmitted', 'taskSubmittedEventDetails', { output });
            continue;
          }
          event('TaskSucceeded', 'taskSucceededEventDetails', { output });
          call.end();
          return yield* leave(run, thread, state, state, { ...bindings(run, thread), result: output }, output);
        }
        case 'failed':
          event('TaskFailed', 'taskFailedEventDetails', { error: message.error, cause: message.cause });
          throw new StateFailure({ error: message.error, cause: message.cause });
        case 'timed out':
          event('TaskTimedOut', 'taskTimedOutEventDetails', { error: 'States.Timeout' });
          throw new StateFailure({ error: 'States.Timeout', heartbeat: message.heartbeat });
      }
    }
  } finally {
    call.end();
  }
}

interface Call {
  readonly parameters: JsonValue;
  readonly taskToken: string | undefined;
  readonly timeout: number | undefined;
  readonly heartbeat: number | undefined;
}

/** Starts the host's work and the clocks of one attempt. After its end nothing reaches the state any more. */
function beginCall(
  run: Run,
  thread: Thread,
  state: TaskState,
  call: Call,
  post: (message: Message) => void,
): { end(): void } {
  const { taskToken, timeout, heartbeat } = call;
  let open = true;
  let answered = false;
  const send = (message: Message): void => {
    if (open) post(message);
  };
  const clock = (seconds: number | undefined, what: string, isHeartbeat: boolean): (() => void) =>
    seconds === undefined
      ? () => {}
      : run.host.after(1000 * seconds, `${what} of ${state.name}`, () =>
          send({ what: 'timed out', heartbeat: isHeartbeat }),
        );

  const cancelTimeout = clock(timeout, 'timeout', false);
  let cancelHeartbeat = clock(heartbeat, 'heartbeat', true);
  const end = (): void => {
    if (!open) return;
    open = false;
    cancelTimeout();
    cancelHeartbeat();
    if (taskToken !== undefined) run.tokens.close(taskToken);
  };

  if (taskToken !== undefined) {
    // The first callback decides. It closes the token at once: a second one is late even if it comes at the same instant.
    const callBack = (message: Message): void => {
      send(message);
      end();
    };
    run.tokens.open(taskToken, {
      succeed: (output) => callBack({ what: 'succeeded', output }),
      fail: (error, cause) => callBack({ what: 'failed', error, cause }),
      heartbeat: () => {
        cancelHeartbeat();
        cancelHeartbeat = clock(heartbeat, 'heartbeat', true);
      },
    });
  }
  const once = (message: Message): void => {
    if (answered) return;
    answered = true;
    send(message);
  };
  run.host.task({
    resource: state.resource,
    arguments: copy(call.parameters),
    ...(taskToken !== undefined && { taskToken }),
    state: { name: state.name, enteredTime: thread.enteredTime, retryCount: thread.retryCount },
    answered: (result) => once({ what: 'answered', result }),
    failed: (error, cause) => once({ what: 'failed', error, cause }),
  });
  return { end };
}

function resourceNames({ resource }: TaskState): { resourceType: string; resource: string } {
  return {
    resourceType: resource.service,
    resource: `${resource.action}${resource.waitForTaskToken ? '.waitForTaskToken' : ''}`,
  };
}

function tooLarge(state: TaskState, what: string): StateFailure {
  return new StateFailure({
    error: 'States.DataLimitExceeded',
    cause: `The state/task '${state.resource.service}' ${what} with a size exceeding the maximum number of bytes service limit.`,
  });
}
