import '../../../simulator/world/globals.ts';
import { execFileSync } from 'node:child_process';
import nodeCrypto from 'node:crypto';
import timers from 'node:timers';
import { describe, expect, test } from '@jest/globals';
import { running } from '../../../simulator/world/globals.ts';
import { turn } from '../../../simulator/world/real.ts';
import { type Actor, createWorld } from '../../../simulator/world/world.ts';

const start = Date.parse('2026-01-05T00:00:00Z');
const world = (seed = 'one') => createWorld({ seed, start });
const day = 86_400_000;

describe('in a world', () => {
  test('the clock of every library is the world’s', async () => {
    const one = world();
    const seen: unknown[] = [];
    one.after(90_000, 'somebody looks at the clock', () => {
      seen.push(Date.now(), new Date().toISOString(), new Date(0).getTime(), Date(), new Date() instanceof Date);
    });
    await one.run(start + day);
    expect(seen).toEqual([start + 90_000, '2026-01-05T00:01:30.000Z', 0, new Date(start + 90_000).toString(), true]);
  });

  test('timers wait in virtual time, in their order, and a day takes no time at all', async () => {
    const one = world();
    const fired: [string, number][] = [];
    const note = (name: string) => fired.push([name, Date.now() - start]);
    one.after(0, 'the timers are set', () => {
      setTimeout(note, 2000, 'late');
      setTimeout(note, 1000, 'early');
      timers.setTimeout(note, 1500, 'from node:timers');
      clearTimeout(setTimeout(note, 10, 'cancelled'));
      clearTimeout(Number(setTimeout(note, 10, 'cancelled by its number')));
    });
    await one.run(start + day);
    expect(fired).toEqual([
      ['early', 1000],
      ['from node:timers', 1500],
      ['late', 2000],
    ]);
  });

  test('a wait that is longer than a machine’s timer can count lasts as long as it should', async () => {
    const one = world();
    const fired: number[] = [];
    one.after(0, 'a long timer is set', () => {
      setTimeout(() => fired.push(Date.now()), 60 * day);
    });
    await one.run(start + 59 * day);
    expect(fired).toEqual([]);
    await one.run(start + 61 * day);
    expect(fired).toEqual([start + 60 * day]);
  });

  test('an interval comes again until it is cleared', async () => {
    const one = world();
    const fired: number[] = [];
    one.after(0, 'an interval is set', () => {
      const interval = setInterval(() => {
        fired.push(Date.now() - start);
        if (fired.length === 3) clearInterval(interval);
      }, 60_000);
    });
    await one.run(start + day);
    expect(fired).toEqual([60_000, 120_000, 180_000]);
  });

  test('chance comes from its seed', async () => {
    const drawn = async (seed: string) => {
      const one = world(seed);
      const values: unknown[] = [];
      one.after(0, 'somebody draws', () => {
        values.push(Math.random(), Math.random(), nodeCrypto.randomUUID(), crypto.randomUUID());
      });
      await one.run(start + 1);
      return values;
    };
    expect(await drawn('one')).toEqual(await drawn('one'));
    expect(await drawn('one')).not.toEqual(await drawn('two'));
  });
});

describe('in a plain Node process', () => {
  test('a library that imported a timer or UUIDs by name gets the world’s too', () => {
    const file = (name: string) => JSON.stringify(new URL(`../../../simulator/world/${name}.ts`, import.meta.url).href);
    const script = `
      await import(${file('globals')});
      const { createWorld } = await import(${file('world')});
      const { setTimeout } = await import('node:timers');
      const { randomUUID } = await import('node:crypto');
      const drawn = async () => {
        const world = createWorld({ seed: 'one', start: 0 });
        const seen = [];
        world.after(0, 'begin', () => setTimeout(() => seen.push(world.now(), randomUUID()), 3_600_000));
        await world.run(7_200_000);
        return JSON.stringify(seen);
      };
      const [one, again] = [await drawn(), await drawn()];
      console.log(one === again && one.startsWith('[3600000,'));
    `;
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })).toBe('true\n');
  });
});

