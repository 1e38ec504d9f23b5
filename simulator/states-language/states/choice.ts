import type { Evaluate } from '../expression.ts';
import { listAt, objectAt, onlyFields, readOutputAndAssign, stringAt } from '../fields.ts';
import type { JsonObject } from '../json.ts';
import type { Transition } from '../machine.ts';
import type { Reading } from '../refusals.ts';
import { type Steps, settled } from '../steps.ts';
import { compileTyped, ofInput } from '../template.ts';
import { bindings, enter, leave, type Run, runtimeFailure, type Step, type Thread } from '../thread.ts';

/** Choice: the first rule whose Condition is true decides, with its own Output and Assign; else Default, with the state's. */
export interface ChoiceState extends Transition {
  readonly type: 'Choice';
  readonly name: string;
  readonly choices: readonly (Transition & { readonly condition: Evaluate })[];
}

export function readChoice(reading: Reading, name: string, source: JsonObject, path: string): ChoiceState {
  onlyFields(reading, source, path, ['Type', 'Comment', 'QueryLanguage', 'Choices', 'Default', 'Output', 'Assign']);
  const choices = listAt(reading, source.Choices, `${path}/Choices`).map((entry, index) => {
    const at = `${path}/Choices[${index}]`;
    const field = `Choices[${index}]`;
    const rule = objectAt(reading, entry, at);
    onlyFields(reading, rule, at, ['Condition', 'Next', 'Output', 'Assign', 'Comment']);
    return {
      condition: compileTyped(
        reading,
        rule.Condition,
        { path: `${at}/Condition`, field: `${field}/Condition`, allowed: ofInput },
        'boolean',
      ),
      next: stringAt(reading, rule.Next, `${at}/Next`),
      ...readOutputAndAssign(reading, rule, at, `${field}/`, ofInput),
    };
  });
  return {
    type: 'Choice',
    name,
    choices,
    ...(source.Default !== undefined && { next: stringAt(reading, source.Default, `${path}/Default`) }),
    ...readOutputAndAssign(reading, source, path, '', ofInput),
  };
}

export function* runChoice(run: Run, thread: Thread, state: ChoiceState): Steps<Step> {
  enter(run, thread, state);
  const given = bindings(run, thread);
  for (const rule of state.choices) {
    if (yield* settled(rule.condition(given))) return yield* leave(run, thread, state, rule, given, thread.input);
  }
  if (state.next === undefined) {
    throw runtimeFailure(thread, 'Failed to transition out of the state. The state does not point to a next state.');
  }
  return yield* leave(run, thread, state, state, given, thread.input);
}
