import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, jest, test } from '@jest/globals';
import type { Content } from '../../functions/evidence/record.ts';
import { buildModel } from '../../functions/report/build.ts';
import { gatherer } from '../../functions/report/gather.ts';
import { pageOf } from '../../functions/report/page/page.ts';
import {
  account,
  arnOf,
  backedUp,
  copy,
  day,
  drilled,
  home,
  hour,
  iso,
  objective,
  standing,
  start,
} from '../unit/report/written.ts';
import { describeInBrowser, inBrowser, launch } from './chromium.ts';

jest.setTimeout(240_000);

const resources = 1_000;
const days = 365;
/** What a page may be, and what a person waits for. */
const mostBytes = 5_000_000;
const mostMilliseconds = 3_000;

/** A year of a thousand resources: four backups, copies and one drill a day of each, a failed drill here and there. */
function year() {
  const gathered = gatherer();
  const end = start + days * day;
  const tell = (location: string, resource: string, content: Content, at: number) =>
    gathered.record({
      version: 1,
      id: 'x',
      resource,
      location,
      content,
      seq: 1,
      writtenAt: iso(at),
      previous: '',
      hash: '',
    });
  const names: Record<string, { proof?: number }> = {};
  for (let one = 0; one < resources; one += 1) names[`customers-${one}`] = one % 100 === 0 ? { proof: 60 } : {};
  const arns = Object.keys(names).map(arnOf);
  for (let at = start; at < end; at += day) {
    const backups = [1, 7, 13, 19].map((part) => backedUp(at + part * hour));
    const passed = drilled(at + 5 * hour, 'PASS', 900 + ((at / day) % 9) * 30);
    const failed = drilled(at + 5 * hour, 'FAIL');
    for (const [one, arn] of arns.entries()) {
      for (const backup of backups) tell(home, arn, backup, at);
      tell(copy, arn, (at / day + one) % 97 === 0 ? failed : passed, at);
    }
  }
  tell(home, 'standing', standing('home', end, names), end);
  const there = standing('copy', end, names);
  const replicated = there.resources.map((row) => ({
    ...row,
    objectives: [...row.objectives, objective('pitr_rpo', 1, 0.1, end)],
  }));
  tell(copy, 'standing', { ...there, resources: replicated }, end);
  for (const location of [home, copy]) {
    const seals = { count: days, first: iso(start).slice(0, 10), lastWrittenAt: iso(end), missed: [] };
    gathered.place({ location, chains: resources, records: 1, read: 1, seals, troubles: [] });
  }
  return buildModel(gathered.everything(), { from: iso(start), at: iso(end) });
}

describeInBrowser(inBrowser('a page over 1,000 resources and a year'), () => {
  test('stays small, opens at once, and has every one of them', async () => {
    const model = year();
    expect(model.counts.backups).toBe(resources * days * 4);
    const page = pageOf(model);
    expect(page.length).toBeGreaterThan(1_000_000);
    expect(Buffer.byteLength(page)).toBeLessThan(mostBytes);

    const folder = mkdtempSync(join(tmpdir(), 'lifeboat-page-'));
    const file = join(folder, 'report.html');
    writeFileSync(file, page);
    const browser = await launch();
    try {
      const times: number[] = [];
      for (let turn = 0; turn < 3; turn += 1) {
        const opened = await browser.newPage({ viewport: { width: 1280, height: 900 } });
        await opened.goto(pathToFileURL(file).href);
        // Until it is laid out, painted and answers.
        await opened.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
        times.push((await opened.evaluate('performance.now()')) as number);
        expect(await opened.locator('details.resource').count()).toBe(resources);
        expect(await opened.locator('.lane').count()).toBe(resources);
        expect(await opened.locator('.matrix tbody tr').count()).toBe(resources);
        await opened.close();
      }
      expect(Math.min(...times)).toBeLessThan(mostMilliseconds);
      process.stderr.write(
        `${account}: ${(page.length / 1e6).toFixed(2)} MB, opened in ${times.map((one) => `${Math.round(one)} ms`).join(', ')}\n`,
      );
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
