import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type PrintedSummary, type Ran, start } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'lifeboat-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A database as pg_dump writes it: settings, owners, COPY blocks, constraints at the end. */
const rows = Array.from({ length: 300 }, (_, n) => `${n + 1}\tfilm ${n + 1}\t${1950 + (n % 70)}\t\\N`);
const dump = `--
-- PostgreSQL database dump
--
\\restrict kKJbdXy4nS1cQ
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET default_table_access_method = heap;
CREATE TABLE public.film (
    film_id integer NOT NULL,
    title character varying(255) NOT NULL,
    release_year integer,
    note text
);
ALTER TABLE public.film OWNER TO librarian;
CREATE SEQUENCE public.film_film_id_seq START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE public.film_film_id_seq OWNER TO librarian;
ALTER SEQUENCE public.film_film_id_seq OWNED BY public.film.film_id;
COPY public.film (film_id, title, release_year, note) FROM stdin;
${rows.join('\n')}
\\.
SELECT pg_catalog.setval('public.film_film_id_seq', 300, true);
ALTER TABLE ONLY public.film ADD CONSTRAINT film_pkey PRIMARY KEY (film_id);
CREATE INDEX film_by_year ON public.film USING btree (release_year);
\\unrestrict kKJbdXy4nS1cQ
`;

const account = (incident: string) => `
account: '210987654321'
start: 2026-03-02T00:00:00Z
resources:
  - { kind: rds, name: films, sql: [ films.sql ], tags: { 'lifeboat:tier': gold } }
  - { kind: efs, name: tree, directory: tree, tags: { 'lifeboat:tier': gold } }
incidents:
  - { at: day 2 00:30, in: eu-west-1, for: 6 hours, do: damage copies, ${incident} }
`;

beforeAll(() => {
  writeFileSync(join(folder, 'films.sql'), dump);
  mkdirSync(join(folder, 'tree/deep/er'), { recursive: true });
  for (let n = 0; n < 40; n += 1)
    writeFileSync(join(folder, `tree/deep/er/page-${n}.txt`), `page ${n}\n`.repeat(n + 1));
  writeFileSync(join(folder, 'tree/read me.txt'), 'hello\n');
});

const summaryOf = (ran: Ran) => JSON.parse(ran.output) as PrintedSummary;
const drillsOf = (ran: Ran) => Object.fromEntries(summaryOf(ran).resources.map(({ name, drills }) => [name, drills]));

describe('npm start with data that it has never seen', () => {
  test('protects and proves a dump and a directory without any YAML', async () => {
    const ran = await start(
      '--sql',
      join(folder, 'films.sql'),
      '--files',
      join(folder, 'tree'),
      '--days',
      '2',
      '--json',
    );
    expect(ran.exitCode).toBe(0);
    expect(drillsOf(ran)).toEqual({ films: { PASS: 2 }, tree: { PASS: 2 } });
    expect(summaryOf(ran).pages).toEqual([]);
  }, 120_000);

  test.each([
    { damaged: 'films', sound: 'tree', incident: 'of: films, sql: delete from film where film_id % 2 = 0' },
    { damaged: 'tree', sound: 'films', incident: 'of: tree, file: deep/er/page-7.txt' },
  ])(
    'turns the drill of $damaged, whose stored copy was damaged, and of nothing else',
    async ({ damaged, sound, incident }) => {
      const file = join(folder, `${damaged}.yml`);
      writeFileSync(file, account(incident));
      const ran = await start('--account', file, '--days', '2', '--json');
      const drills = drillsOf(ran);
      expect(drills[sound]).toEqual({ PASS: 2 });
      expect(drills[damaged]?.PASS).toBe(1);
      expect(drills[damaged]?.PASS).not.toBe(2);
      expect(summaryOf(ran).pages).toMatchObject([{ resource: damaged, location: 'eu-west-1', kind: 'drill' }]);
      expect(summaryOf(ran).findings.flatMap(({ violations }) => violations)).toEqual([]);
    },
    120_000,
  );
});

describe('npm start with input that cannot be used', () => {
  test('names file and line of SQL that Postgres refuses', async () => {
    const file = join(folder, 'wrong.sql');
    writeFileSync(file, 'create table a (x integer);\ninsert into b values (1);\n');
    const ran = await start('--sql', file);
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toMatch(/wrong\.sql, line 2: relation "b" does not exist/);
    expect(ran.errors).not.toContain('    at ');
  }, 60_000);

  test.each([
    { options: ['--sql', '/nowhere/at-all.sql'], says: '--sql /nowhere/at-all.sql: there is no such file.' },
    { options: ['--days', 'many'], says: '--days many: write a whole number of days from 1 to 366.' },
    { options: ['--policy', '/nowhere/policy.yml'], says: '/nowhere/policy.yml cannot be read' },
    { options: ['--sede', '4'], says: '--sede' },
  ])(
    'says what is wrong and ends with 2: $options',
    async ({ options, says }) => {
      const ran = await start(...options);
      expect(ran.errors).toContain(says);
      expect(ran.exitCode).toBe(2);
    },
    30_000,
  );

  test('names an incident that the deployed account has nothing for', async () => {
    const file = join(folder, 'incident.yml');
    writeFileSync(
      file,
      account('of: films, sql: select 1').replace(
        /- \{ at: .*/,
        '- { at: day 1, do: stop schedule, schedule: lifeboat-protect-glod, in: eu-central-1 }',
      ),
    );
    const ran = await start('--account', file);
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toContain('there is no schedule lifeboat-protect-glod in eu-central-1');
  }, 60_000);

  test('names every mistake of an account file by line and field', async () => {
    const file = join(folder, 'mistakes.yml');
    writeFileSync(
      file,
      "account: '12'\nstart: soon\nresources:\n  - { kind: rds, name: films, sql: [ none.sql ], colour: red }\n",
    );
    const ran = await start('--account', file);
    expect(ran.exitCode).toBe(2);
    for (const field of [':1  account', ':2  start', ':4  resources[0].colour']) expect(ran.errors).toContain(field);
  }, 30_000);
});
