import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { problemLine, readPolicy } from '../../../functions/policy/read.ts';
import { mistakes } from './mistakes.ts';
import { goldTier, goodPolicy, problemsOf } from './policies.ts';

const assertion = (fields: string) => `  orders: { assertions: [ { ${fields} } ] }`;
const root = new URL('../../../', import.meta.url);
describe('a policy that is wrong says where, what and how to mend it', () => {
  test.each(mistakes)('%s', (_what, parts, line, field, problem, mend) => {
    const found = problemsOf(parts).map(({ column, ...rest }) => ({ ...rest, hasColumn: column !== undefined }));
    expect(found).toEqual([{ file: 'policy.yml', line, field, problem, mend, hasColumn: true }]);
  });
});

describe('rules that cannot be met are refused, with the sum that shows it', () => {
  test('an rpo below interval, start delay, duration and the maintenance gap', () => {
    const [found] = problemsOf({ tiers: goldTier.replace('rpo: 9 hours', 'rpo: 8 hours') });
    expect(found).toMatchObject({ line: 8, field: 'tiers.gold.objectives.rpo' });
    expect(found?.problem).toBe(
      'the newest recovery point can get 9 hours old while all is well: backups every 6 hours, up to 1 hour until one starts, 30 minutes until it is done, 1 hour 30 minutes when an RDS instance is near its maintenance',
    );
    expect(found?.mend).toBe('write at least 9 hours, or back up more often');
  });

  test('the same rpo holds for file systems, which have no maintenance window', () => {
    const tiers = `${goldTier.replace('rpo: 9 hours', 'rpo: 8 hours')}\n    kinds: [ efs ]`;
    expect(problemsOf({ tiers })).toEqual([]);
  });

  test('a copy_rpo that cannot follow from the rpo', () => {
    const [found] = problemsOf({ tiers: goldTier.replace('copy_rpo: 12 hours', 'copy_rpo: 10 hours') });
    expect(found).toMatchObject({
      field: 'tiers.gold.objectives.copy_rpo',
      problem:
        'the newest copy can get 11 hours old while all is well: rpo lets it be 9 hours old, and 2 hours for the copy',
      mend: 'write at least 11 hours, or promise a lower rpo',
    });
  });

  test('a proof that cannot follow from the copies and the drills', () => {
    const [found] = problemsOf({ tiers: goldTier.replace('proof: 48 hours', 'proof: 1 day') });
    expect(found).toMatchObject({
      field: 'tiers.gold.objectives.proof',
      problem:
        'the newest proof can get 1 day 18 hours old while all is well: copy_rpo lets it be 12 hours old, drills every 1 day, 4 hours for the restore (rto), 2 hours for the rest of the drill',
      mend: 'write at least 1 day 18 hours, or drill more often',
    });
  });

  test('a point that is gone before the next one is there', () => {
    const tiers = `  slow:
    backup: { every: 7 days, keep: 7 days }
    objectives: { rpo: 8 days }`;
    const [found] = problemsOf({ tiers });
    expect(found).toMatchObject({ line: 5, field: 'tiers.slow.backup.keep', mend: 'keep it at least 8 days' });
  });

  test('a copy that has expired when it arrives: its age counts from the creation of the point at home', () => {
    const tiers = goldTier.replace('keep: 35 days', 'keep: 1 day').replace('12 hours,', '2 days,').replace('48', '96');
    const [found] = problemsOf({ tiers });
    expect(found).toMatchObject({ field: 'tiers.gold.copies[0].keep', mend: 'keep it at least 2 days' });
    expect(found?.problem).toContain("counts its age from the recovery point's creation");
  });
});

