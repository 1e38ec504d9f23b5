/** What a parsed expression uses, and what in it Step Functions or this interpreter will not take. */
export interface Analysis {
  readonly variables: ReadonlySet<string>;
  readonly refusals: readonly { what: string; why: string }[];
}

/** The members of `$states`. Which of them there are depends on the field. */
export type StatesMember = 'input' | 'context' | 'result' | 'errorOutput';

type Node = { readonly [member: string]: unknown };

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !(value instanceof RegExp);
}

/** Steps of a path that ask the context, and how they are written. */
const askingContext: { readonly [type: string]: string | undefined } = {
  name: undefined,
  wildcard: '*',
  descendant: '**',
  parent: '%',
};

/** Parts of a node that are evaluated against what the node found, and not against the node's own context. */
const withOwnContext = new Set(['predicate', 'stages', 'group', 'terms', 'pattern', 'update', 'delete']);

/**
 * Walks the tree that the jsonata package parses. Step Functions evaluates expressions against nothing, so a name that
 * stands at the top level, and `$` and `$$`, can never have a value: AWS refuses such definitions, and so does this.
 */
export function analyse(tree: unknown, allowed: ReadonlySet<StatesMember>): Analysis {
  const variables = new Set<string>();
  const refusals: { what: string; why: string }[] = [];

  const variable = (name: string, top: boolean): void => {
    variables.add(name);
    if (name === '$') {
      refusals.push({
        what: '$$',
        why: 'there is no root document in Step Functions; begin with $states or a variable',
      });
    } else if (name === '' && top) {
      refusals.push({ what: '$', why: 'there is no context at the top level; begin with $states or a variable' });
    } else if (name === 'eval') {
      refusals.push({ what: '$eval', why: 'Step Functions does not have it; to read JSON use $parse' });
    }
  };

  const statesMember = (first: unknown, second: unknown): void => {
    if (!isNode(first) || first.type !== 'variable' || first.value !== 'states') return;
    if (!isNode(second) || second.type !== 'name' || allowed.has(String(second.value) as StatesMember)) return;
    const has = [...allowed].map((name) => `$states.${name}`).join(', ');
    refusals.push({ what: `$states.${String(second.value)}`, why: `this field has only ${has}` });
  };

  const walk = (node: unknown, top: boolean): void => {
    if (Array.isArray(node)) {
      for (const item of node) walk(item, top);
      return;
    }
    if (!isNode(node)) return;
    if (node.type === 'path' && Array.isArray(node.steps)) {
      const steps: unknown[] = node.steps;
      statesMember(steps[0], steps[1]);
      for (const [index, step] of steps.entries()) walk(step, top && index === 0);
      walk(node.group, false);
      return;
    }
    if (node.type === 'variable') variable(String(node.value), top);
    if (top && typeof node.type === 'string' && node.type in askingContext) {
      const text = askingContext[node.type] ?? String(node.value);
      refusals.push({
        what: text,
        why: `Reference to '${text}' at the top level is not supported; begin with $states or a variable`,
      });
    }
    for (const [member, value] of Object.entries(node)) {
      if (member !== 'value') walk(value, top && !withOwnContext.has(member));
    }
  };

  walk(tree, true);
  return { variables, refusals };
}
