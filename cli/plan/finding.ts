/** Something that is wrong, or worth knowing. One finding stands for all resources that it holds for. */
export interface Finding {
  /** `wrong` makes the exit code non-zero; a `note` does not. */
  readonly severity: 'wrong' | 'note';
  readonly code: string;
  /** What to look at: a tag, a field of policy.yml, a quota. */
  readonly field: string;
  readonly words: string;
  readonly mend: string;
  /** The names of all that it holds for; empty where it holds for a tier or a Region. */
  readonly resources: readonly string[];
  /** How far something is from fitting, where it is a number. */
  readonly by?: { readonly needs: number; readonly has: number; readonly unit: string };
}

/** Worst first: what is wrong before what is worth knowing, then by how far it is off, then by how many it holds for. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity }: Finding) => (severity === 'wrong' ? 0 : 1);
  const excess = ({ by }: Finding) => (by === undefined ? 0 : by.needs / Math.max(by.has, 1e-9));
  return [...findings].sort(
    (one, other) =>
      rank(one) - rank(other) ||
      excess(other) - excess(one) ||
      other.resources.length - one.resources.length ||
      one.field.localeCompare(other.field) ||
      one.words.localeCompare(other.words),
  );
}
