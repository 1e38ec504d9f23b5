import { copied, refuse, type Value } from '../value.ts';
import type { Parsed, Path, Step } from './syntax.ts';

/** A path whose aliases have been put in: names and indexes. */
export type PlainPath = readonly (string | number)[];

/** What `#name` and `:value` stand for in one request. */
export interface Placeholders {
  path(path: Path): PlainPath;
  value(placeholder: string): Value;
}

interface Given {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, Value>> | undefined;
}

type Expressions = Readonly<Record<string, Parsed<unknown> | undefined>>;

/**
 * Checks that all that the request's expressions mention is given, and that nothing is given that none mentions.
 * `expressions` are the parsed ones under their parameters' names.
 */
export function placeholdersOf(given: Given, expressions: Expressions): Placeholders {
  const names = given.ExpressionAttributeNames ?? {};
  const values: Record<string, Value> = {};
  for (const placeholder in given.ExpressionAttributeValues) {
    values[placeholder] = checked(placeholder, given.ExpressionAttributeValues[placeholder] as Value);
  }
  let any = false;
  for (const kind in expressions) {
    const parsed = expressions[kind];
    if (parsed === undefined) continue;
    any = true;
    for (const name of parsed.names) {
      if (names[name] === undefined) {
        refuse(
          `Invalid ${kind}: An expression attribute name used in the document path is not defined; attribute name: ${name}`,
        );
      }
    }
    for (const value of parsed.values) {
      if (values[value] === undefined) {
        refuse(
          `Invalid ${kind}: An expression attribute value used in expression is not defined; attribute value: ${value}`,
        );
      }
    }
  }
  refuseUnused('ExpressionAttributeNames', given.ExpressionAttributeNames, 'names', expressions, any);
  refuseUnused('ExpressionAttributeValues', given.ExpressionAttributeValues, 'values', expressions, any);

  const plain = (step: Step): string | number =>
    'index' in step ? step.index : 'name' in step ? step.name : (names[step.alias] as string);
  return {
    path: (path) => path.map(plain),
    value: (placeholder) => values[placeholder] as Value,
  };
}

function checked(placeholder: string, value: Value): Value {
  try {
    return copied(value);
  } catch (error) {
    return refuse(
      `ExpressionAttributeValues contains invalid value: ${(error as Error).message} for key ${placeholder}`,
    );
  }
}

function refuseUnused(
  kind: string,
  given: Readonly<Record<string, unknown>> | undefined,
  of: 'names' | 'values',
  expressions: Expressions,
  anyExpression: boolean,
): void {
  if (given === undefined) return;
  if (!anyExpression) refuse(`${kind} can only be specified when using expressions`);
  let count = 0;
  let isUnused = false;
  for (const key in given) {
    count += 1;
    if (!isMentioned(expressions, of, key)) isUnused = true;
  }
  if (count === 0) refuse(`${kind} must not be empty`);
  if (isUnused) {
    const unused = Object.keys(given).filter((key) => !isMentioned(expressions, of, key));
    refuse(`Value provided in ${kind} unused in expressions: keys: {${unused.join(', ')}}`);
  }
}

function isMentioned(expressions: Expressions, of: 'names' | 'values', key: string): boolean {
  for (const kind in expressions) {
    if (expressions[kind]?.[of].includes(key) === true) return true;
  }
  return false;
}
