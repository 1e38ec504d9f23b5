import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const usual = process.execPath;
/** Installed by `.ci/run` alone: 190 MB that nothing else needs. `npm ci --prefix tools/node-22` puts it there. */
const older = join(root, 'tools/node-22/node_modules/.bin/node');

/** Where a run is played: nothing of it may be seen in the run. */
interface Place {
  readonly node: string;
  readonly zone: string;
  readonly locale: string;
}

/** The zones are half hours and quarters of an hour away from UTC; the locales sort and write letters otherwise. */
const near: readonly Place[] = [
  { node: usual, zone: 'UTC', locale: 'tr_TR.UTF-8' },
  { node: usual, zone: 'Asia/Kathmandu', locale: 'et_EE.UTF-8' },
];
const far: Place = { node: older, zone: 'America/St_Johns', locale: 'ar_EG.UTF-8' };
const hasOlder = existsSync(older);
const places = hasOlder ? [...near, far] : near;

const folder = mkdtempSync(join(tmpdir(), 'lifeboat-same-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run({ node, zone, locale }: Place, script: string, options: readonly string[]): Promise<string> {
  const env = { ...process.env, TZ: zone, LC_ALL: locale, LANG: locale };
  return new Promise((resolve, reject) => {
    execFile(node, [script, ...options], { cwd: root, env, maxBuffer: 1 << 28 }, (error, output, errors) => {
      // Whether the run is good is asked elsewhere: here it has to be the same, and to come to an end.
      if (error === null || error.code === 1) resolve(output);
      else reject(new Error(`${node} ${script} under TZ=${zone} LC_ALL=${locale}: ${error.message}\n${errors}`));
    });
  });
}

const digest = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

/** A file's digest, or that of every file under a directory, by their names. */
function digestsOf(path: string): Record<string, string> {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    names.flatMap((name) => {
      const file = join(path, name);
      return statSync(file).isFile() ? [[name, digest(readFileSync(file))]] : [];
    }),
  );
}

/** A generated account of two days: the digest of its whole trace. */
async function account(place: Place): Promise<string> {
  const output = await run(place, 'cli/simulate.ts', ['--seeds', '1', '--days', '2', '--json']);
  return (JSON.parse(output) as { trace: string }[])[0]?.trace ?? 'no trace';
}

/** A day of the applications with real data: what it printed, its trace, and each file that it kept. */
async function day(place: Place, number: number): Promise<object> {
  const out = join(folder, `out-${number}`);
  const trace = join(folder, `trace-${number}`);
  const options = ['--days', '1', '--out', out, '--trace', trace];
  const printed = await run(place, 'cli/start.ts', options);
  const told = printed.replaceAll(out, 'OUT');
  return { printed: digest(told), trace: digest(readFileSync(trace)), kept: digestsOf(out) };
}

describe('one seed is one run, in every byte', () => {
  const accounts: string[] = [];
  const days: object[] = [];
  beforeAll(async () => {
    for (const [number, place] of places.entries()) {
      const [one, other] = await Promise.all([account(place), day(place, number)]);
      accounts.push(one);
      days.push(other);
    }
  }, 1_800_000);

  test('there is something to compare', () => {
    expect(accounts[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.keys((days[0] as { kept: object }).kept).length).toBeGreaterThan(10);
    expect(statSync(join(folder, 'trace-0')).size).toBeGreaterThan(100_000);
  });

  const compared = [
    ['a second time, in Kathmandu, in Estonian', 1, true],
    ['on Node 22, in Newfoundland, in Arabic (skipped without tools/node-22, as .ci/run installs it)', 2, hasOlder],
  ] as const;
  for (const [where, number, isPlayed] of compared) {
    (isPlayed ? test : test.skip)(where, () => {
      expect(accounts[number]).toBe(accounts[0]);
      expect(days[number]).toEqual(days[0]);
    });
  }
});