describe('all mistakes of a file are told at once', () => {
  const read = readPolicy(readFileSync(new URL('examples/policies/mistakes.yml', root), 'utf8'), 'mistakes.yml');
  const problems = read.ok ? [] : read.problems;

  test('from the home Region to the last check, in the order of the lines', () => {
    expect(problems.map(({ line, field }) => `${line} ${field}`)).toEqual([
      '3 home',
      '6 alerts.page',
      '10 tiers.gold.backup.evry',
      '10 tiers.gold.backup.keep',
      '13 tiers.silver.backup.keep',
      '13 tiers.silver.backup.cold_after',
      '15 tiers.silver.drill.from',
      '16 tiers.silver.objectives.rpo',
      '16 tiers.silver.objectives.copy_rpo',
      '22 checks.orders.assertions[0].name',
      '23 checks.orders.assertions[1].sql',
      '23 checks.orders.assertions[1].may_drop',
    ]);
  });

  test('the reference shows exactly what is said', () => {
    const reference = readFileSync(new URL('docs/policy.md', root), 'utf8');
    for (const problem of problems) expect(reference).toContain(problemLine(problem));
  });

  test('a column is where an editor should put the cursor', () => {
    expect(problems[0]).toMatchObject({ line: 3, column: 7 });
  });
});

describe('policies that are right', () => {
  test.each([
    'policy.yml',
    'examples/policies/another-plan.yml',
    'examples/policies/another-account.yml',
    'examples/policies/archive.yml',
  ])('%s is read', (path) => {
    const read = readPolicy(readFileSync(new URL(path, root), 'utf8'), path);
    expect(read.ok ? [] : read.problems.map(problemLine)).toEqual([]);
  });

  test('those who are paged hear the notices too, where nobody else is named for them: a notice to nobody is a silence', () => {
    const { alerts } = goodPolicy({
      alerts: 'alerts: { page: [ oncall@example.com, "https://hooks.example.com/x" ] }',
    });
    expect(alerts.notices).toEqual(alerts.page);
  });

  test('the fields become plain JSON in seconds, days and fractions', () => {
    const policy = goodPolicy({
      checks: `  orders:
    database: shop
    assertions:
      - { name: exist, sql: "select count(*) from orders;", at_least: 1000, may_drop: 20% }
      - { name: recent, sql: "select max(placed_at) from orders", no_older_than: 3 hours }
  mail:
    files: { must_exist: [ data/names.nsf ] }`,
    });
    expect(policy).toEqual({
      version: 2,
      file: 'policy.yml',
      home: 'eu-central-1',
      alerts: {
        page: [{ via: 'email', to: 'oncall@example.com' }],
        notices: [{ via: 'email', to: 'oncall@example.com' }],
        escalateAfterSeconds: 1_800,
      },
      tiers: {
        gold: {
          kinds: ['efs', 'rds', 'aurora'],
          mayBeEmpty: false,
          backup: { everySeconds: 21_600, keepDays: 14, coldAfterDays: null },
          copies: [{ to: { region: 'eu-west-1', account: null }, keepDays: 35, coldAfterDays: null }],
          drill: { everySeconds: 86_400, from: { region: 'eu-west-1', account: null } },
          objectives: { rpo: 32_400, copy_rpo: 43_200, proof: 172_800, rto: 14_400 },
        },
      },
      checks: {
        orders: {
          of: 'database',
          database: 'shop',
          assertions: [
            {
              name: 'exist',
              sql: 'select count(*) from orders',
              bounds: [
                { is: 'at_least', value: 1_000 },
                { is: 'may_drop', fraction: 0.2 },
              ],
            },
            {
              name: 'recent',
              sql: 'select max(placed_at) from orders',
              bounds: [{ is: 'no_older_than', seconds: 10_800 }],
            },
          ],
          integrity: 'full',
          rowCounts: { mayDrop: 0.2, mayGrow: null },
          mayVanish: [],
          digest: { equalsLastPass: [], equals: {} },
        },
        mail: {
          of: 'files',
          mustExist: ['data/names.nsf'],
          checksums: 'sample',
          owner: null,
          mode: null,
          mayDrop: 0.2,
          mayChange: 0.5,
          mayTurnOver: 0.2,
        },
      },
      defaulted: [
        'alerts.notices',
        'alerts.escalate_after',
        'tiers.gold.kinds',
        'tiers.gold.may_be_empty',
        'checks.orders.integrity',
        'checks.orders.row_counts',
        'checks.mail.files.checksums',
        'checks.mail.files.may_drop',
        'checks.mail.files.may_change',
        'checks.mail.files.may_turn_over',
      ],
    });
  });

  test('digests, owners and modes', () => {
    const { checks } = goodPolicy({
      checks: `  reference:
    digest: { equals_last_pass: [ public.countries ], equals: { public.currencies: 'pg1:170:-42' } }
  all:
    digest: { equals_last_pass: all }
  home:
    files: { owner: 1000:100, mode: '0640', checksums: none, may_change: 90%, may_turn_over: 50% }`,
    });
    expect(checks).toMatchObject({
      reference: { digest: { equalsLastPass: ['public.countries'], equals: { 'public.currencies': 'pg1:170:-42' } } },
      all: { digest: { equalsLastPass: 'all', equals: {} } },
      home: { owner: { user: 1000, group: 100 }, mode: 0o640, mayChange: 0.9, mayTurnOver: 0.5 },
    });
  });

  test('tables that may vanish', () => {
    const { checks } = goodPolicy({ checks: '  orders: { may_vanish: [ public.events_*, shop.old_orders ] }' });
    expect(checks.orders).toMatchObject({ mayVanish: ['public.events_*', 'shop.old_orders'] });
  });

  test.each([
    ['events_*', 'is not a table with its schema'],
    ['public.*', 'would let every table of a schema vanish'],
    ["'*.*'", 'would let every table of a schema vanish'],
    ['1', 'is not a table with its schema'],
  ])('may_vanish does not take %s', (written, problem) => {
    expect(problemsOf({ checks: `  orders: { may_vanish: [ ${written} ] }` })).toMatchObject([
      {
        field: 'checks.orders.may_vanish[0]',
        problem: expect.stringContaining(problem),
        mend: expect.stringContaining('public.events_*'),
      },
    ]);
  });

  test.each([
    'with recent as (select * from orders) select count(*) from recent',
    "select count(*) from notes where body = 'delete from orders; --'",
    'select count(*) /* ; */ from orders -- ; done',
    'select "update", $tag$;$tag$ from orders',
    "select count(*) from orders where name = 'it''s'",
    '(select 1)',
  ])('this statement is one that only reads: %s', (sql) => {
    const policy = goodPolicy({ checks: assertion(`name: a, sql: ${JSON.stringify(sql)}, equals: 1`) });
    expect(policy.checks.orders).toMatchObject({ assertions: [{ sql }] });
  });

  test.each([
    'with gone as (delete from orders returning 1) select count(*) from gone',
    'select 1 from orders for update',
    "select 'never ends",
    'select 1 /* never ends',
    'explain select 1',
    '-- only a comment',
  ])('this statement is refused: %s', (sql) => {
    expect(problemsOf({ checks: assertion(`name: a, sql: ${JSON.stringify(sql)}, equals: 1`) })).toHaveLength(1);
  });

  test('names that every object has are names like others', () => {
    const policy = goodPolicy({ tiers: goldTier.replace('gold', 'constructor') });
    expect(Object.keys(policy.tiers)).toEqual(['constructor']);
  });
});

