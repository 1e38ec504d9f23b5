import { type Catcher, findCatcher } from './catch.ts';
import { errorOutput } from './errors.ts';
import type { State } from './machine.ts';
import { beginRetrying, type Retrier } from './retry.ts';
import type { Steps } from './steps.ts';
import { asFailure, bindings, leave, type Run, type Step, sleep, type Thread } from './thread.ts';

/**
 * Tries a state until it succeeds, is caught, or fails for good. `attempt` does the whole of it, Output and Assign
 * included: what goes wrong there is retried and caught like the rest. `givenUp` writes the event that says that the
 * state as a whole has failed; it is not written for an attempt that is followed by another.
 */
export function* withRetryAndCatch(
  run: Run,
  thread: Thread,
  state: State & { readonly retry: readonly Retrier[]; readonly catch: readonly Catcher[] },
  attempt: () => Steps<Step>,
  givenUp?: () => void,
): Steps<Step> {
  thread.retryCount = 0;
  const retrying = beginRetrying(state.retry, () => run.host.random());
  for (;;) {
    try {
      return yield* attempt();
    } catch (thrown) {
      const failure = asFailure(run, thread, thrown);
      if (failure.facts.terminal) throw failure;
      const delay = retrying.next(failure);
      if (delay === undefined) {
        givenUp?.();
        thread.stateFailed = true;
        const catcher = findCatcher(state.catch, failure);
        if (catcher === undefined) throw failure;
        const output = errorOutput(failure);
        return yield* leave(run, thread, state, catcher, { ...bindings(run, thread), errorOutput: output }, output);
      }
      yield* sleep(run, delay, `retry of ${state.name}`);
      thread.retryCount++;
      run.host.billed?.(state.name);
    }
  }
}
