import { describe, expect, test } from '@jest/globals';
import type { Bound, Checks, DatabaseChecks, FileChecks } from '../../../functions/policy/policy.ts';
import { defaultChecks } from '../../../functions/policy/resolve.ts';
import type { FileAnswer, TableAnswer, Trouble, Value } from '../../../functions/probes/contract.ts';
import type { Measures } from '../../../functions/proof/answers.ts';
import { inAll, judge, verdictOfTrouble } from '../../../functions/proof/verdict.ts';

const instant = '2026-03-01T12:00:00.000Z';
const lastInstant = '2026-02-28T12:00:00.000Z';
const number = (value: number): Value => ({ is: 'number', number: value });
const at = (value: string): Value => ({ is: 'instant', instant: value });
const trouble = (code: string, of: Trouble['of']): Trouble => ({ is: 'trouble', code, of, words: 'in words' });

const database = (tables: Record<string, TableAnswer['rows']>, answer?: Value | Trouble): Measures => ({
  of: 'database',
  answer: {
    done: true,
    endedAt: instant,
    connectedAt: instant,
    assertionsAnsweredAt: instant,
    assertions: answer === undefined ? [] : [{ name: 'orders exist', value: answer }],
    tables: Object.entries(tables).map(([table, rows]) => ({
      table,
      rows,
      ...(typeof rows === 'number' && {
        digest: `pg1:${rows}:${rows * 7}`,
        indexes: { checked: 1, damaged: [], untested: [] },
      }),
    })),
    tableCount: Object.keys(tables).length,
  },
});
const asking = (...bounds: Bound[]): DatabaseChecks => ({
  ...defaultChecks('database'),
  assertions: [{ name: 'orders exist', sql: 'select count(*) from orders', bounds }],
});
const judged = (checks: Checks, measures: Measures, last?: Measures) =>
  judge({
    checks,
    measures,
    last: last === undefined ? undefined : { measures: last, instant: lastInstant },
    instant,
    finding: null,
  });
const healthy = { 'public.orders': 100, 'public.items': 500 };

