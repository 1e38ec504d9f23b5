import jsonata from 'jsonata';
import { analyse, type StatesMember } from './analysis.ts';
import { QueryFailure } from './errors.ts';
import { addFunctions, hostBinding } from './functions.ts';
import type { Host } from './host.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { Reading } from './refusals.ts';

export type Variables = { readonly [name: string]: JsonValue };

/** What an expression can see. */
export interface Bindings {
  readonly input: JsonValue;
  readonly result?: JsonValue;
  readonly errorOutput?: JsonValue;
  /** `$states.context`, made only when it is asked for. */
  readonly context: () => JsonObject;
  readonly variables: Variables;
  readonly host: Pick<Host, 'now' | 'random' | 'uuid'>;
}

/** The value, now if the expression is a plain path, else after some microtasks. Fails with QueryFailure. */
export type Evaluate = (bindings: Bindings) => JsonValue | Promise<JsonValue>;

/** How deep an expression may nest its calls. AWS ends deep recursion too; at which depth is not documented. */
const deepest = 500;

/** The text between `{%` and `%}`; undefined for an ordinary string. The marks must be the whole string. */
export function expressionText(text: string): string | undefined {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4 ? text.slice(2, -2).trim() : undefined;
}

/** An operator that the engine here knows and Step Functions' does not: both came with JSONata 2.1. */
function newerOperator(text: string): '??' | '?:' | undefined {
  const code = text.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\/\*[\s\S]*?\*\//g, '""');
  const found = /\?\?|\?:/.exec(code)?.[0];
  return found as '??' | '?:' | undefined;
}

/**
 * Compiles one expression. `path` is where it stands in the definition, `field` is how causes name it
 * (`Arguments/Payload/job`), `allowed` are the members of $states that the field has.
 */
export function compileExpression(
  reading: Reading,
  text: string,
  path: string,
  field: string,
  allowed: ReadonlySet<StatesMember>,
): Evaluate {
  let compiled: jsonata.Expression;
  try {
    compiled = jsonata(text, { stack: deepest });
  } catch (error) {
    reading.refuse(path, `{% ${text} %}`, `is not JSONata: ${messageOf(error)}`);
    return () => null;
  }
  const newer = newerOperator(text);
  if (newer !== undefined) {
    reading.refuse(
      path,
      newer,
      'is JSONata of a later version than the 2.0.6 of Step Functions: write it out with ? and :',
    );
  }
  const { variables, refusals } = analyse(compiled.ast(), allowed);
  for (const { what, why } of refusals) reading.refuse(path, what, why);
  addFunctions(compiled, variables);

  const sentence = `The JSONata expression '${text}' specified for the field '${field}'`;
  const byEngine = engine(compiled, sentence, field);
  const plain = plainPath(text);
  if (plain === undefined) return byEngine;
  return (bindings) => {
    const value = walk(rootOf(plain, bindings), plain.steps);
    if (value === undefined) throw nothing(sentence, field);
    return value === needsEngine ? byEngine(bindings) : value;
  };
}

function nothing(sentence: string, field: string): QueryFailure {
  return new QueryFailure(`${sentence} returned nothing (undefined).`, field);
}

function engine(compiled: jsonata.Expression, sentence: string, field: string): Evaluate {
  return async (bindings) => {
    let result: unknown;
    try {
      const { input, result: ofTask, errorOutput } = bindings;
      const states = { input, context: bindings.context(), result: ofTask, errorOutput };
      result = await compiled.evaluate(undefined, { ...bindings.variables, states, [hostBinding]: bindings.host });
    } catch (error) {
      throw new QueryFailure(`${sentence} threw an error during evaluation${separated(error)}`, field);
    }
    if (result === undefined) throw nothing(sentence, field);
    const value = asJson(result);
    if (value === undefined) throw new QueryFailure(`${sentence} returned an unsupported result type.`, field);
    return value;
  };
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}

/** AWS puts a full stop before JSONata's own coded messages and a colon before any other. */
function separated(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return code === '' ? `: ${messageOf(error)}` : `. ${code}: ${messageOf(error)}`;
}

/** The engine's result as plain JSON: its sequences become arrays, members without a value go. Functions are not JSON. */
function asJson(value: unknown): JsonValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) {
    const items: JsonValue[] = [];
    for (const item of value) {
      const json = asJson(item);
      if (json === undefined) return undefined;
      items.push(json);
    }
    return items;
  }
  if (typeof value !== 'object' || '_jsonata_function' in (value as object) || '_jsonata_lambda' in (value as object))
    return undefined;
  const object: JsonObject = {};
  for (const [key, member] of Object.entries(value as object)) {
    if (member === undefined) continue;
    const json = asJson(member);
    if (json === undefined) return undefined;
    object[key] = json;
  }
  return object;
}

interface PlainPath {
  readonly root: StatesMember | { readonly variable: string };
  readonly steps: readonly string[];
}

const identifier = '[A-Za-z_][A-Za-z0-9_]*';
const plainSyntax = new RegExp(`^\\$(${identifier})((?:\\.${identifier})*)$`);
/** Words that mean something else where JSONata expects a value. */
const words = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function']);

/** Reads `$states.input.a.b` and `$name.a`; anything else is for the engine. */
function plainPath(text: string): PlainPath | undefined {
  const match = plainSyntax.exec(text);
  if (match === null) return undefined;
  const [root, ...steps] = `${match[1]}${match[2]}`.split('.') as [string, ...string[]];
  if (steps.some((step) => words.has(step))) return undefined;
  if (root !== 'states') return { root: { variable: root }, steps };
  const [member, ...rest] = steps;
  if (member !== 'input' && member !== 'context' && member !== 'result' && member !== 'errorOutput') return undefined;
  return { root: member, steps: rest };
}

function rootOf({ root }: PlainPath, bindings: Bindings): JsonValue | undefined {
  if (typeof root === 'object') {
    return Object.hasOwn(bindings.variables, root.variable) ? bindings.variables[root.variable] : undefined;
  }
  return root === 'context' ? bindings.context() : bindings[root];
}

const needsEngine = Symbol('an array on the way, which JSONata maps over');

function walk(from: JsonValue | undefined, steps: readonly string[]): JsonValue | undefined | typeof needsEngine {
  let value = from;
  for (const step of steps) {
    if (Array.isArray(value)) return needsEngine;
    if (!isObject(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}
