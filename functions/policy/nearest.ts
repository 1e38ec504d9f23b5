/** How many letters must be put in, taken out, changed or swapped with their neighbour to make one word the other. */
function editDistance(from: string, to: string): number {
  const rows = Array.from({ length: from.length + 1 }, (_, i) =>
    Array.from({ length: to.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= from.length; i++) {
    for (let j = 1; j <= to.length; j++) {
      const changed = from[i - 1] === to[j - 1] ? 0 : 1;
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + changed);
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) best = Math.min(best, at(i - 2, j - 2) + 1);
      const row = rows[i];
      if (row !== undefined) row[j] = best;
    }
  }
  return at(from.length, to.length);
}

/** The known word that was most likely meant, or undefined when none is near. Case, `-`, `_` and spaces do not count. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  const plain = (word: string) => word.toLowerCase().replaceAll(/[-_\s]/g, '');
  let best: { word: string; distance: number } | undefined;
  for (const word of known) {
    const distance = editDistance(plain(written).slice(0, 100), plain(word));
    const near = distance <= Math.min(2, Math.floor(word.length / 2));
    if (near && (best === undefined || distance < best.distance)) best = { word, distance };
  }
  return best?.word;
}