describe('outside every world', () => {
  test('clock, timers and chance are the machine’s again, also after a run that failed', async () => {
    const one = world();
    one.after(0, 'a mistake', () => {
      throw new Error('a mistake of the simulator');
    });
    await expect(one.run(start + day)).rejects.toThrow('a mistake of the simulator');
    const before = Date.now();
    expect(before).toBeGreaterThan(start);
    const began = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(performance.now() - began).toBeGreaterThan(15);
    expect(Math.abs(Date.now() - before)).toBeLessThan(2000);
    expect(new Set([nodeCrypto.randomUUID(), nodeCrypto.randomUUID(), crypto.randomUUID()]).size).toBe(3);
    expect(new Set([Math.random(), Math.random(), Math.random()]).size).toBe(3);
  });
});

describe('what happens', () => {
  test('happens up to the instant that was asked for, and the clock stands there afterwards', async () => {
    const one = world();
    const seen: string[] = [];
    one.after(1000, 'a', () => void seen.push('a'));
    one.after(1001, 'b', () => void seen.push('b'));
    await one.run(start + 1000);
    expect([seen, one.now() - start]).toEqual([['a'], 1000]);
    await one.run(start + 5000);
    expect([seen, one.now() - start]).toEqual([['a', 'b'], 5000]);
  });

  test('at one instant is ordered by the seed: the same for one, not the same for all', async () => {
    const order = async (seed: string) => {
      const one = world(seed);
      const seen: number[] = [];
      for (let number = 0; number < 8; number += 1) one.after(5, String(number), () => void seen.push(number));
      await one.run(start + 10);
      return seen.join('');
    };
    expect(await order('one')).toBe(await order('one'));
    const orders = await Promise.all(['one', 'two', 'three', 'four'].map(order));
    expect(new Set(orders).size).toBeGreaterThan(1);
  });

  test('never happens in the past', async () => {
    const one = world();
    const seen: number[] = [];
    one.after(1000, 'now', () => {
      one.at(start, 'long ago', () => void seen.push(one.now() - start));
    });
    await one.run(start + 2000);
    expect(seen).toEqual([1000]);
  });

  test('can be called off', async () => {
    const one = world();
    const seen: string[] = [];
    one.after(1, 'x', () => void seen.push('x'))();
    await one.run(start + 10);
    expect(seen).toEqual([]);
  });

  test('in real time holds virtual time still', async () => {
    const one = world();
    const seen: string[] = [];
    one.after(1, 'real work', async () => {
      for (let turns = 0; turns < 20; turns += 1) await turn();
      seen.push(`done at ${one.now() - start}`);
    });
    one.after(2, 'next', () => void seen.push('next'));
    await one.run(start + 10);
    expect(seen).toEqual(['done at 1', 'next']);
  });
});

describe('code that runs in the world', () => {
  const begins = (one: ReturnType<typeof world>, code: () => Promise<unknown>): Actor => {
    const actor: Actor = { name: 'lifeboat-watch', open: true, waiting: 0 };
    one.after(0, 'the code begins', () => {
      one.watch(actor);
      void running.run(actor, code).finally(() => {
        actor.open = false;
      });
    });
    return actor;
  };

  test('is waited for while it waits for a timer', async () => {
    const one = world();
    const seen: number[] = [];
    begins(one, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      seen.push(one.now() - start);
    });
    await one.run(start + 5000);
    expect(seen).toEqual([1000]);
  });

  test('fails the run by name when it waits for something that the world does not know', async () => {
    const one = world();
    begins(one, () => new Promise(() => {}));
    await expect(one.run(start + 5000)).rejects.toThrow(
      'After "the code begins", lifeboat-watch waits for nothing that the world knows.',
    );
  });

  test('reaches nobody with its timers once it was ended', async () => {
    const one = world();
    const seen: string[] = [];
    const actor = begins(one, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      seen.push('it went on');
    });
    one.after(500, 'it is killed', () => {
      actor.open = false;
    });
    await one.run(start + 5000);
    expect(seen).toEqual([]);
  });
});
