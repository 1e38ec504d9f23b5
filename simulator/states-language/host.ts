import type { JsonValue } from './json.ts';

/** Everything the interpreter needs from its world. It reads no clock, no chance and no network of its own. */
export interface Host {
  /** Milliseconds since the epoch, virtual. */
  now(): number;
  /** Runs something later and returns how to cancel it. Waits of more than 2^31 ms must work: the host sees to it. */
  after(milliseconds: number, what: string, run: () => void): () => void;
  uuid(): string;
  /** At least 0, less than 1. */
  random(): number;
  /** Told of each state transition that Step Functions bills: a state was entered, tried again, or taken up by a redrive. */
  billed?(state: string): void;
  /** Starts a task's work. It may answer at once, from inside this call. */
  task(request: TaskRequest): void;
}

/** One attempt of one Task state. Whatever comes after the attempt has ended is ignored. */
export interface TaskRequest {
  readonly resource: { service: 'lambda' | 'states'; action: 'invoke' | 'startExecution'; waitForTaskToken: boolean };
  /** The state's Arguments, evaluated. A copy of the host's own. */
  readonly arguments: JsonValue;
  /** Set for `.waitForTaskToken`; new for every attempt. */
  readonly taskToken?: string;
  readonly state: { name: string; enteredTime: string; retryCount: number };
  /** The call was accepted and answered. A callback task is then submitted and waits on; any other has succeeded with this. */
  answered(result: JsonValue): void;
  /** The call failed, by the name and with the cause that Step Functions would report. */
  failed(error: string, cause: string): void;
}

export interface ExecutionInfo {
  /** The execution's ARN. */
  readonly id: string;
  readonly name: string;
  readonly roleArn: string;
  /** ISO 8601 with milliseconds. */
  readonly startTime: string;
  readonly redriveCount: number;
  readonly stateMachine: { id: string; name: string };
}

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export type Outcome =
  | { status: 'SUCCEEDED'; output: JsonValue }
  | { status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; error?: string; cause?: string };

/** `timed-out`: the token was good once and its task has ended since. `unknown`: this execution never gave it out. */
export type CallbackAnswer = 'ok' | 'timed-out' | 'unknown';