describe('an assertion', () => {
  test.each<[string, Bound[], Value | Trouble | undefined, Value | undefined, string, string]>([
    ['holds', [{ is: 'at_least', value: 10 }], number(12), undefined, 'PASS', '12, at least 10'],
    ['is at its bound', [{ is: 'at_least', value: 12 }], number(12), undefined, 'PASS', '12'],
    ['is below', [{ is: 'at_least', value: 13 }], number(12), undefined, 'FAIL', '12, at least 13'],
    ['is above', [{ is: 'at_most', value: 11 }], number(12), undefined, 'FAIL', '12, at most 11'],
    ['equals', [{ is: 'equals', value: 12 }], number(12), undefined, 'PASS', '12'],
    ['does not equal', [{ is: 'equals', value: 13 }], number(12), undefined, 'FAIL', '13 is asked for'],
    [
      'is the text',
      [{ is: 'equals', value: 'ok' }],
      { is: 'text', sha256: 'x', isEqual: true },
      undefined,
      'PASS',
      'the text',
    ],
    [
      'is another text',
      [{ is: 'equals', value: 'ok' }],
      { is: 'text', sha256: 'x', isEqual: false },
      undefined,
      'FAIL',
      'another text',
    ],
    [
      'is recent',
      [{ is: 'no_older_than', seconds: 3600 }],
      at('2026-03-01T11:30:00Z'),
      undefined,
      'PASS',
      '30 minutes old',
    ],
    [
      'is stale at the data instant',
      [{ is: 'no_older_than', seconds: 3600 }],
      at('2026-03-01T10:30:00Z'),
      undefined,
      'FAIL',
      '1 hour 30 minutes old',
    ],
    ['is old enough', [{ is: 'no_newer_than', seconds: 3600 }], at('2026-03-01T10:30:00Z'), undefined, 'PASS', 'old'],
    [
      'is too new',
      [{ is: 'no_newer_than', seconds: 3600 }],
      at('2026-03-01T11:30:00Z'),
      undefined,
      'FAIL',
      'at least 1 hour',
    ],
    ['answers NULL', [{ is: 'at_least', value: 0 }], { is: 'nothing' }, undefined, 'FAIL', 'nothing (NULL)'],
    [
      'answers an instant where a number is compared',
      [{ is: 'at_least', value: 0 }],
      at(instant),
      undefined,
      'FAIL',
      'compares numbers',
    ],
    [
      'answers a number where an instant is compared',
      [{ is: 'no_older_than', seconds: 1 }],
      number(1),
      undefined,
      'FAIL',
      'compares instants',
    ],
    [
      'fell as far as it may',
      [{ is: 'may_drop', fraction: 0.2 }],
      number(80),
      number(100),
      'PASS',
      '100 at the last PASS, 80 now',
    ],
    ['fell too far', [{ is: 'may_drop', fraction: 0.2 }], number(79), number(100), 'FAIL', 'a fall of 21%'],
    ['rose too far', [{ is: 'may_grow', fraction: 0.5 }], number(151), number(100), 'FAIL', 'a rise of 51%'],
    [
      'has nothing to compare with',
      [{ is: 'may_drop', fraction: 0.2 }],
      number(80),
      undefined,
      'NOT_TESTED',
      'no PASS',
    ],
    [
      'holds one bound and has nothing for the other',
      [
        { is: 'at_least', value: 1 },
        { is: 'may_drop', fraction: 0.2 },
      ],
      number(80),
      undefined,
      'PASS',
      '80',
    ],
    [
      'breaks one of two bounds',
      [
        { is: 'at_least', value: 1 },
        { is: 'at_most', value: 2 },
      ],
      number(80),
      undefined,
      'FAIL',
      'at most 2',
    ],
    ['meets damaged data', [{ is: 'at_least', value: 1 }], trouble('XX001', 'data'), undefined, 'FAIL', 'XX001'],
    ['is not right', [{ is: 'at_least', value: 1 }], trouble('42601', 'question'), undefined, 'FAIL', '42601'],
    ['may not be asked', [{ is: 'at_least', value: 1 }], trouble('42501', 'access'), undefined, 'NOT_TESTED', '42501'],
    ['took too long', [{ is: 'at_least', value: 1 }], trouble('57014', 'other'), undefined, 'NOT_TESTED', '57014'],
    ['was not answered', [{ is: 'at_least', value: 1 }], undefined, undefined, 'NOT_TESTED', 'did not answer'],
  ])('that %s', (_what, bounds, answer, before, verdict, words) => {
    const last = before === undefined ? undefined : database(healthy, before);
    const [first] = judged(asking(...bounds), database(healthy, answer), last).checks;
    expect(first).toMatchObject({ name: 'orders exist', verdict, because: expect.stringContaining(words) });
  });
});

