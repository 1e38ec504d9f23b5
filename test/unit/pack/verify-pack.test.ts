import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { sha256 } from '../../../cli/pack/pack.ts';
import { recordKey, sealKey } from '../../../functions/evidence/key.ts';
import { arnOf, copy } from '../report/written.ts';
import { filesOf, months, packOf, verify } from './months.ts';

jest.setTimeout(60_000);

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function packed(kept: ReadonlyMap<string, string>, month?: string) {
  const made = await packOf(kept, month);
  folders.push(made.from);
  return made;
}

describe('lifeboat verify PACK', () => {
  const { kept } = months(Date.parse('2026-01-06T00:00:00.000Z'));
  const record = recordKey(copy, arnOf('mail'), 6);
  const resummed = async (pack: string) => {
    const files = [...(await filesOf(pack))].filter(([path]) => path !== 'SHA256SUMS');
    await writeFile(join(pack, 'SHA256SUMS'), files.map(([path, text]) => `${sha256(text)}  ${path}\n`).join(''));
  };
  const edit = async (pack: string, path: string, change: (text: string) => string) =>
    writeFile(join(pack, path), change((await filesOf(pack)).get(path) ?? ''));

  test.each<[string, boolean, (pack: string) => Promise<unknown>, string]>([
    [
      'a file that was changed',
      false,
      (pack) => edit(pack, 'VERIFY.md', (text) => `${text} `),
      'VERIFY.md was changed',
    ],
    ['a file that is gone', false, (pack) => rm(join(pack, 'attempts.csv')), 'attempts.csv is gone'],
    ['a file that was added', false, (pack) => writeFile(join(pack, 'note.txt'), ''), 'note.txt is not in SHA256SUMS'],
    ['sums that are gone', false, (pack) => rm(join(pack, 'SHA256SUMS')), 'SHA256SUMS is gone'],
    [
      'a page that says something else, with new sums',
      true,
      (pack) => edit(pack, 'index.html', (text) => text.replace('Everything is', 'Everything of ours is')),
      'index.html is not what this program makes of the records',
    ],
    [
      'a table that says something else, with new sums',
      true,
      (pack) => edit(pack, 'attempts.csv', (text) => text.replace('"PASS"', '"FAIL"')),
      'attempts.csv is not what this program makes of the records',
    ],
    [
      'a record that was changed, with new sums',
      true,
      (pack) => edit(pack, record, (text) => text.replace('18898 rows', '18899 rows')),
      'record 6 was changed',
    ],
    ['a record that was taken out, with new sums', true, (pack) => rm(join(pack, record)), 'record 6 is missing'],
    [
      'a seal that was taken out, with new sums',
      true,
      (pack) => rm(join(pack, sealKey(copy, '2026-01-03'))),
      'the seal of 2026-01-03 is missing',
    ],
    [
      'a chain that was taken out, with new sums',
      true,
      (pack) => rm(join(pack, record, '..'), { recursive: true }),
      'the whole chain is gone',
    ],
    [
      'a first record that was taken out, with new sums',
      true,
      async (pack) => {
        const [path] = [...(await filesOf(pack)).keys()].filter((one) => one.includes('eu-west-1/rds-mail'));
        await rm(join(pack, path ?? ''));
      },
      'the chain begins with record',
    ],
  ])('finds %s', async (_, withNewSums, tamper, words) => {
    const { pack } = await packed(kept);
    await tamper(pack);
    if (withNewSums) await resummed(pack);
    const { code, text } = await verify(pack);
    expect(text).toContain(words);
    expect(text).toContain('BROKEN');
    expect(code).toBe(1);
  });

  test('prints JSON', async () => {
    const { pack } = await packed(kept);
    const { code, text } = await verify(pack, '--json');
    expect(JSON.parse(text)).toMatchObject({ month: '2026-01', broken: [], evidence: { strays: [] } });
    expect(code).toBe(0);
  });

  test('verifies nothing when pack.json says nothing', async () => {
    const { pack } = await packed(kept);
    await writeFile(join(pack, 'pack.json'), '{}');
    expect(await verify(pack)).toMatchObject({ code: 2, complaint: expect.stringContaining('nothing was verified') });
  });
});
