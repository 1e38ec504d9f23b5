import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keptIn } from '../../../bench/defects/kept.ts';
import { type Looked, lineOf, summaryOf } from '../../../bench/defects/looked.ts';
import { player } from '../../../bench/defects/player.ts';
import type { Setting } from '../../../cli/simulate/order.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lifeboat-bench-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const defect = (name: string) => ({ name, what: `What ${name} does wrong.` });
const found = (name: string, seed: number, by = ['3 one page']): Looked => ({
  defect: defect(name),
  is: 'found',
  seed,
  by,
  words: 'paged again',
});

describe('what became of the planted defects', () => {
  test('is all found: how many, the median and the last seed, and which checkers saw them', () => {
    const { lines, good } = summaryOf(
      [found('a', 1), found('b', 9, ['5 evidence']), found('c', 3)],
      3,
      new Map([1, 9, 3].map((seed) => [seed, ''])),
    );
    expect(good).toBe(true);
    expect(lines).toEqual([
      '3 of 3 defects were found, after 3 seeds in the median and 9 at most.',
      '   2  by 3 one page',
      '   1  by 5 evidence',
      'Without a defect 3 of the 3 seeds that were compared hold.',
    ]);
  });

  test.each([
    [{ defect: defect('b'), is: 'not found', seeds: 200 } as const, 'b (not found)'],
    [{ defect: defect('b'), is: 'not planted', words: 'find: it stands nowhere' } as const, 'b (not planted)'],
    [{ defect: defect('b'), is: 'given up', words: 'seed 4: too long' } as const, 'b (given up)'],
  ])('names what was not found, and is not good: %#', (looked, words) => {
    const { lines, good } = summaryOf([found('a', 1), looked], 2, new Map([[1, '']]));
    expect(good).toBe(false);
    expect(lines).toContain(`Not found: ${words}.`);
    expect(lineOf(looked)).toContain('b');
  });

  test('a seed on which the product breaks by itself is told, and is not good', () => {
    const clean = new Map([
      [1, ''],
      [2, 'a page too many'],
    ]);
    const { lines, good } = summaryOf([found('a', 1)], 1, clean);
    expect(good).toBe(false);
    expect(lines).toContain('Seed 2 without any defect: a page too many');
    expect(lines).toContain('Without a defect 1 of the 2 seeds that were compared hold.');
  });

  test('one that was interrupted says how many were not played, and is not good', () => {
    const { lines, good } = summaryOf([found('a', 1)], 60, new Map([[1, '']]));
    expect(good).toBe(false);
    expect(lines).toContain('Not played: 59.');
  });
});

describe('results that are kept', () => {
  test('are there for the next run of the same sources, and for no others', () => {
    const file = join(folder, 'results.jsonl');
    keptIn(file, 'these sources').put({ defect: 'a' }, { is: 'found' });
    expect(keptIn(file, 'these sources').get({ defect: 'a' })).toEqual({ is: 'found' });
    expect(keptIn(file, 'these sources').get({ defect: 'b' })).toBeUndefined();
    expect(keptIn(file, 'other sources').get({ defect: 'a' })).toBeUndefined();
  });

  test('survive a writer that was ended in the middle of a line', () => {
    const file = join(folder, 'torn.jsonl');
    keptIn(file, 's').put('a', 1);
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"key":"12`);
    expect(keptIn(file, 's').get('a')).toBe(1);
  });
});

describe('the process that plays', () => {
  const order = { what: 'small', seed: '1' } as const;
  const setting = {} as Setting;
  /** Stands for the simulator: answers each order, unless its source says otherwise. */
  const worker = (name: string, onOrder: string): string => {
    const file = join(folder, `${name}.mjs`);
    const mark = JSON.stringify(join(folder, `${name}.mark`));
    writeFileSync(
      file,
      `import { existsSync, writeFileSync } from 'node:fs';
      const isSecond = () => { const was = existsSync(${mark}); writeFileSync(${mark}, ''); return was; };
      process.on('message', ({ order }) => { if (order === undefined) return; ${onOrder} });`,
    );
    return file;
  };
  const good = `process.send({ findings: [] });`;

  test('is begun again when it dies, and plays the same order once more', async () => {
    const { play, close } = player(setting, 20, worker('once', `if (isSecond()) { ${good} } else process.exit(9);`));
    expect(await play(order)).toEqual({ played: { findings: [] } });
    expect(await play(order)).toEqual({ played: { findings: [] } });
    close();
  });

  test('gives an order up that it dies of twice, with its last words, and goes on with the next', async () => {
    const dies = `if (order.seed === '1') throw new Error('no such thing'); ${good}`;
    const { play, close } = player(setting, 20, worker('always', dies));
    expect(await play(order)).toEqual({ gaveUp: expect.stringMatching(/code 1: [\s\S]*no such thing/) });
    expect(await play({ ...order, seed: '2' })).toEqual({ played: { findings: [] } });
    close();
  });

  test('gives up a run that comes to no end in its time, and goes on with the next', async () => {
    const hangs = `if (order.seed === '1') for (;;); ${good}`;
    const { play, close } = player(setting, 1, worker('hangs', hangs));
    expect(await play(order)).toEqual({ gaveUp: 'the run took longer than 1 s' });
    expect(await play({ ...order, seed: '2' })).toEqual({ played: { findings: [] } });
    close();
  });
});