describe('a database', () => {
  test.each<[string, Measures, Measures | undefined, string, string]>([
    ['that is healthy, for the first time', database(healthy), undefined, 'PASS', '3 checks ran'],
    ['that is healthy, as last time', database(healthy), database(healthy), 'PASS', '4 checks ran'],
    [
      'whose rows fell too far',
      database({ ...healthy, 'public.items': 399 }),
      database(healthy),
      'SUSPECT',
      'public.items: 500 at the last PASS, 399 now',
    ],
    ['that lost a table', database({ 'public.orders': 100 }), database(healthy), 'FAIL', 'missing now: public.items'],
    [
      'with a damaged page',
      database({ ...healthy, 'public.items': trouble('XX001', 'data') }),
      undefined,
      'FAIL',
      'public.items: in words (XX001)',
    ],
    ['without a table', database({}), undefined, 'FAIL', 'holds no table'],
    ['of empty tables', database({ 'public.orders': 0 }), undefined, 'SUSPECT', 'every table is empty'],
    [
      'that the role may not read at all',
      database({ 'public.orders': trouble('42501', 'access') }),
      undefined,
      'NOT_TESTED',
      'none of them could be read',
    ],
  ])('%s', (_what, measures, last, verdict, words) => {
    const judgement = judged(defaultChecks('database'), measures, last);
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.because.join('; ')).toContain(words);
  });

  test('names the table that the role may not read, and passes on the others', () => {
    const judgement = judged(
      defaultChecks('database'),
      database({ ...healthy, 'public.secret': trouble('42501', 'access') }),
    );
    expect(judgement.verdict).toBe('PASS');
    expect(judgement.checks).toContainEqual(
      expect.objectContaining({ verdict: 'NOT_TESTED', because: expect.stringContaining('public.secret') }),
    );
  });

  test('that grew beyond what policy allows is suspect', () => {
    const checks = { ...defaultChecks('database'), rowCounts: { mayDrop: 0.2, mayGrow: 1 } };
    expect(judged(checks, database({ ...healthy, 'public.items': 1001 }), database(healthy)).verdict).toBe('SUSPECT');
  });

  test('whose own checks are not in the policy says that they did not run', () => {
    const finding = { code: 'unknown-checks' as const, words: "checks tag 'ordres' matches no checks" };
    const judgement = judge({
      checks: defaultChecks('database'),
      measures: database(healthy),
      last: undefined,
      instant,
      finding,
    });
    expect(judgement.checks).toContainEqual({
      name: "the resource's own checks",
      verdict: 'NOT_TESTED',
      because: finding.words,
    });
  });
});

const files = (more: Partial<FileAnswer> = {}): Measures => ({
  of: 'files',
  answer: {
    done: true,
    endedAt: instant,
    files: 100,
    bytes: 5000,
    directories: 3,
    links: 0,
    read: 100,
    unreadable: {},
    required: ['there'],
    endings: [
      ['nsf', 60],
      ['txt', 40],
    ],
    digests: digests(),
    ...more,
  },
});
const digests = (content = 'c'.repeat(16), identity = 'a'.repeat(16)) => ({
  bucketsRead: 4096,
  buckets: [['0a1', identity, content] as const, ['fff', '1'.repeat(16), '2'.repeat(16)] as const],
  sample: [['0a1'.padEnd(16, '0'), identity, content] as const],
});
const mail: FileChecks = {
  ...defaultChecks('files'),
  mustExist: ['data/names.nsf'],
  checksums: 'all',
  mayDrop: 0.1,
};

describe('a file system', () => {
  test.each<[string, Measures, Measures | undefined, string, string]>([
    [
      'that is healthy, for the first time',
      files(),
      undefined,
      'PASS',
      'not tested: number of files, bytes, endings of file names, files that nobody wrote to',
    ],
    ['that is healthy, as last time', files(), files(), 'PASS', '7 checks ran'],
    ['without a required file', files({ required: ['missing'] }), files(), 'FAIL', 'data/names.nsf is missing'],
    [
      'with a required file that cannot be read',
      files({ required: ['unreadable'] }),
      files(),
      'FAIL',
      'data/names.nsf is unreadable',
    ],
    ['whose files were not looked for', files({ required: [] }), files(), 'FAIL', 'not looked for'],
    ['that is empty', files({ files: 0, bytes: 0, read: 0 }), undefined, 'FAIL', 'holds no file'],
    ['that lost files', files({ files: 89 }), files(), 'SUSPECT', 'number of files: 100 at the last PASS, 89 now'],
    ['that lost bytes', files({ bytes: 4000 }), files(), 'SUSPECT', 'bytes: 5000 at the last PASS, 4000 now'],
    ['with files that cannot be read', files({ unreadable: { EIO: 2 } }), files(), 'FAIL', '2 could not be read: EIO'],
    [
      'with bytes that changed while nobody wrote',
      files({ digests: digests('d'.repeat(16)) }),
      files(),
      'FAIL',
      '1 buckets and 1 sampled',
    ],
    [
      'with a file that was written to',
      files({ digests: digests('d'.repeat(16), 'b'.repeat(16)) }),
      files(),
      'PASS',
      'ran',
    ],
  ])('%s', (_what, measures, last, verdict, words) => {
    const judgement = judged(mail, measures, last);
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.because.join('; ')).toContain(words);
  });

  test('says what share changed since the last PASS', () => {
    const { checks } = judged(mail, files({ digests: digests('d'.repeat(16), 'b'.repeat(16)) }), files());
    expect(checks.find(({ name }) => name === 'files that nobody wrote to')).toMatchObject({
      verdict: 'PASS',
      because: expect.stringContaining('1 of 2 buckets changed'),
    });
  });
});

