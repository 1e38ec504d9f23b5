import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { EvidenceRecord } from '../../../functions/evidence/record.ts';
import { arnOf, backedUp, copy, home } from '../report/written.ts';
import { filesOf, months, onDisk, packOf, recovered, report, verify } from './months.ts';

jest.setTimeout(60_000);

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function packed(kept: ReadonlyMap<string, string>, month?: string) {
  const made = await packOf(kept, month);
  folders.push(made.from);
  return made;
}

const january = Date.parse('2026-01-01T00:00:00.000Z');

describe("the month's pack", () => {
  let made: Awaited<ReturnType<typeof packed>>;
  let files: Map<string, string>;
  const { kept } = months();

  beforeAll(async () => {
    made = await packed(kept);
    files = await filesOf(made.pack);
  });

  test('is green over a month in which all went well, and verifies', async () => {
    expect(made).toMatchObject({ code: 0, complaint: '' });
    expect(made.text).toContain('Everything is recoverable.');
    const { code, text } = await verify(made.pack);
    expect(text).toContain('Every chain is whole, and as it was sealed.');
    expect(code).toBe(0);
    expect(files.get('README.md')?.startsWith('# Recoverability, January 2026, account 123456789012')).toBe(true);
  });

  test('has the records of the month as they stand in the bucket, from seal to seal', () => {
    const inMonth = [...kept].filter(([key, text]) => key.startsWith('evidence/') && isOf('2026-01', text));
    for (const [key, text] of inMonth) expect(files.get(key) === text).toBe(true);
    const seals = [...files.keys()].filter((path) => path.startsWith('seals/123456789012-eu-west-1/'));
    expect([seals.length, seals[0]?.slice(-15), seals.at(-1)?.slice(-15)]).toEqual([
      33,
      '2025-12-31.json',
      '2026-02-01.json',
    ]);
    const records = [...files.keys()].filter((path) => path.startsWith('evidence/'));
    // Of December what was written after its last seal and the record that this holds; of February what its first seal holds.
    const beside = records.filter((path) => !isOf('2026-01', files.get(path) ?? '')).map((path) => text(path));
    expect(beside.map(({ writtenAt }) => writtenAt.slice(0, 10)).sort()).toEqual([
      ...Array(2).fill('2025-12-30'),
      ...Array(7).fill('2025-12-31'),
      ...Array(4).fill('2026-02-01'),
    ]);
    expect(files.get('README.md')).toContain(`${inMonth.length} of the month, and ${beside.length} neighbours`);
  });

  const text = (path: string) => JSON.parse(files.get(path) ?? '') as EvidenceRecord;

  test('has a row for each attempt whose record was written in the month, and in no other month, in UTC', () => {
    const rows = (files.get('attempts.csv') ?? '').split('\r\n').slice(1, -1);
    const expected = [...kept].filter(
      ([key, body]) => /^evidence/.test(key) && isOf('2026-01', body) && /"what":"attempt"/.test(body),
    );
    expect(rows.length).toBe(expected.length);
    expect(rows.length).toBe(31 * 5);
    const instants = rows
      .map((row) => /"evidence[^"]+"/.exec(row)?.[0].slice(1, -1) ?? '')
      .map((key) => text(key).writtenAt);
    expect(instants.sort()[0]).toBe('2026-01-01T01:00:00.000Z');
    expect(instants.at(-1)).toBe('2026-01-31T23:59:59.999Z');
    expect(files.get('index.html')).toContain('January 2026, in UTC');
    expect(files.get('index.html')).toContain('93 backups, 93 copies, 62 drills');
  });

  test('gives the same bytes for the same evidence, in whatever order, time zone or form it comes', async () => {
    const backwards = await packed(new Map([...kept].reverse()));
    expect(await filesOf(backwards.pack)).toEqual(files);
    const again = join(made.from, 'again');
    expect((await report(made.pack, '--month', '2026-01', '--pack', again)).code).toBe(0);
    expect(await filesOf(again)).toEqual(files);
    const elsewhere = join(made.from, 'elsewhere');
    const args = ['cli/lifeboat.ts', 'report', made.pack, '--month', '2026-01', '--pack', elsewhere];
    await promisify(execFile)(process.execPath, args, { env: { ...process.env, TZ: 'Pacific/Kiritimati' } });
    expect(await filesOf(elsewhere)).toEqual(files);
  });

  test('is enough to write its page again', async () => {
    const page = join(made.from, 'again.html');
    expect((await report(made.pack, '--out', page)).code).toBe(0);
    expect(readFileSync(page, 'utf8') === files.get('index.html')).toBe(true);
  });

  test('is one story with the pack of the next month: they share two seals', async () => {
    const next = await filesOf((await packed(kept, '2026-02')).pack);
    const shared = [...files.keys()].filter((path) => path.startsWith('seals/') && next.get(path) === files.get(path));
    expect(shared.map((path) => path.slice(-15))).toEqual([
      '2026-01-31.json',
      '2026-02-01.json',
      '2026-01-31.json',
      '2026-02-01.json',
    ]);
  });

  test('says of each control what is shown and what is not', () => {
    const controls = files.get('controls.md') ?? '';
    for (const id of [
      'A1.2',
      'A1.3',
      'CC7.5',
      '8.13',
      '8.14',
      '5.29',
      '5.30',
      'Article 11',
      'Article 12',
      'Article 24',
      'Article 25',
    ]) {
      expect(controls).toMatch(new RegExp(`^### ${id}`, 'm'));
    }
    const count = (words: string) => controls.split(words).length - 1;
    expect(count('**Not shown')).toBe(count('### '));
    expect(count('**Shown here**')).toBe(count('### '));
  });

  test('names every column of its table', () => {
    const [header = ''] = (files.get('attempts.csv') ?? '').split('\r\n');
    for (const name of header.split(',')) expect(files.get('README.md')).toContain(`| \`${name.slice(1, -1)}\` |`);
  });

  test('has no file without its hash', () => {
    const sums = (files.get('SHA256SUMS') ?? '').trimEnd().split('\n');
    expect(sums.map((line) => line.slice(66)).sort()).toEqual(
      [...files.keys()].filter((path) => path !== 'SHA256SUMS'),
    );
  });
});

