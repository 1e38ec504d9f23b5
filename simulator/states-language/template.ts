import type { StatesMember } from './analysis.ts';
import { QueryFailure } from './errors.ts';
import { type Bindings, compileExpression, type Evaluate, expressionText } from './expression.ts';
import { isObject, type JsonObject, type JsonTypeName, type JsonValue, typeName } from './json.ts';
import type { Reading } from './refusals.ts';

/** Where a template stands: in the definition, and as causes name it; and what of $states it sees. */
export interface Place {
  readonly path: string;
  readonly field: string;
  readonly allowed: ReadonlySet<StatesMember>;
}

export const ofInput: ReadonlySet<StatesMember> = new Set(['input', 'context']);
export const ofResult: ReadonlySet<StatesMember> = new Set(['input', 'context', 'result']);
export const ofError: ReadonlySet<StatesMember> = new Set(['input', 'context', 'errorOutput']);

/** Compiles any JSON in which strings may be expressions. JSON without expressions is returned as it is. */
export function compileTemplate(reading: Reading, source: unknown, place: Place): Evaluate {
  if (!hasExpressions(source)) {
    const constant = source as JsonValue;
    return () => constant;
  }
  if (typeof source === 'string') {
    return compileExpression(reading, expressionText(source) ?? '', place.path, place.field, place.allowed);
  }
  if (Array.isArray(source)) {
    const items = source.map((item, index) =>
      compileTemplate(reading, item, { ...place, path: `${place.path}[${index}]`, field: `${place.field}[${index}]` }),
    );
    return (bindings) => evaluateAll(items, bindings);
  }
  const members = Object.entries(source as JsonObject);
  const keys = members.map(([key]) => key);
  const values = members.map(([key, member]) =>
    compileTemplate(reading, member, { ...place, path: `${place.path}/${key}`, field: `${place.field}/${key}` }),
  );
  const assemble = (evaluated: JsonValue[]): JsonObject => {
    const object: JsonObject = {};
    for (let index = 0; index < keys.length; index++) object[keys[index] as string] = evaluated[index] as JsonValue;
    return object;
  };
  return (bindings) => {
    const evaluated = evaluateAll(values, bindings);
    return evaluated instanceof Promise ? evaluated.then(assemble) : assemble(evaluated);
  };
}

function hasExpressions(source: unknown): boolean {
  if (typeof source === 'string') return expressionText(source) !== undefined;
  if (Array.isArray(source)) return source.some(hasExpressions);
  return isObject(source) && Object.values(source).some(hasExpressions);
}

/** One after the other, so that of several failures the first in the definition is reported. */
function evaluateAll(parts: readonly Evaluate[], bindings: Bindings): JsonValue[] | Promise<JsonValue[]> {
  const values: JsonValue[] = [];
  for (const part of parts) {
    const value = part(bindings);
    if (value instanceof Promise) return evaluateRest(parts, bindings, values, value);
    values.push(value);
  }
  return values;
}

async function evaluateRest(
  parts: readonly Evaluate[],
  bindings: Bindings,
  values: JsonValue[],
  next: Promise<JsonValue>,
): Promise<JsonValue[]> {
  values.push(await next);
  for (const part of parts.slice(values.length)) values.push(await part(bindings));
  return values;
}

/** A field that must have one type: a literal of that type, or an expression whose result is checked. */
export function compileTyped(reading: Reading, source: unknown, place: Place, expected: JsonTypeName): Evaluate {
  const text = typeof source === 'string' ? expressionText(source) : undefined;
  if (text === undefined) {
    // A literal array may hold expressions; any other literal has to be of the type itself.
    if (source === undefined || typeName(source as JsonValue) !== expected) {
      reading.refuse(
        place.path,
        JSON.stringify(source),
        `must be of type ${expected}, or an expression in {% %} that gives one`,
      );
      return () => null;
    }
    return compileTemplate(reading, source, place);
  }
  const evaluate = compileExpression(reading, text, place.path, place.field, place.allowed);
  const checked = (value: JsonValue): JsonValue => {
    if (typeName(value) === expected) return value;
    throw unexpected(text, place.field, expected, value);
  };
  return (bindings) => {
    const value = evaluate(bindings);
    return value instanceof Promise ? value.then(checked) : checked(value);
  };
}

function unexpected(text: string, field: string, expected: string, value: JsonValue): QueryFailure {
  return new QueryFailure(
    `The JSONata expression '${text}' specified for the field '${field}' returned an unexpected result type. ` +
      `Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`,
    field,
  );
}

/** A whole number within bounds: checked at once if it is a literal, else when it is evaluated. */
export function compileInteger(
  reading: Reading,
  source: unknown,
  place: Place,
  bounds: { readonly least: number; readonly most: number },
): Evaluate {
  const within = (value: JsonValue): boolean =>
    Number.isInteger(value) && (value as number) >= bounds.least && (value as number) <= bounds.most;
  const wanted = `a whole number from ${bounds.least} to ${bounds.most}`;
  if (typeof source === 'number' && !within(source)) reading.refuse(place.path, String(source), `must be ${wanted}`);
  const evaluate = compileTyped(reading, source, place, 'number');
  const checked = (value: JsonValue): JsonValue => {
    if (within(value)) return value;
    throw new QueryFailure(
      `The value of the field '${place.field}' must be ${wanted}, but was: ${JSON.stringify(value)}`,
      place.field,
    );
  };
  return (bindings) => {
    const value = evaluate(bindings);
    return value instanceof Promise ? value.then(checked) : checked(value);
  };
}
