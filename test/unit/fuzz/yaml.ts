import fc from 'fast-check';

/** What people do to a file with an editor, one line or one character at a time. */
export interface Slip {
  readonly at: number;
  readonly how: (typeof slips)[number];
  readonly odd: number;
}

const slips = ['delete line', 'double line', 'indent', 'outdent', 'cut line', 'insert', 'swap', 'move'] as const;

const snippets = [
  '\t',
  ':',
  ' : ',
  '- ',
  '{',
  '}',
  ']',
  '[ ',
  '"',
  "'",
  '#',
  '&a ',
  '*a',
  '*nobody',
  '!!js/function ',
  '!!binary ',
  '<<: ',
  '__proto__: ',
  'constructor: ',
  '? ',
  '| ',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  'NaN',
  '.inf',
  '-1 ',
  '0x1F',
  '1e400',
  '999999999999999999999 days',
  '-6 hours',
  '0 hours',
  '1 fortnight',
  '~',
  'yes',
  '2026-02-30',
  '\u0000',
  '\ufeff',
  '\u2028',
  '\u202e',
  '👩‍👩‍👧',
  '\ud800',
  'x'.repeat(3_000),
  '['.repeat(200),
  '{ a: '.repeat(200),
  'eu-mars-9',
  '000000000000/eu-west-1',
];

/** A few slips, one after another. */
export const someSlips: fc.Arbitrary<readonly Slip[]> = fc.array(
  fc.record({ at: fc.nat(5_000), how: fc.constantFrom(...slips), odd: fc.nat(5_000) }),
  { minLength: 1, maxLength: 4 },
);

/** The text after all slips. */
export function slipped(text: string, all: readonly Slip[]): string {
  return all.reduce((before, { at, how, odd }) => {
    const lines = before.split('\n');
    const index = at % lines.length;
    const line = lines[index] ?? '';
    const column = odd % (line.length + 1);
    const other = lines[odd % lines.length] ?? '';
    const becomes: Readonly<Record<Slip['how'], readonly string[]>> = {
      'delete line': [],
      'double line': [line, line],
      indent: [`  ${line}`],
      outdent: [line.replace(/^ {1,2}/, '')],
      'cut line': [line.slice(0, column)],
      insert: [line.slice(0, column) + (snippets[odd % snippets.length] ?? '') + line.slice(column)],
      swap: [other],
      move: [line, other],
    };
    return lines.toSpliced(index, 1, ...becomes[how]).join('\n');
  }, text);
}
