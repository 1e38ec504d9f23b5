import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Made, makeReport } from '../../functions/report/make.ts';
import { recovered } from '../unit/pack/months.ts';
import {
  arnOf,
  copy,
  day,
  drilled,
  history,
  hour,
  openEpisode,
  shelfOf,
  sourceOf,
  start,
} from '../unit/report/written.ts';
import { describeInBrowser, inBrowser, launch } from './chromium.ts';

jest.setTimeout(120_000);

const axe = createRequire(import.meta.url).resolve('axe-core');
const nasty = '"><script>window.hurt=1</script><img src="https://example.com/x" onerror="window.hurt=1">';

let browser: Browser;
let folder = '';
let file = '';
let made: Made;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lifeboat-page-'));
  const ages = { orders: { proof: 60 }, mail: {}, captures: { rpo: 8 }, monitoring: { proof: undefined } };
  const end = start + 9 * day;
  const open = [openEpisode('mail', end, { because: nasty }), openEpisode('orders', end, { kind: 'proof' })];
  const { kept, write } = history(ages, 9, { open });
  write(copy, arnOf('mail'), 'lifeboat-drill/late/0', drilled(end + hour, 'SUSPECT', 2_000), end + hour);
  write(copy, arnOf('captures'), 'lifeboat-recover/one/0', recovered(end + hour), end + hour);
  kept.delete([...kept.keys()].find((key) => key.includes('rds-captures') && key.endsWith('0000000004.json')) ?? '');
  made = await makeReport([{ shelf: await shelfOf(sourceOf(kept)) }], {});
  file = join(folder, 'report.html');
  writeFileSync(file, made.page);
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
}

async function open(path: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  return { page, complaints, requests };
}

const light = { viewport: { width: 1280, height: 900 }, colorScheme: 'light' } as const;
const dark = { ...light, colorScheme: 'dark' } as const;
const phone = { viewport: { width: 360, height: 740 }, colorScheme: 'light' } as const;

describeInBrowser(inBrowser('the report in Chromium'), () => {
  test.each([
    ['light', light],
    ['dark', dark],
    ['on a phone', phone],
  ])('complains of nothing, asks nobody for anything and fits its width: %s', async (_, options) => {
    const { page, complaints, requests } = await open(file, options);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([pathToFileURL(file).href]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(await page.evaluate('window.hurt')).toBeUndefined();
    await page.context().close();
  });

  test('has every resource and every open episode, and numbers that are those of the evidence', async () => {
    const { page } = await open(file, light);
    const titles = await page.locator('article.resource h3').allTextContents();
    expect(titles).toEqual(made.model.resources.map(({ name }) => name));
    expect([...titles].sort()).toEqual(['captures', 'mail', 'monitoring', 'orders']);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('2 of 4 are not recoverable as promised.');
    const rows = await page.getByRole('table', { name: 'Open now' }).getByRole('row').allTextContents();
    expect(rows.filter((row) => row.includes('open')).length).toBe(2);
    expect(rows.join()).toContain('window.hurt=1');
    const facts = await page.locator('.tiles div').allTextContents();
    expect(facts.map((text) => text.replace(/\s+/g, ' '))).toEqual([
      'Resources1 of 4 recoverable now'.replace('1', String(made.model.counts.resources.ok)),
      'Objectives11 of 12 hold',
      `Drills${9 * 4} of ${9 * 4 + 1} passed in the period`,
      'Longest restore33 min in the last drill of each',
      'Open2 2 pages',
    ]);
    const orders = page.getByRole('article', { name: 'orders' });
    expect(await orders.getByRole('img', { name: '2 d 12 h of at most 48 h' }).count()).toBe(1);
    await page.context().close();
  });

  test('says first what it could not read', async () => {
    const { page } = await open(file, light);
    const unread = page.getByRole('region', { name: 'This report could not read all of the evidence' });
    expect(await unread.textContent()).toContain('record 4 is missing: record 5 stands in its place');
    expect(await page.locator('main > *').first().getAttribute('class')).toBe('unread');
    await page.context().close();
  });

  test.each([
    ['light', light],
    ['dark', dark],
    ['on a phone', phone],
  ])('has names, contrast and structure for everybody: %s', async (_, options) => {
    const { page } = await open(file, options);
    for (const summary of await page.locator('summary').all()) await summary.click();
    // The page's own policy forbids every script, also the one that looks: it is brought in from outside of the page.
    const session = await page.context().newCDPSession(page);
    await session.send('Page.setBypassCSP', { enabled: true });
    await page.reload();
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    await page.addScriptTag({ path: axe });
    const found = (await page.evaluate(
      'axe.run().then(({ violations, passes }) => ({ violations, passed: passes.length }))',
    )) as {
      violations: { id: string; nodes: { html: string }[] }[];
      passed: number;
    };
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)).toEqual([]);
    expect(found.passed).toBeGreaterThan(15);
    const tree = await page.locator('body').ariaSnapshot();
    for (const part of ['banner', 'navigation "Parts of this page"', 'main', 'contentinfo', 'table "Each failure']) {
      expect(tree).toContain(part);
    }
    expect(tree).toMatch(/img "orders: 36 backups, 36 copies, 9 drills, 1 episode"/);
    expect(tree).toMatch(/img "captures: .* 1 recovery/);
    expect(tree).toContain('table "Recoveries that somebody asked for"');
    expect(tree).toMatch(/img "Recovery time in 9 drills: from 16 min to 20 min, last/);
    await page.context().close();
  });

  test('is whole on paper: what is folded is printed', async () => {
    const { page } = await open(file, light);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.checks').first().isVisible()).toBe(true);
    expect(await page.locator('nav').isVisible()).toBe(false);
    await page.context().close();
  });
});
