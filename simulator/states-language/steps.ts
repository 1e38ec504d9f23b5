/**
 * A running state is a generator. It yields whatever it has to wait for and is resumed with the answer, so that a
 * state reads from top to bottom and an execution of plain paths never leaves the stack.
 */

/** Begins something that ends later, or at once, by calling one of the two. Returns how to give it up. */
export type Suspension = (resume: (value: unknown) => void, fail: (error: unknown) => void) => () => void;

export type Steps<T> = Generator<Suspension, T, unknown>;

export interface Fiber {
  /** Gives up what is waited for and runs the `finally` blocks. The fiber then reports nothing more. */
  cancel(): void;
}

type Signal = { how: 'next' | 'throw'; value: unknown };

/** Runs steps to their end. A waiting that is answered at once costs no stack. */
export function drive<T>(steps: Steps<T>, done: (value: T) => void, failed: (error: unknown) => void): Fiber {
  let cancelled = false;
  let finished = false;
  let running = false;
  let giveUp: (() => void) | undefined;

  const advance = (first: Signal): void => {
    let signal: Signal | undefined = first;
    while (signal !== undefined) {
      let result: IteratorResult<Suspension, T>;
      running = true;
      try {
        result = signal.how === 'next' ? steps.next(signal.value) : steps.throw(signal.value);
      } catch (error) {
        finished = true;
        if (!cancelled) failed(error);
        return;
      } finally {
        running = false;
      }
      if (result.done) {
        finished = true;
        if (!cancelled) done(result.value);
        return;
      }
      if (cancelled) {
        steps.return(undefined as T);
        return;
      }
      signal = wait(result.value);
    }
  };

  const wait = (suspension: Suspension): Signal | undefined => {
    let answer: Signal | undefined;
    let starting = true;
    let answered = false;
    const settle = (how: Signal['how']) => (value: unknown) => {
      if (answered || cancelled) return;
      answered = true;
      if (starting) {
        answer = { how, value };
        return;
      }
      giveUp = undefined;
      advance({ how, value });
    };
    running = true;
    const cancel = suspension(settle('next'), settle('throw'));
    running = false;
    starting = false;
    if (cancelled) {
      cancel();
      steps.return(undefined as T);
      return undefined;
    }
    if (!answered) giveUp = cancel;
    return answer;
  };

  advance({ how: 'next', value: undefined });

  return {
    cancel: () => {
      if (cancelled || finished) return;
      cancelled = true;
      // A fiber that cancels itself from inside unwinds as soon as it lets go of the stack.
      if (running) return;
      giveUp?.();
      steps.return(undefined as T);
    },
  };
}

/** Waits for a value that may or may not be there already. */
export function* settled<T>(value: T | Promise<T>): Steps<T> {
  if (!(value instanceof Promise)) return value;
  const promise = value;
  return (yield (resume, fail) => {
    promise.then(resume, fail);
    return () => {};
  }) as T;
}

/** Messages to a running state from what it has set going. None is lost, and they come in the order they were posted. */
export interface Mailbox<M> {
  post(message: M): void;
  receive(): Steps<M>;
}

export function newMailbox<M>(): Mailbox<M> {
  const messages: M[] = [];
  let notify: ((message: unknown) => void) | undefined;
  return {
    post: (message) => {
      if (notify === undefined) {
        messages.push(message);
        return;
      }
      const resume = notify;
      notify = undefined;
      resume(message);
    },
    *receive() {
      if (messages.length > 0) return messages.shift() as M;
      return (yield (resume) => {
        notify = resume;
        return () => {
          notify = undefined;
        };
      }) as M;
    },
  };
}
