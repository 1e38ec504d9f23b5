import { StateFailure } from '../errors.ts';
import type { Evaluate } from '../expression.ts';
import { onlyFields } from '../fields.ts';
import type { JsonObject } from '../json.ts';
import type { Reading } from '../refusals.ts';
import { type Steps, settled } from '../steps.ts';
import { compileTyped, ofInput } from '../template.ts';
import { bindings, enter, type Run, type Step, type Thread } from '../thread.ts';

/** Fail: ends its scope with an error. It has no exited event. */
export interface FailState {
  readonly type: 'Fail';
  readonly name: string;
  readonly error?: Evaluate;
  readonly cause?: Evaluate;
}

export function readFail(reading: Reading, name: string, source: JsonObject, path: string): FailState {
  onlyFields(reading, source, path, ['Type', 'Comment', 'QueryLanguage', 'Error', 'Cause']);
  const text = (field: 'Error' | 'Cause'): Evaluate =>
    compileTyped(reading, source[field], { path: `${path}/${field}`, field, allowed: ofInput }, 'string');
  return {
    type: 'Fail',
    name,
    ...(source.Error !== undefined && { error: text('Error') }),
    ...(source.Cause !== undefined && { cause: text('Cause') }),
  };
}

export function* runFail(run: Run, thread: Thread, state: FailState): Steps<Step> {
  enter(run, thread, state);
  const given = bindings(run, thread);
  const error = state.error === undefined ? undefined : ((yield* settled(state.error(given))) as string);
  const cause = state.cause === undefined ? undefined : ((yield* settled(state.cause(given))) as string);
  throw new StateFailure({ error, cause });
}
