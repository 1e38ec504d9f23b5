import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readAccountFile } from '../../../simulator/scenarios/account-file.ts';
import { momentInWords, parseMoment } from '../../../simulator/scenarios/moment.ts';

const hour = 3_600_000;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lifeboat-test-'));
  mkdirSync(join(folder, 'mail'));
  writeFileSync(join(folder, 'shop.sql'), 'select 1;');
});
afterAll(() => rmSync(folder, { recursive: true }));

const head = `account: '123456789012'
start: 2026-01-05T00:00:00Z
`;
const shop = `resources:
  - { kind: rds, name: shop, sql: [ shop.sql ] }
`;
const read = (text: string) => {
  const path = join(folder, 'account.yml');
  writeFileSync(path, text);
  return readAccountFile(path);
};
/** The problems of a file, each as `line  field: what is wrong; the mend`. */
const problems = (text: string): string[] => {
  const result = read(text);
  return result.ok
    ? []
    : result.problems.map((problem) =>
        problem.replaceAll(`${folder}/account.yml`, 'account.yml').replace('account.yml:', ''),
      );
};

describe('an account file', () => {
  test('says what stands in the account, what writes to it, and what goes wrong', () => {
    const result = read(`${head}resources:
  - kind: rds
    name: shop
    database: orders
    engine: postgres
    sql: [ shop.sql ]
    tags: { lifeboat:tier: gold }
    workload: [ { every: 30 minutes, sql: select 1 } ]
  - kind: efs
    name: mail
    directory: mail
    workload:
      - { every: 1 hour, append_to: log.txt, text: "{n}" }
      - { every: 2 hours, write: 'new/{n}', text: x }
incidents:
  - { at: day 3 02:30, do: damage copies, of: shop, in: eu-west-1, sql: delete from orders }
  - { at: day 3, do: damage copies, of: mail, in: eu-west-1, for: 1 day, file: log.txt }
  - { at: day 4, do: stop schedule, schedule: lifeboat-protect-gold, in: eu-central-1 }
expect:
  days: 7
  pages:
    - { resource: shop, location: eu-west-1, kind: drill, opened: { from: day 3 03:00, to: day 3 05:00 } }
`);
    expect(result).toEqual({
      ok: true,
      account: {
        account: '123456789012',
        start: Date.UTC(2026, 0, 5),
        resources: [
          {
            kind: 'rds',
            name: 'shop',
            database: 'orders',
            sql: [join(folder, 'shop.sql')],
            tags: { 'lifeboat:tier': 'gold' },
            workload: [{ everySeconds: 1800, sql: 'select 1' }],
          },
          {
            kind: 'efs',
            name: 'mail',
            directory: join(folder, 'mail'),
            tags: {},
            workload: [
              { everySeconds: 3600, path: 'log.txt', text: '{n}', how: 'append' },
              { everySeconds: 7200, path: 'new/{n}', text: 'x', how: 'write' },
            ],
          },
        ],
        incidents: [
          {
            do: 'damage copies',
            at: 50.5 * hour,
            of: 'shop',
            in: 'eu-west-1',
            forSeconds: 0,
            sql: 'delete from orders',
            file: null,
          },
          {
            do: 'damage copies',
            at: 48 * hour,
            of: 'mail',
            in: 'eu-west-1',
            forSeconds: 86_400,
            sql: null,
            file: 'log.txt',
          },
          { do: 'stop schedule', at: 72 * hour, schedule: 'lifeboat-protect-gold', in: 'eu-central-1' },
        ],
        expect: {
          days: 7,
          pages: [
            {
              resource: 'shop',
              location: 'eu-west-1',
              kind: 'drill',
              opened: { from: 51 * hour, to: 53 * hour },
              resolved: null,
            },
          ],
        },
      },
    });
  });

  test('that expects nothing in particular says so', () => {
    expect(read(head + shop)).toMatchObject({
      ok: true,
      account: { incidents: [], expect: null, resources: [{ database: 'shop' }] },
    });
  });

  test('says which failures it plays, and what replicates a database', () => {
    const result = read(`${head}resources:
  - { kind: rds, name: shop, sql: [ shop.sql ], multi_az: true, replica_in: eu-west-1, backups_in: eu-west-1 }
  - { kind: efs, name: mail, directory: mail }
incidents:
  - { at: day 1, do: fail instance, of: shop }
  - { at: day 2, do: fail zone, zone: b, for: 6 hours }
  - { at: day 3, do: fail region, in: eu-central-1 }
  - { at: day 4, do: corrupt data, of: mail, zero: log.txt }
  - { at: day 4, do: delete resource, of: shop, keep_backups: true }
  - { at: day 4, do: delete points, of: shop, in: eu-west-1, newest: 2 }
  - { at: day 5, do: ransomware, of: mail }
  - { at: day 5, do: lose account }
  - { at: day 6, do: disable key, key: alias/lifeboat-vault, in: eu-west-1 }
`);
    const day = 24 * hour;
    expect(result).toMatchObject({
      ok: true,
      account: {
        resources: [{ multiAz: true, replicaIn: 'eu-west-1', backupsIn: 'eu-west-1' }, { kind: 'efs' }],
        incidents: [
          { do: 'fail instance', at: 0, of: 'shop' },
          { do: 'fail zone', at: day, zone: 'b', in: null, forSeconds: 6 * 3600 },
          { do: 'fail region', at: 2 * day, in: 'eu-central-1', forSeconds: null },
          { do: 'corrupt data', at: 3 * day, of: 'mail', sql: null, zero: 'log.txt' },
          { do: 'delete resource', at: 3 * day, of: 'shop', keepBackups: true },
          { do: 'delete points', at: 3 * day, of: 'shop', in: 'eu-west-1', newest: 2 },
          { do: 'ransomware', at: 4 * day, of: 'mail', forSeconds: 3 * 3600, role: 'stolen-role', rights: 'points' },
          { do: 'lose account', at: 4 * day },
          { do: 'disable key', at: 5 * day, key: 'alias/lifeboat-vault', in: 'eu-west-1' },
        ],
      },
    });
  });

  test('refuses a failure of what cannot fail so', () => {
    expect(
      problems(`${head}resources:
  - { kind: aurora, name: shop, sql: [ shop.sql ], multi_az: true }
  - { kind: efs, name: mail, directory: mail }
incidents:
  - { at: day 1, do: fail instance, of: mail }
  - { at: day 1, do: ransomware, of: shop }
  - { at: day 1, do: corrupt data, of: shop, zero: log.txt }
  - { at: day 1, do: corrupt data, of: mail }
  - { at: day 1, do: delete resource, of: shop, keep_backups: true }
  - { at: day 1, do: fail region, of: shop }
  - { at: day 1, do: delete points, of: nothing }
`),
    ).toEqual([
      '4  resources[0].multi_az: is modelled of RDS instances alone; leave it out, or write kind: rds',
      '7  incidents[0].of: mail is a file system, without an instance; write it of a database',
      '8  incidents[1].of: shop has no files; write it of a file system',
      '9  incidents[2].zero: shop is a database; write sql',
      '10  incidents[3]: needs what to corrupt; write either sql or zero',
      '11  incidents[4].keep_backups: is modelled of RDS instances alone; leave it out, or write it of an instance',
      '12  incidents[5].of: is not a field; the fields here are at, do, in, for',
      '13  incidents[6].of: nothing is no resource here; write one of shop, mail',
    ]);
  });

  test('has all of its mistakes told at once, each by line and field, with the mend', () => {
    expect(
      problems(`account: 123456789012
start: someday
surprise: 1
resources:
  - kind: rds
    name: shop
    sql: [ missing.sql ]
    tags: { lifeboat:tier: 7 }
    workload:
      - { every: 10 seconds, sql: select 1 }
  - kind: efs
    name: mail
    directory: shop.sql
    workload:
      - { every: 1 hour, text: x }
      - { every: 1 hour, text: x, append_to: a, write: b }
  - kind: mysql
    name: other
  - just text
  -
incidents:
  - { at: day 0, do: damage copies, of: mail, in: eu-west-1, sql: x }
  - { at: day 1, do: explode }
  - { at: day 1, do: stop schedule, in: eu-central-1 }
expect:
  days: many
  pages:
    - { resource: shop }
`),
    ).toEqual([
      "1  account: is not an AWS account; write twelve digits in quotes, such as '123456789012'",
      '2  start: is not an instant; write it like 2026-01-05T00:00:00Z',
      '3  surprise: is not a field; the fields here are account, start, resources, incidents, quotas, expect',
      "8  resources[0].tags.lifeboat:tier: is not a text; write the tag's value in quotes",
      '10  resources[0].workload[0].every: is shorter than a minute; write at least 1 minute',
      '13  resources[1].directory: there is no directory shop.sql; paths are read from beside account.yml',
      '15  resources[1].workload[0]: needs one path; write either append_to or write',
      '16  resources[1].workload[1]: needs one path; write either append_to or write',
      expect.stringMatching(/^17 {2}resources\[2\]\.kind: 'mysql' is not known here; write rds.* or efs$/),
      '17  resources[2].sql: is missing; write it, such as [ data/shop.sql ]',
      '19  resources[3]: is a text, not a mapping of fields; write it as { kind: rds, name: shop, sql: [ data/shop.sql ] }',
      '20  resources[4]: has no value; write it, such as { kind: rds, name: shop, sql: [ data/shop.sql ] }',
      "22  incidents[0].at: 'day 0' is not a moment; write it like day 3 02:00, where day 1 is the first",
      "23  incidents[1].do: 'explode' is not known here; write damage copies, stop schedule, start schedule, fail instance, fail zone, fail region, corrupt data, delete resource, delete points, ransomware, lose account, disable key, delete key or give key back",
      '24  incidents[2].schedule: is missing; write it, such as lifeboat-protect-gold',
      '26  expect.days: is not a number of days; write it, such as 7',
      '28  expect.pages[0].location: is missing; write it, such as eu-west-1',
      '28  expect.pages[0].kind: is missing; write it, such as drill',
      '28  expect.pages[0].opened: is missing; write it, such as { from: day 3 05:00, to: day 3 06:00 }',
    ]);
  });

  const page = (fields: string) => `${head}${shop}expect:\n  days: 3\n  pages:\n    - { ${fields} }\n`;
  const damage = (fields: string) =>
    `${head}${shop}incidents:\n  - { at: day 1, do: damage copies, in: eu-west-1, ${fields} }\n`;
  test.each<[string, string, string]>([
    [
      'a dump that is not there',
      `${head}resources:\n  - { kind: rds, name: shop, sql: [ shop.sql, gone.sql ] }\n`,
      '4  resources[0].sql[1]: there is no file gone.sql; paths are read from beside account.yml',
    ],
    [
      'a name that is used twice',
      `${head}${shop}  - { kind: efs, name: shop, directory: mail }\n`,
      '5  resources[1].name: shop is used twice; give each resource its own',
    ],
    [
      'damage to what is not there',
      damage('of: shopp, sql: x'),
      '6  incidents[0].of: shopp is no resource here; write one of shop',
    ],
    [
      'damage that says not what',
      damage('of: shop'),
      '6  incidents[0]: needs what to damage; write either sql or file',
    ],
    [
      'damage that says too much',
      damage('of: shop, sql: x, file: y'),
      '6  incidents[0]: needs what to damage; write either sql or file',
    ],
    [
      'an incident that does nothing',
      `${head}${shop}incidents: [ { at: day 1, schedule: x, in: y } ]\n`,
      '5  incidents[0].do: is missing; write it, such as stop schedule',
    ],
    [
      'no resources',
      head,
      '1  resources: is missing; write it, such as - { kind: rds, name: shop, sql: [ data/shop.sql ] }',
    ],
    [
      'an empty list of resources',
      `${head}resources: []\n`,
      '3  resources: is an empty list; write it, such as - { kind: rds, name: shop, sql: [ data/shop.sql ] }',
    ],
    [
      'a page of what is not there',
      page('resource: shopp, location: r, kind: rpo, opened: { from: day 1, to: day 2 }'),
      '8  expect.pages[0].resource: shopp is no resource here; write one of shop',
    ],
    [
      'a span that ends before it begins',
      page('resource: shop, location: r, kind: rpo, opened: { from: day 2, to: day 1 }'),
      '8  expect.pages[0].opened: ends before it begins; write the earlier moment under from',
    ],
    [
      'a resolution that ends before it begins',
      page(
        'resource: pipeline, location: r, kind: rpo, opened: { from: day 1, to: day 1 }, resolved: { from: day 2, to: day 1 }',
      ),
      '8  expect.pages[0].resolved: ends before it begins; write the earlier moment under from',
    ],
    [
      'no days at all',
      `${head}${shop}expect: { days: 0, pages: [] }\n`,
      '5  expect.days: is less than a day; write it, such as 7',
    ],
    [
      'half a day',
      `${head}${shop}expect: { days: 0.5, pages: [] }\n`,
      '5  expect.days: is not a number of days; write it, such as 7',
    ],
  ])('is refused for %s', (_what, text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  test('that is no YAML, or is empty, or is not there is told by its name', () => {
    expect(problems('account: [\n')[0]).toMatch(/^\d+ {2}.*sequence/);
    expect(problems('')).toHaveLength(3);
    expect(readAccountFile('no-such.yml')).toEqual({
      ok: false,
      problems: ['no-such.yml: there is no such file; name an account file.'],
    });
  });
});

describe('a moment of a scenario', () => {
  test.each([
    ['day 1', 0],
    ['day 3 02:00', 50 * hour],
    ['  day 10   9:05 ', (9 * 24 + 9) * hour + 5 * 60_000],
    ['day 1 23:59', 24 * hour - 60_000],
  ])('"%s" is so long after the start', (written, milliseconds) => {
    expect(parseMoment(written)).toEqual({ ok: true, value: milliseconds });
  });
  test.each(['day 0', 'day', 'day 1 24:00', 'day 1 12:60', 'day 1 12', '3 days', 'Day 1', 7, null])(
    '%j is none, and the mend says how to write one',
    (written) => {
      expect(parseMoment(written)).toMatchObject({
        ok: false,
        mend: 'write it like day 3 02:00, where day 1 is the first',
      });
    },
  );
  test('is said the way it is written', () => {
    for (const written of ['day 1 00:00', 'day 3 02:00', 'day 12 23:59']) {
      const moment = parseMoment(written);
      expect(moment.ok && momentInWords(moment.value)).toBe(written);
    }
    expect(momentInWords(59_999)).toBe('day 1 00:00');
  });
});
