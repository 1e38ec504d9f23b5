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

/**
 * Checks that all that the request's expressions mention is given, and that nothing is given that none mentions.
 * `expressions` are the parsed ones under their parameters' names.
 */
export function placeholdersOf(
  given: Given,
  expressions: Readonly<Record<string, Parsed<unknown> | undefined>>,
): Placeholders {
  const names = given.ExpressionAttributeNames ?? {};
  const values = Object.fromEntries(
    Object.entries(given.ExpressionAttributeValues ?? {}).map(([placeholder, value]) => [
      placeholder,
      checked(placeholder, value),
    ]),
  );
  const usedNames = new Set<string>();
  const usedValues = new Set<string>();
  let any = false;
  for (const [kind, parsed] of Object.entries(expressions)) {
    if (parsed === undefined) continue;
    any = true;
    for (const name of parsed.names) {
      usedNames.add(name);
      if (names[name] === undefined) {
        refuse(
          `Invalid ${kind}: An expression attribute name used in the document path is not defined; attribute name: ${name}`,
        );
      }
    }
    for (const value of parsed.values) {
      usedValues.add(value);
      if (values[value] === undefined) {
        refuse(
          `Invalid ${kind}: An expression attribute value used in expression is not defined; attribute value: ${value}`,
        );
      }
    }
  }
  refuseUnused('ExpressionAttributeNames', given.ExpressionAttributeNames, usedNames, any);
  refuseUnused('ExpressionAttributeValues', given.ExpressionAttributeValues, usedValues, any);

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
  given: object | undefined,
  used: ReadonlySet<string>,
  anyExpression: boolean,
): void {
  if (given === undefined) return;
  if (!anyExpression) refuse(`${kind} can only be specified when using expressions`);
  const keys = Object.keys(given);
  if (keys.length === 0) refuse(`${kind} must not be empty`);
  const unused = keys.filter((key) => !used.has(key));
  if (unused.length > 0) refuse(`Value provided in ${kind} unused in expressions: keys: {${unused.join(', ')}}`);
}
