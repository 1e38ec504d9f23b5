import { type Reader, readerOf } from './reader.ts';
import type { Comparator, Condition, Operand, Parsed, Path } from './syntax.ts';

/** Parses a condition, filter or key condition; `kind` is the parameter's name, for the errors. */
export function parseCondition(kind: string, text: string): Parsed<Condition> {
  const reader = readerOf(kind, text);
  const tree = disjunction(reader);
  if (!reader.ended()) reader.syntaxError();
  return { tree, names: reader.names, values: reader.values };
}

/** Parses the list of paths of a ProjectionExpression. */
export function parseProjection(text: string): Parsed<readonly Path[]> {
  const reader = readerOf('ProjectionExpression', text);
  const paths = [reader.path()];
  while (reader.symbol(',')) paths.push(reader.path());
  if (!reader.ended()) reader.syntaxError();
  return { tree: paths, names: reader.names, values: reader.values };
}

function disjunction(reader: Reader): Condition {
  let left = conjunction(reader);
  while (reader.keyword('OR')) left = { kind: 'or', left, right: conjunction(reader) };
  return left;
}

function conjunction(reader: Reader): Condition {
  let left = negation(reader);
  while (reader.keyword('AND')) left = { kind: 'and', left, right: negation(reader) };
  return left;
}

function negation(reader: Reader): Condition {
  return reader.keyword('NOT') ? { kind: 'not', condition: negation(reader) } : primary(reader);
}

const comparators: readonly Comparator[] = ['=', '<>', '<=', '>=', '<', '>'];

function primary(reader: Reader): Condition {
  if (reader.symbol('(')) {
    const inner = disjunction(reader);
    reader.needSymbol(')');
    return inner;
  }
  const name = reader.call();
  if (name !== undefined && name !== 'size') return functionCondition(reader, name);
  const left = name === 'size' ? sizeOperand(reader) : operand(reader);
  for (const comparator of comparators) {
    if (reader.symbol(comparator)) return { kind: 'compare', comparator, left, right: operandOrSize(reader) };
  }
  if (reader.keyword('BETWEEN')) {
    const low = operandOrSize(reader);
    reader.needKeyword('AND');
    return { kind: 'between', operand: left, low, high: operandOrSize(reader) };
  }
  if (reader.keyword('IN')) {
    reader.needSymbol('(');
    const list = [operandOrSize(reader)];
    while (reader.symbol(',')) list.push(operandOrSize(reader));
    reader.needSymbol(')');
    return { kind: 'in', operand: left, list };
  }
  return reader.syntaxError();
}

function functionCondition(reader: Reader, name: string): Condition {
  switch (name) {
    case 'attribute_exists':
    case 'attribute_not_exists': {
      const path = reader.path();
      reader.needSymbol(')');
      return { kind: name, path };
    }
    case 'attribute_type': {
      const path = reader.path();
      reader.needSymbol(',');
      const type = operand(reader);
      reader.needSymbol(')');
      return { kind: name, path, type };
    }
    case 'begins_with':
    case 'contains': {
      const first = operand(reader);
      reader.needSymbol(',');
      const other = operandOrSize(reader);
      reader.needSymbol(')');
      return { kind: name, operand: first, other };
    }
    default:
      return reader.refuse(`Invalid function name; function: ${name}`);
  }
}

function operandOrSize(reader: Reader): Operand {
  const name = reader.call();
  if (name === undefined) return operand(reader);
  return name === 'size' ? sizeOperand(reader) : reader.refuse(`Invalid function name; function: ${name}`);
}

function sizeOperand(reader: Reader): Operand {
  const path = reader.path();
  reader.needSymbol(')');
  return { kind: 'size', path };
}

function operand(reader: Reader): Operand {
  const placeholder = reader.placeholder();
  return placeholder === undefined ? { kind: 'path', path: reader.path() } : { kind: 'value', placeholder };
}
