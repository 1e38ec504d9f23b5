import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Pool, playAll, withPool } from '../../../cli/simulate/pool.ts';

interface Doubled {
  readonly doubled: number;
  readonly setting: string;
  readonly by: number;
}

const program = join(import.meta.dirname, 'pool-worker.ts');

function inPool<Answer>(
  use: (pool: Pool<number, Doubled>, stop: () => void) => Promise<Answer>,
  jobs = 2,
): Promise<Answer> {
  const controller = new AbortController();
  const how = { program, setting: 'the same', jobs, nameOf: (order: number) => `number ${order}` };
  return withPool<number, Doubled, Answer>({ ...how, interrupted: controller.signal }, (pool) =>
    use(pool, () => controller.abort()),
  );
}

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a pool of processes', () => {
  test('plays each order, tells of them in their order, and leaves no process behind', async () => {
    const orders = [7, ...Array.from({ length: 250 }, (_, index) => index + 100)];
    const told: Doubled[] = [];
    await inPool((pool) => playAll(pool, orders, (one) => void told.push(one)));
    expect(told.map(({ doubled }) => doubled)).toEqual(orders.map((order) => 2 * order));
    expect(told.every(({ setting }) => setting === 'the same')).toBe(true);
    const processes = [...new Set(told.map(({ by }) => by))];
    expect(processes).toHaveLength(2);
    while (processes.some(isThere)) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  test('has no more processes than jobs, whoever asks, and keeps them', async () => {
    const processes = await inPool(async (pool) => {
      const first = await Promise.all([1, 2, 3].map(pool.play));
      const second = await pool.play(4);
      return [...first, second].map((one) => one?.by);
    }, 1);
    expect(new Set(processes).size).toBe(1);
  });

  test('tells of nothing more once somebody has interrupted it', async () => {
    const told: number[] = [];
    const later = await inPool(async (pool, stop) => {
      await playAll(pool, [1, 2, 99, 3], ({ doubled }) => {
        told.push(doubled);
        if (doubled === 4) stop();
      });
      return pool.play(5);
    }, 1);
    expect(told).toEqual([2, 4]);
    expect(later).toBeUndefined();
  });

  test('says of which order a process died, to whoever waits for anything', async () => {
    const words = 'A simulation ended with 3: number 13.';
    const told: number[] = [];
    await inPool(async (pool) => {
      await expect(playAll(pool, [99, 13, 8], ({ doubled }) => void told.push(doubled))).rejects.toThrow(words);
      await expect(pool.play(9)).rejects.toThrow(words);
    });
    expect(told).toEqual([]);
  });
});
