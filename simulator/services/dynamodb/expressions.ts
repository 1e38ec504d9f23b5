import { parseCondition, parseProjection } from './expression/condition.ts';
import { checkOperands } from './expression/evaluate.ts';
import { type Placeholders, placeholdersOf } from './expression/placeholders.ts';
import type { Condition, Parsed, Path, Update } from './expression/syntax.ts';
import { parseUpdate } from './expression/update.ts';
import type { Value } from './value.ts';

/** The parameters of a request that hold expressions, and what they mention. */
export interface ExpressionParameters {
  readonly ConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly ProjectionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, Value>>;
}

export interface Expressions {
  readonly condition: Condition | undefined;
  readonly filter: Condition | undefined;
  readonly keyCondition: Condition | undefined;
  readonly projection: readonly Path[] | undefined;
  readonly update: Update | undefined;
  readonly given: Placeholders;
}

/** Parses a request's expressions; each text is parsed once. */
export type ReadExpressions = (parameters: ExpressionParameters) => Expressions;

type Cache = Map<string, Parsed<unknown>>;

export function expressionReader(): ReadExpressions {
  const cache: Cache = new Map();
  return (parameters) => {
    const condition = once(cache, 'ConditionExpression', parameters.ConditionExpression, parseCondition);
    const filter = once(cache, 'FilterExpression', parameters.FilterExpression, parseCondition);
    const keyCondition = once(cache, 'KeyConditionExpression', parameters.KeyConditionExpression, parseCondition);
    const projection = once(cache, 'ProjectionExpression', parameters.ProjectionExpression, (_, text) =>
      parseProjection(text),
    );
    const update = once(cache, 'UpdateExpression', parameters.UpdateExpression, (_, text) => parseUpdate(text));
    const given = placeholdersOf(parameters, {
      ConditionExpression: condition,
      FilterExpression: filter,
      KeyConditionExpression: keyCondition,
      ProjectionExpression: projection,
      UpdateExpression: update,
    });
    if (condition !== undefined) checkOperands('ConditionExpression', condition.tree, given);
    if (filter !== undefined) checkOperands('FilterExpression', filter.tree, given);
    if (keyCondition !== undefined) checkOperands('KeyConditionExpression', keyCondition.tree, given);
    return {
      condition: condition?.tree,
      filter: filter?.tree,
      keyCondition: keyCondition?.tree,
      projection: projection?.tree,
      update: update?.tree,
      given,
    };
  };
}

function once<Tree>(
  cache: Cache,
  kind: string,
  text: string | undefined,
  parse: (kind: string, text: string) => Parsed<Tree>,
): Parsed<Tree> | undefined {
  if (text === undefined || text === null) return undefined;
  const key = `${kind} ${text}`;
  let parsed = cache.get(key) as Parsed<Tree> | undefined;
  if (parsed === undefined) {
    parsed = parse(kind, text);
    cache.set(key, parsed);
  }
  return parsed;
}
