import fc from 'fast-check';

/** JSON as anybody may send it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One thing that is done to a true sample: to one of its values, found by counting. */
export interface Edit {
  readonly at: number;
  readonly how: (typeof hows)[number];
  readonly odd: number;
}

const hows = ['delete', 'replace', 'double', 'rename', 'wrap', 'as text', 'twist', 'add'] as const;

/** Keys that every object of JavaScript has by itself, and some that look like others. */
const oddKeys = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'prototype',
  '',
  ' ',
  'Resource',
  'ＡＲＮ',
  '0',
];

const deep = Array.from({ length: 400 }).reduce<Json>((inner) => ({ a: [inner] }), 'deep');

/** Values that once broke somebody's program. */
const oddValues: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  -0,
  1e308,
  2 ** 53,
  -1e-7,
  1.5,
  '',
  ' ',
  '0',
  'NaN',
  'Infinity',
  '-1',
  '1e999',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\u202e\u200b',
  '\ud800',
  'ünï©ødé 𝔘𝔫𝔦 👩‍👩‍👧',
  "'; drop table orders; --",
  '../../../../etc/passwd',
  '{% $states.input %}',
  '$.a[*]',
  '#',
  'a'.repeat(2_000),
  '日'.repeat(30_000),
  [],
  {},
  [[]],
  [null],
  { toString: 1, valueOf: 1 },
  { length: -1 },
  { Error: null, Cause: null },
  deep,
  '0000-00-00T00:00:00Z',
  '-271821-04-20T00:00:00.000Z',
  '+275760-09-13T00:00:00.000Z',
  '+275760-09-13T00:00:00.001Z',
  '1969-12-31T23:59:59Z',
  '9999-12-31T23:59:59.999Z',
  '2026-02-30T00:00:00Z',
  '2026-01-05T25:61:61Z',
  '2026-01-05',
  'arn:aws:rds:eu-central-1:123456789012:db:nobody',
  'arn:aws:rds:us-east-1:123456789012:db:shop',
  'arn:aws:rds:eu-central-1:999999999999:db:shop',
  'arn:aws-cn:rds:cn-north-1:123456789012:db:shop',
  'arn:aws:rds:eu-central-1:123456789012:db:lifeboat-scratch-shop',
  'arn:aws:elasticfilesystem:eu-central-1:123456789012:file-system/fs-0',
  'arn:aws:s3:::lifeboat',
  'arn::::::',
  'arn:aws:states:eu-central-1:123456789012:execution:lifeboat-drill:nobody',
  'arn:aws:states:us-east-1:123456789012:execution:lifeboat-protect:nobody',
  'arn:aws:states:eu-central-1:123456789012:execution:lifeboat-else:nobody',
  'arn:aws:backup:eu-west-1:123456789012:recovery-point:nobody',
];

/** A few edits, one after another. A failure shrinks to the fewest and simplest of them. */
export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({ at: fc.nat(2_000), how: fc.constantFrom(...hows), odd: fc.nat(2_000) }),
  { minLength: 1, maxLength: 3 },
);

/** The sample after all of its edits. */
export function edited(sample: Json, all: readonly Edit[]): Json {
  return all.reduce(editOnce, sample);
}

function editOnce(sample: Json, { at, how, odd }: Edit): Json {
  const paths = pathsOf(sample);
  return changed(sample, paths[at % paths.length] ?? [], how, odd);
}

type Path = readonly (string | number)[];

/** Every value of the sample but the deepest of those that are very deep. */
function pathsOf(value: Json, path: Path = []): Path[] {
  if (path.length > 12 || typeof value !== 'object' || value === null) return [path];
  const under = Array.isArray(value)
    ? value.map((one: Json, index) => [index, one] as const)
    : Object.entries(value as Readonly<Record<string, Json>>);
  return [path, ...under.flatMap(([key, one]) => pathsOf(one, [...path, key]))];
}

function changed(value: Json, [key, ...rest]: Path, how: Edit['how'], odd: number): Json {
  if (key === undefined) return own(value, how, odd);
  if (Array.isArray(value)) {
    return value.flatMap((one: Json, index): Json[] => {
      if (index !== key) return [one];
      if (rest.length > 0) return [changed(one, rest, how, odd)];
      if (how === 'delete') return [];
      return how === 'double' ? [one, one] : [own(one, how, odd)];
    });
  }
  const entries = Object.entries(value as Readonly<Record<string, Json>>).flatMap(([name, one]): [string, Json][] => {
    if (name !== key) return [[name, one]];
    if (rest.length > 0) return [[name, changed(one, rest, how, odd)]];
    if (how === 'delete') return [];
    if (how === 'rename') return [[oddKey(odd), one]];
    if (how === 'double')
      return [
        [name, one],
        [`${name}${name}`, one],
      ];
    return [[name, own(one, how, odd)]];
  });
  return objectOf(entries);
}

/** What becomes of the value itself. */
function own(value: Json, how: Edit['how'], odd: number): Json {
  const other = oddValues[odd % oddValues.length] ?? null;
  if (how === 'wrap') return odd % 2 === 0 ? [value] : { value };
  if (how === 'as text') return JSON.stringify(value);
  if (how === 'twist') return twisted(value, odd);
  if (how === 'add' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return objectOf([...Object.entries(value as Readonly<Record<string, Json>>), [oddKey(odd), other]]);
  }
  return other;
}

/** Nearly the same value: of its kind, and still wrong. */
function twisted(value: Json, odd: number): Json {
  if (typeof value === 'number') return [-value, value + 0.5, value * 1e15, `${value}`, -0][odd % 5] as Json;
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'string') return value;
  const ways: ((text: string) => string)[] = [
    (text) => `${text} `,
    (text) => text.toUpperCase(),
    (text) => text.slice(0, odd % (text.length + 1)),
    (text) => text.repeat(1 + (odd % 300)),
    (text) => `${text}\u0000`,
    (text) => text.replace(/eu-(central|west)-1/, 'us-east-1'),
    (text) => text.replace('eu-central-1', 'eu-west-1'),
    (text) => text.replace(/\d{12}/, '210987654321'),
    (text) => text.replace(/^\d{4}/, '-012026'),
    (text) => text.replace(/^\d{4}/, '9026'),
    (text) => text.replace(/:[^:]*$/, ''),
    (text) => text.normalize('NFD').split('').join('\u0301'),
  ];
  return ways[odd % ways.length]?.(value) ?? value;
}

function oddKey(odd: number): string {
  return oddKeys[odd % oddKeys.length] ?? '';
}

/** `__proto__` becomes a key like any other, as `JSON.parse` makes it. */
function objectOf(entries: readonly (readonly [string, Json])[]): Json {
  return Object.fromEntries(entries);
}

/** How many runs each property has, and from which seed: `LIFEBOAT_FUZZ` and `LIFEBOAT_FUZZ_SEED` say otherwise. */
export function runs(usual: number): { readonly numRuns: number; readonly seed: number } {
  const { LIFEBOAT_FUZZ: times = '1', LIFEBOAT_FUZZ_SEED: seed = '20261122' } = process.env;
  return { numRuns: Math.ceil(usual * Number(times)), seed: Number(seed) };
}
