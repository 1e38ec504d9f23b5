import type { JsonObject } from '../json.ts';
import type { State, StateScope } from '../machine.ts';
import type { Reading } from '../refusals.ts';
import type { Steps } from '../steps.ts';
import type { Run, Step, Thread } from '../thread.ts';
import { readChoice, runChoice } from './choice.ts';
import { readFail, runFail } from './fail.ts';
import { readMap, runMap } from './map.ts';
import { readParallel, runParallel } from './parallel.ts';
import { readPass, runPass } from './pass.ts';
import { readSucceed, runSucceed } from './succeed.ts';
import { readTask, runTask } from './task.ts';
import { readWait, runWait } from './wait.ts';

type Reader = (
  reading: Reading,
  name: string,
  source: JsonObject,
  path: string,
  readScope: (source: unknown, path: string) => StateScope,
) => State;

/** How each type of state is read from a definition. */
export const readers: { readonly [Type in State['type']]: Reader } = {
  Task: readTask,
  Pass: readPass,
  Choice: readChoice,
  Wait: readWait,
  Succeed: readSucceed,
  Fail: readFail,
  Parallel: readParallel,
  Map: readMap,
};

export function runState(run: Run, thread: Thread, state: State): Steps<Step> {
  switch (state.type) {
    case 'Task':
      return runTask(run, thread, state);
    case 'Pass':
      return runPass(run, thread, state);
    case 'Choice':
      return runChoice(run, thread, state);
    case 'Wait':
      return runWait(run, thread, state);
    case 'Succeed':
      return runSucceed(run, thread, state);
    case 'Fail':
      return runFail(run, thread, state);
    case 'Parallel':
      return runParallel(run, thread, state);
    case 'Map':
      return runMap(run, thread, state);
  }
}
