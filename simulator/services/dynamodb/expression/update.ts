import { type Reader, readerOf } from './reader.ts';
import type { Expression, Parsed, Path, Update } from './syntax.ts';

const sections = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;

/** Parses an UpdateExpression. */
export function parseUpdate(text: string): Parsed<Update> {
  const reader = readerOf('UpdateExpression', text);
  const set: { path: Path; expression: Expression }[] = [];
  const remove: Path[] = [];
  const add: { path: Path; placeholder: string }[] = [];
  const less: { path: Path; placeholder: string }[] = [];
  const seen = new Set<string>();

  while (!reader.ended()) {
    const section = sections.find((name) => reader.keyword(name));
    if (section === undefined) return reader.syntaxError();
    if (seen.has(section)) {
      return reader.refuse(`The "${section}" section can only be used once in an update expression;`);
    }
    seen.add(section);
    do {
      const path = reader.path();
      if (section === 'REMOVE') remove.push(path);
      else if (section === 'SET') {
        reader.needSymbol('=');
        set.push({ path, expression: expression(reader) });
      } else {
        const placeholder = reader.placeholder();
        if (placeholder === undefined) return reader.syntaxError();
        (section === 'ADD' ? add : less).push({ path, placeholder });
      }
    } while (reader.symbol(','));
  }
  return { tree: { set, remove, add, delete: less }, names: reader.names, values: reader.values };
}

function expression(reader: Reader): Expression {
  const left = term(reader);
  if (reader.symbol('+')) return { kind: 'add', left, right: term(reader) };
  if (reader.symbol('-')) return { kind: 'subtract', left, right: term(reader) };
  return left;
}

function term(reader: Reader): Expression {
  if (reader.symbol('(')) {
    const inner = expression(reader);
    reader.needSymbol(')');
    return inner;
  }
  const name = reader.call();
  if (name === 'if_not_exists') {
    const path = reader.path();
    reader.needSymbol(',');
    const otherwise = term(reader);
    reader.needSymbol(')');
    return { kind: name, path, otherwise };
  }
  if (name === 'list_append') {
    const first = term(reader);
    reader.needSymbol(',');
    const second = term(reader);
    reader.needSymbol(')');
    return { kind: name, first, second };
  }
  if (name !== undefined) return reader.refuse(`Invalid function name; function: ${name}`);
  const placeholder = reader.placeholder();
  return placeholder === undefined ? { kind: 'path', path: reader.path() } : { kind: 'value', placeholder };
}