describe('where recoveries go', () => {
  const text = (recovery: string) =>
    `home: eu-central-1\nalerts: { page: [ oncall@example.com ] }\ntiers:\n${goldTier}\nrecovery:\n${recovery}\n`;

  test('is read for each Region that the file names', () => {
    const read = readPolicy(text('  eu-west-1: { subnet_group: apps, security_groups: [ sg-0a ] }'), 'policy.yml');
    expect(read).toMatchObject({
      ok: true,
      policy: { recovery: { 'eu-west-1': { subnetGroup: 'apps', securityGroups: ['sg-0a'], subnets: [] } } },
    });
  });

  test.each([
    ['  eu-west: { subnet_group: apps, security_groups: [ sg-0a ] }', 'recovery.eu-west'],
    ['  eu-west-1: { subnet_group: apps }', 'recovery.eu-west-1.security_groups'],
    ['  eu-west-1: { security_groups: [ default ] }', 'recovery.eu-west-1.security_groups[0]'],
    ['  eu-west-1: { security_groups: [ sg-0a ], subnets: [ a ] }', 'recovery.eu-west-1.subnets[0]'],
    ['  eu-west-1: { security_groups: [ sg-0a ], subnetgroup: a }', 'recovery.eu-west-1.subnetgroup'],
  ])('%s is refused at the field', (recovery, field) => {
    const read = readPolicy(text(recovery), 'policy.yml');
    expect(read.ok ? [] : read.problems.map((problem) => problem.field)).toContain(field);
  });
});