describe('files of which many changed', () => {
  const sampled = (written: number): Measures =>
    files({
      digests: {
        bucketsRead: 4096,
        buckets: [['fff', '1'.repeat(16), '2'.repeat(16)]],
        sample: Array.from({ length: 100 }, (_, index) => [
          String(index).padStart(16, '0'),
          index < written ? 'b'.repeat(16) : 'a'.repeat(16),
          'c'.repeat(16),
        ]),
      },
    });
  test.each<[string, number, { share: number; seconds: number } | undefined, string, string]>([
    ['as few as policy allows', 50, { share: 0.02, seconds: 86_400 }, 'PASS', '50% of the files changed'],
    ['many, as on every day', 80, { share: 0.7, seconds: 86_400 }, 'PASS', '70% before it'],
    [
      'many all of a sudden',
      80,
      { share: 0.02, seconds: 86_400 },
      'SUSPECT',
      '80% of the files changed since the last PASS, 2% before it',
    ],
    [
      'many in a day, where the drill before came after an hour',
      80,
      { share: 0.05, seconds: 3_600 },
      'PASS',
      '5% before it',
    ],
    ['many, and nobody knows what is usual', 80, undefined, 'NOT_TESTED', 'not known yet'],
  ])('%s', (_what, written, change, verdict, because) => {
    const { checks } = judge({
      checks: defaultChecks('files'),
      measures: sampled(written),
      last: { measures: sampled(0), instant: lastInstant, change },
      instant,
      finding: null,
    });
    expect(checks.find(({ name }) => name === 'share of changed files')).toMatchObject({
      verdict,
      because: expect.stringContaining(because),
    });
  });

  test.each<[string, Measures, string, string]>([
    ['whose endings are what they were', files(), 'PASS', '0%'],
    ['that all got a new ending', files({ endings: [['locked', 100]] }), 'SUSPECT', '100% of the files turned'],
    ['that all got an ending of their own', files({ endings: [] }), 'SUSPECT', '100%'],
    [
      'to which many of a new kind came',
      files({
        files: 200,
        endings: [
          ['har', 100],
          ['nsf', 60],
          ['txt', 40],
        ],
      }),
      'PASS',
      '0%',
    ],
    ['of which one kind went', files({ files: 60, endings: [['nsf', 60]] }), 'PASS', '0%'],
    [
      'of which some were archived',
      files({
        endings: [
          ['nsf', 60],
          ['txt', 22],
          ['gz', 18],
        ],
      }),
      'PASS',
      '18%',
    ],
  ])('endings: files %s', (_what, now, verdict, because) => {
    const { checks } = judged(defaultChecks('files'), now, files());
    expect(checks.find(({ name }) => name === 'endings of file names')).toMatchObject({
      verdict,
      because: expect.stringContaining(because),
    });
  });
});

