import type { Evaluate } from './expression.ts';
import type { JsonValue } from './json.ts';
import type { ChoiceState } from './states/choice.ts';
import type { FailState } from './states/fail.ts';
import type { MapState } from './states/map.ts';
import type { ParallelState } from './states/parallel.ts';
import type { PassState } from './states/pass.ts';
import type { SucceedState } from './states/succeed.ts';
import type { TaskState } from './states/task.ts';
import type { WaitState } from './states/wait.ts';

export type State =
  | TaskState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

/** A set of states that refer to each other by name: a machine's own, a Parallel branch's, a Map's item processor's. */
export interface StateScope {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

/** A definition that was accepted. It holds no execution's data: one machine serves any number of executions. */
export interface Machine extends StateScope {
  readonly definition: JsonValue;
  readonly comment?: string;
  readonly timeoutSeconds?: number;
}

/** How a state, a Choice rule or a Catch hands on: what it puts out, which variables it sets, where it goes. */
export interface Transition {
  readonly output?: Evaluate;
  readonly assign?: Evaluate;
  /** Absent: the scope ends here. */
  readonly next?: string;
}
