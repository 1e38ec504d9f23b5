import { NotModelled } from '../../world/region.ts';

/** An event as rules see it: JSON. */
export type EventMembers = Readonly<Record<string, unknown>>;
export type Matcher = (event: EventMembers) => boolean;

type MatchOne = (value: unknown) => boolean;
/** One alternative of a leaf: how it judges a present value, and whether an absent member suits it. */
interface Alternative {
  readonly present: MatchOne;
  readonly absent: boolean;
}

/** Reads an event pattern. What is not modelled is refused now, not when an event comes. */
export function matcherOf(pattern: EventMembers, path = ''): Matcher {
  const members = Object.entries(pattern).map(([name, expected]) => {
    const here = path === '' ? name : `${path}.${name}`;
    if (name === '$or') throw new NotModelled('$or in an event pattern');
    if (Array.isArray(expected)) return { name, matches: leafOf(expected, here) };
    if (typeof expected !== 'object' || expected === null) {
      throw new Error(`The event pattern's ${here} must be a list of values or an object.`);
    }
    const inner = matcherOf(expected as EventMembers, here);
    const matches = (value: unknown) => inner(isMembers(value) ? value : {});
    return { name, matches };
  });
  return (event) => members.every(({ name, matches }) => matches(event[name]));
}

function isMembers(value: unknown): value is EventMembers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An event's list matches if any of its values does. */
function leafOf(expected: readonly unknown[], path: string): MatchOne {
  const alternatives = expected.map((one) => alternativeOf(one, path));
  return (value) =>
    alternatives.some(({ present, absent }) => {
      if (value === undefined) return absent;
      return Array.isArray(value) ? value.some(present) : present(value);
    });
}

function alternativeOf(expected: unknown, path: string): Alternative {
  if (!isMembers(expected)) return { present: (value) => value === expected, absent: false };
  const operators = Object.keys(expected);
  const operator = operators[0];
  if (operators.length !== 1 || operator === undefined) {
    throw new Error(`The event pattern's ${path} must name one operator, and names ${operators.join(', ') || 'none'}.`);
  }
  const operand = expected[operator];
  switch (operator) {
    case 'exists':
      return { present: () => operand === true, absent: operand === false };
    case 'prefix':
      return { present: begins(operand, path), absent: false };
    case 'anything-but': {
      const excluded = anythingBut(operand, path);
      return { present: (value) => !excluded(value), absent: false };
    }
    case 'numeric':
      return { present: numeric(operand, path), absent: false };
    default:
      throw new NotModelled(`the operator ${operator} in an event pattern (${path})`);
  }
}

function begins(prefix: unknown, path: string): MatchOne {
  if (typeof prefix !== 'string') throw new NotModelled(`a prefix that is not text in an event pattern (${path})`);
  return (value) => typeof value === 'string' && value.startsWith(prefix);
}

function anythingBut(operand: unknown, path: string): MatchOne {
  if (isMembers(operand)) {
    if ('prefix' in operand) return begins(operand.prefix, path);
    throw new NotModelled(`anything-but with ${Object.keys(operand).join(', ')} in an event pattern (${path})`);
  }
  const excluded = Array.isArray(operand) ? operand : [operand];
  return (value) => excluded.includes(value);
}

function numeric(operand: unknown, path: string): MatchOne {
  const parts = Array.isArray(operand) ? operand : [];
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const bound = parts[index + 1];
    if (typeof bound !== 'number') throw new Error(`The event pattern's numeric at ${path} needs a number.`);
    const compare = comparisons[String(parts[index])];
    if (compare === undefined)
      throw new Error(`The event pattern's numeric at ${path} has no ${String(parts[index])}.`);
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
  '=': (value, bound) => value === bound,
};
