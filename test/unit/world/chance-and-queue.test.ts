import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Chance, chanceOf } from '../../../simulator/world/chance.ts';
import { type Happening, Queue } from '../../../simulator/world/queue.ts';

const draws = (chance: Chance, count = 200) => Array.from({ length: count }, () => chance.number());

describe('chance', () => {
  test('is the same for the same seed, and another one for another', () => {
    expect(draws(chanceOf('one'))).toEqual(draws(chanceOf('one')));
    expect(draws(chanceOf('one'))).not.toEqual(draws(chanceOf('two')));
  });
  test('that is forked depends on its name alone, not on what was drawn before', () => {
    const fresh = chanceOf('one').fork('latency');
    const used = chanceOf('one');
    draws(used);
    expect(draws(used.fork('latency'))).toEqual(draws(fresh));
    expect(draws(used.fork('latency'))).not.toEqual(draws(used.fork('faults')));
    expect(draws(used.fork('latency'))).not.toEqual(draws(used));
  });
  test('covers its range evenly and never leaves it', () => {
    const numbers = draws(chanceOf('even'), 20_000);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => numbers.filter((number) => Math.floor(number * 10) === tenth).length,
    );
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
  test('draws whole numbers with both ends, and between with the low end', () => {
    const chance = chanceOf('ends');
    const whole = Array.from({ length: 300 }, () => chance.whole(3, 5));
    expect([...new Set(whole)].sort()).toEqual([3, 4, 5]);
    for (let round = 0; round < 300; round += 1) {
      const drawn = chance.between(-1, 1);
      expect(drawn >= -1 && drawn < 1).toBe(true);
    }
  });
  test('picks every item at some time, and refuses to pick from nothing', () => {
    const chance = chanceOf('pick');
    expect([...new Set(Array.from({ length: 100 }, () => chance.pick(['a', 'b', 'c'])))].sort()).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(() => chance.pick([])).toThrow('nothing to pick from');
  });
  test('makes UUIDs of version 4 and digits of the length that was asked for', () => {
    const chance = chanceOf('uuid');
    const uuids = Array.from({ length: 500 }, () => chance.uuid());
    for (const uuid of uuids)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(uuids).size).toBe(500);
    expect(chance.hex(17)).toMatch(/^[0-9a-f]{17}$/);
  });
});

describe('the queue of what is to happen', () => {
  const happening = (at: number, draw: number, sequence: number): Happening => ({
    at,
    draw,
    sequence,
    what: `${at}/${draw}/${sequence}`,
    run: () => {},
  });
  const drained = (queue: Queue) => {
    const taken: string[] = [];
    for (let next = queue.take(); next !== undefined; next = queue.take()) taken.push(next.what);
    return taken;
  };

  test('gives the earliest first, then what the seed prefers, then what came first', () => {
    const queue = new Queue();
    for (const [at, draw, sequence] of [
      [2, 0, 1],
      [1, 0.5, 2],
      [1, 0.2, 3],
      [1, 0.5, 4],
      [0, 0.9, 5],
    ] as const)
      queue.add(happening(at, draw, sequence));
    expect(queue.peek()?.what).toBe('0/0.9/5');
    expect(drained(queue)).toEqual(['0/0.9/5', '1/0.2/3', '1/0.5/2', '1/0.5/4', '2/0/1']);
    expect(queue.take()).toBeUndefined();
    expect(queue.size).toBe(0);
  });

  test('gives nothing that was cancelled, and holds on to little of it', () => {
    const queue = new Queue();
    const all = Array.from({ length: 40_000 }, (_, sequence) => happening((sequence * 7_919) % 40_000, 0, sequence));
    for (const one of all) queue.add(one);
    for (const one of all) if (one.at % 10 !== 0) queue.cancel(one);
    expect(queue.size).toBeLessThan(20_000);
    expect(queue.peek()?.at).toBe(0);
    expect(drained(queue)).toEqual(
      all
        .filter(({ at }) => at % 10 === 0)
        .sort((one, other) => one.at - other.at)
        .map(({ what }) => what),
    );
    expect(queue.size).toBe(0);
  });

  test('is in order whatever is added and taken in between', () => {
    const step = fc.oneof(fc.constant(null), fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 2 })));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new Queue();
        const model: Happening[] = [];
        const byOrder = (one: Happening, other: Happening) =>
          one.at - other.at || one.draw - other.draw || one.sequence - other.sequence;
        steps.forEach((one, sequence) => {
          if (one === null) expect(queue.take()).toBe(model.sort(byOrder).shift());
          else {
            const added = happening(one[0], one[1], sequence);
            queue.add(added);
            model.push(added);
          }
          expect(queue.size).toBe(model.length);
        });
        expect(drained(queue)).toEqual(model.sort(byOrder).map(({ what }) => what));
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
