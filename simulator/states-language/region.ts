import { StateFailure } from './errors.ts';
import type { JsonValue } from './json.ts';
import { drive, type Fiber, newMailbox, type Steps } from './steps.ts';
import { asFailure, type Run, type Thread } from './thread.ts';

/** One branch of a Parallel, one iteration of a Map. `waiting` has not been started. */
export interface Child {
  status: 'waiting' | 'running' | 'succeeded' | 'failed';
  thread: Thread | undefined;
  output: JsonValue;
  fiber: Fiber | undefined;
}

/** The branches or iterations of one attempt at a Parallel or Map state. A redrive takes up those that did not succeed. */
export interface Region {
  readonly children: readonly Child[];
}

export function newRegion(size: number): Region {
  return {
    children: Array.from({ length: size }, () => ({
      status: 'waiting',
      thread: undefined,
      output: null,
      fiber: undefined,
    })),
  };
}

/** What Parallel and Map do differently. Each writes its own events; `ended` returns the id that the next event follows. */
export interface RegionKind {
  readonly concurrency: number;
  begin(index: number): Thread;
  started(index: number, thread: Thread, previousEventId: number): void;
  succeeded(index: number, thread: Thread): number;
  failed(index: number, previousEventId: number): void;
  aborted(index: number, previousEventId: number): void;
}

type Message = { index: number; output: JsonValue } | { index: number; thrown: unknown };

/**
 * Runs the children, at most so many at a time, and returns their outputs in order. If one fails the others are
 * aborted: their tokens close and whatever they still get is ignored.
 */
export function* runRegion(run: Run, parent: Thread, region: Region, kind: RegionKind): Steps<JsonValue[]> {
  const { children } = region;
  const mailbox = newMailbox<Message>();
  let previous = parent.lastEventId;
  let unfinished = children.filter((child) => child.status !== 'succeeded').length;
  let running = 0;
  let nextIndex = 0;

  const startSome = (): void => {
    const starting: { index: number; child: Child; thread: Thread }[] = [];
    for (; nextIndex < children.length && running < kind.concurrency; nextIndex++) {
      const child = children[nextIndex] as Child;
      if (child.status === 'succeeded') continue;
      const again = child.thread !== undefined;
      const thread = child.thread ?? kind.begin(nextIndex);
      thread.resuming = again;
      child.thread = thread;
      child.status = 'running';
      running++;
      kind.started(nextIndex, thread, previous);
      starting.push({ index: nextIndex, child, thread });
    }
    for (const { index, child, thread } of starting) {
      child.fiber = drive(
        run.runThread(run, thread),
        (output) => mailbox.post({ index, output }),
        (thrown) => mailbox.post({ index, thrown }),
      );
    }
  };

  try {
    while (unfinished > 0) {
      startSome();
      const message = yield* mailbox.receive();
      const child = children[message.index] as Child;
      const thread = child.thread as Thread;
      child.fiber = undefined;
      running--;
      if ('thrown' in message) {
        child.status = 'failed';
        const failure = asFailure(run, thread, message.thrown);
        if (!failure.facts.terminal) {
          stopOthers(region);
          abort(run, parent, region, kind, message.index);
        }
        throw failure;
      }
      child.status = 'succeeded';
      child.output = message.output;
      unfinished--;
      parent.lastEventId = kind.succeeded(message.index, thread);
      previous = thread.lastEventId;
    }
    return children.map((child) => child.output);
  } finally {
    stopOthers(region);
  }
}

function stopOthers({ children }: Region): void {
  for (const child of children) {
    child.fiber?.cancel();
    child.fiber = undefined;
  }
}

/** Writes the events of a failure: the failed child's, then for each other that ran its own. All follow the last event of the failed one. */
function abort(run: Run, parent: Thread, region: Region, kind: RegionKind, failedIndex: number): void {
  const failed = region.children[failedIndex]?.thread as Thread;
  const previous = failed.lastEventId;
  parent.lastEventId = previous;
  kind.failed(failedIndex, previous);
  abortState(run, failed, previous);
  for (const [index, child] of region.children.entries()) {
    if (child.status !== 'running' || child.thread === undefined) continue;
    kind.aborted(index, previous);
    abortState(run, child.thread, previous);
  }
}

/** A state that was entered and will not be exited. Only four types have an event for it. */
function abortState(run: Run, thread: Thread, previous: number): void {
  const state = thread.scope.states.get(thread.stateName);
  // A Parallel or Map that has failed has said so already; a Task says it of the attempt, not of the state.
  if (thread.stateFailed && state?.type !== 'Task') return;
  if (state?.type === 'Map' || state?.type === 'Parallel') {
    for (const [index, child] of thread.region?.children.entries() ?? []) {
      if (child.status !== 'running' || child.thread === undefined) continue;
      if (state.type === 'Map')
        run.history.add('MapIterationAborted', previous, 'mapIterationAbortedEventDetails', {
          name: state.name,
          index,
        });
      abortState(run, child.thread, previous);
    }
  }
  if (state?.type === 'Task' || state?.type === 'Wait' || state?.type === 'Map' || state?.type === 'Parallel') {
    run.history.add(`${state.type}StateAborted`, previous);
  }
}

/** Whether a failed attempt left anything that a redrive could take up. After a result that was too large everything runs again. */
export function canBeResumed(thrown: unknown): boolean {
  return !(thrown instanceof StateFailure && thrown.facts.error === 'States.DataLimitExceeded');
}
