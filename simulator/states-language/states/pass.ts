import { onlyFields, readNext, readOutputAndAssign } from '../fields.ts';
import type { JsonObject } from '../json.ts';
import type { Transition } from '../machine.ts';
import type { Reading } from '../refusals.ts';
import type { Steps } from '../steps.ts';
import { ofInput } from '../template.ts';
import { bindings, enter, leave, type Run, type Step, type Thread } from '../thread.ts';

/** Pass: puts out its input, or its Output. */
export interface PassState extends Transition {
  readonly type: 'Pass';
  readonly name: string;
}

export function readPass(reading: Reading, name: string, source: JsonObject, path: string): PassState {
  onlyFields(reading, source, path, ['Type', 'Comment', 'QueryLanguage', 'Output', 'Assign', 'Next', 'End']);
  return {
    type: 'Pass',
    name,
    ...readOutputAndAssign(reading, source, path, '', ofInput),
    ...readNext(reading, source, path),
  };
}

export function* runPass(run: Run, thread: Thread, state: PassState): Steps<Step> {
  enter(run, thread, state);
  return yield* leave(run, thread, state, state, bindings(run, thread), thread.input);
}
