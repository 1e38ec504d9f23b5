import { isObject, type JsonObject } from './json.ts';
import { nameCharacters } from './limits.ts';
import type { Transition } from './machine.ts';
import type { Reading } from './refusals.ts';
import { compileTemplate, type Place } from './template.ts';

const jsonPath = 'belongs to JSONPath; only JSONata is supported';
const distributed = 'belongs to the Distributed Map; only Map in INLINE mode is supported';

/** Fields that Step Functions knows and this interpreter does not run, each with the reason. */
const knownButRefused: { readonly [field: string]: string } = {
  InputPath: `${jsonPath}: use Arguments`,
  OutputPath: `${jsonPath}: use Output`,
  ResultPath: `${jsonPath}: use Output or Assign`,
  ResultSelector: `${jsonPath}: use Output`,
  Parameters: `${jsonPath}: use Arguments, in a Map ItemSelector`,
  Result: `${jsonPath}: use Output`,
  ItemsPath: `${jsonPath}: use Items`,
  SecondsPath: `${jsonPath}: use Seconds with an expression`,
  TimestampPath: `${jsonPath}: use Timestamp with an expression`,
  TimeoutSecondsPath: `${jsonPath}: use TimeoutSeconds with an expression`,
  HeartbeatSecondsPath: `${jsonPath}: use HeartbeatSeconds with an expression`,
  MaxConcurrencyPath: `${jsonPath}: use MaxConcurrency with an expression`,
  ErrorPath: `${jsonPath}: use Error with an expression`,
  CausePath: `${jsonPath}: use Cause with an expression`,
  Variable: `${jsonPath}: use Condition`,
  And: `${jsonPath}: use Condition`,
  Or: `${jsonPath}: use Condition`,
  Not: `${jsonPath}: use Condition`,
  Iterator: 'is the old name of ItemProcessor: use that',
  ItemReader: distributed,
  ItemBatcher: distributed,
  ResultWriter: distributed,
  ToleratedFailureCount: distributed,
  ToleratedFailureCountPath: distributed,
  ToleratedFailurePercentage: distributed,
  ToleratedFailurePercentagePath: distributed,
  Label: distributed,
  Credentials: 'calls into other accounts are not modelled',
};

/** Refuses every field that is not among the allowed ones. */
export function onlyFields(reading: Reading, source: JsonObject, path: string, allowed: readonly string[]): void {
  for (const field of Object.keys(source)) {
    if (allowed.includes(field)) continue;
    reading.refuse(
      path,
      field,
      knownButRefused[field] ?? `is not a field of this part of the language; it takes ${allowed.join(', ')}`,
    );
  }
}

/** An object at that place, or an empty one with a refusal. */
export function objectAt(reading: Reading, source: unknown, path: string): JsonObject {
  if (isObject(source)) return source;
  reading.refuse(path, source === undefined ? 'nothing' : JSON.stringify(source), 'must be an object');
  return {};
}

/** A non-empty list at that place, or an empty one with a refusal. */
export function listAt(reading: Reading, source: unknown, path: string): unknown[] {
  if (Array.isArray(source) && source.length > 0) return source;
  reading.refuse(
    path,
    source === undefined ? 'nothing' : JSON.stringify(source),
    'must be a list with at least one entry',
  );
  return [];
}

export function stringAt(reading: Reading, source: unknown, path: string): string {
  if (typeof source === 'string') return source;
  reading.refuse(path, source === undefined ? 'nothing' : JSON.stringify(source), 'must be a string');
  return '';
}

/** Output and Assign of a state, of a Choice rule or of a Catch. `prefix` is how causes name the place, `Choices[0]/`. */
export function readOutputAndAssign(
  reading: Reading,
  source: JsonObject,
  path: string,
  prefix: string,
  allowed: Place['allowed'],
): Pick<Transition, 'output' | 'assign'> {
  return {
    ...(source.Output !== undefined && {
      output: compileTemplate(reading, source.Output, { path: `${path}/Output`, field: `${prefix}Output`, allowed }),
    }),
    ...(source.Assign !== undefined && {
      assign: readAssign(reading, source.Assign, `${path}/Assign`, `${prefix}Assign`, allowed),
    }),
  };
}

const variableName = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;

function readAssign(
  reading: Reading,
  source: unknown,
  path: string,
  field: string,
  allowed: Place['allowed'],
): NonNullable<Transition['assign']> {
  const assign = objectAt(reading, source, path);
  for (const name of Object.keys(assign)) {
    if (name === 'states') reading.refuse(path, name, 'is reserved; give the variable another name');
    else if (name.length > nameCharacters)
      reading.refuse(path, name, `a variable's name has at most ${nameCharacters} characters`);
    else if (!variableName.test(name))
      reading.refuse(path, name, 'is not a variable name: a letter first, then letters, digits and _');
  }
  return compileTemplate(reading, assign, { path, field, allowed });
}

/** Next or End of a state that goes on. */
export function readNext(reading: Reading, source: JsonObject, path: string): Pick<Transition, 'next'> {
  if (source.End !== undefined && typeof source.End !== 'boolean')
    reading.refuse(`${path}/End`, JSON.stringify(source.End), 'must be true or false');
  if (source.End === true && source.Next !== undefined) reading.refuse(path, 'Next and End', 'exclude each other');
  if (source.Next !== undefined) return { next: stringAt(reading, source.Next, `${path}/Next`) };
  if (source.End !== true) reading.refuse(path, 'Next', 'is missing: name the next state, or say "End": true');
  return {};
}
