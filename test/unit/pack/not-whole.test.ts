import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { monthOf } from '../../../cli/pack/month.ts';
import { packFiles } from '../../../cli/pack/pack.ts';
import { sliceOf } from '../../../cli/pack/slice.ts';
import { recordKey, sealKey } from '../../../functions/evidence/key.ts';
import { arnOf, home, sourceOf } from '../report/written.ts';
import { filesOf, months, packOf, report, verify } from './months.ts';

jest.setTimeout(60_000);

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function packed(kept: ReadonlyMap<string, string>, month?: string) {
  const made = await packOf(kept, month);
  folders.push(made.from);
  return made;
}

describe('evidence that is not whole', () => {
  const second = recordKey(home, arnOf('orders'), 14);
  test.each<[string, (kept: Map<string, string>) => void, string]>([
    ['a record that is gone', (kept) => kept.delete(second), 'record 14 is missing'],
    [
      'a record that was changed',
      (kept) => kept.set(second, (kept.get(second) ?? '').replace('gold', 'iron')),
      'its hash does not fit its content',
    ],
    ['a record that is no JSON', (kept) => kept.set(second, 'torn'), 'is no JSON'],
    [
      'an end that was cut off',
      (kept) => {
        for (let seq = 15; seq < 40; seq += 1) kept.delete(recordKey(home, arnOf('orders'), seq));
      },
      'holds the chain up to record',
    ],
    [
      'a chain that is gone',
      (kept) => {
        for (const key of [...kept.keys()]) if (key.includes('eu-west-1/rds-orders')) kept.delete(key);
      },
      'the whole chain is gone',
    ],
    ['a seal that is gone', (kept) => kept.delete(sealKey(home, '2026-01-03')), 'the seal of 2026-01-03 is missing'],
    [
      'a Region that is not there',
      (kept) => {
        for (const key of [...kept.keys()]) if (key.includes('eu-west-1/')) kept.delete(key);
      },
      'its evidence was not there to read',
    ],
    [
      'an object that does not belong there',
      (kept) => kept.set('evidence/123456789012-eu-west-1/x.json', 'hello'),
      'does not belong there',
    ],
  ])('is told first, makes nothing green and does not verify: %s', async (_, spoil, words) => {
    const { kept } = months(Date.parse('2026-01-06T00:00:00.000Z'));
    spoil(kept);
    const { code, pack } = await packed(kept);
    expect(code).toBe(1);
    const files = await filesOf(pack);
    const readme = files.get('README.md') ?? '';
    expect(readme.startsWith('> **This evidence is not whole.**')).toBe(true);
    expect(readme.slice(0, readme.indexOf('# Recoverability'))).toContain(words);
    expect(files.get('controls.md')?.indexOf('This evidence is not whole')).toBeLessThan(100);
    const page = files.get('index.html') ?? '';
    expect(page.indexOf('This report could not read all of the evidence')).toBeLessThan(page.indexOf('<h1'));
    expect(page).not.toContain('Everything is recoverable.');
    const verified = await verify(pack);
    // Packing it once more makes nothing better.
    const again = await report(pack, '--month', '2026-01', '--pack', join(pack, '../again'));
    expect(again.code).toBe(1);
    expect((await filesOf(join(pack, '../again'))).get('README.md')).toContain(words);
    // A Region that nobody gave leaves no trace in the records of the others: the page says it, and the pack holds in itself.
    expect(verified.code).toBe(words === 'its evidence was not there to read' ? 0 : 1);
  });
});

describe('a bucket that cannot be trusted, or not be read', () => {
  const sourceFrom = (kept: ReadonlyMap<string, string>, name = 's3://evidence') => ({
    ...sourceOf(kept),
    name,
    live: false,
  });
  const slice = (...sources: Parameters<typeof sliceOf>[0]) => sliceOf(sources, monthOf('2026-01'));
  const { kept } = months(Date.parse('2026-01-04T00:00:00.000Z'));

  test('leads to no path outside the pack', async () => {
    const nasty = [
      'evidence/../../../home/x/0000000001.json',
      'evidence/a/../0000000001.json',
      'seals/../2026-01-02.json',
    ];
    const { objects, troubles } = await slice(
      sourceFrom(new Map([...kept, ...nasty.map((key) => [key, '{}'] as const)])),
    );
    expect([...objects.keys()].filter((key) => key.includes('..'))).toEqual([]);
    expect(troubles.map(({ words }) => words)).toEqual(nasty.map((key) => `${key} does not belong there`).sort());
  });

  test('is named when an object of it cannot be read, also to whoever verifies the pack later', async () => {
    const source = sourceFrom(kept);
    const key = recordKey(home, arnOf('orders'), 12);
    const read = (one: string) => (one === key ? Promise.reject(new Error('AccessDenied')) : source.read(one));
    const { objects, troubles } = await slice({ ...source, read });
    expect(troubles).toEqual([{ of: source.name, words: `${key} could not be read: Error: AccessDenied` }]);
    const month = monthOf('2026-01');
    const { files, made } = await packFiles({ month, at: month.to, madeBy: 'x', slice: { objects, troubles } });
    expect(made.model.verdict.state).not.toBe('ok');
    expect(files.get('README.md')).toContain('AccessDenied');
    expect(files.get('pack.json')).toContain('AccessDenied');
  });

  test('is named when it cannot be opened, and hides nothing of the others', async () => {
    const closed = { ...sourceFrom(new Map(), 's3://closed'), keys: () => Promise.reject(new Error('AccessDenied')) };
    const { objects, troubles } = await slice(closed, sourceFrom(kept));
    expect(objects.size).toBeGreaterThan(30);
    expect(troubles[0]).toMatchObject({ of: 's3://closed', words: expect.stringContaining('AccessDenied') });
    await expect(slice(closed)).rejects.toThrow('AccessDenied');
  });
});