describe('a month that is not over', () => {
  test('is told as far as it goes, and the pack says where it ends', async () => {
    const { kept } = months(Date.parse('2026-01-04T00:00:00.000Z'));
    const { pack, code } = await packed(kept);
    const readme = (await filesOf(pack)).get('README.md') ?? '';
    expect(readme).toContain('**The evidence ends before the month does**, at 2026-01-03T23:59:59.999Z');
    expect(readme).toContain('records after it are held by no seal yet');
    expect((await filesOf(pack)).get('index.html')).toContain('The evidence ends before the month does.');
    expect(code).toBe(0);
    expect((await verify(pack)).code).toBe(0);
  });
});

describe('no pack is made', () => {
  const { kept } = months(Date.parse('2026-01-03T00:00:00.000Z'));
  let from = '';
  beforeAll(async () => {
    from = await onDisk(kept);
    folders.push(from);
  });
  const full = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lifeboat-pack-'));
    folders.push(folder);
    await writeFile(join(folder, 'thing'), '');
    return folder;
  };
  test.each<[string, () => Promise<readonly string[]>, string]>([
    [
      'of an empty month',
      async () => ['--month', '2025-11', '--pack', join(from, 'a')],
      'There is evidence of 2025-12, 2026-01.',
    ],
    [
      'of what is no month',
      async () => ['--month', '2026-13', '--pack', join(from, 'a')],
      'write a month such as 2026-01',
    ],
    ['without a month', async () => ['--pack', join(from, 'a')], '--pack needs --month'],
    [
      'into a directory that is not empty',
      async () => ['--month', '2026-01', '--pack', await full()],
      'it is not empty',
    ],
    ['into a file', async () => ['--month', '2026-01', '--pack', join(await full(), 'thing')], 'it is a file'],
  ])('%s', async (_, args, words) => {
    const { code, complaint, text } = await report(from, ...(await args()));
    expect(complaint).toContain(words);
    expect(text).toBe('');
    expect(code).toBe(2);
  });

  test('nor a page of an empty month', async () => {
    expect(await report(from, '--month', '2026-02')).toMatchObject({
      code: 2,
      complaint: expect.stringContaining('nothing was written in 2026-02 (UTC)'),
    });
  });
});

describe('a recovery for real', () => {
  test('is on the timeline and in a list of its own, and the table has it', async () => {
    const evidence = months(Date.parse('2026-01-03T00:00:00.000Z'));
    const at = Date.parse('2026-01-03T03:00:00.000Z');
    evidence.write(copy, arnOf('orders'), 'lifeboat-recover/r/0', recovered(at), at);
    const asked = {
      ...recovered(at),
      points: [],
      verdict: { is: 'DONE' as const, because: ['nothing was recovered'] },
    };
    const { restored: _, ...onlyAsked } = asked;
    evidence.write(copy, arnOf('mail'), 'lifeboat-recover/q/0', onlyAsked, at + 1);
    const files = await filesOf((await packed(evidence.kept)).pack);
    const page = files.get('index.html') ?? '';
    expect(page).toContain('What was recovered for real');
    expect(page).toContain('as orders-recovered-20260115');
    expect(page).toContain('1 recovery');
    expect(page.match(/<text class="r"[^>]*>▲/g)?.length).toBe(2);
    expect(files.get('attempts.csv')?.match(/"recover"/g)?.length).toBe(2);
    expect(files.get('README.md')).toContain('| recoveries for real | 1 |');
  });
});

describe('the table of attempts', () => {
  test.each([
    ['=cmd|calc!A1', `"'=cmd|calc!A1"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"' =1"`],
    ['a; =1', `"a;' =1"`],
    ['say "hello", they said\r\nand went', `"say ""hello"", they said and went"`],
  ])('quotes as RFC 4180 asks, and begins no formula: %j', async (words, cell) => {
    const evidence = months(Date.parse('2026-01-02T00:00:00.000Z'));
    const at = january + 25 * 3_600_000;
    const content = { ...backedUp(at), verdict: { is: 'NOT_PROTECTED' as const, because: [words] } };
    evidence.write(home, arnOf('mail'), 'lifeboat-protect/nasty/0', content, at);
    const csv = (await filesOf((await packed(evidence.kept)).pack)).get('attempts.csv') ?? '';
    expect(csv.includes(`"NOT_PROTECTED",${cell},`)).toBe(true);
    expect(csv.endsWith('\r\n')).toBe(true);
    expect(csv.replaceAll('\r\n', '').match(/[\r\n]/)).toBeNull();
  });
});

function isOf(month: string, text: string): boolean {
  return (JSON.parse(text) as EvidenceRecord).writtenAt.startsWith(month);
}
