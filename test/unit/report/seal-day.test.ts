import { describe, expect, test } from '@jest/globals';
import { recordKey, sealKey } from '../../../functions/evidence/key.ts';
import { account, draft, orders, region, sealedBucket } from '../evidence/sealed-bucket.ts';

const record = (seq: number) => recordKey(`${account}/${region}`, orders, seq);

describe('the daily seal', () => {
  test('holds the newest record of every chain, and follows the seal before it', async () => {
    const { kept } = await sealedBucket(2);
    const [first, second] = ['2026-03-02', '2026-03-03'].map((day) =>
      JSON.parse(kept.get(sealKey(`${account}/${region}`, day)) ?? ''),
    );
    expect(second.heads.map(({ chain, seq }: { chain: string; seq: number }) => [chain.slice(0, 8), seq])).toEqual([
      ['pipeline', 2],
      ['rds-orde', 4],
    ]);
    expect(second).toMatchObject({ follows: '2026-03-02', previous: first.hash, missed: [] });
  });

  test('is written once a day, however often it is asked for', async () => {
    const { kept, seal, store } = await sealedBucket(2);
    const before = kept.get(sealKey(`${account}/${region}`, '2026-03-03'));
    await store.append(draft(orders, 'later/0'), '2026-03-03T05:00:00.000Z');
    expect(await seal()).toMatchObject({ written: false });
    expect(kept.get(sealKey(`${account}/${region}`, '2026-03-03'))).toBe(before);
  });

  test('tells whether a report was written since the last one, and cannot before there are two', async () => {
    const { seal, store, wait } = await sealedBucket(0);
    expect(await seal()).toMatchObject({ written: true, reported: true });
    wait(24);
    expect(await seal()).toMatchObject({ written: true, reported: false });
    wait(12);
    await store.append(draft('report', 'report/1'), '2026-03-03T00:00:00.000Z');
    wait(12);
    expect(await seal()).toMatchObject({ written: true, reported: true });
    wait(24);
    expect(await seal()).toMatchObject({ written: true, reported: false });
  });

  test('names the days on which nobody sealed', async () => {
    const { seal, wait } = await sealedBucket(1);
    wait(72);
    expect((await seal()).seal.missed).toEqual(['2026-03-03', '2026-03-04']);
  });

  test.each([
    [
      'was cut off',
      (kept: Map<string, string>) => kept.delete(record(4)),
      'record 4 is gone, which the last seal holds',
    ],
    [
      'was changed',
      (kept: Map<string, string>) =>
        kept.set(record(4), (kept.get(record(4)) ?? '').replace('it was so', 'all was well')),
      'record 4 is not as the last seal holds it',
    ],
    [
      'is gone as a whole',
      (kept: Map<string, string>) => {
        for (const seq of [1, 2, 3, 4]) kept.delete(record(seq));
      },
      'record 4 is gone',
    ],
  ])('tells when a chain %s, each day until it is mended', async (_, tamper, words) => {
    const { kept, seal, wait } = await sealedBucket(2);
    const whole = new Map(kept);
    tamper(kept);
    for (const _day of [1, 2]) {
      wait(24);
      // Whoever wrote the seal may die before it tells what it found: a second run finds it as well.
      for (const written of [true, false]) {
        const found = await seal();
        expect(found).toMatchObject({ written, broken: [expect.stringContaining(words)] });
      }
    }
    for (const [key, body] of whole) kept.set(key, body);
    wait(24);
    expect((await seal()).broken).toEqual([]);
  });
});
