/** One thing that a definition says and that this interpreter will not run. */
export interface Refusal {
  /** Where, as a pointer into the definition: `/States/Wait For The Job/Resource`. */
  readonly path: string;
  /** The field or value by its name. */
  readonly what: string;
  /** Why it is refused and, where there is one, the mend. */
  readonly why: string;
}

/** Thrown when a definition is loaded. Lists everything that is wrong with it, not only the first. */
export class DefinitionRefused extends Error {
  override readonly name = 'DefinitionRefused';
  readonly refusals: readonly Refusal[];

  constructor(refusals: readonly Refusal[]) {
    const lines = refusals.map(({ path, what, why }) => `  ${path}: ${what}: ${why}`);
    super(
      `The definition is refused, ${refusals.length} ${refusals.length === 1 ? 'reason' : 'reasons'}:\n${lines.join('\n')}`,
    );
    this.refusals = refusals;
  }
}

/** Turns a reference of the deployment template, `{"Fn::GetAtt": [...]}` or `{"Ref": ...}`, into its value. */
export type Resolve = (reference: { [intrinsic: string]: unknown }) => unknown;

/** What one reading of a definition carries along. */
export interface Reading {
  readonly refusals: Refusal[];
  /** Names of all states read so far with the place of each: names are unique in the whole machine. */
  readonly stateNames: Map<string, string>;
  refuse(path: string, what: string, why: string): void;
}

export function newReading(): Reading {
  const refusals: Refusal[] = [];
  return {
    refusals,
    stateNames: new Map(),
    refuse: (path, what, why) => {
      refusals.push({ path, what, why });
    },
  };
}
