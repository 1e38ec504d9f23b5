import type { Defect } from './defect.ts';

/** What became of one defect. */
export type Looked = { readonly defect: Pick<Defect, 'name' | 'what'> } & (
  | {
      readonly is: 'found';
      /** The first seed that finds it. */
      readonly seed: number;
      /** The invariants that broke then, by their names. */
      readonly by: readonly string[];
      readonly words: string;
    }
  | { readonly is: 'not found'; readonly seeds: number }
  /** Its text does not stand in the product as it did, or nobody can say: its run or its time came to an end. */
  | { readonly is: 'not planted' | 'given up'; readonly words: string }
);

/** One line for each defect as it comes, and a second one with what was found. */
export function lineOf(looked: Looked): string {
  const { name, what } = looked.defect;
  if (looked.is === 'found') {
    return `${String(looked.seed).padStart(4)}  ${name.padEnd(28)} ${looked.by.join('; ')}\n      ${looked.words.slice(0, 240)}`;
  }
  if (looked.is === 'not found') return `NOT FOUND in ${looked.seeds}  ${name}: ${what}`;
  return `${looked.is.toUpperCase()}  ${name}: ${looked.words}`;
}

/** How many were found and after how many seeds; those that were not, by name; what the product itself does on the seeds that seemed to find one. */
export function summaryOf(
  all: readonly Looked[],
  asked: number,
  /** What broke on a seed without any defect, for the seeds on which something broke with one: those found nothing. */
  clean: ReadonlyMap<number, string>,
): { readonly lines: readonly string[]; readonly good: boolean } {
  const found = all.flatMap((one) => (one.is === 'found' ? [one] : []));
  const seeds = found.map(({ seed }) => seed).sort((one, other) => one - other);
  const median = seeds[Math.floor((seeds.length - 1) / 2)];
  const by = new Map<string, number>();
  for (const { by: names } of found) for (const name of names) by.set(name, (by.get(name) ?? 0) + 1);
  const missed = all.flatMap((one) => (one.is === 'found' ? [] : [one]));
  const broken = [...clean].filter(([, words]) => words !== '');
  return {
    lines: [
      `${found.length} of ${asked} defects were found, after ${median ?? 'no'} seeds in the median and ${seeds.at(-1) ?? 'none'} at most.`,
      ...[...by]
        .sort((one, other) => other[1] - one[1])
        .map(([name, times]) => `${String(times).padStart(4)}  by ${name}`),
      ...(missed.length > 0 ? [`Not found: ${missed.map((one) => `${one.defect.name} (${one.is})`).join(', ')}.`] : []),
      ...(all.length < asked ? [`Not played: ${asked - all.length}.`] : []),
      ...broken.map(([seed, words]) => `Seed ${seed} without any defect: ${words}`),
      `Without a defect ${clean.size - broken.length} of the ${clean.size} seeds that were compared hold.`,
    ],
    good: found.length === asked && broken.length === 0,
  };
}
