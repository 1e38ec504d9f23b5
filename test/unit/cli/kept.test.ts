import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { kept, tidyUp } from '../../../cli/package/kept.ts';
import { madeOnce } from '../../../cli/package/once.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lifeboat-kept-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hour = 3_600_000;
/** A file that was used last so long ago. */
function put(name: string, hoursAgo: number): void {
  writeFileSync(join(folder, name), name);
  const at = new Date(Date.now() - hoursAgo * hour);
  utimesSync(join(folder, name), at, at);
}
const template = (number: number) => `${number}.template.json`;

describe('what is made once', () => {
  test('is made by one of many that ask at the same time, in this process and in others', async () => {
    const path = join(folder, 'made');
    const made: string[] = [];
    let begun = () => {};
    const atWork = new Promise<void>((done) => {
      begun = done;
    });
    const ask = (who: string) =>
      madeOnce(path, async (beside) => {
        made.push(who);
        begun();
        await new Promise((done) => setTimeout(done, 200));
        writeFileSync(beside, who);
      });
    const once = JSON.stringify(new URL('../../../cli/package/once.ts', import.meta.url).href);
    const program = `const { madeOnce } = await import(${once}); process.stdout.write(String(await madeOnce(${JSON.stringify(path)}, () => { throw new Error('made twice'); })));`;
    const first = ask('first');
    await atWork;
    const [second, other] = await Promise.all([
      ask('second'),
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]),
    ]);
    expect([await first, second, other.stdout]).toEqual([true, false, 'false']);
    expect(made).toEqual(['first']);
    expect(readFileSync(path, 'utf8')).toBe('first');
    expect(readdirSync(folder)).toEqual(['made']);
  });

  test('is made by the next when the first fails, and the first says why', async () => {
    const path = join(folder, 'made');
    let next: Promise<boolean> | undefined;
    const broken = madeOnce(path, async (beside) => {
      next = madeOnce(path, async (again) => writeFileSync(again, 'whole'));
      writeFileSync(beside, 'half');
      throw new Error('no room');
    });
    await expect(broken).rejects.toThrow('no room');
    expect(await next).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('whole');
    expect(readdirSync(folder)).toEqual(['made']);
  });

  test('is made anew when its maker has died', async () => {
    const path = join(folder, 'made');
    const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'process.pid']);
    writeFileSync(`${path}.claim`, stdout.trim());
    expect(await madeOnce(path, async (beside) => writeFileSync(beside, 'whole'))).toBe(true);
  });
});

describe('the cache of templates and packages', () => {
  test('keeps the fifty templates and the five packages that were used last', async () => {
    for (let number = 0; number < 60; number += 1) put(template(number), 2 + number);
    for (let number = 0; number < 8; number += 1) put(`${number}.package`, 2 + number);
    await tidyUp(folder, Date.now());
    const left = readdirSync(folder);
    expect(left.filter((name) => name.endsWith('.template.json'))).toHaveLength(50);
    expect(left).toEqual(expect.arrayContaining([template(0), template(49), '0.package', '4.package']));
    expect(left.filter((name) => name.endsWith('.package'))).toHaveLength(5);
    expect(existsSync(join(folder, template(50)))).toBe(false);
  });

  test('removes what a process left that died, and nothing that may be in use', async () => {
    put('1.package.4711.beside', 2);
    put('2.package.4712.beside', 0);
    for (let number = 0; number < 70; number += 1) put(template(number), 0.5);
    await tidyUp(folder, Date.now());
    expect(readdirSync(folder)).toHaveLength(71);
    expect(existsSync(join(folder, '1.package.4711.beside'))).toBe(false);
  });

  test('is tidied when something new comes, and what is used again counts as new', async () => {
    for (let number = 0; number < 60; number += 1) put(template(number), 2 + number);
    const write = async (beside: string) => writeFileSync(beside, 'new');
    await kept(template(59), write, folder);
    expect(readdirSync(folder)).toHaveLength(60);
    await kept(template(60), write, folder);
    const left = readdirSync(folder);
    expect(left).toHaveLength(50);
    expect(left).toEqual(expect.arrayContaining([template(59), template(60), template(47)]));
  });
});
