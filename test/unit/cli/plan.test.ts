import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PlannedAccount, PlannedResource } from '../../../cli/plan/account.ts';
import { readPlannedAccount } from '../../../cli/plan/account-file.ts';
import { planCommand, usage } from '../../../cli/plan/command.ts';
import { type Plan, planOf } from '../../../cli/plan/plan.ts';
import { scheduleWords } from '../../../cli/plan/tiers.ts';
import { hourOf, readPrices } from '../../../cli/prices/prices.ts';
import type { Policy } from '../../../functions/policy/policy.ts';
import { readPolicy } from '../../../functions/policy/read.ts';

const policyOf = (tiers: string): Policy => {
  const read = readPolicy(
    `home: eu-central-1\nalerts: { page: [ a@example.com ], notices: [ b@example.com ] }\ntiers:\n${tiers}`,
    'p.yml',
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.policy;
};
const gold = policyOf(`
  gold:
    backup: { every: 6 hours, keep: 14 days }
    copies: [ { to: eu-west-1, keep: 35 days } ]
    drill: { every: 1 day, from: eu-west-1 }
    objectives: { rpo: 9 hours, copy_rpo: 12 hours, proof: 48 hours }
`);

const resource = (name: string, more: Partial<PlannedResource> = {}): PlannedResource => ({
  name,
  kind: 'rds',
  is: 'rds',
  tags: { 'lifeboat:tier': 'gold' },
  gigabytes: 10,
  changePerDay: null,
  files: null,
  instanceClass: null,
  encryption: null,
  automatedBackupDays: null,
  ...more,
});
const many = (count: number, more: Partial<PlannedResource> = {}) =>
  Array.from({ length: count }, (_, index) => resource(`r${index + 1}`, more));
const accountOf = (resources: readonly PlannedResource[], quotas: PlannedAccount['quotas'] = {}): PlannedAccount => ({
  id: '123456789012',
  from: 'a test',
  resources,
  quotas,
  unread: [],
});
const plan = (policy: Policy, resources: readonly PlannedResource[], quotas?: PlannedAccount['quotas']): Plan =>
  planOf(policy, accountOf(resources, quotas), readPrices());
const codes = ({ findings }: Plan) => findings.map(({ code }) => code);
const found = ({ findings }: Plan, code: string) => findings.find((one) => one.code === code);

describe('a plan', () => {
  test('of a few resources has nothing wrong, and says what happens to them and when', () => {
    const small = plan(gold, many(3));
    expect(small).toMatchObject({ ok: true, findings: [], resources: { seen: 3, protected: 3 } });
    expect(small.tiers).toEqual([
      {
        tier: 'gold',
        resources: { rds: 3 },
        backup: { every: '6 hours', schedule: 'cron(32 0/6 * * ? *)', keep: '14 days', cold: null },
        copies: [{ to: 'eu-west-1', keep: '35 days' }],
        drill: { every: '1 day', schedule: expect.stringMatching(/^cron\(/), from: 'eu-west-1' },
        objectives: { rpo: '9 hours', copy_rpo: '12 hours', proof: '2 days' },
      },
    ]);
  });

  test('names what is tagged wrongly, with the name that was meant', () => {
    const wrong = plan(gold, [
      resource('good'),
      resource('slip', { tags: { 'lifeboat:tier': 'glod' } }),
      resource('slip-2', { tags: { 'lifeboat:tier': 'glod' } }),
      resource('key', { tags: { 'Lifeboat-Tier': 'gold' } }),
      resource('carts', { kind: null, is: 'dynamodb' }),
      resource('checks', { tags: { 'lifeboat:tier': 'gold', 'lifeboat:checks': 'orders' } }),
      resource('nobody', { tags: {} }),
    ]);
    expect(wrong.ok).toBe(false);
    expect(found(wrong, 'unknown-tier')).toMatchObject({ resources: ['slip', 'slip-2'], severity: 'wrong' });
    expect(found(wrong, 'unknown-tier')?.words).toContain('did you mean gold?');
    expect(found(wrong, 'misspelt-tag')).toMatchObject({ field: 'Lifeboat-Tier', mend: 'name the tag lifeboat:tier' });
    expect(found(wrong, 'unsupported-kind')?.words).toContain('dynamodb is no kind that Lifeboat protects');
    expect(found(wrong, 'unknown-checks')).toMatchObject({ field: 'lifeboat:checks', resources: ['checks'] });
    expect(found(wrong, 'untagged')).toMatchObject({ severity: 'note', resources: ['nobody'] });
    expect(wrong.findings.at(-1)?.code).toBe('untagged');
  });

  test('of nothing is wrong, and so is a tier without resources', () => {
    expect(plan(gold, [])).toMatchObject({ ok: false });
    expect(codes(plan(gold, []))).toEqual(expect.arrayContaining(['nothing', 'empty-tier']));
  });

  test('a note alone makes nothing wrong', () => {
    expect(plan(gold, [resource('one'), resource('two', { tags: {} })])).toMatchObject({ ok: true });
  });
});

describe('quotas', () => {
  test('of concurrent copies are held against what the policy needs at every moment', () => {
    // A copy of little takes ten minutes, and each instance has four a day: 720 instances need 20 at once.
    expect(codes(plan(gold, many(700, { changePerDay: 0 })))).not.toContain('quota:rds_copies');
    const wrong = found(plan(gold, many(1440, { changePerDay: 0 })), 'quota:rds_copies');
    expect(wrong?.by).toEqual({ needs: 40, has: 20, unit: 'at once' });
    expect(wrong?.words).toContain('20 too many (2.0 times as many)');
    expect(wrong?.mend).toContain('an interval 2 times as long fits');
  });

  test('that an account was given are used in place of the defaults, less what is in use', () => {
    const told = { 'eu-west-1': { rds_copies: { most: 100, used: 70 } } };
    expect(found(plan(gold, many(1440, { changePerDay: 0 }), told), 'quota:rds_copies')?.by?.has).toBe(30);
  });

  test('of DB instances limit the drills of the Region that drills', () => {
    const full = { 'eu-west-1': { db_instances: { most: 40, used: 40 } } };
    const wrong = found(plan(gold, many(2), full), 'quota:db_instances');
    expect(wrong?.words).toContain('eu-west-1: 1 at once');
    expect(wrong?.words).toContain('none is left');
  });

  test('of Lambda have to let the watch reserve its execution, or the deployment would fail half way', () => {
    const told = (most: number) => ({ 'eu-west-1': { lambda_concurrency: { most } } });
    const wrong = found(plan(gold, many(2), told(10)), 'quota:lambda_concurrency');
    expect(wrong?.words).toMatch(/^eu-west-1: there are 10 concurrent executions/);
    expect(wrong?.mend).toContain('before the first deployment');
    expect(codes(plan(gold, many(2), told(101)))).toEqual([]);
    expect(codes(plan(gold, many(2), {}))).toEqual([]);
  });

  test('of recovery points count everything that is kept', () => {
    const hourly = policyOf('  gold: { backup: { every: 1 hour, keep: 3650 days }, objectives: { rpo: 6 hours } }\n');
    expect(found(plan(hourly, many(12)), 'quota:points')?.by).toMatchObject({ needs: 1_051_200, has: 1_000_000 });
    expect(codes(plan(hourly, many(11)))).not.toContain('quota:points');
  });

  test('one job of a resource at a time: a file system too large for its interval is named', () => {
    const large = plan(gold, [resource('mail', { kind: 'efs', files: 60_000_000, gigabytes: 900 })]);
    expect(found(large, 'quota:per-resource')).toMatchObject({
      resources: ['mail'],
      field: 'tiers.gold.backup.every',
      mend: 'back up at most every 9 hours, in a tier of their own',
    });
  });

  test('a tier that falls due at once is held against its objectives, and what it waits within them is no news', () => {
    const due = (count: number) =>
      plan(
        policyOf('  gold: { backup: { every: 1 day, keep: 14 days }, objectives: { rpo: 27 hours } }\n'),
        many(count),
      );
    expect(codes(due(300))).toEqual([]);
    const wrong = found(due(6000), 'wave:rpo');
    expect(wrong?.field).toBe('tiers.gold.objectives.rpo');
    expect(wrong?.words).toMatch(
      /6,000 resources fall due at once, and it takes 5 hours until the last of them starts/,
    );
    expect(wrong?.by).toMatchObject({ has: 27 * 3600, unit: 'seconds' });
  });
});

describe('what no quota forbids', () => {
  const away = policyOf(`
  gold:
    backup: { every: 1 day, keep: 35 days }
    copies: [ { to: 210987654321/eu-west-1, keep: 90 days } ]
    objectives: { rpo: 30 hours }
`);
  test('an AWS-managed key leaves no account, but for EFS, whose points have the key of the vault', () => {
    const managed = { encryption: 'aws-managed key' } as const;
    const wrong = plan(away, [resource('a', managed), resource('b', { ...managed, kind: 'efs' }), resource('c')]);
    expect(found(wrong, 'aws-managed-key')?.resources).toEqual(['a']);
    expect(codes(plan(gold, [resource('a', managed)]))).toEqual([]);
  });

  test('copies in another account are made, and the plan says that nothing looks at them', () => {
    const noted = plan(away, [resource('a'), resource('b', { kind: 'efs' })]);
    expect(noted.ok).toBe(true);
    expect(found(noted, 'not-watched')).toMatchObject({
      severity: 'note',
      field: 'tiers.gold.copies',
      words: expect.stringContaining('210987654321/eu-west-1'),
      resources: expect.arrayContaining(['a', 'b']),
    });
    expect(found(plan(gold, [resource('a')]), 'not-watched')).toBeUndefined();
  });

  test('a tier that is to be drilled in another account is never proven, and that is wrong', () => {
    const drilled = policyOf(`
  gold:
    backup: { every: 1 day, keep: 35 days }
    copies: [ { to: 210987654321/eu-west-1, keep: 90 days } ]
    drill: { every: 1 day, from: 210987654321/eu-west-1 }
    objectives: { rpo: 30 hours }
`);
    const wrong = plan(drilled, [resource('a')]);
    expect(wrong.ok).toBe(false);
    expect(found(wrong, 'not-drilled')).toMatchObject({
      severity: 'wrong',
      field: 'tiers.gold.drill.from',
      resources: ['a'],
    });
  });
});

describe('the bill', () => {
  test('has a line for each thing, which add up', () => {
    const { cost } = plan(gold, many(10));
    const sum = cost.lines.reduce((total, { usd }) => total + usd, 0);
    expect(cost.total).toBeCloseTo(sum, 1);
    const names = cost.lines.map(({ line }) => line);
    for (const line of [
      'backups of RDS at home, warm',
      'backups of RDS in eu-west-1, warm',
      'transfer to eu-west-1, RDS',
      'scratch instances, RDS db.m6g.large',
      'Step Functions',
      'Lambda, time',
      'DynamoDB, writes',
      'CloudWatch alarms',
      'CloudWatch metrics',
      'CloudWatch dashboards',
      'KMS keys',
    ])
      expect(names).toContain(line);
  });
  test('counts what the daily report of each Region reads of a month of evidence', () => {
    const { lines } = plan(gold, [resource('one')]).cost;
    const { quantity = 0, usd = 0 } =
      lines.find(({ line }) => line === 'evidence in S3, read by the daily reports') ?? {};
    const backups = 4 * (365 / 12);
    const perReport = quantity / 2 / (365 / 12);
    expect(perReport).toBeGreaterThan(backups);
    expect(perReport).toBeLessThan(2 * backups);
    expect(usd).toBeCloseTo(quantity * 0.0000004, 2);
  });
  test('counts what changed for most, and the whole of each copy of Aurora', () => {
    const lineOf = (kind: 'rds' | 'aurora', line: string) =>
      plan(gold, [resource('one', { kind, gigabytes: 100, changePerDay: 0.01 })]).cost.lines.find(
        (one) => one.line === line,
      );
    // 100 GB, and 1 GB more for each of 35 days.
    expect(lineOf('rds', 'backups of RDS in eu-west-1, warm')).toMatchObject({
      quantity: 135,
      unit: 'GB-month',
      usd: 12.83,
    });
    // 140 full copies.
    expect(lineOf('aurora', 'backups of Aurora in eu-west-1, warm')?.quantity).toBe(14_000);
  });
  test('says the date and Region of its prices, and where each was read', () => {
    const prices = readPrices();
    expect(plan(gold, many(1)).cost).toMatchObject({ asOf: prices.asOf, region: 'us-east-1', currency: 'USD' });
    expect(prices.asOf).toMatch(/^\d{4}-\d\d$/);
    const all = [
      ...Object.values(prices.prices),
      ...Object.values(prices.instanceHours.rds),
      ...Object.values(prices.instanceHours.aurora),
    ];
    for (const { usd, source } of all) {
      expect(usd).toBeGreaterThan(0);
      expect(Object.keys(prices.sources)).toContain(source);
    }
  });
  test('prices the classes of a family by their size, and says when it does not know one', () => {
    const prices = readPrices();
    expect(hourOf(prices, 'rds', 'db.r6g.4xlarge')).toEqual({ usd: 0.225 * 8, known: true });
    expect(hourOf(prices, 'rds', 'db.t4g.medium').usd).toBeCloseTo(0.0645);
    expect(hourOf(prices, 'aurora', 'db.z9.large')).toEqual({ usd: 0.26, known: false });
  });
});

describe('an account file', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lifeboat-plan-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = (text: string) => {
    const path = join(folder, 'account.yml');
    writeFileSync(path, text);
    const result = readPlannedAccount(path);
    return result.ok ? result.account : result.problems.map((one) => one.replace(`${folder}/`, ''));
  };
  test('repeats a resource under names that count', () => {
    const account = read(
      "resources:\n  - { repeat: 3, kind: rds, name: 'shop-{n}', gigabytes: 5 }\n",
    ) as PlannedAccount;
    expect(account.resources.map(({ name, gigabytes }) => `${name} ${gigabytes}`)).toEqual([
      'shop-1 5',
      'shop-2 5',
      'shop-3 5',
    ]);
  });
  test('tells every problem by line and field, with the mend', () => {
    const text =
      'resources:\n  - { repeat: 3, kind: rds, name: shop }\n  - { kind: rds, nam: x }\nquotas:\n  eu-west-1: { dbs: { most: 3 } }\n';
    expect(read(text)).toEqual([
      'account.yml:2  resources[0].name: is one name for several; write it with {n}, such as shop-{n}',
      expect.stringMatching(/^account\.yml:3 {2}resources\[1\]\.name: is missing; /),
      expect.stringMatching(/^account\.yml:3 {2}resources\[1\]\.nam: is not a field; the fields here are name, kind/),
      expect.stringMatching(/^account\.yml:5 {2}quotas\.eu-west-1\.dbs: is no quota; the quotas are backup_jobs/),
    ]);
  });
  test('that is played can be planned as well: its data says how large it is', () => {
    const result = readPlannedAccount('examples/week/account.yml');
    if (!result.ok) throw new Error(result.problems.join('\n'));
    expect(result.account.resources.length).toBeGreaterThan(2);
    for (const { gigabytes } of result.account.resources) expect(gigabytes).toBeGreaterThan(0);
  });
});

describe('the command', () => {
  const run = async (...args: string[]) => {
    const said: string[] = [];
    const complaints: string[] = [];
    const client = () => {
      throw new Error('AWS is not asked.');
    };
    const outside = { say: (line: string) => said.push(line), complain: (line: string) => complaints.push(line) };
    const code = await planCommand(args, { ...outside, client, now: () => new Date(0) });
    return { code, said: said.join('\n'), complaints: complaints.join('\n') };
  };
  const fleet = ['--policy', 'examples/fleet/policy.yml', '--account', 'examples/fleet/account.yml'];

  test('finds everything that is wrong with the 10,000 resources of the example, in less than two seconds', () => {
    const exits =
      "process.on('exit',()=>process.stderr.write(String(process.cpuUsage().user+process.cpuUsage().system)))";
    const args = ['--import', `data:text/javascript,${exits}`, 'cli/lifeboat.ts', 'plan', ...fleet, '--json'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 });
    expect(status).toBe(1);
    const took = Number(stderr.toString()) / 1e6;
    const seen = JSON.parse(stdout.toString()) as Plan;
    expect(seen.resources.seen).toBe(10_000);
    expect(codes(seen)).toEqual(
      expect.arrayContaining([
        'quota:rds_copies',
        'quota:aurora_copies',
        'quota:per-resource',
        'wave:rpo',
        'wave:proof',
        'aws-managed-key',
        'unknown-tier',
        'kind-not-in-tier',
        'unknown-checks',
        'misspelt-tag',
        'unsupported-kind',
        'empty-tier',
      ]),
    );
    // Seconds of the processor: the machine may be busy with something else.
    expect(took).toBeLessThan(2);
  });
  test('says the worst first, then what happens, what is used and what it costs', async () => {
    const { code, said } = await run(...fleet);
    expect(code).toBe(1);
    const parts = [
      'WRONG (14)',
      'To know',
      'What will happen',
      'Limits',
      'A month, in USD',
      'Assumed',
      '14 things are wrong.',
    ];
    const places = parts.map((part) => said.indexOf(part));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(Math.min(...places)).toBeGreaterThan(0);
    expect(said).toContain('which: till-1, till-2, till-3 and 39 more');
  });
  test('exits 0 where nothing is wrong', async () => {
    expect(await run('--account', 'examples/week/account.yml')).toMatchObject({ code: 0, complaints: '' });
  });
  test('tells of one resource what holds and why', async () => {
    const one = await run(...fleet, '--resource', 'shop-7');
    expect(one.code).toBe(0);
    expect(one.said).toContain('tiers.gold.backup.every in examples/fleet/policy.yml is 6 hours');
    expect((await run(...fleet, '--resource', 'till-1')).code).toBe(1);
    expect((await run(...fleet, '--resource', 'nobody')).complaints).toContain('has no such resource');
  });
  test.each([
    [['--policy', 'no.yml'], 'no.yml cannot be read (ENOENT). Name the policy with --policy FILE.'],
    [['--account', 'no.yml'], 'no.yml: there is no such file; name an account file.'],
    [['--acount', 'x'], "Unknown option '--acount'. See lifeboat plan --help."],
    [['--policy', 'examples/policies/mistakes.yml'], 'examples/policies/mistakes.yml:'],
  ])('plans nothing for %j, exits 2 and says what to write', async (args, words) => {
    const { code, complaints } = await run(...args);
    expect(code).toBe(2);
    expect(complaints).toContain(words);
  });
  test('explains itself', async () => {
    expect(await run('--help')).toEqual({ code: 0, said: usage, complaints: '' });
  });
});

test('schedules are told by the clock', () => {
  expect(scheduleWords('cron(32 0/6 * * ? *)')).toBe('at minute 32 of every 6th hour, from 00:32 UTC');
  expect(scheduleWords('cron(5 4 * * ? *)')).toBe('at 04:05 UTC');
  expect(scheduleWords('cron(5 4 1/7 * ? *)')).toBe('at 04:05 UTC on days 1, 8, … of the month');
  expect(scheduleWords('rate(90 minutes)')).toBe('every 90 minutes from the deployment on');
});