describe('files whose owner and mode are asked for', () => {
  const asked: FileChecks = { ...defaultChecks('files'), owner: { user: 1000, group: null }, mode: 0o640 };
  test.each<[string, Partial<FileAnswer>, string, string, string]>([
    ['and that have them', { strangers: 0, otherModes: 0 }, 'owner', 'PASS', 'all 103 are of 1000'],
    [
      'and of which some belong to somebody else',
      { strangers: 2, otherModes: 0 },
      'owner',
      'FAIL',
      '2 of 103 are not of 1000',
    ],
    [
      'and of which one has another mode',
      { strangers: 0, otherModes: 1 },
      'mode',
      'FAIL',
      '1 of 100 are not of mode 640',
    ],
    ['and at which nobody looked', {}, 'mode', 'NOT_TESTED', 'did not look'],
  ])('%s', (_what, more, name, verdict, because) => {
    const { checks } = judged(asked, files(more));
    expect(checks.find((check) => check.name === name)).toMatchObject({
      verdict,
      because: expect.stringContaining(because),
    });
  });
});

describe('the indexes of a database', () => {
  const withIndexes = (indexes: TableAnswer['indexes']): Measures => {
    const measures = database(healthy);
    if (measures.of !== 'database') throw new Error('not a database');
    return { ...measures, answer: { ...measures.answer, tables: [{ table: 'public.orders', rows: 5, indexes }] } };
  };
  const named = (name: string, code: string, of: Trouble['of']) => ({ name, trouble: trouble(code, of) });
  test.each<[string, TableAnswer['indexes'], string, string, string]>([
    [
      'that are consistent',
      { checked: 3, damaged: [], untested: [] },
      'every index is consistent',
      'PASS',
      '3 indexes',
    ],
    [
      'of which one is damaged',
      { checked: 2, damaged: [named('public.orders_pkey', 'XX002', 'data')], untested: [] },
      'every index is consistent',
      'FAIL',
      'public.orders, public.orders_pkey: in words (XX002)',
    ],
    [
      'that cannot be checked',
      { checked: 0, damaged: [], untested: [named('public.orders_pkey', '42501', 'other')] },
      'indexes that could not be checked',
      'NOT_TESTED',
      'public.orders_pkey: in words (42501)',
    ],
    ['of which there is none', undefined, 'every index is consistent', 'NOT_TESTED', 'no index'],
  ])('%s', (_what, indexes, name, verdict, because) => {
    const { checks } = judged(defaultChecks('database'), withIndexes(indexes));
    expect(checks.find((check) => check.name === name)).toMatchObject({
      verdict,
      because: expect.stringContaining(because),
    });
  });
});

describe('tables that may vanish', () => {
  const before = { ...healthy, 'public.events_2026_01': 900, 'public.events_2026_02': 800 };
  const now = { ...healthy, 'public.events_2026_02': 800, 'public.events_2026_03': 10 };
  const letting = (...mayVanish: string[]): DatabaseChecks => ({ ...defaultChecks('database'), mayVanish });

  test('are missed like any other where policy does not name them, and the reason says how to name them', () => {
    expect(judged(letting(), database(now), database(before))).toMatchObject({
      verdict: 'FAIL',
      because: [expect.stringMatching(/missing now: public.events_2026_01; .* may_vanish/)],
    });
  });

  test.each(['public.events_*', 'public.events_2026_01', '*.events_*_01'])(
    'are not missed where policy says %s',
    (pattern) => {
      const { verdict, checks } = judged(letting(pattern), database(now), database(before));
      expect(verdict).toBe('PASS');
      expect(checks.find(({ name }) => name === 'tables')).toEqual({
        name: 'tables',
        verdict: 'PASS',
        because: '4 tables, none is missing, gone as policy allows: public.events_2026_01',
      });
    },
  );

  test.each(['public.events', 'events_*', 'public-events_*', 'public.events_????_01'])(
    'are missed where policy says %s, which is another name',
    (pattern) => {
      expect(judged(letting(pattern), database(now), database(before)).verdict).toBe('FAIL');
    },
  );

  test('hide no other that is missing, and not that all are', () => {
    const lost = database({ 'public.orders': 100 });
    expect(judged(letting('public.events_*'), lost, database(before)).because).toEqual([
      expect.stringContaining('missing now: public.items;'),
    ]);
    expect(judged(letting('public.orders', 'public.items'), database({}), database(healthy)).verdict).toBe('FAIL');
  });

  test('need not hold the rows that they held, where all tables have to', () => {
    const same = { equalsLastPass: 'all' as const, equals: {} };
    const checks = { ...letting('public.events_*'), digest: same };
    const gone = database({ ...healthy, 'public.events_2026_02': 800 });
    expect(judged(checks, gone, database(before)).verdict).toBe('PASS');
    expect(judged({ ...checks, mayVanish: [] }, gone, database(before)).verdict).toBe('FAIL');
  });
});

