import { refuse } from '../value.ts';
import { reservedWords } from './reserved-words.ts';
import type { Path, Step } from './syntax.ts';

/** `text` is the token as written; `end` stands after the last one. */
interface Token {
  readonly kind: 'word' | 'alias' | 'value' | 'number' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

/** Reads an expression token by token, and remembers which placeholders it has seen. */
export interface Reader {
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** Takes the next token if it is this symbol. */
  symbol(text: string): boolean;
  /** Takes the next token if it is this keyword, in whatever case. */
  keyword(word: string): boolean;
  /** Takes the name of a function and its opening parenthesis, if that is what comes next. */
  call(): string | undefined;
  needSymbol(text: string): void;
  needKeyword(word: string): void;
  path(): Path;
  placeholder(): string | undefined;
  /** Whether everything has been read. */
  ended(): boolean;
  /** Refuses the expression at the next token. */
  syntaxError(): never;
  /** Refuses the expression for another reason. */
  refuse(why: string): never;
}

const pattern =
  /\s*(?:(?<word>[A-Za-z_]\w*)|(?<alias>#\w+)|(?<value>:\w+)|(?<number>\d+)|(?<symbol><>|<=|>=|[=<>()[\],.+-]))/y;

/** A reader of `text`, which is the parameter called `kind`, e.g. `ConditionExpression`. */
export function readerOf(kind: string, text: string): Reader {
  const refuseIt = (why: string): never => refuse(`Invalid ${kind}: ${why}`);
  if (text.trim() === '') refuseIt('The expression can not be empty;');
  const tokens = tokensOf(text, refuseIt);
  const names = new Set<string>();
  const values = new Set<string>();
  let index = 0;
  const next = (): Token => tokens[index] as Token;

  const syntaxError = (): never => {
    const token = next();
    const from = tokens[Math.max(0, index - 1)] as Token;
    const to = tokens[Math.min(tokens.length - 1, index + 1)] as Token;
    const near = text.slice(from.at, to.at + to.text.length).trim();
    return refuseIt(`Syntax error; token: "${token.kind === 'end' ? '<EOF>' : token.text}", near: "${near}"`);
  };
  const symbol = (wanted: string): boolean => {
    const token = next();
    if (token.kind !== 'symbol' || token.text !== wanted) return false;
    index += 1;
    return true;
  };
  const keyword = (wanted: string): boolean => {
    const token = next();
    if (token.kind !== 'word' || token.text.toUpperCase() !== wanted) return false;
    index += 1;
    return true;
  };
  const attribute = (): Step => {
    const token = next();
    if (token.kind === 'alias') {
      names.add(token.text);
      index += 1;
      return { alias: token.text };
    }
    if (token.kind !== 'word') return syntaxError();
    if (reservedWords.has(token.text.toUpperCase())) {
      return refuseIt(`Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
    }
    index += 1;
    return { name: token.text };
  };

  return {
    get names() {
      return [...names];
    },
    get values() {
      return [...values];
    },
    symbol,
    keyword,
    call: () => {
      const token = next();
      const after = tokens[index + 1];
      if (token.kind !== 'word' || after?.text !== '(') return undefined;
      index += 2;
      return token.text;
    },
    needSymbol: (wanted) => {
      if (!symbol(wanted)) syntaxError();
    },
    needKeyword: (wanted) => {
      if (!keyword(wanted)) syntaxError();
    },
    path: () => {
      const steps = [attribute()];
      for (;;) {
        if (symbol('.')) steps.push(attribute());
        else if (symbol('[')) {
          const token = next();
          if (token.kind !== 'number') syntaxError();
          index += 1;
          steps.push({ index: Number(token.text) });
          if (!symbol(']')) syntaxError();
        } else return steps;
      }
    },
    placeholder: () => {
      const token = next();
      if (token.kind !== 'value') return undefined;
      values.add(token.text);
      index += 1;
      return token.text;
    },
    ended: () => next().kind === 'end',
    syntaxError,
    refuse: refuseIt,
  };
}

function tokensOf(text: string, refuseIt: (why: string) => never): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) {
      if (text.slice(at).trim() === '') break;
      const rest = text.slice(at).trimStart();
      return refuseIt(
        `Syntax error; token: "${rest.charAt(0)}", near: "${text.slice(Math.max(0, at - 1), at + 4).trim()}"`,
      );
    }
    at = pattern.lastIndex;
    for (const kind of ['word', 'alias', 'value', 'number', 'symbol'] as const) {
      const found = match.groups?.[kind];
      if (found !== undefined) tokens.push({ kind, text: found, at: at - found.length });
    }
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}
