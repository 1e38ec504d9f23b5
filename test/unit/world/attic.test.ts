import { expect, test } from '@jest/globals';
import { Attic } from '../../../simulator/world/attic.ts';
import { AtticMap } from '../../../simulator/world/attic-map.ts';
import { createWorld } from '../../../simulator/world/world.ts';

const bytesOf = (length: number, from: number) => Buffer.alloc(length, `bytes of ${from}, over and over again; `);

test('an attic gives back what was put there, long after it went to a file', () => {
  const attic = new Attic();
  const sizes = [0, 1, 2_044, 2_045, 70_000, 3_000_000, 5];
  const places = Array.from({ length: 40 }, (_, round) =>
    sizes.map((size) => ({ size, from: round, place: attic.put(bytesOf(size, round)) })),
  ).flat();
  for (const { size, from, place } of places) expect(attic.get(place).equals(bytesOf(size, from))).toBe(true);
});

test('bytes from an attic stay as they are whatever is put there later', () => {
  const attic = new Attic();
  const first = attic.get(attic.put(bytesOf(100, 1)));
  for (let round = 0; round < 30; round += 1) attic.put(bytesOf(100_000, round));
  expect(first.equals(bytesOf(100, 1))).toBe(true);
});

test('a map in an attic answers as a map in memory', () => {
  const attic = new AtticMap<{ readonly round: number }>(new Attic());
  const memory = new Map<string, { readonly round: number }>();
  for (let round = 0; round < 20_000; round += 1) {
    const key = `key ${(round * 7_919) % 3_001} \u{1F6DF}`;
    if (round % 3 === 0) {
      attic.delete(key);
      memory.delete(key);
    } else {
      attic.set(key, { round });
      memory.set(key, { round });
    }
  }
  expect(attic.size).toBe(memory.size);
  expect([...attic.keys()].sort()).toEqual([...memory.keys()].sort());
  const wrong: string[] = [];
  for (let number = 0; number < 3_100; number += 1) {
    const key = `key ${number} \u{1F6DF}`;
    if (attic.has(key) !== memory.has(key) || attic.get(key)?.round !== memory.get(key)?.round) wrong.push(key);
  }
  expect(wrong).toEqual([]);
});

test('what lies at a place of a map stays there when its key has a new value', () => {
  const attic = new AtticMap<number>(new Attic());
  const place = attic.set('one', 1);
  attic.set('one', 2);
  expect([attic.at(place), attic.get('one')]).toEqual([['one', 1], 2]);
});

test('things of a series happen at their instants, in one order with all others', async () => {
  const hour = 3_600_000;
  const world = createWorld({ seed: 'series', start: 0 });
  const happened: string[] = [];
  const note = (what: string) => happened.push(`${what} at ${world.now() / hour}`);
  const series = { what: 'one of them', run: (key: string) => void note(key) };
  for (const after of [700, 3, 50, 49, 24, 26]) world.oneOf(series, `key ${after}`, after * hour);
  for (const after of [25, 50.5, 23]) world.at(after * hour, 'another', () => void note('another'));
  for (let count = 0; count < 500; count += 1) world.oneOf(series, `many ${count}`, (100 + count / 1_000) * hour);
  await world.run(49 * hour);
  expect(happened).toEqual([
    'key 3 at 3',
    'another at 23',
    'key 24 at 24',
    'another at 25',
    'key 26 at 26',
    'key 49 at 49',
  ]);
  await world.run(1_000 * hour);
  expect(happened.slice(6, 9)).toEqual(['key 50 at 50', 'another at 50.5', 'many 0 at 100']);
  expect([happened.length, happened.at(-2), happened.at(-1)]).toEqual([509, 'many 499 at 100.499', 'key 700 at 700']);
});

test('a series keeps the order that single happenings of one instant would have', async () => {
  const day = 86_400_000;
  const order = async (asSeries: boolean) => {
    const world = createWorld({ seed: 'order of one instant', start: 0 });
    const happened: string[] = [];
    const series = { what: 'one of them', run: (key: string) => void happened.push(key) };
    for (let count = 0; count < 300; count += 1) {
      const key = String(count);
      if (asSeries && count % 2 === 0) world.oneOf(series, key, 3 * day);
      else world.at(3 * day, 'one of them', () => void happened.push(key));
    }
    await world.run(4 * day);
    return happened;
  };
  expect(await order(true)).toEqual(await order(false));
});