describe('the digests of tables', () => {
  const same = (equalsLastPass: 'all' | string[], equals: Record<string, string> = {}): DatabaseChecks => ({
    ...defaultChecks('database'),
    digest: { equalsLastPass, equals },
  });
  test.each<[string, DatabaseChecks, Measures, Measures | undefined, string, string]>([
    ['as at the last PASS', same(['public.orders']), database(healthy), database(healthy), 'PASS', '1 tables hold'],
    ['of all tables', same('all'), database(healthy), database(healthy), 'PASS', '2 tables hold'],
    [
      'of other rows',
      same(['public.orders']),
      database({ ...healthy, 'public.orders': 101 }),
      database(healthy),
      'FAIL',
      'public.orders: its rows are not the same',
    ],
    [
      'of a table that is gone',
      same(['public.orders']),
      database({ 'public.items': 500 }),
      database(healthy),
      'FAIL',
      'it is missing',
    ],
    ['for the first time', same('all'), database(healthy), undefined, 'NOT_TESTED', 'no PASS'],
    [
      'of a table that could not be read',
      same('all'),
      database({ ...healthy, 'public.orders': trouble('42501', 'access') }),
      database(healthy),
      'NOT_TESTED',
      'public.orders: it could not be read',
    ],
    [
      'that is known',
      same([], { 'public.orders': 'pg1:100:700' }),
      database(healthy),
      undefined,
      'PASS',
      '1 tables hold',
    ],
    [
      'that is known and another',
      same([], { 'public.orders': 'pg1:100:701' }),
      database(healthy),
      undefined,
      'FAIL',
      'pg1:100:700 now, pg1:100:701',
    ],
    [
      'of another engine',
      same([], { 'public.orders': 'my1:100:700' }),
      database(healthy),
      undefined,
      'NOT_TESTED',
      'in another way',
    ],
  ])('%s', (_what, checks, now, last, verdict, because) => {
    const found = judged(checks, now, last).checks.find(
      ({ name }) => name.includes('same rows') || name.includes('known digest'),
    );
    expect(found).toMatchObject({ verdict, because: expect.stringContaining(because) });
  });
});

describe('a drill in which nothing ran', () => {
  test('cannot pass', () => {
    expect(inAll([]).verdict).toBe('NOT_TESTED');
    expect(inAll([{ name: 'a', verdict: 'NOT_TESTED', because: 'no time' }]).verdict).toBe('NOT_TESTED');
  });
  test.each([
    ['RestoreJobFailed', 'Access denied', 'FAIL'],
    ['NothingToRestore', '{"errorMessage":"There is nothing"}', 'FAIL'],
    ['Unreachable', '{"errorMessage":"incompatible-restore"}', 'FAIL'],
    ['ProbeFailed', '{"errorMessage":"28P01"}', 'NOT_TESTED'],
    ['States.Timeout', null, 'NOT_TESTED'],
    ['KindNotSupported', '{"errorMessage":"Aurora"}', 'NOT_TESTED'],
    [null, null, 'NOT_TESTED'],
  ])('because of %s (%s) is %s', (name, cause, verdict) => {
    expect(verdictOfTrouble({ Error: name, Cause: cause })).toMatchObject({
      verdict,
      because: [expect.stringContaining(name ?? 'without a name')],
    });
  });
});
