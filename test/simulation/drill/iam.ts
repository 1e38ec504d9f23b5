/**
 * What an identity's policies say of one call, for the parts of IAM's language that the packaged roles use. A part that
 * they do not use is refused by name, so that nothing is taken for a refusal that was not understood.
 */

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** One call: an action, the ARN of what it is done to, and the condition keys that AWS would know. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

export type Decision = 'allowed' | 'refused' | 'refused by a Deny';

export function decide(statements: readonly Statement[], request: Request): Decision {
  const fitting = statements.filter((statement) => fits(statement, request));
  if (fitting.some(({ Effect }) => Effect === 'Deny')) return 'refused by a Deny';
  return fitting.some(({ Effect }) => Effect === 'Allow') ? 'allowed' : 'refused';
}

const known = ['Sid', 'Effect', 'Action', 'Resource', 'Condition'];

function fits(statement: Statement, { action, resource, context = {} }: Request): boolean {
  const odd = Object.keys(statement).find((key) => !known.includes(key));
  if (odd !== undefined) throw new Error(`This evaluator does not know ${odd} of a statement.`);
  return (
    list(statement.Action).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase())) &&
    list(statement.Resource).some((pattern) => like(pattern, resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, context[key], list(wanted))),
    )
  );
}

function holds(operator: string, value: string | undefined, wanted: readonly string[]): boolean {
  if (operator === 'Null') return wanted.includes(String(value === undefined));
  if (operator === 'StringEquals') return value !== undefined && wanted.includes(value);
  // ArnEquals and ArnLike are the same: both know wildcards.
  if (operator === 'ArnEquals' || operator === 'ArnLike') {
    return value !== undefined && wanted.some((pattern) => like(pattern, value));
  }
  throw new Error(`This evaluator does not know the condition operator ${operator}.`);
}

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/** `*` is any text, `?` any one character. */
function like(pattern: string, text: string): boolean {
  const source = pattern
    .split('')
    .map((letter) => (letter === '*' ? '.*' : letter === '?' ? '.' : letter.replace(/[\\^$.+()[\]{}|]/, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`, 's').test(text);
}
