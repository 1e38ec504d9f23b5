import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { canonicalJson } from '../../../functions/evidence/canonical.ts';
import { hashOf } from '../../../functions/evidence/chain.ts';
import type { EvidenceRecord } from '../../../functions/evidence/record.ts';
import { months, packOf } from './months.ts';

jest.setTimeout(60_000);

const isThere = (program: string) => spawnSync(program, ['--version']).status === 0;
const python = isThere('python3');
if (!python) process.stderr.write('VERIFY.md is not tried by hand: there is no python3 here.\n');

(python ? describe : describe.skip)('the lines in VERIFY.md, as whoever has the pack runs them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-hand-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let pack = '';
  let [chain, seals] = ['', ''];

  beforeAll(async () => {
    const made = await packOf(months(Date.parse('2026-01-08T00:00:00.000Z')).kept);
    cpSync(made.pack, join(folder, 'pack'), { recursive: true });
    rmSync(made.from, { recursive: true, force: true });
    pack = join(folder, 'pack');
    const text = readFileSync(join(pack, 'VERIFY.md'), 'utf8');
    const lines = /```python\n([\s\S]*?) {3}```/.exec(text)?.[1] ?? '';
    expect(lines.split('\n').length).toBeLessThan(20);
    writeFileSync(join(folder, 'check.py'), lines.replace(/^ {3}/gm, ''));
    [chain = '', seals = ''] = [...text.matchAll(/python3 check\.py (\S+\/\S+)/g)].map(([, path]) => path ?? '');
  });

  const check = (path: string, directory = pack) => {
    const { status, stdout, stderr } = spawnSync('python3', [join(folder, 'check.py'), path], { cwd: directory });
    return { status, text: `${stdout}${stderr}` };
  };
  const records = (directory: string) => readdirSync(join(directory, chain)).sort();

  test('find every chain and all seals whole', () => {
    for (const place of readdirSync(join(pack, 'evidence'))) {
      for (const one of readdirSync(join(pack, 'evidence', place))) {
        expect(check(`evidence/${place}/${one}`)).toEqual({ status: 0, text: `evidence/${place}/${one}: whole\n` });
      }
    }
    expect(check(seals)).toEqual({ status: 0, text: `${seals}: whole\n` });
  });

  test('so do the lines for the sums', () => {
    const { status } = spawnSync('sha256sum', ['--check', '--quiet', '--strict', 'SHA256SUMS'], { cwd: pack });
    expect(status).toBe(0);
  });

  test.each<[string, (directory: string, names: string[]) => void, string]>([
    [
      'a record that was changed',
      (directory, names) => change(join(directory, chain, names[5] ?? ''), (text) => text.replace('gold', 'iron')),
      'was changed',
    ],
    [
      'a record that was changed, with a new hash',
      (directory, names) =>
        change(join(directory, chain, names[5] ?? ''), (text) => {
          const { hash: _, ...record } = JSON.parse(text.replace('gold', 'iron')) as EvidenceRecord;
          return `${canonicalJson({ ...record, hash: hashOf(record) })}\n`;
        }),
      'does not follow',
    ],
    ['a record that is gone', (directory, names) => rmSync(join(directory, chain, names[5] ?? '')), 'does not follow'],
    [
      'an end that was cut off',
      (directory, names) => {
        for (const name of names.slice(-6)) rmSync(join(directory, chain, name));
      },
      'holds another record',
    ],
    [
      'a chain that is gone',
      (directory, names) => {
        for (const name of names) rmSync(join(directory, chain, name));
      },
      'holds another record',
    ],
  ])('find %s', (_, tamper, words) => {
    const directory = join(mkdtempSync(join(folder, 'tampered-')), 'pack');
    cpSync(pack, directory, { recursive: true });
    tamper(directory, records(directory));
    const { status, text } = check(chain, directory);
    expect(text).toContain(words);
    expect(status).toBe(1);
  });
});

function change(file: string, how: (text: string) => string): void {
  const text = readFileSync(file, 'utf8');
  expect(how(text)).not.toBe(text);
  writeFileSync(file, how(text));
}
