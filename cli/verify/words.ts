import { isWhole, type Verified } from './verify.ts';

/** What was found, for a person: each chain by its name, and what was looked at in all. */
export function linesOf(found: readonly Verified[]): string[] {
  const lines = found.flatMap(({ bucket, chains, seals, strays }) => {
    const width = Math.max(0, ...chains.map(({ name }) => name.length));
    return [
      bucket,
      ...chains.map(({ name, records, head, broken }) =>
        broken === undefined
          ? `  intact  ${name.padEnd(width)}  ${counted(records, 'record')}, head ${head?.slice(0, 16)}…`
          : `  BROKEN  ${name.padEnd(width)}  ${broken.because}`,
      ),
      ...seals.map(({ location, count, days, missed, broken }) => {
        const between = days === undefined ? '' : `, ${days[0]} to ${days[1]}`;
        if (broken !== undefined) return `  BROKEN  seals of ${location}: ${broken}`;
        if (count === 0)
          return `  none    seals of ${location}: the records are not a day old, and their end is not sealed yet`;
        const without = missed.length === 0 ? '' : `; none was written on ${missed.join(', ')}, as the next one says`;
        return `  intact  seals of ${location}: ${count}${between}${without}`;
      }),
      ...strays.map((key) => `  BROKEN  ${key} does not belong there`),
      '',
    ];
  });
  const chains = found.flatMap((one) => one.chains);
  const seals = found.reduce((sum, one) => sum + one.seals.reduce((count, of) => count + of.count, 0), 0);
  const records = found.reduce((sum, one) => sum + one.records, 0);
  const broken = chains.filter((chain) => chain.broken !== undefined).length;
  lines.push(
    `Examined: ${counted(found.length, 'bucket')}, ${counted(chains.length, 'chain')}, ${counted(records, 'record')}, ${counted(seals, 'seal')}.`,
    found.every(isWhole)
      ? 'Every chain is whole, and as it was sealed.'
      : `The evidence is NOT whole: ${counted(broken, 'chain')} broken.`,
  );
  return lines;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
