/** The invariants of the design, as the checkers name them. */
export type Invariant =
  | '1 no orphan'
  | '2 no missed breach'
  | '3 one page'
  | '4 the last good point'
  | '5 evidence'
  | '6 never silently green'
  | '7 production'
  | '8 it gets well';

/** One change of a source: the text that stands there exactly once, and what a mistake would have put. */
export interface Edit {
  /** From the root of the repository, below functions/ or statemachines/. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

/** A mistake that somebody could make in the product, to see that the swarm finds it. */
export interface Defect {
  readonly name: string;
  /** What is wrong, in one sentence. */
  readonly what: string;
  /** Which invariant it breaks first. Another one may see it earlier. */
  readonly breaks: Invariant;
  /** Mostly one. Several where more than one guard has to be gone before anything goes wrong. */
  readonly edits: readonly Edit[];
}

/** The edits of one file. */
export function inFile(file: string, find: string, put: string): Edit {
  return { file, find, put };
}
