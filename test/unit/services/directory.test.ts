import { expect, test } from '@jest/globals';
import { Directory } from '../../../simulator/services/directory.ts';
import { Packer } from '../../../simulator/services/packer.ts';
import { Attic } from '../../../simulator/world/attic.ts';

const snapshot = (name: string, of: string) => ({ name, of });

function directory() {
  const all = new Directory<{ name: string; of: string }>(({ of }) => [`of ${of}`]);
  for (const [name, of] of [
    ['one', 'shop'],
    ['two', 'mail'],
    ['three', 'shop'],
  ] as const) {
    all.set(name, snapshot(name, of));
  }
  const names = (of: string) => [...all.of(of)].map(({ name }) => name);
  return { all, names };
}

test('things are found by what they belong to, in the order in which they came', () => {
  const { all, names } = directory();
  expect(names('of shop')).toEqual(['one', 'three']);
  all.delete('one');
  all.set('three', snapshot('four', 'mail'));
  expect([names('of shop'), names('of mail'), all.size]).toEqual([[], ['two', 'four'], 2]);
  all.clear();
  expect([names('of mail'), all.size]).toEqual([[], 0]);
});

test('a reader hears of what is there, of what comes, and of what goes', () => {
  const { all } = directory();
  const heard: string[] = [];
  all.tell({ came: ({ name }) => heard.push(`+${name}`), left: ({ name }) => heard.push(`-${name}`) });
  all.set('four', snapshot('four', 'shop'));
  all.delete('two');
  all.delete('nobody');
  all.set('one', snapshot('another', 'shop'));
  expect(heard).toEqual(['+one', '+two', '+three', '+four', '-two', '-one', '+another']);
});

test('what is packed comes back as it was, also what is like nothing before', () => {
  const packer = new Packer(new Attic());
  const texts = ['', 'a record of shop'.repeat(5_000), 'a record of mail', 'quite another thing \u{1F6DF}'];
  const places = texts.map((text) => packer.put(Buffer.from(text)));
  expect(places.map((place) => packer.get(place).toString('utf8'))).toEqual(texts);
  const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * index) % 256);
  expect([...packer.get(packer.put(bytes))]).toEqual([...bytes]);
});
