import { withRetryAndCatch } from '../attempts.ts';
import { type Catcher, readCatch } from '../catch.ts';
import type { Evaluate } from '../expression.ts';
import { listAt, onlyFields, readNext, readOutputAndAssign } from '../fields.ts';
import type { JsonObject } from '../json.ts';
import type { StateScope, Transition } from '../machine.ts';
import type { Reading } from '../refusals.ts';
import { canBeResumed, newRegion, type RegionKind, runRegion } from '../region.ts';
import { type Retrier, readRetry } from '../retry.ts';
import { type Steps, settled } from '../steps.ts';
import { compileTemplate, ofInput, ofResult } from '../template.ts';
import { bindings, enter, leave, newThread, type Run, type Step, type Thread, withinLimit } from '../thread.ts';

/** Parallel: all branches at once on the same input; the result is the list of their outputs. */
export interface ParallelState extends Transition {
  readonly type: 'Parallel';
  readonly name: string;
  readonly branches: readonly StateScope[];
  readonly arguments?: Evaluate;
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

const fields = [
  'Type',
  'Comment',
  'QueryLanguage',
  'Branches',
  'Arguments',
  'Output',
  'Assign',
  'Retry',
  'Catch',
  'Next',
  'End',
];

export function readParallel(
  reading: Reading,
  name: string,
  source: JsonObject,
  path: string,
  readScope: (source: unknown, path: string) => StateScope,
): ParallelState {
  onlyFields(reading, source, path, fields);
  const branches = listAt(reading, source.Branches, `${path}/Branches`);
  return {
    type: 'Parallel',
    name,
    branches: branches.map((branch, index) => readScope(branch, `${path}/Branches[${index}]`)),
    ...(source.Arguments !== undefined && {
      arguments: compileTemplate(reading, source.Arguments, {
        path: `${path}/Arguments`,
        field: 'Arguments',
        allowed: ofInput,
      }),
    }),
    retry: readRetry(reading, source.Retry, `${path}/Retry`),
    catch: readCatch(reading, source.Catch, `${path}/Catch`),
    ...readOutputAndAssign(reading, source, path, '', ofResult),
    ...readNext(reading, source, path),
  };
}

export function* runParallel(run: Run, thread: Thread, state: ParallelState): Steps<Step> {
  enter(run, thread, state);
  const givenUp = (): void => {
    thread.lastEventId = run.history.add('ParallelStateFailed', thread.lastEventId);
  };
  return yield* withRetryAndCatch(run, thread, state, () => attempt(run, thread, state), givenUp);
}

function* attempt(run: Run, thread: Thread, state: ParallelState): Steps<Step> {
  const input = state.arguments === undefined ? thread.input : yield* settled(state.arguments(bindings(run, thread)));
  withinLimit(state.name, input);
  const resumed = thread.resuming ? thread.region : undefined;
  thread.resuming = false;
  if (resumed === undefined) thread.lastEventId = run.history.add('ParallelStateStarted', thread.lastEventId);
  const region = resumed ?? newRegion(state.branches.length);
  thread.region = region;

  const kind: RegionKind = {
    concurrency: state.branches.length,
    begin: (index) =>
      newThread(state.branches[index] as StateScope, input, thread.variables, thread.lastEventId, thread.mapItem),
    started: (_index, branch, previous) => {
      branch.lastEventId = previous;
    },
    succeeded: (_index, branch) => branch.lastEventId,
    failed: () => {},
    aborted: () => {},
  };
  try {
    const result = yield* runRegion(run, thread, region, kind);
    run.history.add('ParallelStateSucceeded', thread.lastEventId);
    return yield* leave(run, thread, state, state, { ...bindings(run, thread), result }, result);
  } catch (thrown) {
    if (!canBeResumed(thrown)) thread.region = undefined;
    throw thrown;
  }
}
