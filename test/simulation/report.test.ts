import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { reportCommand, reportOf } from '../../cli/report/command.ts';
import { verifyCommand } from '../../cli/verify/command.ts';
import { sourcesOf } from '../../cli/verify/source.ts';
import type { Made } from '../../functions/report/make.ts';
import type { Summary } from '../../simulator/scenarios/summary.ts';
import { type Ran, start } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'lifeboat-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the report of a run', () => {
  let ran: Ran;
  let made: Made;

  beforeAll(async () => {
    ran = await start('--days', '1', '--out', folder);
    made = await reportOf(await sourcesOf(folder), undefined, 0);
  }, 300_000);

  test('is beside the evidence, and comes from it alone: lifeboat report writes the same bytes', () => {
    expect(ran.exitCode).toBe(0);
    expect(readFileSync(join(folder, 'report.html'), 'utf8') === made.page).toBe(true);
    expect(made.model.verdict).toEqual({ state: 'ok', says: 'Everything is recoverable.', because: [] });
  });

  test('has the numbers of the summary, which asks the account itself', () => {
    const summary = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')) as Pick<Summary, 'resources'>;
    expect(made.model.resources.map(({ arn }) => arn).sort()).toEqual(summary.resources.map(({ arn }) => arn).sort());
    for (const { arn, points, drills } of summary.resources) {
      const shown = made.model.resources.find((one) => one.arn === arn);
      expect(shown?.timeline.backups.length).toBe(points['eu-central-1']);
      expect(shown?.timeline.copies.length).toBe(points['eu-west-1']);
      expect(shown?.timeline.drills.filter(({ verdict }) => verdict === 'PASS').length).toBe(drills.PASS ?? 0);
    }
  });

  test("becomes the month's pack, which verifies", async () => {
    const said: string[] = [];
    const out = { say: (line: string) => said.push(line), complain: (line: string) => said.push(line) };
    const pack = join(folder, 'pack');
    expect(await reportCommand([folder, '--month', '2026-01', '--pack', pack], out)).toBe(0);
    expect(await verifyCommand([pack], out)).toBe(0);
    expect(said.at(-1)).toBe('Every chain is whole, and as it was sealed.');
    const rows = readFileSync(join(pack, 'attempts.csv'), 'utf8').split('\r\n').slice(1, -1);
    const { backups, drills } = made.model.counts;
    expect(rows.filter((row) => row.includes('"PROTECTED"')).length).toBe(backups);
    expect(rows.filter((row) => row.includes('"PASS"')).length).toBe(drills.PASS);
  });

  test.each(['eu-central-1', 'eu-west-1'])(
    'is written daily and when it is asked for, into the bucket of %s, and is on record',
    (region) => {
      const bucket = join(folder, `lifeboat-evidence-123456789012-${region}`);
      const pages = readdirSync(join(bucket, 'reports', `123456789012-${region}`));
      expect(pages.length).toBe(2);
      const records = readdirSync(join(bucket, 'evidence', `123456789012-${region}`, 'report'));
      expect(records.length).toBe(pages.length);
    },
  );
});
