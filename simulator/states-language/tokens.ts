import type { CallbackAnswer } from './host.ts';
import type { JsonValue } from './json.ts';

/** What a callback can do to the task that waits for it. */
export interface WaitingTask {
  succeed(output: JsonValue): void;
  fail(error: string | undefined, cause: string | undefined): void;
  heartbeat(): void;
}

/** The task tokens that one execution has given out. */
export interface Tokens {
  open(token: string, task: WaitingTask): void;
  close(token: string): void;
  call(token: string, act: (task: WaitingTask) => void): CallbackAnswer;
}

export function newTokens(): Tokens {
  const waiting = new Map<string, WaitingTask>();
  const closed = new Set<string>();
  return {
    open: (token, task) => {
      waiting.set(token, task);
    },
    close: (token) => {
      if (waiting.delete(token)) closed.add(token);
    },
    call: (token, act) => {
      const task = waiting.get(token);
      if (task === undefined) return closed.has(token) ? 'timed-out' : 'unknown';
      act(task);
      return 'ok';
    },
  };
}
