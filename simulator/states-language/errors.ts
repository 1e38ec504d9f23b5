import type { JsonValue } from './json.ts';

/** The reserved names that ErrorEquals may use. Anything else that begins with `States.` is a mistake. */
export const reservedErrors: ReadonlySet<string> = new Set([
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.Http.Socket',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
]);

interface FailureFacts {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  /** `States.Runtime`, a full history: nothing catches these, the execution ends. */
  readonly terminal?: boolean;
  /** A heartbeat ran out. It is reported as States.Timeout, and States.HeartbeatTimeout matches it too. */
  readonly heartbeat?: boolean;
  /** The state's own output was too large; only its exact name catches it. A task's result that is too large is an ordinary failure. */
  readonly outputTooLarge?: boolean;
  /** The last event before the failure, for terminal failures that leave no other trace. */
  readonly lastEventId?: number;
}

/** A state failed. Retry, Catch, or the end of the execution follow. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  readonly facts: FailureFacts;

  constructor(facts: FailureFacts) {
    super(`${facts.error ?? 'an error without a name'}: ${facts.cause ?? 'no cause'}`);
    this.facts = facts;
  }
}

/** A JSONata expression failed. The state that evaluated it adds its own name and reports States.QueryEvaluationError. */
export class QueryFailure extends Error {
  override readonly name = 'QueryFailure';
  readonly detail: string;
  /** The field in the state, for instance `Arguments/Payload/job` or `Choices[1]/Condition`. */
  readonly location: string;

  constructor(detail: string, location: string) {
    super(detail);
    this.detail = detail;
    this.location = location;
  }
}

/** Whether one of the names in ErrorEquals matches the failure. Terminal failures are never asked about. */
export function matches(errorEquals: readonly string[], { facts }: StateFailure): boolean {
  return errorEquals.some((name) => {
    if (name === 'States.ALL') return !facts.outputTooLarge;
    if (name === 'States.TaskFailed') return facts.error !== 'States.Timeout' && !facts.outputTooLarge;
    if (name === 'States.HeartbeatTimeout' && facts.heartbeat) return true;
    return name === facts.error;
  });
}

/** What Catch sees as `$states.errorOutput`. A callback that failed without words gives nulls, a timeout an empty cause. */
export function errorOutput({ facts }: StateFailure): JsonValue {
  const silentTimeout = facts.error === 'States.Timeout' && facts.cause === undefined;
  return { Error: facts.error ?? null, Cause: facts.cause ?? (silentTimeout ? '' : null) };
}

/** The words that Step Functions puts before a cause of its own making. */
export function whileExecuting(state: string, enteredEventId: number, detail: string): string {
  return `An error occurred while executing the state '${state}' (entered at the event id #${enteredEventId}). ${detail}`;
}
