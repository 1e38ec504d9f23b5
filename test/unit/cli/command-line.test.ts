import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accountOf } from '../../../cli/account.ts';
import { readOptions, type StartOptions, usage } from '../../../cli/options.ts';
import { readArn } from '../../../functions/account/resource.ts';

const read = (...args: string[]) => readOptions(args) as StartOptions;
const refused = (...args: string[]): string => {
  try {
    readOptions(args);
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return 'it was accepted';
};

describe('the command line', () => {
  test('needs nothing: the week, with the rules at the root and seed 1', () => {
    expect(read()).toEqual({
      account: undefined,
      policy: 'policy.yml',
      sql: [],
      files: [],
      days: undefined,
      seed: '1',
      out: undefined,
      trace: undefined,
      json: false,
      scenario: undefined,
    });
  });
  test('takes what it offers, and files and dumps more than once', () => {
    const args = '--sql a.sql --sql b.sql --files d --days 2 --seed x --policy p.yml --out o --trace t --json';
    expect(read(...args.split(' '))).toEqual({
      account: undefined,
      policy: 'p.yml',
      sql: ['a.sql', 'b.sql'],
      files: ['d'],
      days: 2,
      seed: 'x',
      out: 'o',
      trace: 't',
      json: true,
      scenario: undefined,
    });
  });
  test('offers everything that it takes', () => {
    for (const option of [
      'account',
      'policy',
      'sql',
      'files',
      'days',
      'seed',
      'out',
      'trace',
      'json',
      'scenario',
      'help',
    ])
      expect(usage).toContain(`--${option}`);
    expect(readOptions(['--help'])).toBeUndefined();
  });
  test.each<[string[], string]>([
    [['--days', '0'], '--days 0: write a whole number of days from 1 to 366.'],
    [['--days', '1.5'], '--days 1.5: write a whole number of days from 1 to 366.'],
    [['--days', 'two'], '--days two: write a whole number of days from 1 to 366.'],
    [['--days', '367'], '--days 367: write a whole number of days from 1 to 366.'],
    [['--days', '-1'], "Option '--days' argument is ambiguous. See npm start -- --help."],
    [['--days'], "Option '--days <value>' argument missing. See npm start -- --help."],
    [['--scenario', 'region-failure', '--days', '2'], '--scenario and --days do not go together: leave --days out.'],
    [['--seed', ''], '--seed is empty: write some text or number.'],
    [['--dayz', '3'], "Unknown option '--dayz'. See npm start -- --help."],
    [['dump.sql'], "Unexpected argument 'dump.sql'. See npm start -- --help."],
    [['--json=yes'], "Option '--json' does not take an argument. See npm start -- --help."],
    [
      ['--account', 'a.yml', '--sql', 'b.sql'],
      '--account and --sql or --files do not go together: write the resources into the account file.',
    ],
    [
      ['--account', 'a.yml', '--files', 'b'],
      '--account and --sql or --files do not go together: write the resources into the account file.',
    ],
  ])('refuses %j in one line that says what to write', (args, words) => {
    expect(refused(...args)).toBe(`OptionsRejected: ${words}`);
  });
});

describe('data that is given on the command line', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lifeboat-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const sql = (name: string) => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), 'select 1;');
    return join(folder, name);
  };
  const directory = (name: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    return join(folder, name);
  };
  const account = (parts: Partial<StartOptions>) => accountOf({ ...read(), ...parts }, 'gold');
  const names = (parts: Partial<StartOptions>) => account(parts).resources.map(({ name }) => name);

  test('becomes resources of the first tier, in an account where nothing goes wrong and nobody is paged', () => {
    const dump = sql('shop.sql');
    const files = directory('mail');
    const tags = { 'lifeboat:tier': 'gold' };
    expect(account({ sql: [dump], files: [files], days: 5 })).toMatchObject({
      resources: [
        { kind: 'rds', name: 'shop', sql: [dump], tags, workload: [] },
        { kind: 'efs', name: 'mail', directory: files, tags, workload: [] },
      ],
      incidents: [],
      expect: { days: 5, pages: [] },
    });
  });
  test.each([
    ['Pagila_2024.sql', 'pagila-2024'],
    ['northwind.dump.sql', 'northwind-dump'],
    ['2024-01 backup.sql', 'backup'],
    ['--.sql', 'data'],
    ['ÄÖÜ.sql', 'data'],
    [`${'a'.repeat(39)}-b.sql`, 'a'.repeat(39)],
    ['a__b.SQL', 'a-b'],
  ])('of "%s" is called %s, as RDS allows', (file, name) => {
    expect(names({ sql: [sql(join('named', file))] })).toEqual([name]);
    expect(readArn(`arn:aws:rds:eu-central-1:123456789012:db:${name}`)).toMatchObject({ id: name });
    expect(name).toMatch(/^[a-z]([a-z0-9]|-(?!-|$)){0,62}$/);
  });
  test('gets a name for each, also when files are called the same', () => {
    const one = [sql('a/shop.sql'), sql('b/shop.sql'), sql('c/shop-2.sql')];
    expect(names({ sql: one, files: [directory('d/shop')] })).toEqual(['shop', 'shop-2', 'shop-2-2', 'shop-3']);
  });
  test.each<[string, () => Partial<StartOptions>, RegExp]>([
    ['a dump that is not there', () => ({ sql: ['no-such.sql'] }), /^--sql no-such.sql: there is no such file\.$/],
    ['files that are not there', () => ({ files: ['no-such'] }), /^--files no-such: there is no such directory\.$/],
    ['a directory for a dump', () => ({ sql: [directory('mail')] }), /^--sql .*mail: this is no file\.$/],
    ['a dump for a directory', () => ({ files: [sql('shop.sql')] }), /^--files .*shop\.sql: this is no directory\.$/],
    [
      'an account file that is not there',
      () => ({ account: 'no-such.yml' }),
      /^no-such.yml: there is no such file; name an account file\.$/,
    ],
  ])('is refused when it is %s', (_what, parts, words) => {
    expect(() => account(parts())).toThrow(
      expect.objectContaining({ name: 'OptionsRejected', message: expect.stringMatching(words) }),
    );
  });
  test('is the week of the examples when nothing is given', () => {
    expect(account({}).resources.map(({ name }) => name)).toEqual(['shop', 'groupware', 'monitoring', 'captures']);
  });
});
