import { onlyFields, readOutputAndAssign } from '../fields.ts';
import type { JsonObject } from '../json.ts';
import type { Transition } from '../machine.ts';
import type { Reading } from '../refusals.ts';
import type { Steps } from '../steps.ts';
import { ofInput } from '../template.ts';
import { bindings, enter, leave, type Run, type Step, type Thread } from '../thread.ts';

/** Succeed: ends its scope with its input, or its Output. */
export interface SucceedState extends Transition {
  readonly type: 'Succeed';
  readonly name: string;
}

export function readSucceed(reading: Reading, name: string, source: JsonObject, path: string): SucceedState {
  onlyFields(reading, source, path, ['Type', 'Comment', 'QueryLanguage', 'Output']);
  return { type: 'Succeed', name, ...readOutputAndAssign(reading, source, path, '', ofInput) };
}

export function* runSucceed(run: Run, thread: Thread, state: SucceedState): Steps<Step> {
  enter(run, thread, state);
  return yield* leave(run, thread, state, state, bindings(run, thread), thread.input);
}
