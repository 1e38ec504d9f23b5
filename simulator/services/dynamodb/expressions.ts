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

/** What a request without expressions is read as. */
const none: Expressions = {
  condition: undefined,
  filter: undefined,
  keyCondition: undefined,
  projection: undefined,
  update: undefined,
  given: placeholdersOf({}, {}),
};

export function expressionReader(): ReadExpressions {
  const readCondition = once((text) => parseCondition('ConditionExpression', text));
  const readFilter = once((text) => parseCondition('FilterExpression', text));
  const readKeyCondition = once((text) => parseCondition('KeyConditionExpression', text));
  const readProjection = once(parseProjection);
  const readUpdate = once(parseUpdate);
  return (parameters) => {
    const condition = readCondition(parameters.ConditionExpression);
    const filter = readFilter(parameters.FilterExpression);
    const keyCondition = readKeyCondition(parameters.KeyConditionExpression);
    const projection = readProjection(parameters.ProjectionExpression);
    const update = readUpdate(parameters.UpdateExpression);
    if (!hasAny(parameters, condition ?? filter ?? keyCondition ?? projection ?? update)) return none;
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

function hasAny(parameters: ExpressionParameters, parsed: Parsed<unknown> | undefined): boolean {
  return (
    parsed !== undefined ||
    parameters.ExpressionAttributeNames !== undefined ||
    parameters.ExpressionAttributeValues !== undefined
  );
}

/** Parses each text once. */
function once<Tree>(parse: (text: string) => Parsed<Tree>): (text: string | undefined) => Parsed<Tree> | undefined {
  const cache = new Map<string, Parsed<Tree>>();
  return (text) => {
    if (text === undefined || text === null) return undefined;
    let parsed = cache.get(text);
    if (parsed === undefined) {
      parsed = parse(text);
      cache.set(text, parsed);
    }
    return parsed;
  };
}
