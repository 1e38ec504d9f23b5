import { matches, type StateFailure } from './errors.ts';
import { listAt, objectAt, onlyFields, readOutputAndAssign, stringAt } from './fields.ts';
import type { Transition } from './machine.ts';
import type { Reading } from './refusals.ts';
import { readErrorEquals } from './retry.ts';
import { ofError } from './template.ts';

/** One entry of a Catch list. Without an Output the state puts out `$states.errorOutput`. */
export interface Catcher extends Transition {
  readonly errorEquals: readonly string[];
}

export function readCatch(reading: Reading, source: unknown, path: string): readonly Catcher[] {
  if (source === undefined) return [];
  const entries = listAt(reading, source, path);
  return entries.map((entry, index) => {
    const at = `${path}[${index}]`;
    const fields = objectAt(reading, entry, at);
    onlyFields(reading, fields, at, ['ErrorEquals', 'Next', 'Output', 'Assign', 'Comment']);
    return {
      errorEquals: readErrorEquals(reading, fields.ErrorEquals, at, index === entries.length - 1),
      next: stringAt(reading, fields.Next, `${at}/Next`),
      ...readOutputAndAssign(reading, fields, at, `Catch[${index}]/`, ofError),
    };
  });
}

export function findCatcher(catchers: readonly Catcher[], failure: StateFailure): Catcher | undefined {
  return catchers.find((catcher) => matches(catcher.errorEquals, failure));
}
